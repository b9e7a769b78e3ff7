"""content/published.json: what has been public, kept with the content, so that it is known whatever
becomes of a host. Written after each publish, version 1, a line for each thing, sorted, so that a
difference reads well:

    {
      "version": 1,
      "timezone": "Australia/Sydney",
      "addresses": {
        "/archive/": "2026-11-25"
      },
      "entries": {
        "posts/x": {"address": "/posts/x/", "id": "tag:…", "since": "2026-11-25", "with": ["feed.atom"]}
      },
      "gone": {
        "/posts/y/": "2026-11-25"
      }
    }

`timezone` is ENTRY_TIMEZONE, in which dates without an offset are meant. `with` are the feeds and the calendar that belong to the entry. Pages of people are not in it: whoever
asks to be forgotten is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from plugins.atomic import locked, locks_for, replace_file
from plugins.entries.words import counted
from plugins.faults import MERGING, did_you_mean, merge_marks
from tools.deploy.before.ledger import (
    PLACE,
    Ledger,
    PastEntry,
    belonging,
    is_weak,
    weak_among,
    with_release,
)
from tools.deploy.index import SiteIndex
from tools.errors import ProjectError, as_project_error

FILE = "published.json"
VERSION = 1
_MEND = "take it back from git (git checkout -- {place})"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_ledger(content: Path) -> Ledger:
    """What is written in content/published.json; nothing when there is no such file. Raises
    ProjectError when it cannot be understood."""
    path = content / FILE
    place = f"{content.name}/{FILE}"
    mend = _MEND.format(place=place)
    try:
        document = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        raise ProjectError(f"{place}: {(error.strerror or 'cannot be read').lower()}") from None
    except json.JSONDecodeError as error:
        if marked := merge_marks(path.read_text(encoding="utf-8")):
            raise ProjectError(f"{place}:{marked}: {MERGING}") from None
        raise ProjectError(f"{place}:{error.lineno}: is broken JSON: {error.msg}; {mend}") from None
    except (UnicodeDecodeError, RecursionError):
        raise ProjectError(f"{place}: is broken; {mend}") from None
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION and isinstance(version, int):
        raise ProjectError(
            f"{place}: is of version {version}, which this program does not know; bring this project up "
            "to date"
        )
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
        raise ProjectError(f"{place}: is not as publish writes it ({why}); {mend}") from None


def record(content: Path, index: SiteIndex, now: datetime) -> bool:
    """Write down what is public now, besides what is known; whether that changed the file. now: aware,
    in the site's zone. Raises ProjectError."""
    known = recorded(read_ledger(content), index, now.date())
    return _write(content, replace(known, timezone=str(now.tzinfo)))


def recorded(past: Ledger, index: SiteIndex, today: date) -> Ledger:
    """What is known when this has gone live."""
    lost = {one: since for one, since in past.addresses.items() if one not in index.addresses}
    weak = weak_among(lost, past, index)
    # Nothing of it is left when a publish has gone through; if something is, it is told again.
    waiting = {one: lost[one] for one in lost.keys() - weak - past.gone.keys()}
    lasting = {address for address in index.addresses if not is_weak(address)}
    known = {*index.addresses, *(entry.feed_id for entry in index.entries.values())}
    return Ledger(
        entries={key: PastEntry(one.feed_id, one.address) for key, one in index.entries.items()},
        addresses={one: past.addresses.get(one) or today.isoformat() for one in lasting} | waiting,
        gone={what: since for what, since in past.gone.items() if what not in known},
        timezone=past.timezone,
    )


