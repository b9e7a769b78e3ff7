"""Work at the desk on meetups: begin one, and record in the ledger what calendars are told.

The ledger (plugins/meetups/ledger.py) is written here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plugins.atomic import replace_file
from plugins.entries.files import markdown_below
from plugins.entries.gather import entries_of
from plugins.entries.head import Source, split
from plugins.entries.reading import Reading
from plugins.entries.rendering import Rendering
from plugins.entries.words import counted
from plugins.faults import ContentFaults, Report
from plugins.kinds import KINDS
from plugins.meetups import ledger, times
from plugins.meetups.model import Meetup
from plugins.meetups.reading import ReadingContext, meetups_of
from plugins.meetups.venues import read_venues
from tools.errors import ProjectError
from tools.new import name_of, write_new
from tools.settings import settings, zone_of

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "meetups"
CARRIED = (
    *("Duration", "Timezone", "Venue", "Address", "Map", "Online", "Host", "Rsvp", "Cost"),
    *("Capacity", "Bring", "Series"),
)
"""Lines that a new meetup takes over from the last one of its name."""


def new_meetup(title: str, start: str, content: Path, now: datetime | None = None) -> str:
    """Write meetups/<title>-<year>-<month>.md, a draft that starts at `start` ("2027-02-10 18:00").

    It takes over what the last meetup of that title, or of that series, says of place, host and cost.
    now: aware, the date that it is announced with; the present by default. The answer says what was
    made and what comes next. Raises ProjectError when the start is no time or the name is taken.
    """
    title, slug = name_of(title)
    zone = _settings()["zone"]
    last = _last_of(title, content)
    carried = _carried(last) if last else {}
    try:
        when = times.moment(start, times.zone_named(carried.get("Timezone", zone.key)))
    except ValueError as error:
        raise ProjectError(f"The start: {error}") from None
    announced = (now or datetime.now(UTC)).astimezone(zone)
    lines = {
        "Title": title if title != carried.get("Series") else f"{title}, {when:%B %Y}",
        "Date": f"{announced:%Y-%m-%d %H:%M}",
        "Start": start,
        **({} if "Duration" in carried else {"End": _ends(last)}),
        **({} if "Venue" in carried or "Online" in carried else {"Venue": ""}),
        **carried,
        "Summary": "",
        "Status": "draft",
    }
    text = "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"
    path = write_new(content / FOLDER / f"{slug}-{when:%Y-%m}.md", text, "choose another title")
    took = f"\n{', '.join(carried)}: as in {last.place}." if last and carried else ""
    return (
        f"{path}{took}\nWrite in it; ./invoke serve --drafts shows it. To announce it, set its Date and "
        f"take out the Status line, then {ledger.COMMAND}."
    )


def record(content: Path, forget: str | None = None, now: datetime | None = None) -> str:
    """Bring content/meetups/ledger.json up to date with the meetups; what changed, a line for each.

    Drafts are left out, and what is announced later is in: nobody is at the keyboard when it goes live.
    forget: the id of a meetup that calendars may lose. now: aware; the present by default. Raises
    ProjectError with all that is wrong with the meetups, or when the id is not there to be forgotten.
    """
    if not content.is_dir():
        raise ProjectError(f"{content}: no such folder; name the one that holds {FOLDER}/")
    moment = now or datetime.now(UTC)
    report = Report(root=content.name)
    path = content / ledger.PLACE
    before = ledger.load(path.read_text(encoding="utf-8"), report) if path.is_file() else {}
    meetups, ids = _read(content, moment, report)
    kept = {identity: version for identity, version in before.items() if identity != forget}
    if forget and (forget not in before or forget in ids):
        why = "has a file" if forget in ids else "is not in the ledger"
        raise ProjectError(f'"{forget}" {why}; name one that calendars have and no file has')
    for message in ledger.vanished(kept, ids):
        report.fault(ledger.PLACE, None, message)
    try:
        report.stop_if_faulty()
    except ContentFaults as faults:
        raise ProjectError(f"{faults}\nNothing was recorded.") from None
    after = ledger.recorded(kept, meetups, moment)
    if after == before:
        return (
            f"Nothing to record: the ledger has all {counted(len(meetups), 'meetup')} as they are."
        )
    path.parent.mkdir(exist_ok=True)
    replace_file(path, ledger.dump(after).encode())
    return "\n".join([*_changes(before, after), f"Commit {content.name}/{ledger.PLACE}."])


def _changes(before: ledger.Ledger, after: ledger.Ledger) -> Iterable[str]:
    for identity in sorted({*before, *after}):
        old, new = before.get(identity), after.get(identity)
        if new is None:
            yield f"{identity}: forgotten"
        elif old is None:
            yield f"{identity}: recorded"
        elif old != new:
            yield f"{identity}: version {new.sequence}, {new.starts}, {new.where}, {new.status.lower()}"


def _read(content: Path, now: datetime, report: Report) -> tuple[list[Meetup], set[str]]:
    """Every meetup that is or will be public, and the ids of them and of faulty ones."""
    given = _settings()
    reading = Reading(
        KINDS, given["zone"], now.astimezone(given["zone"]), True, Rendering(()), report=report
    )
    for path in markdown_below(content / FOLDER):
        reading.read(path.relative_to(content).as_posix(), path.read_bytes())
    reading.check_ids()
    read = [one for one in reading.by_place.values() if one.head.status != "draft"]
    addresses = {one.key: f"/{FOLDER}/{one.slug}/" for one in read}
    entries = entries_of(read, addresses, given["authority"], given["author"], report)
    setting = ReadingContext(
        given["authority"],
        given["zone"],
        reading.at,
        given["author"],
        read_venues(content, given["zone"], report),
    )
    keys = {*entries, *(key for key in reading.faulty if key.startswith(f"{FOLDER}/"))}
    meetups = meetups_of(entries.values(), setting, report)
    return meetups, {key.split("/", 1)[1] for key in keys}


def _settings() -> dict[str, Any]:
    given = settings()
    return {
        "zone": zone_of(given),
        "authority": given["FEED_ID_AUTHORITY"],
        "author": given["AUTHOR"],
    }


def _last_of(title: str, content: Path) -> Source | None:
    """The latest meetup of that title or series."""
    found = []
    for path in markdown_below(content / FOLDER):
        source = split(path.relative_to(content).as_posix(), path.read_bytes())
        names = {
            source.fields[key].text.casefold()
            for key in ("title", "series")
            if key in source.fields
        }
        if title.casefold() in names:
            start = source.fields["start"].text if "start" in source.fields else ""
            found.append((start, source.place, source))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _carried(source: Source) -> dict[str, str]:
    there = {
        key: source.fields[key.lower()].text for key in CARRIED if key.lower() in source.fields
    }
    return {key: text for key, text in there.items() if text}


def _ends(source: Source | None) -> str:
    """The time of day at which the last one ended, when its line says no more than that."""
    end = source.fields["end"].text if source and "end" in source.fields else ""
    return end if len(end) == len("20:30") else "20:30"
