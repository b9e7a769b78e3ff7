"""Moments, durations and zones: what is doubtful is refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.meetups.times import duration, ending, later, moment, zone_named

SYDNEY = ZoneInfo("Australia/Sydney")
ZONES = [
    ZoneInfo(name)
    for name in ("Australia/Sydney", "Australia/Lord_Howe", "Europe/London", "America/New_York")
]


def refusal(typed: str, zone: ZoneInfo = SYDNEY) -> str:
    with pytest.raises(ValueError, match=r".") as told:
        moment(typed, zone)
    return str(told.value)


def test_a_time_that_does_not_exist_is_refused_with_the_two_that_may_be_meant() -> None:
    assert refusal("2026-10-04 02:30") == (
        '"2026-10-04 02:30" does not exist in Australia/Sydney, where clocks go forward then; '
        "write 2026-10-04 01:30 or 2026-10-04 03:30"
    )


def test_a_time_that_comes_twice_is_refused_with_both_as_they_are_written() -> None:
    assert refusal("2026-04-05 02:30") == (
        '"2026-04-05 02:30" comes twice in Australia/Sydney, where clocks go back then; '
        "write 2026-04-05 02:30+11:00 for the first or 2026-04-05 02:30+10:00 for the second"
    )
    first, second = (moment(f"2026-04-05 02:30{offset}", SYDNEY) for offset in ("+11:00", "+10:00"))
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert (first.fold, second.fold) == (0, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-12-02", '"2026-12-02" has no time; write 2026-12-02 18:00'),
        ("31 Nov 2026 6pm", '"31 Nov 2026 6pm" is not a date; write 2026-11-30 18:00'),
        ("2026-12-02 25:00", '"2026-12-02 25:00" is not a date'),
        (
            "2026-12-02 18:00:30",
            '"2026-12-02 18:00:30" is not to the minute; write 2026-12-02 18:00',
        ),
        (
            "2026-12-02 18:00+10:00",
            '"2026-12-02 18:00+10:00" is 2026-12-02 19:00 in Australia/Sydney; write that, without',
        ),
        ("2026-12-02 07:00Z", '"2026-12-02 07:00Z" is 2026-12-02 18:00 in Australia/Sydney; write'),
    ],
)
def test_what_is_no_moment_is_refused_with_what_is_probably_meant(typed: str, said: str) -> None:
    assert refusal(typed).startswith(said)


@given(
    st.datetimes(datetime(2008, 1, 1), datetime(2036, 12, 31)),  # noqa: DTZ001 - wall time
    st.sampled_from(ZONES),
)
def test_a_moment_shows_on_the_wall_what_was_typed_or_is_refused(
    local: datetime, zone: ZoneInfo
) -> None:
    local = local.replace(second=0, microsecond=0)
    of_utc = [
        local.replace(tzinfo=UTC) + timedelta(minutes=minutes)
        for minutes in range(-14 * 60, 14 * 60 + 1, 30)
    ]
    shown = sum(when.astimezone(zone).replace(tzinfo=None) == local for when in of_utc)
    try:
        found = moment(f"{local:%Y-%m-%d %H:%M}", zone)
    except ValueError:
        assert shown != 1
    else:
        assert found.replace(tzinfo=None) == local
        assert shown == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Sydney", "Australia/Sydney"),
        ("sydney", "Australia/Sydney"),
        ("australia/sydney", "Australia/Sydney"),
        ("Australia/Sidney", "Australia/Sydney"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_one_that_is_probably_meant(
    typed: str, meant: str
) -> None:
    with pytest.raises(ValueError, match=f'is no known time zone; did you mean "{meant}"'):
        zone_named(typed)


@pytest.mark.parametrize("typed", ["EST", "Mars/Olympus", "../etc/passwd", "", "posix/Asia/Tokyo"])
def test_abbreviations_and_inventions_are_no_zones(typed: str) -> None:
    with pytest.raises(ValueError, match="is no known time zone"):
        zone_named(typed)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2 hours 30 minutes", 150),
        ("2 hours and 30 min", 150),
        ("2h30m", 150),
        ("2h 30m", 150),
        ("2.5 hours", 150),
        ("90 min", 90),
        ("1 hour", 60),
        ("1 day", 1440),
        ("PT2H30M", 150),
        ("P1DT1H", 1500),
    ],
)
def test_durations_are_read_as_people_write_them(typed: str, minutes: int) -> None:
    assert duration(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize("typed", ["90", "a while", "2 hours-ish", "PT", "P", "2 fortnights", ""])
def test_what_is_no_duration_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write it as 2 hours 30 minutes"):
        duration(typed)


def test_no_time_at_all_is_no_duration() -> None:
    with pytest.raises(ValueError, match="is no time at all"):
        duration("0 minutes")


def test_an_end_is_a_time_of_the_same_day_or_a_moment() -> None:
    start = moment("2026-12-02 18:00", SYDNEY)
    assert ending("20:30", start, SYDNEY) == moment("2026-12-02 20:30", SYDNEY)
    assert ending("2026-12-03 01:00", start, SYDNEY) == moment("2026-12-03 01:00", SYDNEY)
    for typed in ("8.30 pm", "8pm", "20.30", "8:30pm"):
        with pytest.raises(ValueError, match="is not a time; write it as 20:30"):
            ending(typed, start, SYDNEY)


def test_a_duration_is_real_time_across_a_change_of_the_clocks() -> None:
    start = moment("2026-10-03 23:00", SYDNEY)
    assert f"{later(start, timedelta(hours=5)):%d %H:%M %z}" == "04 05:00 +1100"
    start = moment("2026-04-04 23:00", SYDNEY)
    assert f"{later(start, timedelta(hours=5)):%d %H:%M %z}" == "05 03:00 +1000"
