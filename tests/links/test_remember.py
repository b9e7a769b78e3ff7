"""A link is dead only after failures on several days; what says nothing changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.resources.ledger import Link
from tests.links import outer_web as odd
from tests.links.outer_web import OuterWeb, fine, status, to
from tools.links.remember import accepted, remembered
from tools.links.verdict import Verdict

pytestmark = pytest.mark.slow

FIRST = date(2026, 11, 2)
GONE, BROKEN, UNSURE = (
    Verdict("failing", "404 Not Found", grave=True),
    Verdict("failing", "500 Internal Server Error"),
    Verdict("unsure", "does not let programs in (403 Forbidden)"),
)
Looked = Callable[..., Link]


def after(*looks: tuple[int, Verdict]) -> Link:
    """The row after looks, each (days after the first, verdict)."""
    row: Link | None = None
    for days, verdict in looks:
        row = remembered(row, verdict, FIRST + timedelta(days=days))
    assert row is not None
    return row


def test_what_says_that_it_is_gone_is_dead_after_three_days_over_a_week() -> None:
    assert after((0, GONE)).state == "failing"
    assert after((0, GONE), (3, GONE)).state == "failing"
    assert after((0, GONE), (1, GONE), (2, GONE)).state == "failing"
    assert after((0, GONE), (9, GONE)).state == "failing"
    row = after((0, GONE), (3, GONE), (7, GONE))
    assert (row.state, row.since, row.why) == ("dead", FIRST, "404 Not Found")


def test_what_only_fails_is_dead_after_five_days_over_four_weeks() -> None:
    assert after((0, BROKEN), (3, BROKEN), (7, BROKEN), (20, BROKEN)).state == "failing"
    assert after(*((day, BROKEN) for day in (0, 3, 7, 20, 27))).state == "failing"
    assert after(*((day, BROKEN) for day in (0, 3, 7, 20, 28))).state == "dead"


def test_one_failure_that_is_no_plain_word_makes_the_slow_rule_hold() -> None:
    assert after((0, GONE), (3, BROKEN), (7, GONE)).state == "failing"


def test_ten_looks_on_one_day_are_one() -> None:
    assert after(*[(0, GONE)] * 10).failed == (FIRST,)


def test_what_answers_again_is_alive_and_its_failures_are_forgotten() -> None:
    row = after((0, GONE), (3, GONE), (7, GONE), (8, Verdict("fine", title="A page")))
    assert (row.state, row.failed, row.why) == ("fine", (), "")
    assert after((0, GONE), (3, Verdict("fine")), (5, GONE), (7, GONE)).state == "failing"


def test_what_is_dead_stays_so_while_it_fails_or_says_nothing() -> None:
    dead = ((0, GONE), (3, GONE), (7, GONE))
    assert after(*dead, (8, BROKEN)).state == "dead"
    assert after(*dead, (8, UNSURE)).state == "dead"
    assert after(*dead, (8, UNSURE)).checked == FIRST + timedelta(days=8)


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from([UNSURE, Verdict("fine")]))))
def test_nothing_dies_of_being_refused_or_slow(looks: list[tuple[int, Verdict]]) -> None:
    if looks:
        assert after(*sorted(looks, key=lambda look: look[0])).state != "dead"


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from([GONE, BROKEN, UNSURE, Verdict("fine")])), min_size=1))  # fmt: skip
def test_whatever_is_dead_failed_on_three_days_or_more_over_a_week_or_more(
    looks: list[tuple[int, Verdict]],
) -> None:
    row = after(*sorted(looks, key=lambda look: look[0]))
    if row.state == "dead":
        assert len(row.failed) >= 3
        assert (row.failed[-1] - row.failed[0]).days >= 7
    assert list(row.failed) == sorted(set(row.failed))
    assert len(row.failed) <= 12


def test_a_title_that_changes_is_suspect_until_somebody_has_looked() -> None:
    def suspicion(new: str) -> Verdict:
        return Verdict("suspect", f'was titled "Bread" and is now "{new}"', title=new)

    row = after((0, Verdict("fine", title="Bread")), (1, suspicion("Casino")))
    assert (row.state, row.title) == ("suspect", "Bread")
    taken = accepted(row, FIRST + timedelta(days=2))
    assert taken.state == "fine"
    again = remembered(taken, suspicion("Casino"), FIRST + timedelta(days=3))
    assert (again.state, again.title) == ("fine", "Casino")
    assert remembered(again, suspicion("Poker"), FIRST + timedelta(days=4)).state == "suspect"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("Working Out Loud", "Working Out Loud | A kinder way", "fine"),
        ("Seek Sense Share", "seek > sense > share – Harold", "fine"),
        ("Working Out Loud", "Best casino bonus 2026", "suspect"),
        ("日本語の題", "別の題", "suspect"),
    ],
)
def test_a_page_with_another_title_is_another_page(
    web: OuterWeb, looked: Looked, before: str, now: str, state: str
) -> None:
    web.answers["/a"] = fine(before)
    assert looked(web.url("/a")).state == "fine"
    web.answers["/a"] = fine(now)
    assert looked(web.url("/a"), 30).state == state


def test_days_of_looking_add_up_in_the_ledger(web: OuterWeb, looked: Looked) -> None:
    address = web.url("/a")
    web.answers["/a"] = status(404)
    assert [looked(address, days).state for days in (0, 0, 4, 8)] == ["failing"] * 3 + ["dead"]
    web.answers["/a"] = status(403)
    assert looked(address, 9).state == "dead"
    web.answers["/a"] = odd.silent
    assert looked(address, 10).state == "dead"
    web.answers["/a"] = to("/b")
    web.answers["/b"] = fine()
    assert looked(address, 11).state == "moved"
