"""A thread as it is read: comments in reading order, each with its depth, its place among the replies
to one comment, what it answers and what answers it first.

The order is the store's: siblings stand in the order of the file. Tombstones stay only where a living
reply hangs from them. Nothing here recurses, so the depth of a thread is bounded by the store alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plugins.conversations.markup import led, links, to_html, to_text
from plugins.entries.dates import span

if TYPE_CHECKING:
    from plugins.conversations.model import Comment, Thread

LONG = 60
"""From so many comments on a thread is long."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One comment, ready to be shown.

    depth: 1 for a comment on the entry, 2 for a reply to it, and so on. place, of: its number
    among those shown that answer the same, and how many those are. ends: the lists of replies that end after it, the innermost
    first; of each whether it folds. folds: whether the list of replies to it does. replies: how many
    comments answer it, at any depth. first: the id of the first reply, and first_author who wrote that.
    seat: the place of who wrote it in `Conversation.people`. answers: the comment it replies
    to. date, edited: aware, in the site's zone. A deleted comment has no author and no words.
    """

    id: str
    depth: int
    place: int
    of: int
    ends: tuple[bool, ...]
    folds: bool
    first: str | None
    first_author: str
    replies: int
    author: str
    url: str | None
    key: str
    seat: int
    host: bool
    deleted: bool
    date: datetime
    body: str
    answers: Node | None = field(repr=False)
    edited: datetime | None = None
    pinned: bool = False
    links: tuple[str, ...] = ()
    """Where its links lead, as typed."""
    bare: tuple[str, ...] = ()
    """The same with addresses that are links by themselves."""
    leads: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where links to this site lead, by what was typed; one for a thread, filled when all entries are known."""

    @property
    def has_replies(self) -> bool:
        return self.first is not None

    @property
    def html(self) -> Markup:
        """Made when it is asked for: some microseconds, where keeping it would hold every page in memory."""
        return led(to_html(self.body), self.leads) if self.body else Markup()

    @property
    def leads_to(self) -> tuple[str, ...]:
        """Where its links lead, those that are no links of the site's as they were typed."""
        return tuple(self.leads.get(typed, typed) for typed in self.bare)

    @property
    def text(self) -> str:
        return to_text(self.html)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The thread of one entry as the theme shows it. `count` leaves tombstones out."""

    entry: str
    closed: bool
    nodes: tuple[Node, ...]
    count: int
    last: datetime | None
    closed_on: datetime | None
    closed_why: str
    people: tuple[str, ...]
    """Keys of everyone who speaks, in the order of their first word."""
    host_words: Mapping[str, str]
    """By the id of each comment of the host's the id of the next in reading order; "" leads to the first."""

    @property
    def long(self) -> bool:
        """Whether a browser should lay out only what is on the screen."""
        return len(self.nodes) > LONG

    @property
    def guests(self) -> tuple[str, ...]:
        """Keys of everyone who speaks but the host."""
        hosts = {node.key for node in self.nodes if node.host}
        return tuple(key for key in self.people if key not in hosts)

    @property
    def latest(self) -> Node | None:
        """The comment that was made last."""
        living = [node for node in self.nodes if not node.deleted]
        return max(living, key=lambda node: node.date, default=None)

    @property
    def span(self) -> str:
        """From when to when it was talked, in words."""
        moments = [node.date for node in self.nodes if not node.deleted]
        return span(min(moments), max(moments)) if moments else ""


def conversation(
    thread: Thread,
    zone: ZoneInfo,
    at: datetime | None = None,
    leads: Mapping[str, str] = MappingProxyType({}),
) -> Conversation:
    """The conversation that a thread holds; with `at`, as it stood at that moment. leads: see Node."""
    comments = thread.comments if at is None else said_by(thread.comments, at)
    living, shown = _visible(comments)
    people = tuple(dict.fromkeys(c.author.key for c in comments if c.author))
    seats = {key: number for number, key in enumerate(people)}
    nodes: list[Node] = []
    made: dict[str, Node] = {}
    top = shown.get(None, [])
    none: tuple[bool, ...] = ()
    # A stack of (comment, depth, place, of, lists of replies that end after it and all below it).
    stack = [(top[n - 1], 1, n, len(top), none) for n in range(len(top), 0, -1)]
    while stack:
        comment, depth, place, of, ends = stack.pop()
        below = shown.get(comment.id, [])
        author = comment.author
        replies = living[comment.id] - (comment.state == "approved")
        folds = replies > 1 and (depth == 1 or len(below) > 1)
        node = Node(
            id=comment.id,
            depth=depth,
            place=place,
            of=of,
            ends=() if below else ends,
            folds=folds,
            first=below[0].id if below else None,
            first_author=below[0].author.name if below and below[0].author else "",
            replies=replies,
            author=author.name if author else "",
            url=author.url if author else None,
            key=author.key if author else "",
            seat=seats[author.key] if author else -1,
            host=author.host if author else False,
            deleted=comment.state == "deleted",
            date=in_zone(comment.date, zone),
            body=comment.body,
            answers=made.get(comment.parent) if comment.parent else None,
            edited=in_zone(comment.edited, zone) if comment.edited else None,
            pinned=bool(comment.pinned),
            links=links(comment.body),
            bare=links(comment.body, bare=True),
            leads=leads,
        )
        made[comment.id] = node
        nodes.append(node)
        last = len(below)
        stack.extend(
            (below[n - 1], depth + 1, n, last, (folds, *ends) if n == last else none)
            for n in range(last, 0, -1)
        )
    reopened = at is not None and thread.closed is not None and thread.closed.date > at
    closing = None if reopened else thread.closed
    alive = [node for node in nodes if not node.deleted]
    by_host = [node.id for node in nodes if node.host]
    return Conversation(
        entry=thread.entry,
        closed=thread.state == "closed" and not reopened,
        closed_on=in_zone(closing.date, zone) if closing else None,
        closed_why=closing.reason if closing else "",
        nodes=tuple(nodes),
        count=len(alive),
        last=max((node.date for node in alive), default=None),
        people=people,
        host_words=dict(pairwise(["", *by_host])),
    )


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same in the zone, and nothing but a datetime (the store's know how they were written)."""
    local = moment.astimezone(zone)
    return datetime.combine(local.date(), local.timetz())


def _visible(
    comments: Sequence[Comment],
) -> tuple[dict[str, int], dict[str | None, list[Comment]]]:
    """How many living comments are at and below each, and the children of each that are shown: the
    living, and tombstones with living ones below."""
    children: dict[str | None, list[Comment]] = {}
    for comment in comments:
        children.setdefault(comment.parent, []).append(comment)
    living: dict[str, int] = {}
    for comment in reversed(comments):
        replies = sum(living[child.id] for child in children.get(comment.id, ()))
        living[comment.id] = replies + (comment.state == "approved")
    # The pinned comment is read first; all others in the order of the file.
    children.get(None, []).sort(key=lambda comment: not comment.pinned)
    shown = {parent: [c for c in below if living[c.id]] for parent, below in children.items()}
    return living, shown


def said_by(comments: Iterable[Comment], at: datetime) -> tuple[Comment, ...]:
    """The comments made by that moment; a reply is never there before what it answers."""
    there: set[str] = set()
    kept = []
    for comment in comments:
        if comment.date <= at and (comment.parent is None or comment.parent in there):
            there.add(comment.id)
            kept.append(comment)
    return tuple(kept)
