"""Calendars of a built site, read back by other readers than the one that wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from tests.sites import Site


def calendar(site: Site, file: str = "meetups.ics") -> Calendar:
    read = Calendar.from_ical((site.output / file).read_bytes())
    assert isinstance(read, Calendar)
    return read


def events(site: Site, file: str = "meetups.ics") -> list[Any]:
    return list(calendar(site, file).walk("VEVENT"))


def event(site: Site, name: str) -> Any:
    """The one event of a meetup's own calendar."""
    (found,) = events(site, f"meetups/{name}.ics")
    return found


def instances(site: Site, file: str, first: str, last: str) -> list[tuple[datetime, datetime]]:
    """Start and end (UTC) of every event between two days, as recurring-ical-events has them."""
    query = recurring_ical_events.of(calendar(site, file))
    found: Iterable[Any] = query.between(first.replace("-", ""), last.replace("-", ""))
    return sorted((utc(one["DTSTART"].dt), utc(one["DTEND"].dt)) for one in found)


def utc(when: datetime) -> datetime:
    assert when.tzinfo is not None
    return when.astimezone(UTC)
