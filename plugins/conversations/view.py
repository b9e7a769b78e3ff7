"""What the theme's thread shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from plugins.conversations.mail_links import ReplyAddress
from plugins.conversations.people import Person
from plugins.conversations.tree import Conversation, Node
from plugins.outputs.model import view_of

TEMPLATES = Path(__file__).with_name("templates")
"""Where the theme's parts for threads are; a theme may have its own in their place."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who takes part. face: their picture or mark; address: of the page about them; url: their own
    site, to which the name leads where there is no such page."""

    name: str
    address: str | None
    url: str | None
    face: Markup


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment; the fields that Node has too mean the same. face: of who wrote it. answers: the id of
    what it replies to, and who wrote that ("" of a deleted one). reply: the address of a reply by e-mail.
    next_by_host: of a comment of the host's, the id of the next one."""

    id: str
    host: bool
    deleted: bool
    author: str
    url: str | None
    face: Markup
    date: datetime
    edited: datetime | None
    pinned: bool
    html: Markup
    answers: tuple[str, str] | None
    place: int
    of: int
    first: str | None
    replies: int
    folds: bool
    ends: tuple[bool, ...]
    next_by_host: str | None
    reply: str | None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The comments of one entry, in reading order. speakers: who takes part, in the order of their first
    words. by_host: how many comments are the host's, and the id of the first. reply: the address at which
    one takes part by e-mail; None when there is none, or the thread is closed. feed: the address of
    its feed. Every address begins with the site's base path."""

    comments: tuple[CommentView, ...]
    count: int
    span: str
    long: bool
    closed: bool
    closed_on: datetime | None
    closed_why: str
    speakers: tuple[Speaker, ...]
    by_host: tuple[int, str]
    reply: str | None
    feed: str | None


def thread_view(
    made: Conversation,
    title: str,
    feed: str | None,
    people: Mapping[str, Person],
    mail: ReplyAddress,
    base_path: str = "",
) -> ThreadView:
    """title: of the entry. feed: the address of the thread's, within the site. people: everyone who speaks,
    by key."""
    open_mail = mail if mail and not made.closed else None
    return view_of(
        ThreadView,
        made,
        comments=tuple(
            _comment(one, made, people, open_mail(title, one.id) if open_mail else None)
            for one in made.nodes
        ),
        speakers=tuple(
            view_of(
                Speaker,
                people[key],
                address=_below(base_path, people[key].address),
                face=people[key].seat(number),
            )
            for number, key in enumerate(made.people)
        ),
        by_host=(len(made.host_words), made.host_words.get("", "")),
        reply=open_mail(title) if open_mail else None,
        feed=_below(base_path, feed),
    )


def _comment(
    one: Node, made: Conversation, people: Mapping[str, Person], reply: str | None
) -> CommentView:
    return view_of(
        CommentView,
        one,
        face=Markup() if one.deleted else people[one.key].seated(one.seat),
        answers=(one.answers.id, one.answers.author) if one.answers else None,
        next_by_host=made.host_words.get(one.id),
        reply=None if one.deleted else reply,
    )


def _below(base_path: str, address: str | None) -> str | None:
    return f"{base_path}{address}" if address else None
