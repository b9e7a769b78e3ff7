"""Calendars: RFC 5545, with the properties of RFC 7986, written by the icalendar library.

An event's UID is from the meetup's id, its SEQUENCE from the ledger, and its DTSTAMP is when it last
changed and not when the site was built: the same content makes the same calendar. What is cancelled
stays, as STATUS:CANCELLED, so that it goes out of the calendars that it is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vDatetime, vRecur, vText, vUri

from plugins import words as interface
from plugins.meetups.model import Addresses, CalendarOf, Meetup, Occurrence
from plugins.meetups.zones import timezone

PRODUCT = "-//Activate Learning//Meetups//EN"
REFRESH = timedelta(hours=12)
"""How often a program that keeps up with a calendar should look."""


class _Text(vText):
    """TEXT escaped as RFC 5545 section 3.3.11 says. icalendar 7.3 takes a backslash before an N in what
    it is given for a line break: "C:\\New" would be read back as two lines."""

    def to_ical(self) -> bytes:
        text = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\r\n", "\\n").replace("\n", "\\n").encode()


def calendar(of: CalendarOf, meetups: Sequence[tuple[Meetup, Addresses]]) -> bytes:
    """The meetups as one calendar, in the order given."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        made.add(name, _Text(of.name))
    for name in ("description", "x-wr-caldesc"):
        made.add(name, _Text(of.description))
    made.add("url", vUri(of.page))
    made.add("source", vUri(of.url), parameters={"VALUE": "URI"})
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    if meetups:
        made.add("last-modified", max(meetup.changed for meetup, _ in meetups))
    for zone in _zones(meetup for meetup, _ in meetups):
        made.add_component(zone)
    for meetup, addresses in meetups:
        made.add_component(event(meetup, addresses))
        for one in _said_apart(meetup):
            made.add_component(event(meetup, addresses, one))
    written: bytes = made.to_ical(sorted=False)
    return written


def event(meetup: Meetup, addresses: Addresses, one: Occurrence | None = None) -> Event:
    """The meetup as an event; with `one`, that one of its occurrences: as a version of its own when the
    rule gives it, and as an event of its own when it is besides the rule, since many programs pass over
    an RDATE."""
    made = Event()
    entry, repeat = meetup.entry, meetup.repeat
    start, end = (one.start, one.end) if one else (meetup.begins.start, meetup.begins.end)
    besides = one is not None and repeat is not None and one.start in repeat.extra
    made.add(
        "uid", f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}-{meetup.uid}" if besides else meetup.uid
    )
    made.add("dtstamp", meetup.changed)
    made.add("sequence", meetup.sequence)
    made.add("created", (entry.date or meetup.changed).astimezone(UTC))
    made.add("last-modified", meetup.changed)
    made.add("dtstart", _clear(start))
    made.add("dtend", _clear(end))
    if one is None and repeat is not None:
        made.add("rrule", vRecur.from_ical(repeat.rule))
        if repeat.skip:
            made.add("exdate", list(repeat.skip))
    elif one is not None and not besides:
        made.add("recurrence-id", start)
    made.add("summary", _Text(entry.title))
    made.add("description", _Text(description(meetup, addresses.page)))
    if meetup.place:
        made.add("location", _Text(meetup.place))
    if meetup.venue and meetup.venue.position:
        made.add("geo", meetup.venue.position)
    made.add("url", vUri(addresses.page))
    made.add("image", vUri(addresses.image), parameters={"VALUE": "URI", "FMTTYPE": "image/png"})
    if meetup.online:
        made.add("conference", vUri(meetup.online), parameters={"VALUE": "URI"})
    made.add("contact", _Text(meetup.host))
    made.add("status", {"scheduled": "CONFIRMED"}.get(meetup.state, meetup.state.upper()))
    made.add("transp", "TRANSPARENT" if meetup.cancelled else "OPAQUE")
    return made


def description(meetup: Meetup, page: str) -> str:
    """What a person reads who has only the calendar."""
    venue = meetup.venue
    parts = [meetup.entry.summary]
    if meetup.was:
        parts.insert(0, interface.text("calendar.moved", was=meetup.was))
    lines = [
        ("host", meetup.host),
        ("cost", meetup.cost.words if meetup.cost else None),
        ("bring", meetup.bring),
        ("rsvp", meetup.rsvp),
        ("online", meetup.online),
        ("access", venue.access if venue else None),
        ("finding", venue.finding if venue else None),
    ]
    parts.append(
        "\n".join(interface.text(f"calendar.{name}", value=words) for name, words in lines if words)
    )
    parts.append(page)
    return "\n\n".join(part for part in parts if part)


def _zones(meetups: Iterable[Meetup]) -> Iterable[Timezone]:
    """A VTIMEZONE for each zone that is used, right for all of its meetups."""
    spans: dict[str, list[Meetup]] = {}
    for meetup in meetups:
        spans.setdefault(meetup.zone.key, []).append(meetup)
    for name in sorted(spans):
        if name == "UTC":
            continue
        of_zone = spans[name]
        first = min(min(one.begins.start, one.first.start) for one in of_zone)
        yield timezone(of_zone[0].zone, first, max(one.last.end for one in of_zone))


def _said_apart(meetup: Meetup) -> Iterable[Occurrence]:
    """Occurrences of a repeat that its rule does not give, or during which clocks change. Programs differ
    in whether a repeat lasts as long by the clock or in hours: the end of these is said outright."""
    usual, repeat = meetup.begins, meetup.repeat
    for one in meetup.occurrences if repeat else ():
        uneven = (one.length, one.by_the_clock) != (usual.length, usual.by_the_clock)
        if uneven or (repeat and one.start in repeat.extra):
            yield one


def _clear(when: datetime) -> datetime | vDatetime:
    """A local time that comes twice means its first to a calendar (RFC 5545 section 3.3.5): the second
    is written in UTC."""
    twice = when.replace(fold=0).utcoffset() != when.replace(fold=1).utcoffset()
    return when.astimezone(UTC) if twice and when.fold else when
