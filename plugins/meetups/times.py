"""Moments, durations and time zones as an author types them.

Where `plugins.entries.dates` takes a doubtful local time and warns, a meetup's is refused: people
stand in front of a door at it. Every function raises ValueError with a sentence that says what was
found and what to write.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from plugins.entries.dates import parse_date
from plugins.faults import nearest

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d{1,2}:\d\d)(?::00)?\s?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_PART = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m)(?![a-z])", re.IGNORECASE
)
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name (RFC 9557), such as Australia/Sydney."""
    known = _zones()
    if name in known:
        return ZoneInfo(name)
    typed = name.strip().replace(" ", "_").casefold()
    by_city = sorted(zone for zone in known if zone.rsplit("/", 1)[-1].casefold() == typed)
    near = by_city[0] if by_city else nearest(name, known)
    hint = f'; did you mean "{near}"?' if near else "; write a name such as Australia/Sydney"
    raise ValueError(f'"{name}" is no known time zone{hint}')


def moment(text: str, zone: ZoneInfo) -> datetime:
    """The moment of `2026-12-02 18:00` in `zone`. With an offset, which tells apart the two of a time
    that comes twice, the offset must be one that the zone has then."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        if _DAY.fullmatch(text):
            parse_date(text, zone)
            raise ValueError(f'"{text}" has no time; write {text} 18:00')
        when = parse_date(text, zone)  # its message says what was probably meant
        raise ValueError(f'"{text}" is not to the minute; write {when:%Y-%m-%d %H:%M}')
    when = parse_date(text.replace("T", " ", 1), zone)
    local = datetime.fromisoformat(f"{found[1]} {found[2]:0>5}")
    if found[3]:
        if when.replace(tzinfo=None) != local:
            raise ValueError(
                f'"{text}" is {when:%Y-%m-%d %H:%M} in {zone.key}; write that, without an offset'
            )
        return when
    return settled(local, zone)


def settled(local: datetime, zone: ZoneInfo) -> datetime:
    """The one moment at which clocks in `zone` show `local` (naive)."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    shown = f"{local:%Y-%m-%d %H:%M}"
    if not exists(local, zone):
        before, after = (one.astimezone(UTC).astimezone(zone) for one in (second, first))
        raise ValueError(
            f'"{shown}" does not exist in {zone.key}, where clocks go forward then; '
            f"write {before:%Y-%m-%d %H:%M} or {after:%Y-%m-%d %H:%M}"
        )
    if first.utcoffset() != second.utcoffset():
        one, two = (f"{shown}{each.isoformat()[-6:]}" for each in (first, second))
        raise ValueError(
            f'"{shown}" comes twice in {zone.key}, where clocks go back then; '
            f"write {one} for the first or {two} for the second"
        )
    return first


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in `zone` ever show `local` (naive)."""
    there_and_back = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == local


def ending(text: str, start: datetime, zone: ZoneInfo) -> datetime:
    """The moment of `2026-12-02 20:30`, or of `20:30` on the day of the start."""
    if found := _TIME.fullmatch(text):
        local = start.replace(tzinfo=None, hour=int(found[1]), minute=int(found[2]), fold=0)
        return settled(local, zone)
    if re.fullmatch(r"\d{1,2}([.:]\d\d)?\s*([ap]\.?m\.?)?", text, re.IGNORECASE):
        raise ValueError(f'"{text}" is not a time; write it as 20:30')
    return moment(text, zone)


def duration(text: str) -> timedelta:
    """`2 hours 30 minutes`, `2h 30m`, `90 min`, `2.5 hours`, `PT2H30M` (ISO 8601)."""
    iso = _ISO_DURATION.fullmatch(text.upper())
    if iso and any(iso.groups()):
        days, hours, minutes = (int(part or 0) for part in iso.groups())
        found = timedelta(days=days, hours=hours, minutes=minutes)
    else:
        rest = re.sub(r"\band\b|,(?!\d)", " ", _PART.sub(" ", text)).strip()
        parts = _PART.findall(text)
        if rest or not parts:
            raise ValueError(f'"{text}" is not a duration; write it as 2 hours 30 minutes')
        found = sum(
            (float(number.replace(",", ".")) * _UNITS[unit[0].lower()] for number, unit in parts),
            timedelta(),
        )
    if found < timedelta(minutes=1):
        raise ValueError(f'"{text}" is no time at all; write it as 2 hours 30 minutes')
    return timedelta(minutes=round(found / timedelta(minutes=1)))


def later(start: datetime, length: timedelta) -> datetime:
    """`length` of real time after `start`, whatever the clocks do in between."""
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


@cache
def _zones() -> frozenset[str]:
    """Areas and cities; what has no area (EST, Cuba) is an abbreviation or an old name."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
