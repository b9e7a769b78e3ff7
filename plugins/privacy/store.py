"""Looking through the comments of a thread."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from plugins.faults import Fault
from plugins.privacy.scan import Finding, find


class _Author(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str | None: ...


class _Comment(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def author(self) -> _Author | None: ...
    @property
    def body(self) -> str: ...


class _Thread(Protocol):
    @property
    def comments(self) -> Sequence[_Comment]: ...


def store_faults(
    thread: _Thread, place: str, allowed: Collection[str] = (), text: str = ""
) -> list[Fault]:
    """A fault for each field of a comment that holds an address, a number or a user agent.

    place: the thread's file. allowed: what is public on purpose. text: what is in the file, so that
    the line can be told.
    """
    faults = []
    for comment in thread.comments:
        for field, written in _fields(comment):
            for finding in find(written, allowed):
                line = _line(text, comment.id, field, written)
                message = f"comment {comment.id}: {field}: {held(finding)}"
                faults.append(Fault(place, line, message))
    return faults


def held(finding: Finding) -> str:
    """What is told of a text that holds it, and what to do."""
    return (
        f"holds the {finding.kind} {finding.masked}; take it out, or, when it is public on purpose, name "
        "it in PUBLIC_ADDRESSES"
    )


def _fields(comment: _Comment) -> Iterator[tuple[str, str]]:
    if comment.author:
        yield "author.name", comment.author.name
        if comment.author.url:
            yield "author.url", comment.author.url
    yield "body", comment.body


def _line(text: str, identity: str, field: str, written: str) -> int | None:
    """The line of a value in a file that is written as the store is: a field on a line of its own."""
    key = json.dumps(field.rsplit(".", maxsplit=1)[-1])
    wanted = {f"{key}: {json.dumps(written, ensure_ascii=escaped)}" for escaped in (True, False)}
    lines = text.splitlines()
    named = f'"id": {json.dumps(identity)}'
    places = [number for number, line in enumerate(lines, 1) if line.strip().rstrip(",") in wanted]
    at = next((number for number, line in enumerate(lines, 1) if named in line), 0)
    return min(places, key=lambda number: abs(number - at), default=at or None)
