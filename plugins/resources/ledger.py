"""The ledger: what became of each address outside the site, the last times that it was asked.

content/links.json is part of the content and committed with it. `./invoke resources.check` writes it,
and `resources.review`; a build only reads it. A link that fails once is not dead: its server may be
down for an evening. `dead` says when it is: after failures on several days that lie some time apart,
sooner for one that says itself that it is gone than for one that only does not answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urldefrag

from plugins.faults import MERGING, Report, merge_marks

PLACE = "links.json"
COMMAND = "./invoke resources.check"
VERSION = 1
STATES = ("fine", "moved", "suspect", "failing", "dead", "unsure")


@dataclass(frozen=True, slots=True)
class Link:
    """One address.

    state: as of the last look. why: in a few words, when it is not fine. checked: the day of that look.
    failed: the days on which it failed, since it was last fine. grave: each time it said so plainly.
    title: of the page, when it was last fine. to: where it has moved. until: before when it is not to
    be asked (RFC 3339). accepted: what was suspected of it, and found to be all right.
    """

    state: str
    checked: date
    why: str = ""
    failed: tuple[date, ...] = ()
    grave: bool = False
    title: str = ""
    to: str = ""
    until: str = ""
    accepted: str = ""

    @property
    def since(self) -> date | None:
        """The first day of the failures that it is dead of."""
        return self.failed[0] if self.failed else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """links: by address. reviewed: by the key of a resource, the day on which a person looked at it."""

    links: Mapping[str, Link] = field(default_factory=dict)
    reviewed: Mapping[str, date] = field(default_factory=dict)

    def of(self, address: str) -> Link | None:
        """What is known of an address; which part of a page it means makes no difference."""
        return self.links.get(urldefrag(address)[0])


def dead(failed: tuple[date, ...], *, grave: bool) -> bool:
    """Whether failures on these days, in order, mean death: three days over a week for what says that it
    is gone, five over four weeks for what only fails."""
    days, over = (3, 7) if grave else (5, 28)
    return len(failed) >= days and (failed[-1] - failed[0]).days >= over


def dump(ledger: Ledger) -> str:
    """The ledger as its file: sorted keys, two-space indent, what is empty left out, so that a diff
    reads well."""
    document = {
        "version": VERSION,
        "links": {address: _row(link) for address, link in ledger.links.items()},
        "reviewed": {key: day.isoformat() for key, day in ledger.reviewed.items()},
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def load(raw: bytes, report: Report) -> Ledger:
    """The ledger that a file holds; what breaks its form is told."""
    try:
        document = json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError) as error:
        report.fault(PLACE, None, f"is not JSON ({error}); take it from the last commit")
        return Ledger()
    except json.JSONDecodeError as error:
        marked, mend = merge_marks(raw.decode("utf-8")), f"then run {COMMAND}"
        broken = f"is not JSON ({error.msg}); take out what an editor left there, {mend}"
        report.fault(PLACE, marked or error.lineno, f"{MERGING}, {mend}" if marked else broken)
        return Ledger()
    if not isinstance(document, dict) or document.get("version") != VERSION:
        report.fault(PLACE, None, f'"version" is not {VERSION}; this file is written by {COMMAND}')
        return Ledger()
    links, reviewed = document.get("links"), document.get("reviewed", {})
    if not isinstance(links, dict) or not isinstance(reviewed, dict):
        report.fault(PLACE, None, f'"links" is missing; this file is written by {COMMAND}')
        return Ledger()
    found: dict[str, Link] = {}
    looked: dict[str, date] = {}
    for address, row in links.items():
        try:
            found[address] = _link(row)
        except ValueError as error:
            report.fault(PLACE, None, f'"{address}": {error}')
    for key, day in reviewed.items():
        try:
            looked[key] = _day(day, "reviewed")
        except ValueError as error:
            report.fault(PLACE, None, f'"{key}": {error}')
    return Ledger(found, looked)


def _row(link: Link) -> dict[str, Any]:
    row = {name: value for name, value in asdict(link).items() if value}
    row["checked"] = link.checked.isoformat()
    if link.failed:
        row["failed"] = [day.isoformat() for day in link.failed]
    return row


def _link(row: object) -> Link:
    known = {one.name for one in fields(Link)}
    if not isinstance(row, dict) or not {"state", "checked"} <= set(row) <= known:
        listed = ", ".join(sorted(known))
        raise ValueError(f"must have state and checked, and nothing besides {listed}")
    if row["state"] not in STATES:
        raise ValueError(f'state: "{row["state"]}" is not one of: {", ".join(STATES)}')
    failed = row.get("failed", [])
    if not isinstance(failed, list):
        raise ValueError("failed: is no list of days")
    days = tuple(_day(day, "failed") for day in failed)
    if list(days) != sorted(set(days)):
        raise ValueError("failed: the days are not in order, each once")
    if row["state"] == "dead" and not days:
        raise ValueError("is dead without a day on which it failed")
    texts = {name: row.get(name, "") for name in ("why", "title", "to", "until", "accepted")}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f'{name}: "{text}" is no text')
    if texts["until"]:
        _moment(texts["until"])
    if not isinstance(row.get("grave", False), bool):
        raise ValueError(f'grave: "{row["grave"]}" is neither true nor false')
    return Link(
        state=row["state"],
        checked=_day(row["checked"], "checked"),
        failed=days,
        grave=row.get("grave", False),
        **texts,
    )


def _day(text: object, name: str) -> date:
    try:
        return date.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(f'{name}: "{text}" is no day; write 2026-11-30') from None


def _moment(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'until: "{text}" is no moment; write 2026-11-30T07:00:00+11:00') from None
    if when.tzinfo is None:
        raise ValueError(f'until: "{text}" has no zone')
    return when
