"""What a mail brings besides its four items: what was said that month, and which meetup is next.

Both hang on the issue's own date, so that a mail says the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plugins.entries.dates import clock, day_month
from plugins.entries.model import Entry

MONTH = timedelta(days=31)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Said:
    """A remark from one conversation. url: absolute. count: how many were made there that month."""

    entry: Entry
    author: str
    text: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """The next meetup: its title, when and where in words, and its absolute address."""

    title: str
    when: str
    where: str
    url: str


def said(
    entries: Mapping[str, Entry],
    conversations: Mapping[str, Any],
    since: datetime,
    until: datetime,
    site: str,
    most: int = 3,
) -> tuple[Said, ...]:
    """From the liveliest conversations between two moments, of each what a guest said that was answered
    most, or else last."""
    found = []
    for key, conversation in conversations.items():
        made = [one for one in conversation.remarks if not one.deleted and since <= one.date < until]
        guests = [one for one in made if not one.host]
        if not guests or key not in entries:
            continue
        chosen = max(guests, key=lambda one: (min(one.replies, 1), one.date, one.id))
        url = f"{site}{entries[key].address}#comment-{chosen.id}"
        found.append((len(made), Said(entries[key], chosen.author, chosen.text, url, len(made))))
    found.sort(key=lambda one: (-one[0], one[1].entry.key))
    return tuple(one for _, one in found[:most])


def next_meeting(meetups: Iterable[Any], at: datetime, site: str) -> Meeting | None:
    """The meetup that is next at that moment and takes place. meetups: as plugins.meetups has them."""
    coming = [
        (occurrence, meetup)
        for meetup in meetups
        if not meetup.cancelled
        for occurrence in meetup.coming(at)[:1]
    ]
    if not coming:
        return None
    occurrence, meetup = min(coming, key=lambda one: (one[0].start, one[1].entry.id))
    start, end = occurrence.start, occurrence.end
    when = f"{_DAYS[start.weekday()]} {day_month(start)}, {clock(start)}"
    when += f" to {clock(end)}" if start.date() == end.date() else ""
    when += f", {meetup.zone_words}" if meetup.zone_words else ""
    where = [f"{meetup.venue.name}, {meetup.venue.address}"] if meetup.venue else []
    where += ["online"] if meetup.online else []
    return Meeting(
        title=meetup.entry.title,
        when=when,
        where=", and ".join(where) or "the place is to be announced",
        url=f"{site}{meetup.entry.address}",
    )


def moment_of(date: datetime, at: datetime) -> datetime:
    """The moment a mail speaks from: its date, or now where it is being sent up to a month late."""
    return at if date < at <= date + MONTH else date


def month_before(date: datetime, earlier: datetime | None) -> datetime:
    """Since when what was said is new to the readers of a mail: its forerunner, else a month."""
    return earlier if earlier is not None and date - earlier <= 2 * MONTH else date - MONTH
