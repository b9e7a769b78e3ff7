"""Two copies of a thread, edited on two machines, become one; what cannot be decided is shown.

1. Each comment is looked at by its id, in the copy that both began with (base) and in both copies:
   what only one side added, changed or removed is taken over.
2. A comment that one side removed and the other answered comes back as a tombstone.
3. The order is that of our copy, with theirs put in by date, every reply after what it answers.
4. What both sides changed differently stands in the file twice, between git's marks `<<<<<<< ours`,
   `=======` and `>>>>>>> theirs`. The store refuses such a file, so nobody can publish one half unseen:
   to settle it, keep one of the two and take out the marks.

A copy that cannot be read is not taken apart: then both files stand whole between the marks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from plugins.conversations.form import (
    parents_first,
    place_for,
    plain_comment,
    plain_thread,
    thread_text,
    tombstone,
)
from plugins.conversations.model import Comment, Thread
from plugins.conversations.store import parse_thread
from plugins.faults import Report

OURS, BETWEEN, THEIRS = "<<<<<<< ours", "=======", ">>>>>>> theirs"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Merged:
    """The text of the merged file, and in words what it leaves to decide; empty when it is whole."""

    text: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A comment of the merged thread; with `theirs`, the two between which somebody must choose."""

    ours: Comment
    theirs: Comment | None = None
    why: str = ""


class _Undecided(Exception):
    """Both sides changed a value, differently."""


def merge_files(base: bytes, ours: bytes, theirs: bytes, place: str) -> Merged:
    """Merge the bytes of two thread files that began as `base` (empty when both are new).

    place: how messages name the file.
    """
    report = Report()
    ours_read, theirs_read = (parse_thread(raw, place, report) for raw in (ours, theirs))
    if ours_read is None or theirs_read is None:
        which = "our copy" if ours_read is None else "their copy"
        return _whole(ours, theirs, f"{which} is faulty: {report.faults[0].message}")
    if ours_read.entry != theirs_read.entry:
        return _whole(ours, theirs, "the copies belong to different entries")
    # A base that cannot be read is none: then nothing counts as removed, and nothing is lost.
    base_read = parse_thread(base, place, Report())
    merged = merge_threads(base_read, ours_read, theirs_read)
    if merged is None:
        return _whole(ours, theirs, "the sides moved replies into a circle")
    if not merged.conflicts and parse_thread(merged.text.encode(), place, report) is None:
        return _whole(ours, theirs, f"together they break a rule: {report.faults[0].message}")
    return merged


def merge_threads(base: Thread | None, ours: Thread, theirs: Thread) -> Merged | None:
    """Merge two threads of one entry; None when what comes of it is no tree."""
    before, mine, other = (
        {comment.id: comment for comment in thread.comments} if thread else {}
        for thread in (base, ours, theirs)
    )
    kept: dict[str, _Row] = {}
    for identity in dict.fromkeys((*mine, *other)):
        row = _comment(before.get(identity), mine.get(identity), other.get(identity))
        if row is not None:
            kept[identity] = row
    _bring_back(kept, before, mine, other)
    _settle_pins(kept, mine, other)
    rows = parents_first(
        _in_place(kept, list(before), list(mine), list(other)),
        lambda row: row.ours.id,
        lambda row: row.ours.parent,
    )
    if len(rows) < len(kept):
        return None
    conflicts = [f"comment {row.ours.id}: {row.why}" for row in rows if row.theirs]
    try:
        state, closed = _state(base, ours, theirs)
    except _Undecided:
        conflicts.append("state: closed and opened, or closed for different reasons")
        return Merged(_marked_text(rows, ours, theirs), tuple(conflicts))
    update = {
        "state": state,
        "closed": closed,
        "comments": tuple(row.ours for row in rows),
    }
    merged = ours.model_copy(update=update)
    if conflicts:
        return Merged(_marked_text(rows, merged, merged), tuple(conflicts))
    return Merged(thread_text(merged), ())


def _comment(base: Comment | None, ours: Comment | None, theirs: Comment | None) -> _Row | None:
    """What becomes of one comment; None when it goes."""
    if ours is None or theirs is None:
        here = ours or theirs
        if here is None or base is None:
            return _Row(here) if here else None
        if here.state == "deleted" or _words(here) == _words(base):
            return None
        why = "removed on one side, edited on the other"
        gone = tombstone(base)
        return _Row(gone, here, why) if ours is None else _Row(here, gone, why)
    if plain_comment(ours) == plain_comment(theirs):
        return _Row(ours)
    if base is None:
        return _Row(ours, theirs, "two comments have this id")
    pinned = _decided(base, ours, theirs, lambda comment: comment.pinned)  # of two values one wins
    try:
        words = _decided(base, ours, theirs, _words)
        place = _decided(base, ours, theirs, _place)
    except _Undecided:
        if _words(ours)[:-1] == _words(theirs)[:-1] and _place(ours) == _place(theirs):
            later = max((c.edited for c in (ours, theirs) if c.edited), default=None)
            return _Row(ours.model_copy(update={"edited": later, "pinned": pinned}))
        deleted = "deleted" in {ours.state, theirs.state}
        why = "removed on one side, edited on the other" if deleted else "edited on both sides"
        return _Row(ours, theirs, why)
    said = ours if _words(ours) == words else theirs
    stands = ours if _place(ours) == place else theirs
    update = {"parent": stands.parent, "date": stands.date}
    keeps = pinned if said.state == "approved" and stands.parent is None else None
    return _Row(said.model_copy(update={**update, "pinned": keeps}))


