"""From an entry's lines to a meetup: everything that hangs together is checked together.

What `plugins.entries` has read is right line by line. Here a time gets its zone, an end its start, a
repeat its dates and a place its venue; what does not fit is told with its line, all of it at once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.entries.gather import plain
from plugins.entries.model import Entry
from plugins.entries.reading import FAR
from plugins.entries.summaries import first_paragraph
from plugins.entries.words import slugify
from plugins.faults import Report, did_you_mean
from plugins.meetups import repeats, terms, times
from plugins.meetups.kind import MeetupHead
from plugins.meetups.lines import Lines
from plugins.meetups.model import Meetup, Occurrence, Repeat, Venue
from plugins.meetups.recurring import repeat_of
from plugins.meetups.venues import FOLDER, venue, venue_meant

LONGEST = timedelta(days=31)
_RECAP = re.compile(r'<h2 id="recap">.*?</h2>')
_RECAP_TO_END = re.compile(r'<h2 id="recap">.*?(?=<div class="footnote">|\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What every meetup of a build is read with. authority: the start of every feed id, and so of what
    UIDs are made from. at: the build's moment (aware). host: who invites when no line says so."""

    authority: str
    zone: ZoneInfo
    at: datetime
    host: str
    venues: Mapping[str, Venue]


def meetups_of(entries: Iterable[Entry], setting: ReadingContext, report: Report) -> list[Meetup]:
    """The meetups that the entries make, by their start; a faulty one is told and left out."""
    found = []
    for entry in entries:
        if isinstance(entry.head, MeetupHead):
            made = _Reader(entry, entry.head, setting, report).meetup()
            if made is not None:
                found.append(made)
    return sorted(found, key=lambda one: (one.first.start, one.entry.id))


def recap_in(entry: Entry) -> str | None:
    """The first words under the heading "Recap" of its text, when there is one."""
    found = _RECAP.search(entry.body.html)
    return first_paragraph(entry.body.html[found.end() :]) if found else None


def without_recap(entry: Entry) -> Entry:
    """The entry as it stands before it has taken place: without the heading "Recap" and all below."""
    html = _RECAP_TO_END.sub("", entry.body.html)
    return replace(entry, body=replace(entry.body, html=html))


