"""Plain words and RRULEs into dates, and dates into words."""

from __future__ import annotations

from datetime import datetime

import pytest

from plugins.meetups.repeats import expand, in_words, parse

FRIDAY = datetime(2026, 12, 4, 7, 15)  # noqa: DTZ001 - by the clock on the wall
HORIZON = datetime(2028, 1, 1)  # noqa: DTZ001


def dates(typed: str, start: datetime = FRIDAY) -> list[str]:
    return [f"{one:%Y-%m-%d}" for one in expand(parse(typed, start), start, HORIZON)]


def refusal(typed: str, start: datetime = FRIDAY) -> str:
    with pytest.raises(ValueError, match=r".") as told:
        dates(typed, start)
    return str(told.value)


@pytest.mark.parametrize(
    ("typed", "rule", "words"),
    [
        ("first Friday", "FREQ=MONTHLY;BYDAY=1FR", "first Friday of each month"),
        ("the first Friday of the month", "FREQ=MONTHLY;BYDAY=1FR", "first Friday of each month"),
        ("every 1st friday of the month", "FREQ=MONTHLY;BYDAY=1FR", "first Friday of each month"),
        ("first and third Friday", "FREQ=MONTHLY;BYDAY=1FR,3FR", "first and third Friday of each month"),
        ("last Thursday of each month", "FREQ=MONTHLY;BYDAY=-1TH", "last Thursday of each month"),
        (
            "third Wednesday of November",
            "FREQ=YEARLY;BYMONTH=11;BYDAY=3WE",
            "third Wednesday of November",
        ),
        ("every Wednesday", "FREQ=WEEKLY;BYDAY=WE", "every Wednesday"),
        ("Each Monday and Thursday", "FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "Friday, every second week"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "Friday, every second week"),
        ("weekly", "FREQ=WEEKLY;BYDAY=FR", "every Friday"),
        ("monthly", "FREQ=MONTHLY;BYMONTHDAY=4", "day 4 of each month"),
        ("daily", "FREQ=DAILY", "every day"),
        ("freq=monthly; byday=1fr; interval=3", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1FR", "first Friday of every 3 months"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", None),
    ],
)  # fmt: skip
def test_words_mean_a_rule_and_a_rule_is_put_into_words(
    typed: str, rule: str, words: str | None
) -> None:
    assert parse(typed, FRIDAY).text == rule
    assert in_words(rule) == words


def test_a_repeat_ends_after_its_last_day_or_after_so_many_times() -> None:
    assert dates("first Friday until 2027-03-05") == [
        *("2026-12-04", "2027-01-01", "2027-02-05", "2027-03-05")
    ]
    assert dates("first Friday, until 2027-03-04")[-1] == "2027-02-05"
    assert dates("every Friday, 3 times") == ["2026-12-04", "2026-12-11", "2026-12-18"]
    assert dates("every Friday twelve times")[-1] == "2027-02-19"
    assert dates("FREQ=WEEKLY;BYDAY=FR;COUNT=2") == ["2026-12-04", "2026-12-11"]
    assert dates("FREQ=WEEKLY;BYDAY=FR;UNTIL=20261211T235959Z") == ["2026-12-04", "2026-12-11"]


def test_a_repeat_without_an_end_is_worked_out_to_the_horizon() -> None:
    assert dates("first Friday")[-1] == "2027-12-03"
    assert parse("first Friday", FRIDAY).endless


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("every second Friday", 'can be taken in two ways; write "second Friday of the month" or "every 2 weeks"'),
        ("every other Friday", 'can be taken in two ways; write "second Friday of the month" or "every 2 weeks"'),
        ("every third Friday", 'can be taken in two ways; write "third Friday of the month" or "every 3 weeks"'),
        ("fiirst Friday", 'is no repeat that is known; write "first Friday of the month"'),
        ("fiirst Friday", 'did you mean "first"?'),
        ("every Fryday", 'did you mean "Friday"?'),
        ("now and then", "is no repeat that is known"),
        ("first Friday until 2026-02-31", '"2026-02-31" is no day of the calendar'),
        ("first Friday until 2026-01-01", "never happens: it ends on 2026-01-01, before it starts"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 'never happens: no day from 2026-12-04 on fits'),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6,9,11", "never happens"),
        ("third Friday", 'Start is Friday 2026-12-04; write "Start: 2026-12-18 07:15"'),
        ("FREQ=HOURLY", 'FREQ is "HOURLY"; write one of: DAILY, WEEKLY, MONTHLY, YEARLY'),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL both say when it ends; keep one"),
        ("FREQ=DAILY;COUNT=0", 'COUNT is "0"; write how often, such as 12'),
        ("FREQ=DAILY;UNTIL=soon", 'UNTIL is "SOON"; write the last day, such as 20271231'),
        ("FREQ=WEEKLY;BYDYA=FR", '"BYDYA" is no part of a repeat; write some of FREQ'),
        ("FREQ=WEEKLY;BYDYA=FR", 'did you mean "BYDAY"?'),
        ("FREQ=WEEKLY;BYDAY=XX", "is no repeat (RFC 5545)"),
         ("FREQ=WEEKLY;INTERVAL=0", 'INTERVAL is "0"; write a number from 1 to 99'),
        ("FREQ=WEEKLY;FREQ=DAILY", '"FREQ" is there twice'),
        ("every 0 weeks", "has no number that is known in it"),
        ("every Friday, umpteen times", "has no number that is known in it"),
    ],
)  # fmt: skip
def test_what_is_no_repeat_is_refused_with_what_to_write(typed: str, said: str) -> None:
    assert said in refusal(typed)


def test_a_repeat_that_would_have_no_end_of_dates_is_refused() -> None:
    long_ago = datetime(2000, 1, 1, 7, 15)  # noqa: DTZ001
    assert "has more than 5000 dates; write an earlier end" in refusal("daily", long_ago)
