"""What is wrong in a thread file beyond a slip of the pen, and the text that would mend it.

It works on the JSON as it is, since the model refuses such files. In this order:

1. An id used twice: the same comment again is dropped, another one gets an id of its own. Replies stay
   with the first, for nothing says which was meant.
2. A parent that is not there: a tombstone takes its place. The reply then still shows that it is one,
   and links to what it answered lead somewhere; raised to the top it would read as a comment on the
   entry. Only what cannot be an id at all is raised.
3. A circle of replies: the earliest of them answers nobody, since it was there first.
4. Replies before what they answer: moved to follow it.
5. A reply dated before what it answers: told; mended (one second after it) only when asked for.
6. Text encoded twice: each passage is told, and mended when it is agreed to (`garbled`).

Nothing here writes a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from plugins.conversations.form import json_text, parents_first
from plugins.conversations.garbled import Passage, mended, passages
from plugins.conversations.lines import Lines
from plugins.conversations.store import parse_thread
from plugins.faults import MERGING, Fault, Report, merge_marks

Kind = Literal["unreadable", "duplicate", "orphan", "circle", "order", "clock", "garbled", "quoted"]

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. mend: what the proposed text does about it, None when nothing."""

    kind: Kind
    place: str
    line: int | None
    message: str
    mend: str | None = None

    def __str__(self) -> str:
        return (
            f"{Fault(self.place, self.line, self.message)}{f'; {self.mend}' if self.mend else ''}"
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and the whole file as it would be afterwards; None when nothing would change.

    left: what a build would still refuse in it.
    """

    findings: tuple[Finding, ...]
    text: str | None
    left: tuple[Fault, ...]


Agreed = Callable[[str, Passage], bool]
"""Whether a garbled passage (with where it stands, "comment c-1: body") is to be mended."""


def examine(
    raw: bytes,
    place: str,
    *,
    clocks: bool = False,
    agreed: Agreed = lambda where, passage: passage.sure,
    host_key: str | None = None,
) -> Examination:
    """Look at a thread file's bytes; `place` is how messages name it.

    clocks: date a reply that is earlier than what it answers one second after it. agreed: asked for
    each garbled passage that does not stand in quotation marks.
    """
    unreadable, value = _read(raw, place)
    if unreadable is not None:
        return Examination((unreadable,), None, _refused(raw, place, host_key))
    comments = [dict(comment) for comment in value["comments"]]
    patient = _Patient(place, Lines(raw.decode()), comments, list(range(len(comments))))
    patient.name_duplicates()
    patient.adopt_orphans()
    patient.break_circles()
    patient.put_in_order()
    patient.set_clocks(mend=clocks)
    patient.decode(agreed)
    if patient.comments == value["comments"]:
        return Examination(tuple(patient.findings), None, _refused(raw, place, host_key))
    text = json_text({**value, "comments": patient.comments})
    return Examination(tuple(patient.findings), text, _refused(text.encode(), place, host_key))


def _refused(raw: bytes, place: str, host_key: str | None) -> tuple[Fault, ...]:
    report = Report()
    parse_thread(raw, place, report, host_key)
    return tuple(report.faults)


def _read(raw: bytes, place: str) -> tuple[Finding | None, Any]:
    """The JSON of a file whose shape is near enough a thread's to be worked on; or why it is not."""
    mended_by_hand = "mend it by hand"
    try:
        text = raw.decode("utf-8")
        value = json.loads(text)
        text.encode()
        json_text(value).encode()
    except (ValueError, RecursionError):
        if line := merge_marks(raw.decode("utf-8", "replace")):
            return Finding("unreadable", place, line, MERGING), None
        return Finding("unreadable", place, None, f"is no JSON in UTF-8; {mended_by_hand}"), None
    doubled = Lines(text).doubled
    comments = value.get("comments") if isinstance(value, dict) else None
    if doubled:
        path, line = next(iter(doubled.items()))
        message = f"{str(path[-1])[:64]!r} stands twice in one object; {mended_by_hand}"
        return Finding("unreadable", place, line, message), None
    if not isinstance(comments, list) or not all(
        isinstance(comment, dict) and isinstance(comment.get("id"), str) for comment in comments
    ):
        message = f"its comments are no list of objects with ids; {mended_by_hand}"
        return Finding("unreadable", place, None, message), None
    return None, value


@dataclass
class _Patient:
    """The comments as they come to be, and the number that each had in the file (-1 for a new one)."""

    place: str
    lines: Lines
    comments: list[dict[str, Any]]
    numbers: list[int]
    findings: list[Finding] = field(default_factory=list)

    def tell(self, kind: Kind, number: int, name: str, message: str, mend: str | None) -> None:
        identity = json.dumps(self.comments[number]["id"])[1:-1][:64]
        line = self.lines.of(("comments", self.numbers[number], name))
        self.findings.append(
            Finding(kind, self.place, line, f"comment {identity}: {message}", mend)
        )

    def name_duplicates(self) -> None:
        taken = {comment["id"] for comment in self.comments}
        first: dict[str, dict[str, Any]] = {}
        dropped = []
        for number, comment in enumerate(self.comments):
            identity = comment["id"]
            if identity not in first:
                first[identity] = dict(comment)
            elif comment == first[identity]:
                self.tell("duplicate", number, "id", "stands here once more", "drop it")
                dropped.append(number)
            else:
                count = 2
                while (new := f"{identity[:60]}-{count}") in taken:
                    count += 1
                taken.add(new)
                message = "another comment has this id"
                self.tell("duplicate", number, "id", message, f"give this one the id {new}")
                comment["id"] = new
                if comment.get("parent") == identity and first[identity].get("parent") == identity:
                    comment["parent"] = None
        for number in reversed(dropped):
            del self.comments[number], self.numbers[number]

    def adopt_orphans(self) -> None:
        there = {comment["id"] for comment in self.comments}
        number = 0
        while number < len(self.comments):
            comment = self.comments[number]
            parent = comment.get("parent")
            if parent is not None and not (isinstance(parent, str) and _ID.fullmatch(parent)):
                mend = "let it answer the entry"
                self.tell("orphan", number, "parent", "answers what cannot be an id", mend)
                comment["parent"] = None
            elif parent is not None and parent not in there:
                mend = "put a tombstone in its place"
                self.tell("orphan", number, "parent", f"answers {parent}, which is not here", mend)
                orphans = [one for one in self.comments if one.get("parent") == parent]
                dates = [(when, one["date"]) for one in orphans if (when := _date(one.get("date")))]
                self.comments.insert(
                    number,
                    {
                        "id": parent,
                        "parent": None,
                        "date": min(dates)[1] if dates else comment.get("date"),
                        "state": "deleted",
                        "author": None,
                        "body": "",
                    },
                )
                self.numbers.insert(number, -1)
                there.add(parent)
                number += 1
            number += 1

    def break_circles(self) -> None:
        by_id = {comment["id"]: number for number, comment in enumerate(self.comments)}
        settled: set[str] = set()
        for start in by_id:
            path: dict[str, None] = {}
            here: str | None = start
            while here is not None and here not in settled and here not in path:
                path[here] = None
                here = self.comments[by_id[here]].get("parent")
            if here is not None and here in path:
                every = list(path)
                circle = every[every.index(here) :]
                earliest = min((by_id[one] for one in circle), key=self._age)
                others = "itself" if len(circle) == 1 else f"{len(circle)} comments in a circle"
                mend = "the earliest of them, so let it answer the entry"
                if len(circle) == 1:
                    mend = "let it answer the entry"
                self.tell("circle", earliest, "parent", f"answers {others}", mend)
                self.comments[earliest]["parent"] = None
            settled.update(path)

    def _age(self, number: int) -> tuple[bool, float, int]:
        when = _date(self.comments[number].get("date"))
        return when is None, when.timestamp() if when else 0.0, number

    def put_in_order(self) -> None:
        where = {comment["id"]: number for number, comment in enumerate(self.comments)}
        for number, comment in enumerate(self.comments):
            if comment.get("parent") is not None and where[comment["parent"]] > number:
                message = f"stands before {comment['parent']}, which it answers"
                self.tell("order", number, "parent", message, "move it behind")
        rows = list(zip(self.comments, self.numbers, strict=True))
        rows = parents_first(rows, lambda row: row[0]["id"], lambda row: row[0].get("parent"))
        self.comments = [comment for comment, _ in rows]
        self.numbers = [number for _, number in rows]

    def set_clocks(self, *, mend: bool) -> None:
        dates: dict[str, datetime] = {}
        for number, comment in enumerate(self.comments):
            when = _date(comment.get("date"))
            above = dates.get(comment.get("parent") or "")
            if when is not None and above is not None and when < above:
                later = (above + timedelta(seconds=1)).astimezone(when.tzinfo)
                later = later.replace(microsecond=0)
                text = later.isoformat()
                message = f"is dated {comment['date']}, before what it answers"
                self.tell("clock", number, "date", message, f"date it {text}" if mend else None)
                if mend:
                    comment["date"], when = text, later
            if when is not None:
                dates[comment["id"]] = when

    def decode(self, agreed: Agreed) -> None:
        for number, comment in enumerate(self.comments):
            author = comment.get("author")
            if isinstance(comment.get("body"), str):
                comment["body"] = self._decoded(number, "body", comment["body"], agreed)
            if isinstance(author, dict) and isinstance(author.get("name"), str):
                name = self._decoded(number, "author.name", author["name"], agreed)
                comment["author"] = {**author, "name": name}

    def _decoded(self, number: int, name: str, text: str, agreed: Agreed) -> str:
        chosen = []
        field_of = name.split(".", maxsplit=1)[0]
        for passage in passages(text, markdown=name == "body"):
            before, after = text[: passage.start], text[passage.end :]
            words = f"{before.split(' ')[-1]}{passage.found}{after.split(' ')[0]}".strip()[:60]
            shown = f"{name}: {json.dumps(words, ensure_ascii=not words.isprintable())}"
            if passage.quoted:
                message = f"{shown} looks encoded twice, but is quoted; left as it is"
                self.tell("quoted", number, field_of, message, None)
            elif agreed(f"comment {self.comments[number]['id']}: {shown}", passage):
                self.tell(
                    "garbled",
                    number,
                    field_of,
                    f"{shown} was encoded twice",
                    f'write "{passage.meant}"',
                )
                chosen.append(passage)
            else:
                message = f'{shown} looks encoded twice, for "{passage.meant}"'
                self.tell("garbled", number, field_of, message, None)
        return mended(text, tuple(chosen))


def _date(text: Any) -> datetime | None:
    """An aware date of the years that the store takes, else None."""
    try:
        when = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return when if when.tzinfo and 1970 <= when.year < 3000 else None
