"""Meetups in a build: a page for each, what is to come and what is past, and calendars.

Whatever here is true only for a while (what comes next, whether there is still something to join) has its
moment with it, for the theme's script; the words of a page are those that stay true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from plugins import words as interface
from plugins.entries.dates import day, weekday
from plugins.entries.facts import NO_FACTS, Facts
from plugins.entries.kinds import Kind
from plugins.entries.model import Entry
from plugins.entries.paging import paged
from plugins.entries.reading import Reading
from plugins.entries.section import Section, Thing
from plugins.entries.settings import Settings
from plugins.entries.site import Site, step
from plugins.entries.views import EntryItem, EntryView, ListView, Place, Step
from plugins.meetups import elsewhere, ledger
from plugins.meetups.agenda import Agenda, Series, Showing, agenda
from plugins.meetups.event_ld import event_ld
from plugins.meetups.model import Addresses, CalendarOf, Meetup, Occurrence, Venue
from plugins.meetups.reading import ReadingContext, meetups_of, without_recap
from plugins.meetups.venues import read_venues
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later, Output, view_of
from plugins.words import titled

ROOT = "/meetups/"


@dataclass(frozen=True, slots=True)
class ShownOccurrence:
    """An occurrence, and from and until when it is the date to show; None where that is for good."""

    one: Occurrence
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RepeatView:
    """See Repeat."""

    words: str | None
    skip: tuple[datetime, ...]
    extra: tuple[datetime, ...]
    endless: bool


@dataclass(frozen=True, slots=True)
class MeetupFacts:
    """What a page says of a meetup; the fields mean what they do in Meetup. dates: what a page has with it.
    ends: when all of it is over; None of a repeat that goes on."""

    begins: Occurrence
    last: Occurrence
    dates: tuple[ShownOccurrence, ...]
    ends: datetime | None
    repeat: RepeatView | None
    zone_words: str
    state: str
    cancelled: bool
    moved: bool
    was: str
    venue: Venue | None
    online: str | None
    host: str
    rsvp: str | None
    rsvp_address: str | None
    cost: str | None
    capacity: int | None
    bring: str | None
    came: str | None


@dataclass(frozen=True, slots=True)
class Before:
    """The meetup of its series before it that took place."""

    title: str
    address: str
    date: datetime
    recap: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetupView(EntryView):
    """joinable: the start of what one can still join; joinable_until: of the last of all. calendar_links:
    (program, address) of forms with it filled in."""

    facts: MeetupFacts
    calendar: str
    joinable: datetime | None
    joinable_until: datetime | None
    calendar_links: tuple[tuple[str, str], ...]
    series: Step | None
    before: Before | None


@dataclass(frozen=True, slots=True)
class MeetupItem(EntryItem):
    facts: MeetupFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetupListView(ListView):
    """from_words, until_words: the headings of what is to come and what is past, by dates, so that they
    hold whenever they are read. series: the name of the one that is listed, else all_series leads to each.
    calendar: of what is listed; subscribe: (program, address) of ways to keep up with it. about: the page
    that says what the meetups are."""

    coming: tuple[MeetupItem, ...]
    past: tuple[MeetupItem, ...]
    from_words: str
    until_words: str
    series: str | None
    all_series: tuple[Step, ...]
    calendar: str
    subscribe: tuple[tuple[str, str], ...]
    about: Step | None


class Meetups(Section):
    template = "meetup"

    def __init__(
        self, kind: Kind, entries: Iterable[Entry], settings: Settings, reading: Reading
    ) -> None:
        super().__init__(kind, entries, settings, reading)
        setting = ReadingContext(
            authority=settings.authority,
            zone=settings.zone,
            at=settings.at,
            host=settings.author,
            venues=read_venues(settings.content, settings.zone, reading.report),
        )
        found = meetups_of(self.entries, setting, reading.report)
        meetups = [self._as_it_stands(one) for one in self._versions(found)]
        standing = {one.entry.key: one.entry for one in meetups}
        self.entries = tuple(standing.get(entry.key, entry) for entry in self.entries)
        self.agenda: Agenda = agenda(meetups, settings.at)
        self.name = interface.text("meetup.feed", site=settings.name)
        self.feed = None
        if meetups:
            self.feed = (ROOT, self.name, interface.text("meetups.about", site=settings.name))
        reading.changes.extend(self.agenda.changes())

    def addresses(self) -> Iterable[str]:
        if self.agenda.by_key:
            yield from (place.address for _, pages in self._lists() for place, _ in pages)
            yield from (address for address, *_ in self._calendars())

    def facts(self, entry: Entry) -> Facts:
        showing = self.agenda.by_key.get(entry.key)
        if showing is None:
            return NO_FACTS  # a faulty one
        return Facts(weekday(showing.meetup.first.start), ("meetup_in_feed", facts_of(showing)))

    def about(self, entry: Entry, card: str, author: Thing) -> Thing | None:
        showing = self.agenda.by_key[entry.key]
        url = f"{self.settings.url}{entry.address}"
        language = self.settings.language
        return event_ld(showing.meetup, showing.coming, url, card, author, language)

    def view(self, entry: Entry, site: Site) -> EntryView:
        showing = self.agenda.by_key[entry.key]
        joinable, series = showing.joinable, self.agenda.series_of(showing.meetup)
        return MeetupView(
            **site.entry_page(entry, ROOT),
            facts=facts_of(showing),
            calendar=_calendar(entry),
            joinable=joinable.start if joinable else None,
            joinable_until=showing.joinable_until,
            calendar_links=self._links(showing),
            series=Step(series.name, series.address) if series else None,
            before=_before(showing.before),
        )

    def lists(self, site: Site) -> Iterator[Output]:
        if not self.agenda.by_key:
            return
        about = site.entries.get(self.settings.get("MEETUP_PAGE"))
        for series, pages in self._lists():
            of = series or self.agenda
            title = titled("meetups", self.kind.title)
            if series:
                title = interface.text("meetups.title_series", series=series.name)
            calendar = series.calendar if series else "/meetups.ics"
            lastmod = max(one.meetup.changed for one in (*of.coming, *of.past))
            for place, past in pages:
                coming = () if place.number else of.coming
                view = MeetupListView(
                    **site.list_page(
                        title,
                        place,
                        [Step(titled("meetups", self.kind.title), ROOT)] if series else [],
                    ),
                    coming=tuple(item(one, site) for one in coming),
                    past=tuple(item(one, site) for one in past),
                    from_words=interface.text("meetups.from", date=day(coming[0].date.start))
                    if coming
                    else "",
                    until_words=interface.text("meetups.until", date=day(past[0].date.end))
                    if past
                    else "",
                    series=series.name if series else None,
                    all_series=()
                    if series
                    else tuple(Step(one.name, one.address) for one in self.agenda.series),
                    calendar=calendar,
                    subscribe=_subscribe(f"{self.settings.url}{calendar}", title),
                    about=step(about) if about else None,
                )
                yield Output(place.address, view, "meetups", lastmod)
        yield from self._calendar_outputs(site)

    def _lists(self) -> list[tuple[Series | None, list[tuple[Place, tuple[Showing, ...]]]]]:
        """Of all and of each series: the pages, with the past meetups on each."""
        size = self.settings.get("MEETUPS_SIZE", 30)
        return [
            (None, paged(ROOT, self.agenda.past, size)),
            *((one, paged(one.address, one.past, size)) for one in self.agenda.series),
        ]

    def _as_it_stands(self, meetup: Meetup) -> Meetup:
        """The meetup, and its entry for all that show it, as they are at the build's moment."""
        entry = meetup.entry
        if entry.date and meetup.changed > entry.date:
            entry = replace(entry, modified=meetup.changed.astimezone(entry.date.tzinfo))
        if meetup.first.end > self.settings.at:
            entry = without_recap(entry)
        return replace(meetup, entry=entry)

    def _versions(self, meetups: list[Meetup]) -> Iterator[Meetup]:
        """The meetups with the versions that the ledger gives them; what it lacks is told."""
        report = self.reading.report
        tell = report.warn
        if self.settings.get("MEETUPS_LEDGER_REQUIRED", False):
            tell = report.fault
        path = self.settings.content / ledger.PLACE
        known = {}
        if path.is_file():
            known = ledger.load(path.read_text(encoding="utf-8"), report)
        announced = [one for one in meetups if one.entry.head.status != "draft"]
        for meetup, what in ledger.unrecorded(announced, known):
            tell(meetup.entry.place, None, what)
        for identity in ledger.vanished(known, self._ids()):
            tell(ledger.PLACE, None, identity)
        for meetup in meetups:
            yield ledger.with_version(meetup, known)

    def _ids(self) -> set[str]:
        """The ids of all meetups that there are, faulty ones and those that wait for their date too."""
        keys = {*(entry.key for entry in self.entries), *self.reading.faulty}
        keys |= {key for key, (_, why) in self.reading.held.items() if not why.startswith("Draft")}
        return {key.split("/", 1)[1] for key in keys if key.startswith("meetups/")}

    def _links(self, showing: Showing) -> tuple[tuple[str, str], ...]:
        """Where the next occurrence goes into other calendars; nothing when there is none to join."""
        one = showing.joinable
        if one is None:
            return ()
        url = f"{self.settings.url}{showing.entry.address}"
        return (
            ("Google", elsewhere.google(showing.meetup, one, url)),
            ("Outlook", elsewhere.outlook(showing.meetup, one, url)),
        )

    def _calendars(self) -> Iterator[tuple[str, str, str, tuple[Meetup, ...], str]]:
        """(address, name, description, meetups, address of the page) of each calendar."""
        every = interface.text("calendar.all")
        yield "/meetups.ics", self.name, every, self.agenda.meetups, ROOT
        for one in self.agenda.series:
            about = interface.text("calendar.series", series=one.name)
            yield one.calendar, one.name, about, one.meetups, one.address
        for meetup in self.agenda.meetups:
            entry = meetup.entry
            yield _calendar(entry), entry.title, entry.summary, (meetup,), entry.address

    def _calendar_outputs(self, site: Site) -> Iterator[Output]:
        url = self.settings.url
        for address, name, about, meetups, page in self._calendars():
            of = CalendarOf(name, about, f"{url}{address}", f"{url}{page}")
            events = tuple(
                (
                    one,
                    Addresses(f"{url}{one.entry.address}", f"{url}{site.cards[one.entry.key]}"),
                )
                for one in meetups
            )
            yield Output(address, Later(digest_of(of, events), partial(_drawn, of, events)), bytes)


