"""The threads: write in them, care for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invoke.context import Context

from tools.commands import NOT_GIVEN, command
from tools.commands import ask as asked
from tools.settings import ROOT, SITE

if TYPE_CHECKING:
    from tools.comments.desk import Desk


@command()
def waiting(_: Context, content: Path = NOT_GIVEN) -> object:
    """List what waits for your answer: questions first, the oldest first."""

    from tools.comments.maintenance import list_waiting

    return list_waiting(_desk(content))


@command(
    positional=["entry"],
    name_="who says it; without it, you",
    email="their address; it only makes their key, and is kept nowhere",
    url="their site",
    date='when it was said: "2026-11-23 18:00"; without it, now',
    to="the id of the comment that it answers",
)
def add(
    _: Context,
    entry: str,
    name: str | None = None,
    email: str | None = None,
    url: str | None = None,
    date: str | None = None,
    to: str | None = None,
    draft: Path | None = None,
    content: Path = NOT_GIVEN,
) -> object:
    """Put a comment into a thread, in your editor."""
    from tools.comments.verbs import add as run

    return run(_desk(content), entry, name, email, url, date, to, draft)


@command()
def reply(
    _: Context,
    entry: str,
    identity: str,
    draft: Path | None = None,
    content: Path = NOT_GIVEN,
) -> object:
    """Answer a comment as yourself, in your editor."""
    from tools.comments.verbs import reply as run

    return run(_desk(content), entry, identity, draft)


@command()
def edit(
    _: Context,
    entry: str,
    identity: str,
    draft: Path | None = None,
    content: Path = NOT_GIVEN,
) -> object:
    """Change a comment's words, in your editor."""
    from tools.comments.verbs import edit as run

    return run(_desk(content), entry, identity, draft)


@command()
def delete(_: Context, entry: str, identity: str, content: Path = NOT_GIVEN) -> object:
    """Take a comment away; with replies, its place stays."""
    from tools.comments.verbs import delete as run

    return run(_desk(content), entry, identity)


@command(positional=["entry"], reason="why, in a few words; readers see it")
def close(_: Context, entry: str, reason: str, content: Path = NOT_GIVEN) -> object:
    """Let a thread take no more replies."""
    from tools.comments.verbs import close as run

    return run(_desk(content), entry, reason)


@command("open")
def open_(_: Context, entry: str, content: Path = NOT_GIVEN) -> object:
    """Let a closed thread take replies again."""
    from tools.comments.verbs import open_again

    return open_again(_desk(content), entry)


@command(off="take the pin off it")
def pin(
    _: Context, entry: str, identity: str, off: bool = False, content: Path = NOT_GIVEN
) -> object:
    """Pin a comment, so that it is read first."""
    from tools.comments.verbs import pin as run

    return run(_desk(content), entry, identity, off=off)


@command(
    person="a name they use, the address of their page, or their key",
    picture="show this picture, which they gave, in place of their mark",
    no_picture="take their picture away",
    no_page="have no page about them, however often they speak",
    page="let them have one again",
)
def person(
    _: Context,
    person: str,
    picture: Path | None = None,
    no_picture: bool = False,
    no_page: bool = False,
    page: bool = False,
    content: Path = NOT_GIVEN,
) -> object:
    """Show a person's picture in place of their mark; have no page about them."""
    from tools.comments.persons import set_person

    wanted = None if page == no_page else page
    return set_person(_desk(content), person, picture, no_picture, wanted)


@command()
def check(_: Context, content: Path = NOT_GIVEN) -> object:
    """Look for everything that is wrong with the threads, and write nothing."""
    from tools.comments.maintenance import check as run

    return run(_desk(content))


@command(
    fix="show each change, ask, keep a copy, write",
    clocks="date a reply that is earlier than what it answers one second after it",
)
def doctor(
    _: Context, fix: bool = False, clocks: bool = False, content: Path = NOT_GIVEN
) -> object:
    """Look for circles, orphans, doubled ids, wrong clocks, garbled text; --fix mends."""

    from tools.comments.maintenance import run_doctor

    return run_doctor(_desk(content), fix=fix, clocks=clocks, ask=asked, show=print)


@command()
def stats(_: Context, content: Path = NOT_GIVEN) -> object:
    """The conversations in figures."""
    from tools.comments.maintenance import stats

    return stats(_desk(content))


@command()
def index(_: Context, content: Path = NOT_GIVEN) -> object:
    """Write the store's index.json, with which it can be served from any host of files."""
    from tools.store.publish_index import write_index

    return write_index(_desk(content).store)


@command()
def pull(_: Context) -> object:
    """Fetch the comments when COMMENTS_STORE is an address."""
    from tools.store import pull_for

    return pull_for(SITE / "pelicanconf.py")


@command()
def setup(_: Context) -> object:
    """Have git merge threads comment by comment; once for each copy of the repository."""
    from tools.comments.maintenance import setup as run

    return run(ROOT)


@command(
    base="what both copies began with",
    ours="our copy; the merged thread is written here",
    theirs="their copy",
    path="how messages name the file",
)
def merge(_: Context, base: Path, ours: Path, theirs: Path, path: str = "") -> None:
    """Merge two copies of a thread; git calls this (comments.setup)."""
    from tools.comments.maintenance import merge as run

    run(base, ours, theirs, path or str(ours))


ALL = [
    *(waiting, add, reply, edit, delete, close, open_, pin, person),
    *(check, doctor, stats, index, pull, setup, merge),
]


def _desk(content: Path) -> Desk:
    from tools.comments.desk import desk

    return desk(content)
