"""The ledger reads back what it wrote, and tells what breaks its form."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.faults import Report
from plugins.resources.ledger import STATES, Ledger, Link, dead, dump, load

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
TEXTS = st.text(max_size=20)
LINKS = st.builds(
    Link,
    state=st.sampled_from([state for state in STATES if state != "dead"]),
    checked=DAYS,
    why=TEXTS,
    failed=st.lists(DAYS, unique=True, max_size=5).map(lambda days: tuple(sorted(days))),
    grave=st.booleans(),
    title=TEXTS,
    to=TEXTS,
    accepted=TEXTS,
)


@given(st.dictionaries(TEXTS, LINKS, max_size=4), st.dictionaries(TEXTS, DAYS, max_size=3))
def test_what_is_written_is_read_back(links: dict[str, Link], reviewed: dict[str, date]) -> None:
    report = Report()
    ledger = Ledger(links, reviewed)
    text = dump(ledger)
    assert load(text.encode(), report) == ledger
    assert report.faults == []
    assert dump(load(text.encode(), report)) == text


def test_the_file_is_sorted_and_holds_nothing_that_is_empty() -> None:
    links = {"https://b.net/": Link("fine", date(2026, 1, 2)), "https://a.net/": Link("failing", date(2026, 1, 2), "404", (date(2026, 1, 2),), True)}  # fmt: skip
    assert json.loads(dump(Ledger(links))) == {
        "version": 1,
        "links": {
            "https://a.net/": {"state": "failing", "checked": "2026-01-02", "why": "404", "failed": ["2026-01-02"], "grave": True},
            "https://b.net/": {"state": "fine", "checked": "2026-01-02"},
        },
        "reviewed": {},
    }  # fmt: skip
    assert dump(Ledger(links)).index("a.net") < dump(Ledger(links)).index("b.net")


def row(**changed: object) -> str:
    made = {"state": "fine", "checked": "2026-01-02"} | changed
    return json.dumps({"version": 1, "links": {"https://a.net/": made}})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON (Expecting property name enclosed in double quotes)"),
        ("<<<<<<< ours\n", "holds the marks of a merge"),
        ("[]", '"version" is not 1; this file is written by ./invoke resources.check'),
        ('{"version": 2}', '"version" is not 1'),
        ('{"version": 1}', '"links" is missing'),
        (row(state="gone"), '"https://a.net/": state: "gone" is not one of: fine, moved, suspect'),
        (row(checked="yesterday"), 'checked: "yesterday" is no day; write 2026-11-30'),
        (row(colour="red"), "must have state and checked, and nothing besides"),
        (row(failed="2026-01-01"), "failed: is no list of days"),
        (row(failed=["2026-01-02", "2026-01-01"]), "failed: the days are not in order, each once"),
        (row(state="dead"), "is dead without a day on which it failed"),
        (row(why=5), 'why: "5" is no text'),
        (row(until="soon"), 'until: "soon" is no moment'),
        (row(until="2026-01-01T10:00:00"), "has no zone"),
        (row(grave="yes"), 'grave: "yes" is neither true nor false'),
    ],
)
def test_what_breaks_its_form_is_told(text: str, told: str) -> None:
    report = Report(root="content")
    load(text.encode(), report)
    assert [told in str(fault) for fault in report.faults] == [True]
    assert report.faults[0].place == "links.json"


def test_bytes_that_are_no_text_are_told() -> None:
    report = Report()
    load(b"\xff\xfe", report)
    assert "is not JSON" in str(report.faults[0])


@given(st.lists(DAYS, unique=True, min_size=1, max_size=12), st.booleans())
def test_more_failures_never_bring_a_link_back(days: list[date], grave: bool) -> None:
    ordered = sorted(days)
    states = [dead(tuple(ordered[:count]), grave=grave) for count in range(1, len(days) + 1)]
    assert states == sorted(states)
