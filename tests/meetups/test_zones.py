"""A VTIMEZONE gives the offsets of the tz database, by rules that go on for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from plugins.meetups.zones import changes, timezone

ZONES = [
    *("Australia/Sydney", "Australia/Lord_Howe", "Australia/Brisbane", "Pacific/Auckland"),
    *("Europe/London", "America/New_York", "Asia/Kolkata", "Africa/Casablanca"),
]


def lines(name: str, first: int, last: int) -> str:
    made = timezone(
        ZoneInfo(name), datetime(first, 3, 1, tzinfo=UTC), datetime(last, 3, 1, tzinfo=UTC)
    )
    return made.to_ical().decode()


def test_sydney_has_the_two_rules_that_its_clocks_keep() -> None:
    assert lines("Australia/Sydney", 2025, 2027) == (
        "BEGIN:VTIMEZONE\r\nTZID:Australia/Sydney\r\n"
        "BEGIN:STANDARD\r\nDTSTART:20240407T030000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4\r\n"
        "TZNAME:AEST\r\nTZOFFSETFROM:+1100\r\nTZOFFSETTO:+1000\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:20241006T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=10\r\n"
        "TZNAME:AEDT\r\nTZOFFSETFROM:+1000\r\nTZOFFSETTO:+1100\r\nEND:DAYLIGHT\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_a_zone_without_summer_time_has_one_offset() -> None:
    assert "DAYLIGHT" not in lines("Australia/Brisbane", 2025, 2027)
    assert lines("Australia/Brisbane", 2025, 2027).count("BEGIN:STANDARD") == 1


@pytest.mark.parametrize("name", ZONES)
def test_every_half_day_of_the_span_has_the_offset_of_the_tz_database(name: str) -> None:
    zone = ZoneInfo(name)
    read: Timezone = Calendar.from_ical(lines(name, 2025, 2029))  # type: ignore[assignment]
    own = read.to_tz(lookup_tzid=False)
    local = datetime(2025, 3, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    while local.year < 2030:
        assert local.replace(tzinfo=own).utcoffset() == local.replace(tzinfo=zone).utcoffset(), (
            local
        )
        local += timedelta(hours=12)


def test_sydney_is_right_thirty_years_after_the_last_event() -> None:
    zone = ZoneInfo("Australia/Sydney")
    read: Timezone = Calendar.from_ical(lines("Australia/Sydney", 2026, 2026))  # type: ignore[assignment]
    own = read.to_tz(lookup_tzid=False)
    for change in changes(zone, 2035, 2056):
        for hours in (-25, -1, 3, 25):
            local = change.at + timedelta(hours=hours)
            assert (
                local.replace(tzinfo=own).utcoffset() == local.replace(tzinfo=zone).utcoffset()
            ), local


def test_changes_that_kept_no_rule_are_listed_one_by_one() -> None:
    # Sydney moved its dates in 2008, and in 2006 for the Commonwealth Games.
    text = lines("Australia/Sydney", 2006, 2007)
    assert "20060402T030000" in text
    assert "RRULE" not in text
    assert text.count("RDATE") > 20
