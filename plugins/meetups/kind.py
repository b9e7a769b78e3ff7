"""Meetups as a kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.kinds import MOMENT, EntryHead, Kind, key
from plugins.entries.values import choice, count, date, text, web_address


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetupHead(EntryHead):
    """Times and places are checked together, by plugins.meetups: what one line means hangs on others."""

    date: datetime = key("Date", date, example=MOMENT)
    start: str = key("Start", text, example=MOMENT)
    end: str | None = key("End", text, None)
    duration: str | None = key("Duration", text, None)
    timezone: str | None = key("Timezone", text, None)
    repeats: str | None = key("Repeats", text, None)
    skip: str | None = key("Except", text, None)
    extra: str | None = key("Also", text, None)
    venue: str | None = key("Venue", text, None)
    address: str | None = key("Address", text, None)
    map: str | None = key("Map", web_address, None)
    online: str | None = key("Online", web_address, None)
    host: str | None = key("Host", text, None)
    rsvp: str | None = key("Rsvp", text, None)
    cost: str | None = key("Cost", text, None)
    capacity: int | None = key("Capacity", count, None)
    bring: str | None = key("Bring", text, None)
    status: str = key(
        "Status",
        choice("scheduled", "tentative", "moved", "cancelled", "past", "draft"),
        "scheduled",
    )
    moved_from: str | None = key("Moved-From", text, None)
    recap: str | None = key("Recap", text, None)
    came: str | None = key("Came", text, None)
    series: str | None = key("Series", text, None)


def _section() -> type[Any]:
    from plugins.meetups.section import Meetups

    return Meetups


KIND = Kind(
    "meetups",
    "meetup",
    MeetupHead,
    _section,
    title="Meetups",
    beside=frozenset({"ledger.json"}),
)
