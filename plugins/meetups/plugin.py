"""The Pelican side: meetups into the build's context, their pages, calendars and feeds.

Comes before every plugin that shows entries, since what has not taken place yet has no recap. Reads
`entries`, `reading`, and at the end `card_of`; leaves, when there is any meetup,

    agenda     what is to come and what is past, series, and each `Showing` by its entry's key
    event_of   (entry, absolute address of its picture, the author as a thing) -> its Event for JSON-LD

adds its feeds to `followed`, what stands on cards to `bylines` and above texts in feeds to `facts`,
its pages and calendars to `addresses`, and the moments at which they change to the reading's.
A site without meetups has no generator of this plugin, and loads neither icalendar nor its time zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import Pelican, signals
from pelican.generators import Generator

from plugins.entries.model import Entry
from plugins.entries.reading import Reading
from plugins.meetups import agenda, elsewhere, ledger
from plugins.meetups.event_ld import event_ld
from plugins.meetups.model import Meetup, weekday, weekday_short
from plugins.meetups.reading import Setting, meetups_of, without_recap
from plugins.meetups.venues import FOLDER, read_venues


class MeetupsGenerator(Generator):
    def generate_context(self) -> None:
        context, settings = self.context, self.settings
        reading: Reading = context["reading"]
        self.site: str = settings["SITEURL"]
        self.name = f"{settings['SITENAME']}: meetups"
        setting = Setting(
            authority=settings["FEED_ID_AUTHORITY"],
            zone=reading.zone,
            at=reading.at,
            host=settings["AUTHOR"],
            venues=read_venues(Path(self.path), reading.zone, reading.report),
        )
        found = meetups_of(context["entries"].values(), setting, reading.report)
        meetups = [self._as_it_stands(one) for one in self._versions(found)]
        self.agenda = agenda.agenda(meetups, reading.at)
        self.lists: list[agenda.MeetupList] = []
        if not meetups:
            return
        self.lists = agenda.lists(self.agenda, "Meetups", settings.get("MEETUPS_SIZE", 30))
        context["agenda"] = self.agenda
        context["event_of"] = self._event
        context["bylines"] |= {one.entry.key: weekday(one.first.start) for one in meetups}
        newest_first = tuple(one for one in context["entries"].values() if one.kind == "meetups")
        about = f"Meetups at {settings['SITENAME']}: announced, moved, held."
        context["followed"].append(("/meetups/", self.name, about, newest_first))
        context["addresses"] |= {page.address for page in self.lists}
        context["addresses"] |= {address for address, *_ in self._calendars()}
        context["meetup_links"] = self._links
        reading.moments.extend(self.agenda.moments())

    def generate_output(self, writer: Any) -> None:
        context = self.context
        facts = self.get_template("meetup_in_feed")
        for key, showing in self.agenda.by_key.items():
            modified = max(
                context["changed"].get(key, showing.meetup.changed), showing.meetup.changed
            )
            page = agenda.MeetupPage(showing.entry.address[1:], modified)
            template = self.get_template("meetup")
            writer.write_file(page.save_as, template, context, page=page, showing=showing)
            context["facts"][key] = Markup(facts.render(context, showing=showing))  # noqa: S704 - escaped by Jinja
        for listing in self.lists:
            template = self.get_template(listing.template)
            writer.write_file(listing.save_as, template, context, page=listing)
        if self.lists:
            self._write_calendars()

    def _as_it_stands(self, meetup: Meetup) -> Meetup:
        """The meetup, and its entry for all that show it, as they are at the build's moment."""
        entry = meetup.entry
        if entry.date and meetup.changed > entry.date:
            entry = replace(entry, modified=meetup.changed.astimezone(entry.date.tzinfo))
        if meetup.first.end > self.context["reading"].at:
            entry = without_recap(entry)
        self.context["entries"][entry.key] = entry
        return replace(meetup, entry=entry)

    def _versions(self, meetups: list[Meetup]) -> Iterator[Meetup]:
        """The meetups with the versions that the ledger gives them; what it lacks is told."""
        reading: Reading = self.context["reading"]
        tell = reading.report.warn
        if self.settings.get("MEETUPS_LEDGER_REQUIRED", False):
            tell = reading.report.fault
        path = Path(self.path) / ledger.PLACE
        known = {}
        if path.is_file():
            known = ledger.load(path.read_text(encoding="utf-8"), reading.report)
        announced = [one for one in meetups if one.entry.head.status != "draft"]
        for meetup, what in ledger.unrecorded(announced, known):
            tell(meetup.entry.place, None, what)
        for identity in ledger.vanished(known, self._ids(reading)):
            tell(ledger.PLACE, None, identity)
        for meetup in meetups:
            yield ledger.with_version(meetup, known)

    def _ids(self, reading: Reading) -> set[str]:
        """The ids of all meetups that there are, faulty ones and those that wait for their date too."""
        keys = {*self.context["entries"], *reading.faulty}
        keys |= {key for key, (_, why) in reading.held.items() if not why.startswith("Draft")}
        return {key.split("/", 1)[1] for key in keys if key.startswith("meetups/")}

    def _event(self, entry: Entry, image: str, organizer: dict[str, Any]) -> dict[str, Any]:
        showing = self.agenda.by_key[entry.key]
        url = f"{self.site}{entry.address}"
        return event_ld(showing.meetup, showing.coming, url, image, organizer)

    def _links(self, showing: agenda.Showing) -> dict[str, str]:
        """Where the next occurrence goes into other calendars; nothing when there is none to join."""
        one = showing.joinable
        if one is None:
            return {}
        url = f"{self.site}{showing.entry.address}"
        return {
            "Google": elsewhere.google(showing.meetup, one, url),
            "Outlook": elsewhere.outlook(showing.meetup, one, url),
        }

    def _calendars(self) -> Iterator[tuple[str, str, str, tuple[Meetup, ...], str]]:
        """(address, name, description, meetups, address of the page) of each calendar."""
        every = "Every meetup, kept up to date."
        yield "/meetups.ics", self.name, every, self.agenda.meetups, "/meetups/"
        for one in self.agenda.series:
            yield one.calendar, one.name, f"{one.name}, kept up to date.", one.meetups, one.address
        for meetup in self.agenda.meetups:
            entry = meetup.entry
            address = f"{entry.address[:-1]}.ics"
            yield address, entry.title, entry.summary, (meetup,), entry.address

    def _write_calendars(self) -> None:
        from plugins.meetups.ics import Addresses, CalendarOf, calendar

        for address, name, about, meetups, page in self._calendars():
            of = CalendarOf(
                name=name,
                description=about,
                url=f"{self.site}{address}",
                page=f"{self.site}{page}",
            )
            events = [
                (
                    one,
                    Addresses(
                        f"{self.site}{one.entry.address}",
                        f"{self.site}{self.context['card_of'](one.entry)}",
                    ),
                )
                for one in meetups
            ]
            path = Path(self.output_path) / address[1:]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(calendar(of, events))


def subscribe_links(url: str, name: str) -> dict[str, str]:
    """Ways to keep up with the calendar at `url`."""
    return {
        "calendar program": elsewhere.webcal(url),
        "Google": elsewhere.google_subscribe(url),
        "Outlook": elsewhere.outlook_subscribe(url, name),
    }


def connect() -> None:
    signals.get_generators.connect(_generators)
    signals.generator_init.connect(_filters)


def _generators(pelican: Pelican) -> type[MeetupsGenerator] | tuple[()]:
    content = Path(pelican.settings["PATH"])
    there = any((content / folder).is_dir() for folder in ("meetups", FOLDER))
    return MeetupsGenerator if there else ()


def _filters(generator: Any) -> None:
    generator.env.filters.update(weekday=weekday, weekday_short=weekday_short)
    generator.env.globals["subscribe_links"] = subscribe_links
