"""The values that meetups are made of. Every moment is aware, in the zone of its meetup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins import words as interface
from plugins.entries.dates import clock, weekday
from plugins.entries.model import Entry


@dataclass(frozen=True, slots=True)
class Venue:
    """A place. `map` is the address of a map with it; `position` is latitude and longitude (WGS 84)."""

    name: str
    address: str
    map: str
    position: tuple[float, float] | None = None
    access: str | None = None
    finding: str | None = None
    url: str | None = None

    @property
    def in_a_line(self) -> str:
        return f"{self.name}, {self.address}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a meetup takes place."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Real time, whatever the clocks do in between."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    @property
    def by_the_clock(self) -> timedelta:
        """What the clock on the wall makes of it."""
        return self.end.replace(tzinfo=None) - self.start.replace(tzinfo=None)

    @property
    def words(self) -> str:
        """`Wednesday 2 December 2026, 6 pm to 8.30 pm`; with both days where it goes past midnight."""
        begins = _at(self.start)
        if self.start.date() == self.end.date():
            return interface.text("meetup.span", begins=begins, ends=clock(self.end))
        return interface.text("meetup.span", begins=begins, ends=_at(self.end))


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a meetup repeats. `rule` is an RRULE (RFC 5545 section 3.3.10), its UNTIL in UTC; `words` says
    the same to a reader, as far as words can. skip: starts that the rule gives and that do not take
    place; extra: starts besides the rule's. begins: the rule's own first, even when it is skipped.
    endless: `starts` then ends at a horizon and the rule does not."""

    begins: Occurrence
    rule: str
    words: str | None
    starts: tuple[datetime, ...]
    skip: tuple[datetime, ...]
    extra: tuple[datetime, ...]
    endless: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """As the author put it, and as an amount in a currency (ISO 4217)."""

    words: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True, eq=False)
class Meetup:
    """One meetup: what the page, the calendars, the JSON-LD and the feeds all say.

    state: "scheduled", "tentative" or "cancelled". moved_from: what it was before, either or both of a
    moment and a place. sequence, changed: which version calendars are told, and since when (UTC).
    """

    entry: Entry
    uid: str
    zone: ZoneInfo
    occurrences: tuple[Occurrence, ...]
    repeat: Repeat | None
    venue: Venue | None
    online: str | None
    host: str
    rsvp: str | None
    rsvp_address: str | None
    """Where `rsvp` leads to, when it is an address or one of e-mail."""
    cost: Cost | None
    capacity: int | None
    bring: str | None
    state: str
    moved: bool
    moved_from: datetime | None
    moved_from_place: str | None
    recap: str | None
    came: str | None
    series: str | None
    sequence: int
    changed: datetime

    @property
    def first(self) -> Occurrence:
        return self.occurrences[0]

    @property
    def begins(self) -> Occurrence:
        """The occurrence from which a repeat is counted."""
        return self.repeat.begins if self.repeat else self.first

    @property
    def last(self) -> Occurrence:
        """The last that is known; a repeat without an end goes on after it."""
        return self.occurrences[-1]

    @property
    def endless(self) -> bool:
        return self.repeat is not None and self.repeat.endless

    @property
    def cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def place(self) -> str:
        """Where, in a line; empty when that is not settled."""
        where = self.venue.in_a_line if self.venue else ""
        return where or (self.online or "")

    @property
    def was(self) -> str:
        """Of what has moved, when and where it was to be before, as it stands in a sentence."""
        when, where = self.moved_from, self.moved_from_place
        parts = [
            interface.text("meetup.was_on", when=_at(when)) if when else "",
            interface.text("meetup.was_at", where=where) if where else "",
        ]
        return ", ".join(part for part in parts if part) if self.moved else ""

    @property
    def zone_words(self) -> str:
        """`Sydney time`."""
        place = self.zone.key.rsplit("/", 1)[-1].replace("_", " ")
        return interface.text("meetup.zone", place=place)

    def coming(self, at: datetime) -> tuple[Occurrence, ...]:
        """Those that have not ended at `at`."""
        return tuple(one for one in self.occurrences if one.end > at)

    def over(self, at: datetime) -> bool:
        """Whether all of it lies behind `at`."""
        return not self.endless and self.last.end <= at


def _at(when: datetime) -> str:
    return interface.text("meetup.at", day=weekday(when), time=clock(when))


@dataclass(frozen=True, slots=True)
class CalendarOf:
    """What a calendar says of itself. url: its own absolute address; page: that of what it lists."""

    name: str
    description: str
    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things of a meetup are, absolutely: its page, and a picture."""

    page: str
    image: str
