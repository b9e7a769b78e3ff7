"""The Pelican side: threads into the build's context, bound to entries by their permanent keys.

Reads `entries` and `reading` (of plugins.entries) from the context and leaves `conversations`, a
mapping of entry key to Conversation for every public entry that has a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals

from plugins.conversations.model import Thread
from plugins.conversations.store import read_store
from plugins.conversations.tree import Conversation, conversation
from plugins.faults import nearest

DEFAULT_STORE = "comments"


class ConversationsGenerator:
    """Gathers only; it writes nothing."""

    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], path: str, **_: Any
    ) -> None:
        self.context = context
        self.folder = Path(path) / settings.get("COMMENTS_STORE", DEFAULT_STORE)
        self.shown_as = Path(settings.get("COMMENTS_STORE", DEFAULT_STORE)).as_posix()

    def generate_context(self) -> None:
        reading, entries = self.context["reading"], self.context["entries"]
        threads = read_store(self.folder, self.shown_as, reading.report)
        found: dict[str, Conversation] = {}
        for key, thread in threads.items():
            if key in entries:
                found[key] = conversation(thread, reading.zone, reading.at)
                self._tell_what_waits(thread, found[key])
            elif key not in reading.held and key not in reading.faulty:
                near = nearest(key, entries)
                hint = (
                    f'; did you mean "{near}"?'
                    if near
                    else "; write the entry's id, or move the file out of the store"
                )
                place = f"{self.shown_as}/{key}.json"
                reading.report.fault(place, None, f'entry: no entry has the id "{key}"{hint}')
        self.context["conversations"] = found

    def _tell_what_waits(self, thread: Thread, shown: Conversation) -> None:
        waiting = sum(comment.state == "approved" for comment in thread.comments) - shown.count
        if waiting:
            reading = self.context["reading"]
            place = f"{self.shown_as}/{thread.entry}.json"
            said = "1 comment is" if waiting == 1 else f"{waiting} comments are"
            reading.report.warn(
                place,
                None,
                f"{said} dated after this build's moment ({reading.at:%Y-%m-%d %H:%M}) and left out",
            )


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ConversationsGenerator]:
    return ConversationsGenerator
