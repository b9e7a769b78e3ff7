"""What is to come and what is past at the moment of a build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugins.entries.model import Entry
from plugins.entries.reading import Change
from plugins.entries.words import slugify
from plugins.meetups.model import Meetup, Occurrence

SHOWN = 6
"""Dates of a repeat that a page has with it."""
URL = "meetups/"


@dataclass(frozen=True, slots=True, eq=False)
class Showing:
    """A meetup at the moment of the build. coming: the occurrences that have not ended, the next SHOWN
    of them. before: the meetup of its series before it that took place."""

    meetup: Meetup
    at: datetime
    coming: tuple[Occurrence, ...]
    before: Meetup | None = None

    @property
    def entry(self) -> Entry:
        return self.meetup.entry

    @property
    def over(self) -> bool:
        return self.meetup.over(self.at)

    @property
    def date(self) -> Occurrence:
        """The occurrence that a list shows it with: the next, or the last that was."""
        return self.coming[0] if self.coming else self.meetup.last

    @property
    def joinable(self) -> Occurrence | None:
        """The occurrence that one can still put into a calendar and say that one comes to."""
        open_ones = (one for one in self.coming if one.start > self.at)
        return None if self.meetup.cancelled else next(open_ones, None)

    @property
    def joinable_until(self) -> datetime | None:
        """When the last of all begins; None of a repeat that goes on."""
        return None if self.meetup.endless else self.meetup.last.start

    @property
    def taken_place(self) -> bool:
        return self.over and not self.meetup.cancelled

    @property
    def dates(self) -> tuple[tuple[Occurrence, Occurrence | None, bool], ...]:
        """(occurrence, the one before it, whether it is the last) of those that a page has with it: each
        is the date to show from the end of the one before it to its own end, the last for good."""
        shown = self.coming or (self.meetup.last,)
        before = (None, *shown)
        return tuple((one, before[n], one is shown[-1]) for n, one in enumerate(shown))

    @property
    def summary(self) -> str:
        """In a list: what it was, once it has been; until then what it is to be."""
        return self.meetup.recap if self.taken_place and self.meetup.recap else self.entry.summary


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Meetups that belong together: by the same name on their Series line."""

    name: str
    slug: str
    coming: tuple[Showing, ...]
    past: tuple[Showing, ...]

    @property
    def address(self) -> str:
        return f"/{URL}series/{self.slug}/"

    @property
    def calendar(self) -> str:
        return f"{self.address[:-1]}.ics"

    @property
    def meetups(self) -> tuple[Meetup, ...]:
        return by_start(showing.meetup for showing in (*self.coming, *self.past))


@dataclass(frozen=True, slots=True, eq=False)
class Agenda:
    """All meetups. coming: by their next date. past: the latest first."""

    coming: tuple[Showing, ...]
    past: tuple[Showing, ...]
    series: tuple[Series, ...]
    by_key: dict[str, Showing]

    @property
    def next(self) -> Showing | None:
        """The next that takes place."""
        return next((one for one in self.coming if not one.meetup.cancelled), None)

    @property
    def meetups(self) -> tuple[Meetup, ...]:
        return by_start(showing.meetup for showing in (*self.coming, *self.past))

    def series_of(self, meetup: Meetup) -> Series | None:
        slug = slugify(meetup.series or "")
        return next((one for one in self.series if one.slug == slug), None)

    def changes(self) -> Iterable[Change]:
        """The next moment at which each meetup's pages change, and why."""
        for showing in self.coming:
            now = showing.coming[0]
            begun = now.start <= showing.at
            key = showing.entry.key
            yield Change(now.end, f"{key} ends") if begun else Change(now.start, f"{key} starts")


def agenda(meetups: Sequence[Meetup], at: datetime) -> Agenda:
    """The agenda as it stands at `at`. meetups: by their start."""
    showings = [
        Showing(one, at, one.coming(at)[:SHOWN], _before(one, meetups, at)) for one in meetups
    ]
    coming = sorted(
        (one for one in showings if not one.over),
        key=lambda one: (one.date.start, one.entry.id),
    )
    past = sorted(
        (one for one in showings if one.over),
        key=lambda one: (one.date.end, one.entry.id),
        reverse=True,
    )
    names = dict.fromkeys(one.series for one in meetups if one.series)
    by_slug = {slugify(name): name for name in names}
    series = [
        Series(
            name,
            slug,
            tuple(one for one in coming if slugify(one.meetup.series or "") == slug),
            tuple(one for one in past if slugify(one.meetup.series or "") == slug),
        )
        for slug, name in sorted(by_slug.items())
    ]
    by_key = {one.entry.key: one for one in showings}
    return Agenda(tuple(coming), tuple(past), tuple(series), by_key)


def by_start(meetups: Iterable[Meetup]) -> tuple[Meetup, ...]:
    """By their first start; a calendar's events stand so whenever it is built."""
    return tuple(sorted(meetups, key=lambda one: (one.begins.start, one.entry.id)))


def _before(meetup: Meetup, meetups: Sequence[Meetup], at: datetime) -> Meetup | None:
    """The last one of its series before `meetup` that has taken place."""
    earlier = [
        one
        for one in meetups
        if one is not meetup
        and one.over(at)
        and not one.cancelled
        and one.last.end <= meetup.last.start
        and one.series == meetup.series
    ]
    return max(earlier, key=lambda one: one.last.end, default=None)
