"""The ledger: what calendars were last told of each meetup, so that SEQUENCE can be right.

A calendar that has an event takes a new version of it only when SEQUENCE has risen (RFC 5545 section
3.8.7.4), and a built site does not remember what the last one said. So content/meetups/ledger.json
does: for each meetup when, where and whether, the number of that version, and since when it holds.

It is part of the content and committed with it. Only `./invoke meetups.record` writes it, never a
build: a build that wrote it on some machine would leave a change there that nobody commits. A build
compares: for a meetup that has changed since it was recorded it uses the next number, and says that
the ledger is to be written; a build for the live site (MEETUPS_LEDGER_REQUIRED) refuses, so that no
version goes out that the ledger does not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from plugins.entries.dates import iso
from plugins.faults import MERGING, Report, merge_marks, nearest
from plugins.meetups.model import Meetup

PLACE = "meetups/ledger.json"
COMMAND = "./invoke meetups.record"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Announced:
    """One version of a meetup, as calendars have it. changed: UTC, RFC 3339."""

    sequence: int
    changed: str
    starts: str
    ends: str
    repeats: str
    where: str
    status: str

    def same(self, other: Announced) -> bool:
        """Whether nothing has changed that a person with it in their calendar must know."""
        return replace(self, sequence=other.sequence, changed=other.changed) == other


Ledger = Mapping[str, Announced]
"""By the id of the meetup."""


def announced(meetup: Meetup) -> Announced:
    """The version that a meetup makes when no other has been before."""
    repeat = meetup.repeat
    parts = [repeat.rule] if repeat else []
    if repeat:
        parts += [f"except {iso(one)}" for one in repeat.skip]
        parts += [f"also {iso(one)}" for one in repeat.extra]
    return Announced(
        sequence=0,
        changed=utc(meetup.entry.date or meetup.first.start),
        starts=f"{iso(meetup.begins.start)} {meetup.zone.key}",
        ends=iso(meetup.begins.end),
        repeats=", ".join(parts),
        where=meetup.place,
        status={"scheduled": "CONFIRMED"}.get(meetup.state, meetup.state.upper()),
    )


def with_version(meetup: Meetup, ledger: Ledger) -> Meetup:
    """The meetup with the number and the moment of its version. Of a change that is not recorded yet
    both follow from what is: the next number, and the moment at which its lines say they changed."""
    entry, known, now = meetup.entry, ledger.get(meetup.entry.id), announced(meetup)
    if known is None:
        sequence, since = 0, now.changed
    else:
        sequence, since = known.sequence + (not known.same(now)), known.changed
    moments = [datetime.fromisoformat(since)]
    moments += [when.astimezone(UTC) for when in (entry.date, entry.modified) if when]
    return replace(meetup, sequence=sequence, changed=max(moments).replace(microsecond=0))


def unrecorded(meetups: Iterable[Meetup], ledger: Ledger) -> Iterable[tuple[Meetup, str]]:
    """The meetups of which the ledger does not have what they say now, and what is to be done."""
    for meetup in meetups:
        known = ledger.get(meetup.entry.id)
        if known is None:
            yield meetup, f"is not in the ledger yet; run {COMMAND} and commit what it writes"
        elif not known.same(now := announced(meetup)):
            words = {"starts": "time", "ends": "time", "repeats": "repeat", "where": "place"}
            changed = [name for name in words if getattr(known, name) != getattr(now, name)]
            named = [words[name] for name in changed] or ["status"]
            if known.status != now.status and "status" not in named:
                named.append("status")
            what = " and ".join(dict.fromkeys(named))
            yield (
                meetup,
                f"its {what} changed since calendars were told; run {COMMAND} and commit what it writes",
            )


def vanished(ledger: Ledger, ids: set[str]) -> Iterable[str]:
    """What the ledger has told calendars of and is no more, as messages. ids: of all meetups there are."""
    for identity in sorted(set(ledger) - ids):
        near = nearest(identity, ids)
        moved = f"when {near} is its file now, write Id: {identity} there; " if near else ""
        yield (
            f'calendars have "{identity}", and no file has it; {moved}bring it back with Status: cancelled, '
            f"or let calendars lose it: {COMMAND} --forget {identity}"
        )


def recorded(ledger: Ledger, meetups: Iterable[Meetup], now: datetime) -> dict[str, Announced]:
    """The ledger with what the meetups say now. now: aware, when a change is told from."""
    made = dict(ledger)
    for meetup in meetups:
        known, new = ledger.get(meetup.entry.id), announced(meetup)
        if known is None:
            made[meetup.entry.id] = new
        elif not known.same(new):
            changed = max(utc(now), known.changed)
            made[meetup.entry.id] = replace(new, sequence=known.sequence + 1, changed=changed)
    return made


def dump(ledger: Ledger) -> str:
    """The ledger as its file: sorted keys, two-space indent, so that a diff reads well."""
    document = {
        "version": VERSION,
        "meetups": {identity: asdict(version) for identity, version in ledger.items()},
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def load(text: str, report: Report) -> dict[str, Announced]:
    """The ledger that a file holds; what breaks its form is told."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        marked, mend = merge_marks(text), f"then run {COMMAND}"
        broken = f"is not JSON ({error.msg}); take out what an editor left there, {mend}"
        report.fault(PLACE, marked or error.lineno, f"{MERGING}, {mend}" if marked else broken)
        return {}
    if not isinstance(document, dict) or document.get("version") != VERSION:
        report.fault(PLACE, None, f'"version" is not {VERSION}; this file is written by {COMMAND}')
        return {}
    rows = document.get("meetups")
    found = {}
    for identity, row in (rows if isinstance(rows, dict) else {}).items():
        try:
            found[identity] = _version(row)
        except ValueError as error:
            report.fault(PLACE, None, f'"{identity}": {error}')
    if not isinstance(rows, dict):
        report.fault(PLACE, None, f'"meetups" is missing; this file is written by {COMMAND}')
    return found


def utc(when: datetime) -> str:
    return iso(when.astimezone(UTC)).replace("+00:00", "Z")


def _version(row: object) -> Announced:
    fields = Announced.__dataclass_fields__
    if not isinstance(row, dict) or set(row) != set(fields):
        raise ValueError(f"must have {', '.join(fields)} and nothing else")
    sequence = row["sequence"]
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 0:
        raise ValueError(f'sequence: "{sequence}" is no whole number from 0 up')
    for name in fields:
        if name != "sequence" and not isinstance(row[name], str):
            raise ValueError(f'{name}: "{row[name]}" is no text')
    try:
        datetime.fromisoformat(row["changed"]).astimezone(UTC)
    except ValueError:
        raise ValueError(
            f'changed: "{row["changed"]}" is no moment; write 2026-11-30T07:00:00Z'
        ) from None
    if datetime.fromisoformat(row["changed"]).tzinfo is None:
        raise ValueError(f'changed: "{row["changed"]}" has no zone; write it with a Z at its end')
    return Announced(**row)
