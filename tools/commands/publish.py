"""Bring the site to readers, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invoke.context import Context

from tools.commands import NOT_GIVEN, ask, command, say, typed_behind, yes_to_all

if TYPE_CHECKING:
    from tools.deploy.desk import Desk

_TO = "the address to publish to (PUBLISH_TO in publishconf.py)"
_YES = "do not ask"


@command(
    to=_TO,
    dry_run="say what would be done, and write nothing at the host",
    yes=_YES,
    force_delete="delete as many files as it takes",
    files="name every file that changes",
)
def site(
    _: Context,
    to: str | None = None,
    dry_run: bool = False,
    yes: bool = False,
    force_delete: bool = False,
    files: bool = False,
    content: Path = NOT_GIVEN,
) -> object:
    """Build, look it all through, say what changes, ask, and bring it to readers."""
    from tools.deploy.bar import bar
    from tools.deploy.publishing import Choices, publish

    choices = Choices(dry_run, force_delete, files)
    with bar("Sending") as progress:
        return publish(_desk(content, to), choices, yes_to_all if yes else ask, say, progress)


@command(
    positional=typed_behind("publish.rollback", "release"),
    release="how its id begins, as publish.list shows it (the one before)",
    to=_TO,
    yes=_YES,
)
def rollback(
    _: Context,
    release: str | None = None,
    to: str | None = None,
    yes: bool = False,
    content: Path = NOT_GIVEN,
) -> object:
    """Make an earlier release live again: pages, conversations and feeds."""
    from tools.deploy.bar import bar
    from tools.deploy.publishing import roll_back

    with bar("Going back") as progress:
        return roll_back(_desk(content, to), release, yes_to_all if yes else ask, say, progress)


@command("list", to=_TO)
def list_(_: Context, to: str | None = None, content: Path = NOT_GIVEN) -> object:
    """List the releases that one can go back to."""
    from tools.deploy.history import listed

    return listed(_desk(content, to))


@command(
    positional=typed_behind("publish.diff", "one", "other"),
    one='how a release\'s id begins, "live" or "content" (live)',
    other="the same (content)",
    to=_TO,
)
def diff(
    _: Context,
    one: str | None = None,
    other: str | None = None,
    to: str | None = None,
    content: Path = NOT_GIVEN,
) -> object:
    """How two releases differ, or what is live and the content."""
    from tools.deploy.history import compared

    return compared(_desk(content, to), one, other)


@command(to=_TO)
def status(_: Context, to: str | None = None, content: Path = NOT_GIVEN) -> object:
    """How the content, the last release and what readers get differ."""
    from tools.deploy.history import status as run

    return run(_desk(content, to), say)


@command(what="an address or a feed id that is meant to be gone", to=_TO)
def forget(_: Context, what: str, to: str | None = None, content: Path = NOT_GIVEN) -> object:
    """Let an address be gone for good, which no publish does by itself."""
    from tools.deploy.history import forget as run

    return run(_desk(content, to), what)


ALL = [rollback, list_, diff, status, forget]


def _desk(content: Path, to: str | None) -> Desk:
    from tools.deploy.desk import desk

    return desk(content, to)
