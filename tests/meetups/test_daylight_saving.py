"""Across both changes of the clocks in Sydney: what the calendar says is what the clock on the wall shows.

The tz database (zoneinfo) is asked for the instant of each local time, and recurring-ical-events, which
knows nothing of how the calendar was made, reads it back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.meetups.reading_back import calendar, event, instances, utc
from tests.sites import Site

pytestmark = pytest.mark.slow

SYDNEY = ZoneInfo("Australia/Sydney")
SPRING, AUTUMN = "2026-10-04", "2027-04-04"
"""The Sundays on which clocks go forward and back."""


def instant(local: str) -> datetime:
    """The only instant at which clocks in Sydney show this."""
    wall = datetime.fromisoformat(local)
    found = [
        when
        for minutes in range(9 * 60, 12 * 60 + 1, 30)
        if (when := wall.replace(tzinfo=UTC) - timedelta(minutes=minutes))
        .astimezone(SYDNEY)
        .replace(tzinfo=None)
        == wall
    ]
    (one,) = found
    return one


DAYS = [
    f"{datetime.fromisoformat(sunday) + timedelta(days=days):%Y-%m-%d}"
    for sunday in (SPRING, AUTUMN)
    for days in (-8, -7, -1, 0, 6, 7)
]


@pytest.fixture(scope="module")
def weekends(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An event in the small hours, by day and in the evening of the weekends before, of and after each
    change, and one through each of the two nights."""
    site = Site(tmp_path_factory.mktemp("weekends"))
    for day in DAYS:
        for start, end in (
            ("00:30", "01:45"),
            ("03:15", "04:00"),
            ("10:00", "12:30"),
            ("18:00", "20:30"),
        ):
            site.meetup(f"{day}-{start[:2]}", start=f"{day} {start}", end=end)
    for sunday in (SPRING, AUTUMN):
        saturday = f"{datetime.fromisoformat(sunday) - timedelta(days=1):%Y-%m-%d}"
        site.meetup(f"{saturday}-night", start=f"{saturday} 22:00", end=f"{sunday} 04:00")
    site.build()
    return site  # fmt: skip


def test_events_on_the_weekends_around_both_changes_are_at_the_instants_of_the_tz_database(
    weekends: Site,
) -> None:
    expected = sorted(
        (instant(f"{day} {start}"), instant(f"{day} {end}"))
        for day in DAYS
        for start, end in (("00:30", "01:45"), ("03:15", "04:00"), ("10:00", "12:30"), ("18:00", "20:30"))
    )  # fmt: skip
    nights = [
        (instant("2026-10-03 22:00"), instant("2026-10-04 04:00")),
        (instant("2027-04-03 22:00"), instant("2027-04-04 04:00")),
    ]
    assert instances(weekends, "meetups.ics", "2026-09-01", "2027-05-01") == sorted(
        expected + nights
    )
    assert [end - start for start, end in nights] == [timedelta(hours=5), timedelta(hours=7)]


def test_the_page_of_each_shows_the_offset_of_its_own_day(weekends: Site) -> None:
    for day in DAYS:
        page = weekends.tree(f"meetups/{day}-18/")
        shown = page.xpath('string(//dl//time[@class="dt-start"]/@datetime)')
        assert utc(datetime.fromisoformat(shown)) == instant(f"{day} 18:00")
        assert "6\u00a0pm" in page.xpath("string(//dl[@class='facts'])")


def test_the_two_changes_themselves_lie_between_saturday_and_sunday(weekends: Site) -> None:
    for sunday, before, after in ((SPRING, "+1000", "+1100"), (AUTUMN, "+1100", "+1000")):
        saturday = f"{datetime.fromisoformat(sunday) - timedelta(days=1):%Y-%m-%d}"
        assert f"{event(weekends, f'{saturday}-18')['DTSTART'].dt:%z}" == before
        assert f"{event(weekends, f'{sunday}-18')['DTSTART'].dt:%z}" == after


