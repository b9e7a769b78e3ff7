"""Calendars (RFC 5545): that a program can read them, and the lines are as it wants them."""

from __future__ import annotations

from collections.abc import Iterator

from tools.deploy.before.facts import Facts, Placed

LONGEST = 75
"""Octets of a line without its end (section 3.1)."""
MOST = 5


def calendar_facts(data: bytes) -> Facts:
    """data: a whole calendar in UTF-8."""
    return Facts(faults=(*_lines(data), *_events(data)))


def _lines(data: bytes) -> Iterator[Placed]:
    told = 0
    bare = data.replace(b"\r\n", b"")
    if b"\n" in bare or b"\r" in bare:
        yield None, "has lines that do not end in CRLF (RFC 5545 section 3.1)"
    for number, line in enumerate(data.split(b"\r\n"), 1):
        if len(line) > LONGEST and told < MOST:
            told += 1
            yield number, f"has a line of {len(line)} bytes; {LONGEST} are allowed, so fold it"


def _events(data: bytes) -> Iterator[Placed]:
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, IndexError, KeyError) as error:
        yield None, f"is no calendar: {error}"
        return
    for name in ("PRODID", "VERSION"):
        if name not in calendar:
            yield None, f"has no {name}"
    seen: set[tuple[str, str]] = set()
    for event in calendar.walk("VEVENT"):
        title = event.get("SUMMARY", "without a title")
        for name in ("UID", "DTSTAMP", "DTSTART"):
            if name not in event:
                yield None, f'event "{title}" has no {name}'
        again = event.get("RECURRENCE-ID")
        key = (str(event.get("UID")), again.to_ical().decode() if again else "")
        if key in seen:
            yield None, f'event "{title}" is in it more than once, by UID {key[0]}'
        seen.add(key)
        if event.errors:
            broken, why = event.errors[0]
            yield None, f'event "{title}": {broken} cannot be read: {why}'
