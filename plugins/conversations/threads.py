"""Reads the threads of a store, checks them, and binds each to its entry by the permanent key.

1. `Threads` reads the store and tells what is wrong in it: private data, names like the host's;
2. `bound` makes the conversations of the public entries, and tells threads that belong to none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from plugins.conversations.lines import Lines
from plugins.conversations.lookalikes import lookalike_faults
from plugins.conversations.model import Thread
from plugins.conversations.store import likeliest_of, read_store
from plugins.conversations.tree import Conversation, conversation
from plugins.entries.model import Entry
from plugins.entries.reading import Reading
from plugins.faults import Report
from plugins.privacy.store import store_faults


class Threads:
    """Of one store. folder: where it is; shown_as: how messages name it. host_key: under which the author
    speaks. names: hers, and the site's. allowed: addresses that are public on purpose."""

    def __init__(
        self,
        folder: Path,
        shown_as: str,
        host_key: str | None,
        names: tuple[str, ...],
        allowed: frozenset[str],
    ) -> None:
        self.folder, self.shown_as = folder, shown_as
        self._report = Report()
        self._by_key = read_store(folder, shown_as, self._report, host_key)
        for key, thread in self._by_key.items():
            place = f"{shown_as}/{key}.json"
            if lookalike_faults(thread, names, host_key, place):
                found = lookalike_faults(thread, names, host_key, place, self._text(key))
                self._report.faults += found
            if store_faults(thread, place, allowed):
                self._report.faults += store_faults(thread, place, allowed, self._text(key))
        self.leads: dict[str, dict[str, str]] = {}
        """By entry key, where links in comments lead; filled when links are settled."""

    def bound(self, entries: Mapping[str, Entry], reading: Reading) -> dict[str, Conversation]:
        """By entry key, the conversation of every public entry that has a thread."""
        reading.report.faults.extend(self._report.faults)
        found: dict[str, Conversation] = {}
        for key, thread in self._by_key.items():
            if key in entries:
                self.leads[key] = {}
                found[key] = conversation(thread, reading.zone, reading.at, self.leads[key])
                self._tell_what_waits(thread, found[key], reading)
            elif not {key, f"{key}.md"} & reading.faulty and key not in reading.held:
                free = [entry for entry in entries.values() if entry.key not in self._by_key]
                near = likeliest(key, free)
                mend = (
                    f'; did you mean "{near}"?'
                    if near
                    else "; write the entry's id, or move the file out of the store"
                )
                place = f"{self.shown_as}/{key}.json"
                reading.report.fault(place, None, f'entry: no entry has the id "{key}"{mend}')
        self._by_key = {}  # what pages show is in the conversations now
        return found

    def line_of(self, key: str, identity: str) -> tuple[str, int | None]:
        """The file of a thread, and the line on which a comment's words stand in it."""
        text = self._text(key)
        ids = [comment.get("id") for comment in json.loads(text)["comments"]]
        line = Lines(text).of(("comments", ids.index(identity), "body"))
        return f"{self.shown_as}/{key}.json", line

    def _text(self, key: str) -> str:
        return (self.folder / f"{key}.json").read_text(encoding="utf-8")

    def _tell_what_waits(self, thread: Thread, shown: Conversation, reading: Reading) -> None:
        waiting = sum(comment.state == "approved" for comment in thread.comments) - shown.count
        if waiting:
            place = f"{self.shown_as}/{thread.entry}.json"
            said = "1 comment is" if waiting == 1 else f"{waiting} comments are"
            reading.report.warn(
                place,
                None,
                f"{said} dated after this build's moment ({reading.at:%Y-%m-%d %H:%M}) and left out",
            )


def likeliest(key: str, entries: Iterable[Entry]) -> str | None:
    """The key of the entry that a thread with an unknown key most likely belongs to: the one whose
    file or address has that name, else the one of its kind with the most similar id.

    entries: those without a thread of their own."""
    by_name: dict[str, str] = {}
    ids: dict[str, str] = {}
    for entry in entries:
        by_name.setdefault(entry.place.rsplit(".", 1)[0], entry.key)
        by_name.setdefault(f"{entry.kind}/{entry.address.strip('/').split('/')[-1]}", entry.key)
        ids.setdefault(entry.id, entry.key)
    kind, name = key.split("/", 1)
    alike = [found for found in ids.values() if found.startswith(f"{kind}/")]
    return by_name.get(key) or ids.get(name) or likeliest_of(key, alike)