def _drawn(of: CalendarOf, events: tuple[tuple[Meetup, Addresses], ...]) -> bytes:
    from plugins.meetups.ics import calendar  # icalendar takes long to import

    return calendar(of, events)


def facts_of(showing: Showing) -> MeetupFacts:
    meetup = showing.meetup
    return view_of(
        MeetupFacts,
        meetup,
        begins=meetup.first,
        dates=tuple(
            ShownOccurrence(one, before.end if before else None, None if last else one.end)
            for one, before, last in showing.dates
        ),
        ends=None if meetup.endless else meetup.last.end,
        repeat=view_of(RepeatView, meetup.repeat) if meetup.repeat else None,
        cost=meetup.cost.words if meetup.cost else None,
        came=meetup.came if showing.taken_place else None,
    )


def item(showing: Showing, site: Site) -> MeetupItem:
    """A meetup as lists show it."""
    listed = site.item(showing.entry)
    return view_of(MeetupItem, listed, summary=showing.summary, facts=facts_of(showing))


def _before(meetup: Meetup | None) -> Before | None:
    if meetup is None:
        return None
    entry = meetup.entry
    return Before(entry.title, entry.address, meetup.last.start, meetup.recap)


def _calendar(entry: Entry) -> str:
    return f"{entry.address[:-1]}.ics"


def _subscribe(url: str, name: str) -> tuple[tuple[str, str], ...]:
    """Ways to keep up with the calendar at `url`."""
    return (
        (interface.text("calendar.program"), elsewhere.webcal(url)),
        ("Google", elsewhere.google_subscribe(url)),
        ("Outlook", elsewhere.outlook_subscribe(url, name)),
    )
