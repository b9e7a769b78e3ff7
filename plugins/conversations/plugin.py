"""The Pelican side: threads into the build's context, bound to entries by their permanent keys.

Reads `entries` and `reading` (of plugins.entries) from the context and leaves `conversations`, a
mapping of entry key to Conversation for every public entry that has a thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pelican import signals

from plugins.conversations.model import Thread
from plugins.conversations.store import read_store
from plugins.conversations.tree import Conversation, conversation
from plugins.entries.model import Entry
from plugins.faults import nearest

DEFAULT_STORE = "comments"


class ConversationsGenerator:
    """Gathers only; it writes nothing."""

    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], path: str, **_: Any
    ) -> None:
        self.context = context
        self.folder = Path(path) / settings.get("COMMENTS_STORE", DEFAULT_STORE)
        self.host_key: str | None = settings.get("HOST_KEY")
        self.shown_as = Path(settings.get("COMMENTS_STORE", DEFAULT_STORE)).as_posix()

    def generate_context(self) -> None:
        reading, entries = self.context["reading"], self.context["entries"]
        threads = read_store(self.folder, self.shown_as, reading.report, self.host_key)
        found: dict[str, Conversation] = {}
        for key, thread in threads.items():
            if key in entries:
                found[key] = conversation(thread, reading.zone, reading.at)
                self._tell_what_waits(thread, found[key])
            elif not {key, f"{key}.md"} & reading.faulty and key not in reading.held:
                near = likeliest(key, entries.values())
                mend = (
                    f'; did you mean "{near}"?'
                    if near
                    else "; write the entry's id, or move the file out of the store"
                )
                place = f"{self.shown_as}/{key}.json"
                reading.report.fault(place, None, f'entry: no entry has the id "{key}"{mend}')
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


def likeliest(key: str, entries: Iterable[Entry]) -> str | None:
    """The key of the entry that a thread with an unknown key most likely belongs to: the one whose
    file or address has that name, else the one with the most similar id."""
    by_name: dict[str, str] = {}
    ids: dict[str, str] = {}
    for entry in entries:
        by_name.setdefault(entry.place.rsplit(".", 1)[0], entry.key)
        by_name.setdefault(f"{entry.kind}/{entry.address.strip('/').split('/')[-1]}", entry.key)
        ids.setdefault(entry.id, entry.key)
    name = key.split("/", 1)[1]
    return by_name.get(key) or ids.get(name) or ids.get(nearest(name, ids, 0.4) or "")


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ConversationsGenerator]:
    return ConversationsGenerator