def forget(content: Path, typed: str, now: datetime, live: SiteIndex | None = None) -> str:
    """Write down that an address, with what belongs to it, or a feed id is meant to be gone; what is told
    of it. live: the index of the live release, which may know what the file does not. Raises
    ProjectError when neither knows it."""
    past = with_release(read_ledger(content), live)
    today = now.date().isoformat()
    by_id = {known.feed_id: key for key, known in past.entries.items()}
    addresses = set(past.addresses) | {known.address for known in past.entries.values()}
    address = _as_address(typed)
    if typed in by_id:
        gone = [typed]
    elif address in addresses:
        gone = [address, *belonging(address, addresses)]
        gone += [known.feed_id for known in past.entries.values() if known.address == address]
    elif {typed, address} & past.gone.keys():
        return f"{typed} is forgotten already."
    else:
        near = did_you_mean(typed, by_id) if ":" in typed and "://" not in typed else ""
        near = near or did_you_mean(
            address,
            addresses,
        )
        raise ProjectError(f'"{typed}" has not been public, as far as {PLACE} knows{near}')
    dropped = {key for key, known in past.entries.items() if known.feed_id in gone}
    kept = read_ledger(content)
    made = replace(
        kept,
        entries={key: known for key, known in kept.entries.items() if key not in dropped},
        addresses={one: since for one, since in kept.addresses.items() if one not in gone},
        gone={**kept.gone, **dict.fromkeys(gone, today)},
    )
    _write(content, made)
    more = len(gone) - 1
    besides = f", with {counted(more, 'thing')} that belonged to it" if more else ""
    return f"Forgotten: {gone[0]}{besides}. Commit {PLACE}."


def text_of(ledger: Ledger) -> str:
    """The file's text."""
    inside: set[str] = set()
    entries = {}
    for key, known in sorted(ledger.entries.items()):
        own = belonging(known.address, ledger.addresses)
        inside |= {known.address, *own}
        row: dict[str, Any] = {"address": known.address, "id": known.feed_id}
        row["since"] = ledger.addresses.get(known.address, "")
        if own:
            row["with"] = [one.removeprefix(known.address) for one in own]
        entries[key] = row
    others = {one: since for one, since in ledger.addresses.items() if one not in inside}
    parts = (("addresses", others), ("entries", entries), ("gone", ledger.gone))
    blocks = [f'  "version": {VERSION}']
    if ledger.timezone:
        blocks.append(f'  "timezone": {json.dumps(ledger.timezone)}')
    for name, things in parts:
        lines = [
            f"    {json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in sorted(things.items())
        ]
        inner = ",\n".join(lines)
        blocks.append(f'  "{name}": {{\n{inner}\n  }}' if lines else f'  "{name}": {{}}')
    body = ",\n".join(blocks)
    return f"{{\n{body}\n}}\n"


def _read(document: Mapping[str, Any]) -> Ledger:
    if document["version"] != VERSION:
        raise ValueError(f"version {document['version']!r}")
    addresses = _days(document["addresses"])
    entries = {}
    for key, row in document["entries"].items():
        address, identity, since = row["address"], row["id"], row["since"]
        if not all(isinstance(one, str) for one in (address, identity, since)):
            raise TypeError(f"entries: {key}")
        entries[key] = PastEntry(identity, address)
        addresses |= _days({address: since})
        for other in row.get("with", ()):
            addresses[other if other.startswith("/") else f"{address}{other}"] = since
    zone = document.get("timezone", "")
    if zone and zone not in available_timezones():
        raise ValueError(f"timezone: {zone!r}")
    return Ledger(entries, addresses, _days(document["gone"]), timezone=zone)


def _days(things: Mapping[str, Any]) -> dict[str, str]:
    for what, since in things.items():
        if since != "":
            if not isinstance(since, str) or not _DAY.fullmatch(since):
                raise ValueError(f"{what}: {since!r} is no day")
            date.fromisoformat(since)
    return dict(things)


def _write(content: Path, ledger: Ledger) -> bool:
    path = content / FILE
    written = text_of(ledger).encode()
    with as_project_error(), locked(path, f"{content.name}/{FILE}", locks_for(content)):
        if path.is_file() and path.read_bytes() == written:
            return False
        replace_file(path, written)
    return True


def _as_address(typed: str) -> str:
    """A path, of whatever was typed for it: a whole address, or one without slashes."""
    path = urlsplit(typed).path if "://" in typed else typed
    path = f"/{path.lstrip('/')}"
    return path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"
