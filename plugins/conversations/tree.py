"""A thread as it is read: comments in reading order, each with its depth, its place and what it answers.

The order is the store's: siblings stand in the order of the file. Tombstones stay only where a living
reply hangs from them. Nothing here recurses, so the depth of a thread is bounded by the store alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plugins.conversations.markup import to_html, to_text
from plugins.conversations.model import Comment, Thread
from plugins.entries.dates import span


@dataclass(frozen=True, slots=True, eq=False)
class Remark:
    """One comment, ready to be shown.

    depth: 1 for a remark on the entry, 2 for a reply to it, and so on. closes: how many lists of
    replies end after it. replies: how many comments answer it, at any depth. answers: the remark it
    replies to. date, edited: aware, in the site's zone. A deleted remark has no author and no words.
    """

    id: str
    depth: int
    closes: int
    has_replies: bool
    replies: int
    author: str
    url: str | None
    key: str
    host: bool
    deleted: bool
    date: datetime
    body: str
    answers: Remark | None = field(repr=False)
    edited: datetime | None = None
    pinned: bool = False

    @property
    def html(self) -> Markup:
        """Made when it is asked for: some microseconds, where keeping it would hold every page in memory."""
        return to_html(self.body) if self.body else Markup()

    @property
    def text(self) -> str:
        return to_text(self.html)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The thread of one entry as the theme shows it. `count` leaves tombstones out."""

    entry: str
    closed: bool
    remarks: tuple[Remark, ...]
    count: int
    last: datetime | None
    closed_on: datetime | None
    closed_why: str
    people: tuple[str, ...]
    """Keys of everyone who speaks, in the order of their first word."""

    @property
    def latest(self) -> Remark | None:
        """The remark that was made last."""
        living = [remark for remark in self.remarks if not remark.deleted]
        return max(living, key=lambda remark: remark.date, default=None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of everyone who speaks, in the order of their first word; one name a key."""
        by_key = {remark.key: remark.author for remark in self.remarks if not remark.deleted}
        return tuple(by_key[key] for key in self.people if key in by_key)

    @property
    def span(self) -> str:
        """From when to when it was talked, in words."""
        moments = [remark.date for remark in self.remarks if not remark.deleted]
        return span(min(moments), max(moments)) if moments else ""


def conversation(thread: Thread, zone: ZoneInfo, at: datetime | None = None) -> Conversation:
    """The conversation that a thread holds; with `at`, as it stood at that moment."""
    comments = thread.comments if at is None else said_by(thread.comments, at)
    children: dict[str | None, list[Comment]] = {}
    for comment in comments:
        children.setdefault(comment.parent, []).append(comment)
    living: dict[str, int] = {}
    for comment in reversed(comments):
        replies = sum(living[child.id] for child in children.get(comment.id, ()))
        living[comment.id] = replies + (comment.state == "approved")
    # The pinned remark is read first; all others in the order of the file.
    children.get(None, []).sort(key=lambda comment: not comment.pinned)
    shown = {parent: [c for c in below if living[c.id]] for parent, below in children.items()}
    remarks: list[Remark] = []
    made: dict[str, Remark] = {}
    # A stack of (comment, depth, lists of replies that end after it and all below it).
    stack = [(comment, 1, 0) for comment in reversed(shown.get(None, []))]
    while stack:
        comment, depth, ends = stack.pop()
        below = shown.get(comment.id, [])
        author = comment.author
        remark = Remark(
            id=comment.id,
            depth=depth,
            closes=0 if below else ends,
            has_replies=bool(below),
            replies=living[comment.id] - (comment.state == "approved"),
            author=author.name if author else "",
            url=author.url if author else None,
            key=author.key if author else "",
            host=author.host if author else False,
            deleted=comment.state == "deleted",
            date=comment.date.astimezone(zone),
            body=comment.body,
            answers=made.get(comment.parent) if comment.parent else None,
            edited=comment.edited.astimezone(zone) if comment.edited else None,
            pinned=bool(comment.pinned),
        )
        made[comment.id] = remark
        remarks.append(remark)
        stack.extend(
            (c, depth + 1, ends + 1 if number == 0 else 0)
            for number, c in enumerate(reversed(below))
        )
    reopened = at is not None and thread.closed is not None and thread.closed.date > at
    closing = None if reopened else thread.closed
    alive = [remark for remark in remarks if not remark.deleted]
    return Conversation(
        entry=thread.entry,
        closed=thread.state == "closed" and not reopened,
        closed_on=closing.date.astimezone(zone) if closing else None,
        closed_why=closing.reason if closing else "",
        remarks=tuple(remarks),
        count=len(alive),
        last=max((remark.date for remark in alive), default=None),
        people=tuple(dict.fromkeys(c.author.key for c in comments if c.author)),
    )


def said_by(comments: Iterable[Comment], at: datetime) -> tuple[Comment, ...]:
    """The comments made by that moment; a reply is never there before what it answers."""
    there: set[str] = set()
    kept = []
    for comment in comments:
        if comment.date <= at and (comment.parent is None or comment.parent in there):
            there.add(comment.id)
            kept.append(comment)
    return tuple(kept)
