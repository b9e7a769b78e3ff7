"""The form in which a thread is written: the same thread is always the same bytes.

UTF-8, sorted keys, two-space indent, a final newline; every date as the file wrote it. Reading a file
of this form and writing it again gives the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from plugins.conversations.model import Comment, Thread, WrittenDate, moment

Item = TypeVar("Item")


def thread_text(thread: Thread) -> str:
    """The text of a thread's file."""
    return json_text(plain_thread(thread))


def json_text(value: Any) -> str:
    """A JSON value in that form."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def plain_thread(thread: Thread) -> dict[str, Any]:
    """The JSON object of a thread; what is absent stays absent."""
    plain: dict[str, Any] = {
        "version": thread.version,
        "entry": thread.entry,
        "state": thread.state,
        "comments": [plain_comment(comment) for comment in thread.comments],
    }
    if thread.closed is not None:
        plain["closed"] = {
            "date": written(thread.closed.date),
            "reason": thread.closed.reason,
        }
    return plain


def plain_comment(comment: Comment) -> dict[str, Any]:
    """The JSON object of one comment."""
    author = comment.author
    plain: dict[str, Any] = {
        "id": comment.id,
        "parent": comment.parent,
        "date": written(comment.date),
        "state": comment.state,
        "author": author
        and {"name": author.name, "url": author.url, "key": author.key, "host": author.host},
        "body": comment.body,
    }
    if comment.edited is not None:
        plain["edited"] = written(comment.edited)
    if comment.pinned:
        plain["pinned"] = True
    return plain


def written(date: datetime) -> str:
    """A date as its file wrote it; one that no file gave in RFC 3339, to the second."""
    return (date if isinstance(date, WrittenDate) else moment(date)).written


def tombstone(comment: Comment) -> Comment:
    """The place that a deleted comment keeps for its replies."""
    return comment.model_copy(
        update={"state": "deleted", "author": None, "body": "", "edited": None, "pinned": None}
    )


def place_for(comment: Comment, among: Sequence[Comment]) -> int:
    """Where a comment is put in: after all that are not later than it, and after what it answers."""
    at = len(among)
    while at and among[at - 1].id != comment.parent and among[at - 1].date > comment.date:
        at -= 1
    return at


def parents_first(
    items: Sequence[Item], identity: Callable[[Item], str], parent: Callable[[Item], str | None]
) -> list[Item]:
    """The items in their order, but that a reply which comes too early follows what it answers.

    Ids are unique. What hangs on a circle, or on a parent that is not there, is left out: a shorter
    answer says that there is such a thing.
    """
    there: set[str] = set()
    early: dict[str, list[Item]] = {}
    ordered: list[Item] = []
    for item in items:
        above = parent(item)
        if above is not None and above not in there:
            early.setdefault(above, []).append(item)
            continue
        ready = [item]
        while ready:
            one = ready.pop()
            ordered.append(one)
            there.add(identity(one))
            ready.extend(reversed(early.pop(identity(one), [])))
    return ordered
