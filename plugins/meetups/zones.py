"""The rules of a time zone as a calendar carries them (VTIMEZONE, RFC 5545 section 3.6.5).

icalendar can write one itself, but lists every change from 1970 to 2037 one by one and dates those to
summer time an hour late; clients that expand nothing past the list are then wrong. Here the changes
of a span of years are looked up in the tz database and put as a yearly rule where there is one, such
as "the first Sunday in October at 2 am".
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

_YEARS = 12
"""As many years show whether a change is on the first Sunday or on the seventh day of the month."""
_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@dataclass(frozen=True, slots=True)
class Change:
    """Clocks go from one offset to another. at: by the clock as it was until then (naive)."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def timezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The VTIMEZONE of `zone` for events from `first` on; right until `last` and, where the zone has
    a yearly rule, ever after."""
    begins = first.year - 1
    ends = max(last.year + 1, begins + _YEARS)
    found = changes(zone, begins, ends)
    made = Timezone()
    made.add("tzid", zone.key)
    groups: dict[tuple[timedelta, timedelta, str, bool], list[Change]] = {}
    for change in found:
        key = (change.before, change.after, change.name, change.summer)
        groups.setdefault(key, []).append(change)
    if not found:
        start = datetime(begins, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta()
        alone = Change(start.replace(tzinfo=None), offset, offset, start.tzname() or "", False)
        groups[offset, offset, alone.name, False] = [alone]
    for group in groups.values():
        made.add_component(_observance(group, begins, ends))
    return made


@cache  # of a zone each calendar asks for the same years
def changes(zone: ZoneInfo, begins: int, ends: int) -> tuple[Change, ...]:
    """Every change of the clocks of `zone` from the year `begins` to the end of `ends`."""
    return tuple(_changes(zone, begins, ends))


def _changes(zone: ZoneInfo, begins: int, ends: int) -> Iterator[Change]:
    day = datetime(begins, 1, 1, tzinfo=UTC)
    before = day.astimezone(zone)
    while day.year <= ends:
        day += timedelta(days=1)
        after = day.astimezone(zone)
        if after.utcoffset() != before.utcoffset() or after.tzname() != before.tzname():
            yield _change(day - timedelta(days=1), day, zone)
        before = after


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> Change:
    """The one change between two moments (UTC)."""
    old = low.astimezone(zone)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        now = middle.astimezone(zone)
        same = (now.utcoffset(), now.tzname()) == (old.utcoffset(), old.tzname())
        low, high = (middle, high) if same else (low, middle)
    new = high.astimezone(zone)
    before, after = old.utcoffset() or timedelta(), new.utcoffset() or timedelta()
    at = (high + before).replace(tzinfo=None)
    return Change(at, before, after, new.tzname() or "", bool(new.dst()))


def _observance(group: list[Change], begins: int, ends: int) -> TimezoneStandard | TimezoneDaylight:
    first = group[0]
    made = TimezoneDaylight() if first.summer else TimezoneStandard()
    made.add("dtstart", first.at)
    made.add("tzoffsetfrom", first.before)
    made.add("tzoffsetto", first.after)
    made.add("tzname", first.name)
    rule = _rule(group, begins, ends)
    if rule is not None:
        made.add("rrule", vRecur(rule))
    else:
        for change in group[1:]:
            made.add("rdate", change.at)
    return made


def _rule(group: list[Change], begins: int, ends: int) -> dict[str, object] | None:
    """The yearly rule that gives all of the changes, when they come once in each year of the span."""
    if [change.at.year for change in group] != list(range(begins, ends + 1)):
        return None
    at = group[0].at
    if {(c.at.month, c.at.weekday(), c.at.time()) for c in group} != {
        (at.month, at.weekday(), at.time())
    }:
        return None
    nth = {(change.at.day - 1) // 7 + 1 for change in group}
    last = {
        change.at.day + 7 > calendar.monthrange(c.year, c.month)[1]
        for change in group
        for c in [change.at]
    }
    if len(nth) == 1 and nth != {5}:
        which = nth.pop()
    elif last == {True}:
        which = -1
    else:
        return None
    return {"freq": "yearly", "bymonth": at.month, "byday": f"{which}{_DAYS[at.weekday()]}"}
