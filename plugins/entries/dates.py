"""Dates as an author types them, turned into instants.

A date without an offset is local time in the site's zone (IANA name, RFC 9557); the instant is right
on both sides of daylight saving. Nothing past this module is a naive datetime.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import parser as dateutil_parser

from plugins.words import text, texts

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

# Stricter than datetime.fromisoformat, which also takes 20261130 and week dates.
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d{1,2}:\d\d(?::\d\d)?(?: ?(?:Z|[+-]\d\d:\d\d))?)?", re.ASCII
)
_ONE_DIGIT = re.compile(r"([T ])(\d:)")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DEFAULT_ZONE = "Australia/Sydney"
"""Where ENTRY_TIMEZONE names no other."""
EARLIEST = 1900
"""No entry is older: a year below it is a slip, and no feed reader takes one of three digits."""


def parse_date(text: str, zone: ZoneInfo) -> datetime:
    """The instant that `2026-11-30`, `2026-11-30 18:00` or `2026-11-30 18:00+10:00` means.

    The answer is aware and in `zone`. A date without a time is its midnight. Where the local time
    exists twice the first is meant; where it does not exist, the instant an unchanged clock would
    show (PEP 495, fold=0); `clock_change` tells of both.
    Raises ValueError with a sentence that says what to write instead.
    """
    if dash := _DASHES.search(text):
        meant = _DASHES.sub("-", text)
        written = meant if _ISO.fullmatch(meant) else _suggestion(meant)
        raise ValueError(
            f'"{text}" holds the dash U+{ord(dash[0]):04X}, which a word processor puts in place of "-"; '
            f"write {written}"
        )
    if _ISO.fullmatch(text):
        try:
            typed = _ONE_DIGIT.sub(r"\g<1>0\2", text)
            when = datetime.fromisoformat(typed.replace(" +", "+").replace(" -", "-"))
        except ValueError:
            pass
        else:
            if when.year < EARLIEST:
                raise ValueError(
                    f'"{text}" is in the year {when.year}; write one from {EARLIEST} on'
                )
            if when.tzinfo is None:
                when = when.replace(tzinfo=zone)
            with suppress(OverflowError):  # the first and the last day that a datetime can hold
                return when.astimezone(UTC).astimezone(zone)
    raise ValueError(f'"{text}" is not a date; write {_suggestion(text)}')


def clock_change(text: str, zone: ZoneInfo) -> str | None:
    """A sentence when the local time in `text` does not exist or exists twice, else None."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is not None:
        return None
    first, second = when.replace(tzinfo=zone), when.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return None
    there_and_back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if there_and_back != when:
        return f"{when:%Y-%m-%d %H:%M} does not exist in {zone.key} (clocks go forward); taken as {there_and_back:%H:%M}"
    return (
        f"{when:%Y-%m-%d %H:%M} comes twice in {zone.key} (clocks go back); taken as "
        f"{first.isoformat(' ', 'minutes')}; write the offset to be exact"
    )


def _suggestion(text: str) -> str:
    """The date that was probably meant, as it should be written; an example when that is not clear."""
    for attempt in (text, *_earlier_days(text)):
        try:
            meant = dateutil_parser.parse(attempt, dayfirst="-" not in attempt)
        except (ValueError, OverflowError):
            continue
        if not 1900 <= meant.year < 3000:
            continue
        if (meant.hour, meant.minute) == (0, 0):
            return f"{meant:%Y-%m-%d}"
        return f"{meant:%Y-%m-%d %H:%M}"
    return "it as 2026-11-30 18:00"


def _earlier_days(text: str) -> list[str]:
    """31 Nov is meant as the last day of November: the same text with the day lowered to 30, 29, 28."""
    return [re.sub(r"\b(?:29|30|31)\b", str(day), text, count=1) for day in (30, 29, 28)]


def day(when: date) -> str:
    """`25 May 2026`."""
    return text("date.day", day=when.day, month=_month(when), year=when.year)


def day_month(when: datetime) -> str:
    """`25 May`."""
    return text("date.day_month", day=when.day, month=_month(when))


def weekday(when: datetime) -> str:
    """`Wednesday 2 December 2026`."""
    return text("date.weekday", weekday=texts("date.weekdays")[when.weekday()], day=day(when))


def weekday_short(when: datetime) -> str:
    """`Wed 2 December 2026`, for a narrow margin."""
    return text("date.weekday", weekday=texts("date.weekdays_short")[when.weekday()], day=day(when))


def span(first: datetime, last: datetime) -> str:
    """`25 May 2026`, `25 to 28 May 2026`, `25 May to 2 June 2026`, `30 December 2025 to 2 January 2026`."""
    if first.date() == last.date():
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return text("date.span", first=text("date.day_of_month", day=first.day), last=day(last))
    begins = day_month(first) if first.year == last.year else day(first)
    return text("date.span", first=begins, last=day(last))


def clock(when: datetime) -> str:
    """`8.15 am`, as Australian style guides set it."""
    return text(
        "date.clock" if when.minute else "date.clock_hour",
        hour=when.hour % 12 or 12,
        hour24=when.hour,
        minute=f"{when.minute:02}",
        half=text("date.am" if when.hour < 12 else "date.pm"),
    )


def month_of(year: int, month: int) -> str:
    """`June 2026`."""
    return text("date.month", month=texts("date.months")[month - 1], year=year)


def _month(when: date) -> str:
    return texts("date.months")[when.month - 1]


def iso(when: datetime) -> str:
    """RFC 3339, to the second."""
    return when.isoformat(timespec="seconds")


def later_than(when: datetime, at: datetime) -> bool:
    """Whether `when` has not come yet at `at`; a second's rounding does not hide an entry."""
    return when - at > timedelta(seconds=1)
