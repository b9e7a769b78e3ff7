"""Threads for tests: written by hand, by chance, and as the store holds them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from plugins.conversations.form import json_text
from plugins.conversations.model import Author, Thread
from plugins.conversations.store import parse_thread
from plugins.faults import Report

ROOT = Path(__file__).resolve().parent.parent.parent
SYDNEY = ZoneInfo("Australia/Sydney")
KEY = "posts/a"
HOST_KEY = "16210535b46ef444f394778e1bb91c6c"
GUEST = Author(name="Priya Raman", url=None, key="0123456789abcdef", host=False)
HOST = Author(name="activatelearning", url=None, key=HOST_KEY, host=True)
WHEN = datetime(2026, 11, 23, 18, 0, tzinfo=SYDNEY)

Plain = dict[str, Any]


def said(identity: str, parent: str | None = None, minutes: int = 0, **changed: Any) -> Plain:
    """A guest's comment as JSON, some minutes after WHEN; `host=True` makes it the host's."""
    author = HOST if changed.pop("host", False) else GUEST
    plain: Plain = {
        "id": identity,
        "parent": parent,
        "date": (WHEN + timedelta(minutes=minutes)).isoformat(),
        "state": "approved",
        "author": author.model_dump(),
        "body": f"Words of {identity}.",
    }
    return plain | changed


def gone(identity: str, parent: str | None = None, minutes: int = 0) -> Plain:
    return said(identity, parent, minutes, state="deleted", author=None, body="")


def text_of(*comments: Plain, **changed: Any) -> str:
    value = {"version": 1, "entry": KEY, "state": "open", "comments": list(comments)}
    return json_text(value | changed)


def read(text: str | bytes) -> Thread:
    """The thread that a text holds, which must be without fault."""
    report = Report()
    thread = parse_thread(text if isinstance(text, bytes) else text.encode(), "a.json", report)
    assert thread is not None, report.faults
    return thread


def refused(text: str | bytes) -> list[str]:
    """The faults of a text that must have some."""
    report = Report()
    raw = text if isinstance(text, bytes) else text.encode()
    assert parse_thread(raw, "a.json", report, HOST_KEY) is None
    return [fault.message for fault in report.faults]


def thread_of(*comments: Plain, **changed: Any) -> Thread:
    return read(text_of(*comments, **changed))


def lay(store: Path, *comments: Plain, **changed: Any) -> Path:
    """A thread's file in a store."""
    path = store / f"{changed.get('entry', KEY)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(*comments, **changed), encoding="utf-8", newline="\n")
    return path


_PRINTED = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    min_size=1,
    max_size=20,
)
_OFFSETS = st.sampled_from(["Z", "+00:00", "-00:00", "+11:00", "+10:00", "-03:30", "+05:45"])


@st.composite
def _dates(draw: st.DrawFn) -> str:
    when = draw(st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30)))  # noqa: DTZ001
    fraction = draw(st.sampled_from(["", ".5", ".500", ".123456", ".123456789"]))
    return f"{when:%Y-%m-%dT%H:%M:%S}{fraction}{draw(_OFFSETS)}"


@st.composite
def thread_texts(draw: st.DrawFn) -> str:
    """The text of any thread that the store takes, in the form in which it is written."""
    comments: list[Plain] = []
    pinned = False
    for number in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *(one["id"] for one in comments)]))
        plain = said(f"c-{number}", parent, date=draw(_dates()))
        if draw(st.integers(0, 4)) == 0:
            plain |= {"state": "deleted", "author": None, "body": ""}
        else:
            plain["body"] = draw(_PRINTED) + "."
            plain["author"] |= {"name": draw(_PRINTED) + "n"}  # what shows nothing is no name
            if draw(st.booleans()):
                plain["edited"] = draw(_dates())
            if parent is None and not pinned and draw(st.booleans()):
                pinned = plain["pinned"] = True
        comments.append(plain)
    closed: Plain = {}
    if draw(st.booleans()):
        closed = {"state": "closed"}
        if draw(st.booleans()):
            closed["closed"] = {"date": draw(_dates()), "reason": draw(_PRINTED)}
    return text_of(*comments, **closed)
