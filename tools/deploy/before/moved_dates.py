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
from plugins.entries.head import Field
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
                place = f"{site.settings.shown_as}/{entry.place}"
                if isinstance(getattr(entry.head, name, None), datetime):
                    yield from _moved(place, field, *zones)
                elif _LOCAL.fullmatch(field.text) and "timezone" not in entry.source.fields:
                    yield from _moved(place, field, *zones, f"Timezone: {past.timezone}")
    for key, (file, _) in sorted(site.reading.held.items()):
        if key in past.entries:
            message = (
                f"was public, and its date is still to come in {zones[1].key}; so that it stays, write the "
                f"offset of {past.timezone} behind its date"
            )
            yield Fault(f"{site.settings.shown_as}/{file}", None, message)


def _moved(
    place: str, field: Field, past: ZoneInfo, now: ZoneInfo, mend: str = ""
) -> Iterator[Fault]:
    """mend: a line to write; without one, the date with its offset."""
    before, after = parse_date(field.text, past), parse_date(field.text, now)
    if before != after:
        yield Fault(
            place,
            field.line,
            f"{field.key}: {field.text} was {before.isoformat(' ', 'minutes')} in {past.key}, where "
            f"ENTRY_TIMEZONE was when this went out, and is {after.isoformat(' ', 'minutes')} in "
            f"{now.key}; so that nothing moves, write "
            + (mend or f"{field.key}: {before.isoformat(' ', 'minutes')}"),
        )