@pytest.mark.parametrize(
    ("repeats", "start", "times"),
    [
        ("every Saturday, 10 times", "2026-09-05 23:00", 10),
        ("every Sunday, 10 times", "2026-09-06 09:00", 10),
        ("every Sunday, 10 times", "2027-03-07 01:30", 10),
        ("first Sunday, 14 times", "2026-09-06 03:30", 14),
        ("daily, 40 times", "2026-09-15 18:00", 40),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;COUNT=30", "2026-09-05 18:00", 30),
        ("FREQ=WEEKLY;BYDAY=FR,SA,SU;UNTIL=20270501", "2026-09-04 23:30", 104),
    ],
)
def test_what_repeats_across_a_change_stays_at_the_same_time_on_the_wall(
    site: Site, repeats: str, start: str, times: int
) -> None:
    site.meetup("a", start=start, end=None, duration="90 minutes", repeats=repeats)
    site.build()
    found = instances(site, "meetups/a.ics", "2026-09-01", "2028-01-01")
    assert len(found) == times
    wall = {f"{begins.astimezone(SYDNEY):%H:%M}" for begins, _ in found}
    assert wall == {start[-5:]}
    assert {f"{begins.astimezone(SYDNEY):%z}" for begins, _ in found} == {"+1000", "+1100"}
    assert [begins for begins, _ in found] == [
        instant(f"{begins.astimezone(SYDNEY):%Y-%m-%d %H:%M}") for begins, _ in found
    ]


def test_exceptions_and_extra_dates_on_both_sides_of_a_change_are_read_back(site: Site) -> None:
    site.meetup(
        "a",
        start="2026-09-06 09:00",
        end="10:00",
        repeats="first Sunday until 2027-05-31",
        **{"except": "2026-10-04, 2027-04-04"},
        also="2026-10-05 09:00, 2027-04-03 19:00",
    )
    site.build()
    local = [
        *("2026-09-06 09:00", "2026-10-05 09:00", "2026-11-01 09:00", "2026-12-06 09:00"),
        *("2027-01-03 09:00", "2027-02-07 09:00", "2027-03-07 09:00", "2027-04-03 19:00"),
        "2027-05-02 09:00",
    ]
    found = instances(site, "meetups/a.ics", "2026-08-01", "2028-01-01")
    assert [begins for begins, _ in found] == [instant(one) for one in local]


def test_both_of_a_time_that_comes_twice_are_told_apart(site: Site) -> None:
    site.meetup("first", start="2026-04-05 02:30+11:00", end="04:00")
    site.meetup("second", start="2026-04-05 02:30+10:00", end="04:00")
    site.build()
    first, second = (event(site, name) for name in ("first", "second"))
    assert utc(first["DTSTART"].dt) == datetime(2026, 4, 4, 15, 30, tzinfo=UTC)
    assert utc(second["DTSTART"].dt) == datetime(2026, 4, 4, 16, 30, tzinfo=UTC)
    assert utc(first["DTEND"].dt) == utc(second["DTEND"].dt) == instant("2026-04-05 04:00")


def test_the_zone_in_the_calendar_alone_gives_the_same_instants(weekends: Site) -> None:
    """For a program that does not know Australia/Sydney by name."""
    read = calendar(weekends)
    (zone,) = read.walk("VTIMEZONE")
    own = zone.to_tz(lookup_tzid=False)
    for one in read.walk("VEVENT"):
        when = one["DTSTART"].dt
        assert utc(when.replace(tzinfo=own)) == utc(when)


@pytest.mark.parametrize(
    ("lasts", "ends"),
    [
        ({"end": None, "duration": "6 hours"}, "2026-10-04 05:00"),
        ({"end": "2026-09-27 04:00"}, "2026-10-04 04:00"),
    ],
)
def test_a_repeat_through_the_night_of_a_change_ends_in_the_calendar_as_on_the_page(
    site: Site, lasts: dict[str, Any], ends: str
) -> None:
    head = {"start": "2026-09-26 22:00", "repeats": "every Saturday, 3 times"}
    site.meetup("a", **head, **lasts)
    site.build(at="2026-09-01")
    shown = site.tree("meetups/a/").xpath("//dl//time/@datetime")
    on_page = [utc(datetime.fromisoformat(moment)) for moment in shown]
    found = instances(site, "meetups/a.ics", "2026-09-01", "2027-01-01")
    assert [moment for one in found for moment in one] == on_page
    assert on_page[2:4] == [instant("2026-10-03 22:00"), instant(ends)]
