"""When the site must be built next, and why: the first change that is ahead, and next-build.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.dates import clock, day, iso
from plugins.entries.reading import Change


@dataclass(frozen=True, slots=True)
class NextBuild:
    """at: aware, in the site's zone. because: what changes then. in_public: the same as far as the
    world may know it, since what waits for its day is not public."""

    at: datetime
    because: tuple[str, ...]
    in_public: tuple[str, ...]

    def __str__(self) -> str:
        return f"{day(self.at)}, {clock(self.at)}: {', '.join(self.because)}"


def next_build(moments: Iterable[Change], at: datetime) -> NextBuild | None:
    """The first of the moments that are later than `at`, which says the zone of the answer too."""
    ahead = [moment for moment in moments if moment.at > at]
    if not ahead:
        return None
    first = min(moment.at for moment in ahead)
    then = [moment for moment in ahead if moment.at == first]
    because = tuple(sorted({moment.why for moment in then}))
    in_public = tuple(sorted({moment.in_public or moment.why for moment in then}))
    return NextBuild(first.astimezone(at.tzinfo), because, in_public)


def next_build_json(due: NextBuild | None) -> str:
    because = list(due.in_public) if due else []
    document = {"at": iso(due.at) if due else None, "because": because}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def changes_in_threads(files: Iterable[bytes], at: datetime) -> Iterator[Change]:
    """Of threads as the store has them (version 1): when one closes, and when a comment dated ahead is said."""
    for raw in files:
        yield from _changes_in_thread(raw, at)


def _changes_in_thread(raw: bytes, at: datetime) -> Iterator[Change]:
    try:
        thread = json.loads(raw)
    except ValueError:
        return  # what is wrong with a thread is told by the plugin that shows it
    if not isinstance(thread, dict) or not isinstance(thread.get("comments"), list):
        return
    entry = thread.get("entry")
    if when := _later(thread.get("closed"), at):
        yield Change(when, f"the conversation of {entry} closes", in_public="a conversation closes")
    for comment in thread["comments"]:
        approved = isinstance(comment, dict) and comment.get("state") == "approved"
        if approved and (when := _later(comment, at)):
            yield Change(when, f"a comment on {entry} is due", in_public="a comment is due")


def _later(dated: Any, at: datetime) -> datetime | None:
    """The date of a comment or of a closing, when it is later than `at`."""
    try:
        when = datetime.fromisoformat(dated["date"])
    except (TypeError, KeyError, ValueError):
        return None
    return when if when.tzinfo is not None and when > at else None
