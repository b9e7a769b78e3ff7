"""Which threads wait for the host's answer, and what the conversations come to in figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from plugins.conversations.model import Comment, Thread
from plugins.conversations.tree import said_by

# A question mark in an address, in code or in what is quoted asks nothing.
_NOT_ASKED = re.compile(
    r"^[ \t]*>[^\n]*|https?://\S+|```.*?(?:```|\Z)|`[^`\n]*`", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A branch of a thread (a comment on the entry and all below it) whose last word is a guest's.

    comment: that last word. since: the date of the first thing that guests said there after the host's
    last word, or at all. question: whether anything said since then asks something.
    """

    entry: str
    comment: Comment
    since: datetime
    question: bool


def waiting(threads: Mapping[str, Thread], at: datetime) -> tuple[Waiting, ...]:
    """What waits for the host at that moment (aware): questions first, the oldest first among each.

    Closed threads wait for nobody. The host's word anywhere in a branch answers all that was said there
    before it: she has read it.
    """
    found = [
        one
        for thread in threads.values()
        if thread.state == "open"
        for branch in _branches(said_by(thread.comments, at))
        if (one := _unanswered(thread.entry, branch))
    ]
    return tuple(sorted(found, key=lambda w: (not w.question, w.since, w.entry, w.comment.id)))


def _branches(comments: Iterable[Comment]) -> Iterable[list[Comment]]:
    branch_of: dict[str, list[Comment]] = {}
    branches = []
    for comment in comments:
        if comment.parent is None:
            branch: list[Comment] = []
            branches.append(branch)
        else:
            branch = branch_of[comment.parent]
        branch_of[comment.id] = branch
        branch.append(comment)
    return branches


def _unanswered(entry: str, branch: list[Comment]) -> Waiting | None:
    said = [comment for comment in branch if comment.author]
    answered = {comment.parent for comment in said if comment.author and comment.author.host}
    last_host = max((c.date for c in said if c.author and c.author.host), default=None)
    open_words = [
        comment
        for comment in said
        if comment.author
        and not comment.author.host
        and comment.id not in answered
        and (last_host is None or comment.date > last_host)
    ]
    if not open_words:
        return None
    last = max(open_words, key=lambda comment: comment.date)
    return Waiting(
        entry, last, min(c.date for c in open_words), any(asks(c.body) for c in open_words)
    )


def asks(body: str) -> bool:
    """Whether a comment's Markdown asks something in its own words."""
    own = _NOT_ASKED.sub(" ", body)
    return any(mark in own for mark in "?？؟")


@dataclass(frozen=True, slots=True)
class Month:
    """One month, "2026-11", in the site's zone."""

    month: str
    comments: int
    host: int
    people: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The conversations in figures. Comments are living ones, the host's among them; people are guests.

    answered: how many guests' comments the host replied to. answer_time: the median time until she did;
    None when she never did.
    """

    threads: int
    closed: int
    comments: int
    deleted: int
    people: int
    host: int
    answered: int
    answer_time: timedelta | None
    months: tuple[Month, ...]

    @property
    def host_share(self) -> float:
        """From 0 to 1."""
        return self.host / self.comments if self.comments else 0.0


def stats(threads: Mapping[str, Thread], zone: ZoneInfo) -> Stats:
    """Count what the threads hold; months are those of `zone`, each in which somebody spoke."""
    every = [comment for thread in threads.values() for comment in thread.comments]
    living = [(comment, comment.author) for comment in every if comment.author]
    months: dict[str, list[tuple[str, bool]]] = {}
    for comment, author in living:
        month = comment.date.astimezone(zone).strftime("%Y-%m")
        months.setdefault(month, []).append((author.key, author.host))
    times = _answer_times(threads.values())
    return Stats(
        threads=sum(any(c.author for c in thread.comments) for thread in threads.values()),
        closed=sum(thread.state == "closed" for thread in threads.values()),
        comments=len(living),
        deleted=len(every) - len(living),
        people=len({author.key for _, author in living if not author.host}),
        host=sum(author.host for _, author in living),
        answered=len(times),
        answer_time=timedelta(seconds=median(times)) if times else None,
        months=tuple(
            Month(
                month,
                len(said),
                sum(host for _, host in said),
                len({key for key, host in said if not host}),
            )
            for month, said in sorted(months.items())
        ),
    )


def _answer_times(threads: Iterable[Thread]) -> list[float]:
    """From each guest's comment to the host's first reply to it, in seconds; a clock that was wrong counts as 0."""
    times: list[float] = []
    for thread in threads:
        first: dict[str, datetime] = {}
        for comment in thread.comments:
            if comment.parent and comment.author and comment.author.host:
                first[comment.parent] = min(comment.date, first.get(comment.parent, comment.date))
        times += [
            max((first[comment.id] - comment.date).total_seconds(), 0.0)
            for comment in thread.comments
            if comment.id in first and comment.author and not comment.author.host
        ]
    return times
