"""Dates without an offset whose moment is another since ENTRY_TIMEZONE was changed.

`Date: 2026-05-25 08:15` is a moment in the zone of the settings. content/published.json remembers the zone in
which entries went out; in another, all of them would move, in feeds, lists and calendars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from plugins.entries.dates import parse_date
from plugins.entries.front_matter import Field
from plugins.entries.site import Site
from plugins.faults import Fault
from tools.deploy.before.ledger import Ledger

_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[ T]\d?\d:\d\d")
"""What a kind reads by itself, as meetups do with Start."""


def moved_dates(site: Site, past: Ledger) -> Iterator[Fault]:
    """Of each public entry the dates that mean another moment than when it went out."""
    if past.timezone in ("", site.settings.zone.key):
        return
    zones = ZoneInfo(past.timezone), site.settings.zone
    for entry in site.entries.values():
        if entry.key in past.entries:
            for name, field in entry.source.fields.items():
                read = isinstance(getattr(entry.head, name, None), datetime)
                if read or _LOCAL.fullmatch(field.text):
                    yield from _moved(entry.place, field, *zones)


def _moved(place: str, field: Field, past: ZoneInfo, now: ZoneInfo) -> Iterator[Fault]:
    before, after = parse_date(field.text, past), parse_date(field.text, now)
    if before != after:
        yield Fault(
            place,
            field.line,
            f"{field.key}: {field.text} was {before.isoformat(' ', 'minutes')} in {past.key}, where "
            f"ENTRY_TIMEZONE was when this went out, and is {after.isoformat(' ', 'minutes')} in "
            f"{now.key}; so that nothing moves, write {field.key}: "
            f"{before.isoformat(' ', 'minutes')}",
        )
