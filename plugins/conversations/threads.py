"""Reads the threads of a store, checks them, and binds each to its entry by the permanent key.

1. `Threads` reads the store and tells what is wrong in it: private data, names like the host's;
2. `bound` makes the conversations of the public entries, and tells threads that belong to none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.conversations.folder import likeliest_of, stored_files
from plugins.conversations.lines import Lines
from plugins.conversations.lookalikes import lookalike_faults
from plugins.conversations.tree import Conversation, conversation, in_zone
from plugins.entries.model import Entry
from plugins.entries.reading import Reading
from plugins.faults import Fault, Report
from plugins.memory import Memory
from plugins.outputs.fingerprints import digest_of
from plugins.privacy.store import store_faults


@dataclass(frozen=True, slots=True)
class StoredThread:
    """What a file of the store holds, whatever the moment and whatever else there is.

    talk: with every comment in it; None of a faulty file. leads: where its links lead, the one that the nodes
    of talk have, still empty. until: the moment of the latest that is in it. approved: how many comments are.
    """

    faults: tuple[Fault, ...]
    talk: Conversation | None
    leads: dict[str, str]
    until: datetime | None
    approved: int


class Threads:
    """Of one store. folder: where it is; shown_as: how messages name it. host_key: under which the author
    speaks. names: hers, and the site's. allowed: addresses that are public on purpose. zone: of the dates
    that are shown. memory: where what is in a file is remembered."""

    def __init__(
        self,
        folder: Path,
        shown_as: str,
        host_key: str | None,
        names: tuple[str, ...],
        allowed: frozenset[str],
        zone: ZoneInfo,
        memory: Memory,
    ) -> None:
        self.folder, self.shown_as = folder, shown_as
        self._host_key, self._names, self._allowed, self._zone = host_key, names, allowed, zone
        self._report = Report()
        hangs_on = [zone.key, host_key or "", *names, "", *sorted(allowed), ""]
        self._by_key: dict[str, StoredThread] = {}
        self._digests: dict[str, bytes] = {}
        files = dict(stored_files(folder, shown_as, self._report))
        for key, raw in files.items():
            self._digests[key] = memory.key("thread", *hangs_on, key, raw)
        memory.fetch(self._digests.values())
        for key, raw in files.items():
            stored = memory.remembered(self._digests[key], partial(self._stored, key, raw))
            self._report.faults += stored.faults
            if stored.talk is not None:
                self._by_key[key] = stored
        self._latest = {key: one.until for key, one in self._by_key.items() if one.until}
        self.leads: dict[str, dict[str, str]] = {}
        """By entry key, where links in comments lead; filled when links are settled."""

    def bound(self, entries: Mapping[str, Entry], reading: Reading) -> dict[str, Conversation]:
        """By entry key, the conversation of every public entry that has a thread."""
        reading.report.faults.extend(self._report.faults)
        found: dict[str, Conversation] = {}
        for key, stored in self._by_key.items():
            if key in entries:
                self.leads[key] = stored.leads
                found[key] = self._at(key, stored, reading.at)
                if found[key] is not stored.talk:
                    said = tuple(node.id for node in found[key].nodes)
                    self._digests[key] = digest_of(self._digests[key], said, found[key].closed)
                self._tell_what_waits(key, stored.approved - found[key].count, reading)
            elif not {key, f"{key}.md"} & reading.faulty and key not in reading.held:
                free = [entry for entry in entries.values() if entry.key not in self._by_key]
                near = likeliest(key, free)
                mend = (
                    f'; did you mean "{near}"?'
                    if near
                    else "; write the entry's id, or move the file out of the store"
                )
                reading.report.fault(
                    self._place(key), None, f'entry: no entry has the id "{key}"{mend}'
                )
        self._by_key = {}  # what pages show is in the conversations now
        return found

    def digest(self, key: str) -> bytes:
        """Of the conversation of an entry as pages show it, once its links are settled."""
        leads = self.leads[key]
        return digest_of(self._digests[key], tuple(leads.items())) if leads else self._digests[key]

    def later_than(self, at: datetime) -> Iterator[bytes]:
        """The files in which something is dated later."""
        for key, until in self._latest.items():
            if until > at:
                yield (self.folder / f"{key}.json").read_bytes()

    def line_of(self, key: str, identity: str) -> tuple[str, int | None]:
        """The file of a thread, and the line on which a comment's words stand in it."""
        text = self._text(key)
        ids = [comment.get("id") for comment in json.loads(text)["comments"]]
        line = Lines(text).of(("comments", ids.index(identity), "body"))
        return self._place(key), line

    def _stored(self, key: str, raw: bytes) -> StoredThread:
        from plugins.conversations.store import stored_thread  # which takes long to import

        report, place, leads = Report(), self._place(key), dict[str, str]()
        thread = stored_thread(key, raw, place, report, self._host_key)
        if thread is None:
            return StoredThread(tuple(report.faults), None, leads, None, 0)
        if lookalike_faults(thread, self._names, self._host_key, place):
            found = lookalike_faults(thread, self._names, self._host_key, place, raw.decode())
            report.faults += found
        if store_faults(thread, place, self._allowed):
            report.faults += store_faults(thread, place, self._allowed, raw.decode())
        moments = [comment.date for comment in thread.comments]
        moments += [thread.closed.date] if thread.closed else []
        return StoredThread(
            tuple(report.faults),
            conversation(thread, self._zone, leads=leads),
            leads,
            in_zone(max(moments), self._zone) if moments else None,
            sum(comment.state == "approved" for comment in thread.comments),
        )

    def _at(self, key: str, stored: StoredThread, at: datetime) -> Conversation:
        """The conversation as it stands at that moment."""
        if stored.talk is None:
            raise ValueError(f"{key} is faulty")
        if stored.until is None or stored.until <= at:
            return stored.talk
        from plugins.conversations.store import parse_thread

        thread = parse_thread(self._text(key).encode(), key, Report(), self._host_key)
        return conversation(thread, self._zone, at, stored.leads) if thread else stored.talk

    def _place(self, key: str) -> str:
        return f"{self.shown_as}/{key}.json"

    def _text(self, key: str) -> str:
        return (self.folder / f"{key}.json").read_text(encoding="utf-8")

    def _tell_what_waits(self, key: str, waiting: int, reading: Reading) -> None:
        if waiting:
            said = "1 comment is" if waiting == 1 else f"{waiting} comments are"
            reading.report.warn(
                self._place(key),
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