def _words(comment: Comment) -> tuple[Any, ...]:
    plain = plain_comment(comment)
    return plain["state"], plain["author"], plain["body"], plain.get("edited")


def _place(comment: Comment) -> tuple[Any, ...]:
    plain = plain_comment(comment)
    return plain["parent"], plain["date"]


def _decided(
    base: Comment, ours: Comment, theirs: Comment, part: Callable[[Comment], Value]
) -> Value:
    return _three_way(part(base), part(ours), part(theirs))


def _three_way(base: Value, ours: Value, theirs: Value) -> Value:
    if ours in (theirs, base):
        return theirs
    if theirs == base:
        return ours
    raise _Undecided


def _state(base: Thread | None, ours: Thread, theirs: Thread) -> tuple[Any, Any]:
    """Open or closed, and since when; of two closings for one reason the earlier."""

    def part(thread: Thread | None) -> Any:
        plain = plain_thread(thread) if thread else {"state": "open"}
        return plain["state"], plain.get("closed")

    reasons = {thread.closed.reason if thread.closed else None for thread in (ours, theirs)}
    if ours.closed and theirs.closed and len(reasons) == 1:
        return "closed", min(ours.closed, theirs.closed, key=lambda closing: closing.date)
    chosen = _three_way(part(base), part(ours), part(theirs))
    side = ours if part(ours) == chosen else theirs
    return side.state, side.closed


def _bring_back(
    kept: dict[str, _Row], before: dict[str, Comment], *sides: dict[str, Comment]
) -> None:
    """Whatever a kept comment answers is there, if only as the place where it was."""
    wanted = [row.ours.parent for row in kept.values()]
    wanted += [row.theirs.parent for row in kept.values() if row.theirs]
    while wanted:
        identity = wanted.pop()
        if identity is None or identity in kept:
            continue
        found = next((side[identity] for side in (*sides, before) if identity in side), None)
        if found is not None:
            kept[identity] = _Row(tombstone(found))
            wanted.append(found.parent)


def _settle_pins(
    kept: dict[str, _Row], mine: dict[str, Comment], other: dict[str, Comment]
) -> None:
    """One pin a thread: when each side set its own, both comments are left to choose from."""
    pinned = [identity for identity, row in kept.items() if row.ours.pinned]
    if len(pinned) < 2:
        return
    for identity in pinned:
        row = kept[identity]
        ours, theirs = (
            (side or row.ours).model_copy(
                update={"pinned": True if identity in copy and copy[identity].pinned else None}
            )
            for side, copy in ((row.ours, mine), (row.theirs, other))
        )
        kept[identity] = _Row(ours, theirs, row.why or "a thread has one pinned comment")


def _in_place(
    kept: dict[str, _Row], before: list[str], mine: list[str], other: list[str]
) -> list[_Row]:
    """Our order with theirs put in by date; theirs with ours put in when only they moved something."""
    common = set(before) & set(mine) & set(other)
    was, ours, theirs = (
        [identity for identity in order if identity in common] for order in (before, mine, other)
    )
    first, second = (other, mine) if ours == was != theirs else (mine, other)
    rows = [kept[identity] for identity in first if identity in kept]
    put = {row.ours.id for row in rows}
    for identity in (*second, *before):
        if identity in kept and identity not in put:
            comment = kept[identity].ours
            # Of two at the same moment the lesser id comes first, whichever side merges.
            at = place_for(comment, [row.ours for row in rows])
            while (
                at
                and rows[at - 1].ours.date == comment.date
                and rows[at - 1].ours.id > comment.id
                and rows[at - 1].ours.id != comment.parent
            ):
                at -= 1
            rows.insert(at, kept[identity])
            put.add(identity)
    return rows


def _marked_text(rows: Iterable[_Row], ours: Thread, theirs: Thread) -> str:
    """The file with both sides of each choice between marks; where there is none, as ever."""
    lines = ["{"]
    closings = [plain_thread(thread).get("closed") for thread in (ours, theirs)]
    lines += _choice(*(f'  "closed": {_indented(one, 2)},' if one else "" for one in closings))
    listed = list(rows)
    lines.append('  "comments": [' if listed else '  "comments": [],')
    for row in listed:
        comma = "" if row is listed[-1] else ","
        sides = (row.ours, row.theirs or row.ours)
        lines += _choice(*(f"    {_indented(plain_comment(side), 4)}{comma}" for side in sides))
    lines += ["  ],"] if listed else []
    lines.append(f'  "entry": {json.dumps(ours.entry)},')
    lines += _choice(*(f'  "state": "{thread.state}",' for thread in (ours, theirs)))
    return "\n".join([*lines, '  "version": 1', "}"]) + "\n"


def _choice(ours: str, theirs: str) -> list[str]:
    if ours == theirs:
        return [ours] if ours else []
    return [OURS, *([ours] if ours else []), BETWEEN, *([theirs] if theirs else []), THEIRS]


def _indented(value: Any, by: int) -> str:
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    return text.replace("\n", "\n" + " " * by)


def _whole(ours: bytes, theirs: bytes, why: str) -> Merged:
    sides = [raw.decode("utf-8", "replace").rstrip("\n") for raw in (ours, theirs)]
    return Merged(f"{OURS}\n{sides[0]}\n{BETWEEN}\n{sides[1]}\n{THEIRS}\n", (why,))
