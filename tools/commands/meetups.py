"""What calendars are told of meetups."""

from __future__ import annotations

from pathlib import Path

from invoke.context import Context

from tools.commands import NOT_GIVEN, command


@command(forget="the id of a meetup that was taken away, which calendars may lose")
def record(_: Context, forget: str | None = None, content: Path = NOT_GIVEN) -> object:
    """Record what calendars are told of the meetups; after each change of one, before publishing."""
    from tools.meetups import record as run

    return run(content, forget)


ALL = [record]
