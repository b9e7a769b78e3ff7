"""The ledger: what calendars were last told. Only a command writes it; a build compares."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plugins.faults import Report
from plugins.meetups.ledger import load
from tests.meetups.reading_back import event
from tests.sites import SITE_FOLDER, Site
from tools.errors import ProjectError
from tools.meetups import record

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 12, 9, 30, 15, tzinfo=UTC)
TOLD = "run ./invoke meetups.record and commit what it writes"


def ledger(site: Site) -> Any:
    return json.loads((site.content / "meetups/ledger.json").read_text(encoding="utf-8"))["meetups"]


def version(site: Site, name: str = "a") -> tuple[int, str]:
    found = event(site, name)
    return int(found["SEQUENCE"]), found["DTSTAMP"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def warnings(site: Site, **options: Any) -> list[str]:
    return [str(one).split("meetups/", 1)[1] for one in site.build(**options).warnings]


def test_a_meetup_is_recorded_as_its_first_version_from_the_day_it_was_announced(
    site: Site,
) -> None:
    site.meetup("a")
    assert record(site.content, now=LATER) == "a: recorded\nCommit content/meetups/ledger.json."
    assert ledger(site) == {
        "a": {
            "sequence": 0,
            "changed": "2026-05-24T22:15:00Z",
            "starts": "2026-12-02T18:00:00+11:00 Australia/Sydney",
            "ends": "2026-12-02T20:30:00+11:00",
            "repeats": "",
            "where": "The Café, 1 High Street, Newtown",
            "status": "CONFIRMED",
        }
    }
    assert warnings(site) == []
    assert version(site) == (0, "2026-05-24T22:15:00Z")
    assert record(site.content, now=LATER).startswith("Nothing to record")


@pytest.mark.parametrize(
    ("head", "what"),
    [
        ({"start": "2026-12-02 18:30"}, "time"),
        ({"end": "21:00"}, "time"),
        ({"timezone": "Australia/Brisbane"}, "time"),
        ({"repeats": "first Wednesday"}, "repeat"),
        ({"address": "2 High Street"}, "place"),
        ({"venue": "The Hall"}, "place"),
        ({"online": "https://talk.example/x", "venue": None, "address": None}, "place"),
        ({"status": "tentative"}, "status"),
        ({"status": "cancelled"}, "status"),
        ({"start": "2026-12-03 18:00", "status": "tentative"}, "time and status"),
    ],
)
def test_the_number_rises_by_one_when_time_place_or_status_changes(
    site: Site, head: dict[str, str | None], what: str
) -> None:
    site.meetup("a")
    record(site.content, now=FIRST)
    site.meetup("a", **head)
    assert warnings(site) == [f"a.md: its {what} changed since calendars were told; {TOLD}"]
    assert version(site)[0] == 1
    said = record(site.content, now=LATER)
    assert said.startswith("a: version 1, 2026-12-0")
    assert warnings(site) == []
    assert version(site) == (1, "2026-11-12T09:30:15Z")
    assert record(site.content, now=LATER).startswith("Nothing to record")


@pytest.mark.parametrize(
    "head",
    [
        {"title": "Another"},
        {"summary": "More of it."},
        {"host": "Somebody"},
        {"cost": "$10"},
        {"bring": "Cake"},
        {"slug": "elsewhere"},
        {"series": "S"},
        {"modified": "2026-11-05 10:00"},
        {"status": "past"},
        {"end": None, "duration": "2 hours 30 minutes"},
    ],
)
def test_the_number_stays_whatever_else_changes(site: Site, head: dict[str, str | None]) -> None:
    site.meetup("a")
    record(site.content, now=FIRST)
    site.meetup("a", "Other words.", **head)
    told = [one for one in warnings(site) if TOLD in one]
    assert told == []
    assert record(site.content, now=LATER).startswith("Nothing to record")


def test_a_change_of_the_words_moves_dtstamp_to_the_day_that_modified_says(site: Site) -> None:
    site.meetup("a")
    record(site.content, now=FIRST)
    site.meetup("a", modified="2026-11-05 10:00")
    site.build()
    assert version(site) == (0, "2026-11-04T23:00:00Z")


def test_a_build_never_writes_the_ledger(site: Site) -> None:
    site.meetup("a")
    before = site.files(site.content)
    site.build()
    site.build(drafts=True)
    assert site.files(site.content) == before


def test_a_build_for_the_live_site_refuses_what_the_ledger_does_not_know(site: Site) -> None:
    site.meetup("a")
    site.meetup("b")
    assert site.refused(production=True)[:-1] == [
        f"meetups/a.md: is not in the ledger yet; {TOLD}",
        f"meetups/b.md: is not in the ledger yet; {TOLD}",
    ]
    record(site.content, now=FIRST)
    site.build(production=True)
    site.meetup("a", end="21:00")
    assert site.refused(production=True)[:-1] == [
        f"meetups/a.md: its time changed since calendars were told; {TOLD}"
    ]


def test_a_meetup_that_is_announced_later_is_recorded_before(site: Site) -> None:
    """Nobody is at the keyboard when the build of that night publishes it."""
    site.meetup("a", date="2026-11-30")
    assert record(site.content, now=FIRST).startswith("a: recorded")
    site.build(production=True)
    assert site.build(production=True, at="2026-11-30").counts["meetups"] == 1


def test_a_draft_is_not_recorded(site: Site) -> None:
    site.meetup("a", status="draft")
    assert record(site.content, now=FIRST).startswith("Nothing to record")
    assert warnings(site, drafts=True) == []


def test_a_meetup_whose_file_is_gone_is_told_and_may_be_forgotten(site: Site) -> None:
    path = site.meetup("december")
    site.meetup("b")
    record(site.content, now=FIRST)
    path.rename(path.with_name("decembre.md"))
    message = (
        'meetups/ledger.json: calendars have "december", and no file has it; when decembre is its file now, '
        "write Id: december there; bring it back with Status: cancelled, or let calendars lose it: "
        "./invoke meetups.record --forget december"
    )
    assert message in site.refused(production=True)
    with pytest.raises(ProjectError, match="Nothing was recorded"):
        record(site.content, now=LATER)
    said = record(site.content, forget="december", now=LATER)
    assert "december: forgotten" in said
    site.build(production=True)
    with pytest.raises(ProjectError, match='"december" is not in the ledger'):
        record(site.content, forget="december")
    with pytest.raises(ProjectError, match='"b" has a file'):
        record(site.content, forget="b")


def test_an_announced_meetup_that_becomes_a_draft_again_is_told(site: Site) -> None:
    site.meetup("a")
    record(site.content, now=FIRST)
    site.meetup("a", status="draft")
    assert 'calendars have "a", and no file has it' in site.refused(production=True)[0]


def test_faults_of_meetups_are_told_and_nothing_is_recorded(site: Site) -> None:
    site.meetup("a", end="17:00")
    site.meetup("b", venu="x")
    with pytest.raises(ProjectError) as told:
        record(site.content)
    assert [line.split(": ")[0] for line in str(told.value).splitlines()] == [
        "content/meetups/a.md:4",
        "content/meetups/b.md:7",
        "Nothing was recorded.",
    ]
    assert not (site.content / "meetups/ledger.json").exists()


def test_a_venue_that_moves_changes_every_meetup_there(site: Site) -> None:
    site.venue("hall")
    for name in ("a", "b"):
        site.meetup(name, venue="hall", address=None)
    record(site.content, now=FIRST)
    site.venue("hall", address="9 New Street")
    assert len(warnings(site)) == 2
    assert "9 New Street" in record(site.content, now=LATER)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<<<<<< HEAD\n", "meetups/ledger.json:1: holds the marks of a merge; keep one"),
        ("[]", 'meetups/ledger.json: "version" is not 1; this file is written by'),
        ('{"version": 2}', 'meetups/ledger.json: "version" is not 1'),
        ('{"version": 1}', 'meetups/ledger.json: "meetups" is missing'),
        ('{"version": 1, "meetups": {"a": 1}}', 'meetups/ledger.json: "a": must have sequence, changed,'),
    ],
)  # fmt: skip
def test_a_ledger_that_is_none_is_told(text: str, said: str) -> None:
    report = Report()
    assert load(text, report) == {}
    assert str(report.faults[0]).startswith(said)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("sequence", -1, 'sequence: "-1" is no whole number from 0 up'),
        ("sequence", True, 'sequence: "True" is no whole number'),
        ("sequence", "1", 'sequence: "1" is no whole number'),
        ("changed", "now", 'changed: "now" is no moment; write 2026-11-30T07:00:00Z'),
        ("changed", "2026-11-30T07:00:00", "has no zone; write it with a Z at its end"),
        ("where", None, 'where: "None" is no text'),
    ],
)
def test_a_row_that_is_none_is_told_and_stops_the_build(
    site: Site, key: str, value: object, said: str
) -> None:
    site.meetup("a")
    record(site.content, now=FIRST)
    rows = ledger(site)
    rows["a"][key] = value
    site.write("meetups/ledger.json", json.dumps({"version": 1, "meetups": rows}))
    assert said in site.refused()[0]


def test_the_ledger_of_this_project_has_all_that_calendars_are_told(tmp_path: Path) -> None:
    """Fails when a meetup was changed and ./invoke meetups.record forgotten."""
    for folder in ("meetups", "venues"):
        shutil.copytree(SITE_FOLDER / "content" / folder, tmp_path / folder)
    assert record(tmp_path).startswith("Nothing to record")
