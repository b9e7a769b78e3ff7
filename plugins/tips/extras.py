"""Selects what a mail has besides its four items: comments of that month, and the next meetup.

Both hang on the issue's own date, so that a mail says the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plugins import words as interface
from plugins.entries.dates import clock, day_month
from plugins.entries.model import Entry
from plugins.entries.words import opening

MONTH = timedelta(days=31)
LONGEST = 220
"""Letters of a comment."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A comment from one conversation. title: of the entry. url: absolute. count: how many were made there
    that month."""

    title: str
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
) -> tuple[Excerpt, ...]:
    """From the liveliest conversations between two moments, of each what a guest said last that was
    answered, or else last; nobody twice."""
    talks = []
    for key, conversation in conversations.items():
        made = [one for one in conversation.nodes if not one.deleted and since <= one.date < until]
        if key in entries and any(not one.host for one in made):
            talks.append((len(made), key, made))
    talks.sort(key=lambda talk: (-talk[0], talk[1]))
    found: list[Excerpt] = []
    heard: set[str] = set()
    for count, key, made in talks:
        guests = [one for one in made if not one.host and one.key not in heard]
        if guests and len(found) < most:
            chosen = max(guests, key=lambda one: (min(one.replies, 1), one.date, one.id))
            heard.add(chosen.key)
            url = f"{site}{entries[key].address}#comment-{chosen.id}"
            text = opening(chosen.text, LONGEST)
            found.append(Excerpt(entries[key].title, chosen.author, text, url, count))
    return tuple(found)


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
    weekday = interface.texts("date.weekdays")[start.weekday()]
    on = interface.text("date.weekday", weekday=weekday, day=day_month(start))
    when = interface.text("meetup.at", day=on, time=clock(start))
    if start.date() == end.date():
        when = interface.text("meetup.span", begins=when, ends=clock(end))
    when += f", {meetup.zone_words}" if meetup.zone_words else ""
    where = [f"{meetup.venue.name}, {meetup.venue.address}"] if meetup.venue else []
    where += [interface.text("meetup.online")] if meetup.online else []
    return Meeting(
        title=meetup.entry.title,
        when=when,
        where=interface.text("meetup.and_online").join(where) or interface.text("mail.no_place"),
        url=f"{site}{meetup.entry.address}",
    )


def moment_of(date: datetime, at: datetime) -> datetime:
    """The moment a mail speaks from: its date, or now where it is being sent up to a month late."""
    return at if date < at <= date + MONTH else date


def month_before(date: datetime, earlier: datetime | None) -> datetime:
    """Since when what was said is new to the readers of a mail: its forerunner, else a month."""
    return earlier if earlier is not None and date - earlier <= 2 * MONTH else date - MONTH
