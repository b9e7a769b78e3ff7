"""Reading the store: a folder of thread files, `<kind>/<id>.json`, every fault of every file told.

Files are read in the order of their names. What a file says twice, what it says that no model knows,
a parent that is missing or comes later: each is a fault with the file, the line, the comment's id, the
field, what was found and what is allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from plugins.conversations.badges import check_badges
from plugins.conversations.folder import stored_files
from plugins.conversations.lines import Lines
from plugins.conversations.model import Thread
from plugins.faults import MERGING, Report, merge_marks, nearest


def read_store(
    folder: Path, shown_as: str, report: Report, host_key: str | None = None
) -> dict[str, Thread]:
    """Every thread under `folder`, by entry key.

    shown_as: how messages name the folder ("comments"). host_key: the one key that speaks as host;
    without it badges go unchecked. A folder that is not there is an empty store.
    """
    files = stored_files(folder, shown_as, report)
    read = (
        stored_thread(key, raw, f"{shown_as}/{key}.json", report, host_key) for key, raw in files
    )
    return {thread.entry: thread for thread in read if thread}


def stored_thread(
    key: str, raw: bytes, place: str, report: Report, host_key: str | None
) -> Thread | None:
    """The thread in the file of that entry, or None with the reasons in the report."""
    thread = parse_thread(raw, place, report, host_key)
    if thread is not None and thread.entry != key:
        report.fault(
            place,
            None,
            f'entry: "{thread.entry}" belongs in {thread.entry}.json; move the file or write "{key}"',
        )
        return None
    return thread


def parse_thread(
    raw: bytes, place: str, report: Report, host_key: str | None = None
) -> Thread | None:
    """The thread that a file's bytes hold, or None with the reasons in the report."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report.fault(
            place, line, f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        )
        return None
    doubled: list[str] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, doubled),
            parse_int=lambda digits: int(digits[:18]),  # more could not be shown, and none is right
        )
    except json.JSONDecodeError as error:
        broken = f"broken JSON, column {error.colno}: {error.msg}{_near(text, error.pos)}"
        marked = merge_marks(text)
        report.fault(place, marked or error.lineno, MERGING if marked else broken)
        return None
    except RecursionError:
        report.fault(place, None, "broken JSON: nested too deep to be a thread")
        return None
    if doubled:
        for path, line in Lines(text).doubled.items():
            message = f"{_printable_name(path[-1])} stands twice in one object; keep one"
            report.fault(place, line, message)
    try:
        thread = Thread.model_validate(value)
    except ValidationError as error:
        lines = Lines(text)
        for detail in error.errors(include_url=False):
            _tell(detail, value, lines, place, report)
        _check_order(_rows(value), text, place, report)
        check_badges(value, text, place, host_key, report)
        return None
    faults = len(report.faults)
    check_badges(value, text, place, host_key, report)
    rows = [(number, c.id, c.parent) for number, c in enumerate(thread.comments)]
    _check_order(rows, text, place, report)
    return thread if len(report.faults) == faults and not doubled else None


