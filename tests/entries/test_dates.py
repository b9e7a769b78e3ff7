"""A typed date means one instant, on both sides of daylight saving; a slip is told with its mend."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.entries.dates import clock, clock_change, day, iso, later_than, parse_date, span

SYDNEY = ZoneInfo("Australia/Sydney")


def utc(text: str) -> str:
    return parse_date(text, SYDNEY).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-05-25", "2026-05-24 14:00:00"),
        ("2026-05-25 08:15", "2026-05-24 22:15:00"),
        ("2026-05-25T08:15", "2026-05-24 22:15:00"),
        ("2026-05-25 08:15:30", "2026-05-24 22:15:30"),
        ("2026-05-25 8:15", "2026-05-24 22:15:00"),
        ("2026-05-25 08:15Z", "2026-05-25 08:15:00"),
        ("2026-05-25 08:15+02:00", "2026-05-25 06:15:00"),
        ("2026-05-25 08:15 -03:30", "2026-05-25 11:45:00"),
        ("2026-05-25T08:15:30 +10:00", "2026-05-24 22:15:30"),
        ("2024-02-29", "2024-02-28 13:00:00"),
    ],
)
def test_each_form_of_a_date_means_its_instant(typed: str, instant: str) -> None:
    assert utc(typed) == instant
    assert parse_date(typed, SYDNEY).tzinfo is SYDNEY


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-04-05 01:59", "2026-04-04 14:59:00"),  # summer time until 3 o'clock …
        ("2026-04-05 03:00", "2026-04-04 17:00:00"),  # … when clocks go back
        ("2026-10-04 01:59", "2026-10-03 15:59:00"),  # standard time until 2 o'clock …
        ("2026-10-04 03:00", "2026-10-03 16:00:00"),  # … when clocks go forward
    ],
)
def test_the_instant_is_right_on_both_sides_of_each_change_of_clocks(
    typed: str, instant: str
) -> None:
    assert utc(typed) == instant
    assert clock_change(typed, SYDNEY) is None


def test_an_hour_that_comes_twice_means_the_first_and_says_so() -> None:
    assert utc("2026-04-05 02:30") == "2026-04-04 15:30:00"
    said = clock_change("2026-04-05 02:30", SYDNEY)
    assert said is not None
    assert "comes twice in Australia/Sydney" in said
    assert "taken as 2026-04-05 02:30+11:00" in said
    assert utc("2026-04-05 02:30+10:00") == "2026-04-04 16:30:00"
    assert clock_change("2026-04-05 02:30+10:00", SYDNEY) is None


def test_an_hour_that_does_not_exist_means_what_an_unchanged_clock_would_show_and_says_so() -> None:
    assert utc("2026-10-04 02:30") == "2026-10-03 16:30:00"
    said = clock_change("2026-10-04 02:30", SYDNEY)
    assert said is not None
    assert "2026-10-04 02:30 does not exist in Australia/Sydney" in said
    assert "taken as 03:30" in said


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30)),  # noqa: DTZ001 - made aware below
    st.integers(-14 * 60, 14 * 60),
)
def test_any_instant_written_with_its_offset_is_read_back_as_the_same(
    local: datetime, minutes: int
) -> None:
    aware = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    for separator in ("T", " "):
        assert parse_date(aware.isoformat(separator), SYDNEY) == aware
    in_sydney = aware.astimezone(SYDNEY)
    if in_sydney.utcoffset().total_seconds() % 60 == 0:  # before 1895 there were seconds in it
        assert parse_date(iso(in_sydney), SYDNEY) == aware


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - as typed
def test_a_local_time_reads_back_as_typed_unless_clocks_skip_it(local: datetime) -> None:
    typed = local.strftime("%Y-%m-%d %H:%M")
    said = clock_change(typed, SYDNEY)
    same = parse_date(typed, SYDNEY).strftime("%Y-%m-%d %H:%M") == typed
    assert same == (said is None or "comes twice" in said)


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ("31 Nov 2026 6pm", "2026-11-30 18:00"),
        ("30 November 2026", "2026-11-30"),
        ("2026-11-31", "2026-11-30"),
        ("2026-02-29 07:30", "2026-02-28 07:30"),
        ("2026/11/30 18:00", "2026-11-30 18:00"),
        ("5/6/2026", "2026-06-05"),
        ("20261130", "2026-11-30"),
        ("2026-11-30 6 pm", "2026-11-30 18:00"),
        ("soon", "it as 2026-11-30 18:00"),
        ("", "it as 2026-11-30 18:00"),
        ("9999-12-31 23:59-12:00", "it as 2026-11-30 18:00"),
    ],
)
def test_what_is_no_date_is_refused_with_what_was_probably_meant(typed: str, mend: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as told:
        parse_date(typed, SYDNEY)
    assert str(told.value) == f'"{typed}" is not a date; write {mend}'


@pytest.mark.parametrize(
    "typed",
    ["2026-5-1", "2026-W22", "2026-05-25 24:00", "2026-05-25T08", "٢٠٢٦-٠٥-٢٥"],
)
def test_what_only_looks_like_a_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(typed, SYDNEY)


@given(st.text(max_size=40) | st.from_regex(r"[0-9 :.+/Z-]{1,30}", fullmatch=True))
def test_any_text_is_a_date_or_refused_with_a_sentence(typed: str) -> None:
    try:
        said = iso(parse_date(typed, SYDNEY))
    except ValueError as told:
        said = str(told)
    refused = said.startswith(f'"{typed}" is not a date; write ')
    assert refused or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]1[01]:0[05](?::\d\d)?", said)


def test_a_day_is_later_only_when_it_has_not_come() -> None:
    at = parse_date("2026-05-25 08:15", SYDNEY)
    assert not later_than(at, at)
    assert not later_than(at + timedelta(milliseconds=500), at)
    assert later_than(at + timedelta(minutes=1), at)
    assert not later_than(at - timedelta(days=1), at)


def test_dates_and_hours_are_written_as_australians_write_them() -> None:
    when = parse_date("2026-05-05 08:05", SYDNEY)
    assert (day(when), clock(when)) == ("5 May 2026", "8.05 am")
    hours = {"00:00": "12 am", "12:00": "12 pm", "12:30": "12.30 pm", "23:59": "11.59 pm"}
    for typed, said in hours.items():
        assert clock(parse_date(f"2026-05-05 {typed}", SYDNEY)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-05-25 08:00", "2026-05-25 23:00", "25 May 2026"),
        ("2026-05-25", "2026-05-28", "25 to 28 May 2026"),
        ("2026-05-25", "2026-06-02", "25 May to 2 June 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 to 2 January 2026"),
        ("2025-05-25", "2026-05-25", "25 May 2025 to 25 May 2026"),
    ],
)
def test_a_span_of_days_says_no_month_or_year_twice(first: str, last: str, said: str) -> None:
    assert span(parse_date(first, SYDNEY), parse_date(last, SYDNEY)) == said
