"""Begin an entry: new.post, new.meetup and so on, one for each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from invoke.context import Context

from plugins.entries.kinds import Kind
from plugins.kinds import KINDS
from tools.commands import NOT_GIVEN, command


@command(title="the post's title, in quotes", topics="its topics, between commas")
def post(_: Context, title: str, content: Path = NOT_GIVEN, topics: str = "") -> object:
    """Begin a new post, as a draft dated now."""
    from tools.new import new_post

    return new_post(title, content, topics)


@command(
    title="the meetup's title, or the name of its series, in quotes",
    start='when it starts, in ENTRY_TIMEZONE: "2027-02-10 18:00"',
)
def meetup(_: Context, title: str, start: str, content: Path = NOT_GIVEN) -> object:
    """Begin a new meetup, as a draft, with the place and host of the last one of that name."""
    from tools.meetups import new_meetup

    return new_meetup(title, start, content)


@command(
    url="the address of the page",
    private="ask it even when it is on this machine or its network",
)
def resource(_: Context, url: str, private: bool = False, content: Path = NOT_GIVEN) -> object:
    """Begin a resource, as a draft, with what the page at an address says of itself."""
    from tools.links.desk import desk
    from tools.links.new_resource import new_resource

    return new_resource(url, desk(content), private=private)


@command(month="its month, 2026-12; without it, the one after the latest")
def tips(_: Context, month: str | None = None, content: Path = NOT_GIVEN) -> object:
    """Begin the next issue of the campaign, a draft with its four items."""
    from tools.new import new_issue

    return new_issue(content, month)


def _of(kind: Kind) -> Any:
    def begin(_: Context, title: str, content: Path = NOT_GIVEN) -> object:
        from tools.new import new_entry

        return new_entry(kind, title, content)

    begin.__doc__ = f"Begin a new {kind.word}, as a draft dated now."
    name = kind.word.replace(" ", "-")
    return command(name, title=f"the {kind.word}'s title, in quotes")(begin)


OWN = {"posts": post, "meetups": meetup, "resources": resource, "tips": tips}
ALL = [OWN.get(folder) or _of(kind) for folder, kind in KINDS.items()]