def _object(pairs: list[tuple[str, Any]], doubled: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                doubled.append(name)
            seen.add(name)
    return made


def _rows(value: Any) -> list[tuple[int, str, str | None]]:
    """Numbers, ids and parents as far as a faulty file has them, so that their faults are told in the
    same run."""
    comments = value.get("comments") if isinstance(value, dict) else None
    rows = []
    for number, comment in enumerate(comments if isinstance(comments, list) else ()):
        if isinstance(comment, dict) and isinstance(comment.get("id"), str):
            parent = comment.get("parent")
            rows.append((number, comment["id"], parent if isinstance(parent, str) else None))
    return rows


def _check_order(
    rows: Sequence[tuple[int, str, str | None]], text: str, place: str, report: Report
) -> None:
    every = {identity for _, identity, _ in rows}
    earlier: set[str] = set()
    found: list[tuple[int, str, str]] = []
    for number, identity, parent in rows:
        subject = f"comment {_printable_name(identity)}"
        if identity in earlier:
            message = (
                f"{subject}: id {_as_json(identity)} is used twice; ids are unique in a thread"
            )
            found.append((number, "id", message))
        if parent is not None and parent not in earlier:
            if parent == identity:
                wrong = "is the comment itself; write an earlier id, or null"
            elif parent in every:
                wrong = "comes later in the file; a reply stands after what it answers, so move one of them"
            else:
                near = nearest(parent, every - {identity})
                mend = f'; did you mean "{near}"?' if near else "; write an earlier id, or null"
                wrong = f"is not in this thread{mend}"
            found.append((number, "parent", f"{subject}: parent {_as_json(parent)} {wrong}"))
        earlier.add(identity)
    if found:
        lines = Lines(text)
        for number, name, message in found:
            report.fault(place, lines.of(("comments", number, name)), message)


def _tell(detail: ErrorDetails, value: Any, lines: Lines, place: str, report: Report) -> None:
    """One of pydantic's faults in our words: comment, field, what was found, what is allowed."""
    location = list(detail["loc"])
    if detail["type"] == "second_pin":
        report.fault(
            place, lines.of(("comments", detail["ctx"]["number"], "pinned")), detail["msg"]
        )
        return
    line = lines.of(location or ["closed"])
    subject = ""
    if len(location) >= 2 and location[0] == "comments" and isinstance(location[1], int):
        number = location[1]
        comment = value["comments"][number]
        identity = comment.get("id") if isinstance(comment, dict) else None
        named = _printable_name(identity) if isinstance(identity, str) else f"number {number + 1}"
        subject = f"comment {named}: "
        location = location[2:]
    name = ".".join(_printable_name(part) for part in location)
    report.fault(place, line, f"{subject}{name + ': ' if name else ''}{_allowed(detail, location)}")


def _allowed(detail: ErrorDetails, location: list[int | str]) -> str:
    found = _as_json(detail["input"])
    match detail["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            known = (
                "version",
                "entry",
                "state",
                "comments",
                "id",
                "parent",
                "date",
                "author",
                "body",
                "name",
                "url",
                "key",
                "host",
                "closed",
                "reason",
                "edited",
                "pinned",
            )
            near = nearest(str(location[-1]), known) if location else None
            return "is not a field of the store" + (
                f'; did you mean "{near}"?' if near and near != location[-1] else "; take it out"
            )
        case "string_pattern_mismatch":
            patterns = {
                "key": "16 to 64 of 0-9 and a-f",
                "entry": '"<kind>/<id>", such as "posts/five-questions"',
            }
            return f"{found} is not allowed; write {patterns.get(str(location[-1]), '1 to 64 letters, digits and hyphens')}"
        case "literal_error":
            return f"{found} is not allowed; write {detail['ctx']['expected']}"
        case "tombstone" | "empty" | "absent" | "misplaced" | "misplaced_closing":
            return detail["msg"]
        case "unsafe_character" | "web_address" | "invisible":
            return f"{found} {detail['msg']}"
        case "timezone_aware":
            return f"{found} has no offset; write it as 2026-05-25T08:15:00+10:00"
        case kind if kind.startswith("datetime"):
            return f"{found} is not a date; write it as 2026-05-25T08:15:00+10:00"
        case _:
            return f"found {found}; {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _as_json(found: Any) -> str:
    """As JSON, cut short; nothing in it can move a terminal's cursor."""
    text = json.dumps(found, ensure_ascii=False, default=str)
    if not text.isprintable():
        text = json.dumps(found, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _printable_name(name: object) -> str:
    """A name as it is when it is a plain one, else shown as JSON."""
    return str(name) if re.fullmatch(r"[\w-]{1,64}", str(name), re.ASCII) else _as_json(name)


def _near(text: str, position: int) -> str:
    around = " ".join(text[max(0, position - 20) : position + 20].split())
    return f" (near {around!r})" if around else ""