class _Reader:
    """One entry: every fault it finds goes into the report, under the line that it is about."""

    def __init__(
        self, entry: Entry, head: MeetupHead, setting: ReadingContext, report: Report
    ) -> None:
        self.entry, self.head, self.setting, self.report = entry, head, setting, report
        self.lines = Lines(entry.source, report)

    def meetup(self) -> Meetup | None:
        head, setting = self.head, self.setting
        zone = setting.zone
        if head.timezone:
            zone = self.lines.tried("Timezone", times.zone_named, head.timezone) or zone
        first = self._first(zone)
        repeat = repeat_of(head, first, zone, setting.at, self.lines) if first else None
        where = self._venue()
        moment, place = self._moved_from(zone, first)
        if head.series and not slugify(head.series):
            self.lines.fault(
                "Series", f'"{head.series}" has no letters or digits to make an address of'
            )
        cost = self.lines.tried("Cost", terms.cost, head.cost) if head.cost else None
        rsvp, leads = terms.rsvp(head.rsvp)
        occurrences = self._occurrences(first, repeat, zone) if first else ()
        if self.lines.faulty or first is None:
            return None
        meetup = Meetup(
            entry=self.entry,
            uid=uid(self.entry, setting.authority),
            zone=zone,
            occurrences=occurrences,
            repeat=repeat,
            venue=where,
            online=head.online,
            host=_plain_or_none(head.host) or setting.host,
            rsvp=rsvp,
            rsvp_address=leads,
            cost=cost,
            capacity=head.capacity,
            bring=_plain_or_none(head.bring),
            state=head.status if head.status in {"tentative", "cancelled"} else "scheduled",
            moved=head.status == "moved",
            moved_from=moment,
            moved_from_place=place,
            recap=_plain_or_none(head.recap) or recap_in(self.entry),
            came=_plain_or_none(head.came),
            series=_plain_or_none(head.series),
            sequence=0,
            changed=datetime.fromtimestamp(0, UTC),
        )
        self._warn_of_what_has_not_been(meetup)
        return meetup

    def _first(self, zone: ZoneInfo) -> Occurrence | None:
        """The first time that it takes place."""
        head = self.head
        start = self.lines.tried("Start", times.moment, head.start, zone)
        if head.end and head.duration:
            self.lines.fault("Duration", "says again what End says; keep one of the two")
            return None
        if not head.end and not head.duration:
            self.lines.fault("Start", 'has no end; write "End: 20:30" or "Duration: 2 hours"')
            return None
        if start is None:
            # What can be wrong by itself is told in the same run.
            some = datetime(2001, 1, 1, tzinfo=zone)
            if head.duration:
                self.lines.tried("Duration", times.duration, head.duration)
            else:
                self.lines.tried("End", times.ending, head.end or "", some, zone)
            if head.repeats:
                self.lines.tried("Repeats", repeats.parse, head.repeats, some.replace(tzinfo=None))
            return None
        if head.duration:
            length = self.lines.tried("Duration", times.duration, head.duration)
            end = times.later(start, length) if length else None
        else:
            end = self.lines.tried("End", times.ending, head.end or "", start, zone)
        if end is None:
            return None
        key = "End" if head.end else "Duration"
        if end.astimezone(UTC) <= start.astimezone(UTC):
            shown = f"{end:%Y-%m-%d %H:%M} is not after the start, {start:%Y-%m-%d %H:%M}"
            after = start.replace(tzinfo=None) + timedelta(days=1)
            mend = "write a later time"
            if re.fullmatch(r"\d\d:\d\d", head.end or ""):
                mend += f', or "End: {after:%Y-%m-%d} {head.end}" when it goes past midnight'
            self.lines.fault(key, f"{shown}; {mend}")
            return None
        if end - start > LONGEST:
            self.lines.fault(
                key, f"makes it last {(end - start).days} days; write an end within a month"
            )
            return None
        return Occurrence(start, end)

    def _occurrences(
        self, first: Occurrence, repeat: Repeat | None, zone: ZoneInfo
    ) -> tuple[Occurrence, ...]:
        """Each as long as the first: by the clock where an end was given, in hours where a duration was."""
        found = []
        for start in repeat.starts if repeat else ():
            if self.head.duration:
                end = times.later(start, first.length)
            else:
                local = start.replace(tzinfo=None) + first.by_the_clock
                end = self.lines.tried("End", times.settled, local, zone) or start
            found.append(Occurrence(start, end))
        return tuple(found) or (first,)

    def _venue(self) -> Venue | None:
        head, venues = self.head, self.setting.venues
        if head.venue is None:
            for key, typed in (("Address", head.address), ("Map", head.map)):
                if typed:
                    self.lines.fault(key, 'has no venue; write "Venue: its name" too')
            if not (head.address or head.online) and head.status != "tentative":
                self.lines.fault(
                    "Start", f"has no place; write {_choices(venues)}, or Online: https://…"
                )
            return None
        known = venue_meant(head.venue, venues)
        if known is not None:
            for key, typed in (("Address", head.address), ("Map", head.map)):
                if typed:
                    there = next(name for name, one in venues.items() if one is known)
                    self.lines.fault(key, f"stands in {FOLDER}/{there}.md; take it out here")
            return known
        if head.address:
            return venue(head.venue, head.address, head.map)
        names = [*venues, *(one.name for one in venues.values())]
        hint = did_you_mean(head.venue, names) or f"; write {_choices(venues)}, or an Address too"
        self.lines.fault("Venue", f'"{head.venue}" is not in {FOLDER}/{hint}')
        return None

    def _moved_from(
        self, zone: ZoneInfo, first: Occurrence | None
    ) -> tuple[datetime | None, str | None]:
        """The moment and the place that it had before, from `2026-08-12 18:00; The Bent Spoon`."""
        head = self.head
        moment, place = None, None
        for part in filter(None, re.split(r"\s*;\s*", head.moved_from or "")):
            if re.match(r"\d{4}-", part):
                moment = self.lines.tried("Moved-From", times.moment, part, zone)
                if first and moment == first.start:
                    self.lines.fault(
                        "Moved-From", f'"{part}" is when it starts now; write when it was'
                    )
            else:
                known = venue_meant(part, self.setting.venues)
                place = known.name if known else part
        if head.status == "moved" and not head.moved_from:
            self.lines.fault(
                "Status", 'moved from when or where? Write "Moved-From: 2026-11-30 18:00" too'
            )
        if head.moved_from and head.status not in {"moved", "cancelled"}:
            self.lines.fault("Moved-From", 'is for what has moved; write "Status: moved" too')
        return moment, place

    def _warn_of_what_has_not_been(self, meetup: Meetup) -> None:
        if meetup.first.end <= self.setting.at:
            return
        if meetup.first.start - self.setting.at > FAR:
            message = f"Start: is in the year {meetup.first.start.year}; mend it if that is a slip"
            self.report.warn(self.entry.place, self.lines.number("Start"), message)
        ends = f"before it ends on {meetup.first.end:%Y-%m-%d %H:%M}, it is left out"
        for key, there in (
            ("Recap", self.head.recap),
            ("Came", meetup.came),
            ("Status", self.head.status == "past"),
        ):
            if there:
                line = self.lines.number(key)
                self.report.warn(self.entry.place, line, f"{key}: says what has been; {ends}")
        if recap_in(self.entry):
            self.report.warn(self.entry.place, None, f'"## Recap" says what has been; {ends}')


def _plain_or_none(typed: str | None) -> str | None:
    return plain(typed) if typed else None


def uid(entry: Entry, authority: str) -> str:
    """The UID of a calendar's event (RFC 7986 section 5.3): from the meetup's id, which never changes,
    and from nothing that might."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tag:{authority}:{entry.key}"))


def _choices(venues: Mapping[str, Venue]) -> str:
    return f"Venue: {' or '.join(sorted(venues)[:4])}" if venues else "Venue and Address"
