"""The Pelican side: threads into the build's context, bound to entries by their permanent keys.

Reads `entries`, `reading` and `addresses` (of plugins.entries) from the context and leaves

    conversations  by entry key, for every public entry that has a thread
    lively         (entry, conversation) of all in which somebody spoke, the latest remark first
    people         everyone who spoke, by key
    comment_leads  by entry key, where links in comments lead; filled by whoever settles links
    comment_line   a function that tells the file and line of a comment
    moved          old addresses of pages of this plugin, and where they lead now
    reply_address  a function that the theme calls for the address of a reply by e-mail

and writes /conversations/ and /people/, with the pictures that people gave.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pelican import signals
from pelican.generators import Generator

from plugins.conversations import overview
from plugins.conversations.by_mail import ReplyAddress
from plugins.conversations.lines import Lines
from plugins.conversations.lookalikes import lookalike_faults
from plugins.conversations.model import Thread
from plugins.conversations.people import people
from plugins.conversations.portraits import read_portraits
from plugins.conversations.store import read_store
from plugins.conversations.tree import Conversation, conversation
from plugins.entries.beside import beside
from plugins.entries.model import Entry
from plugins.faults import Report, nearest
from plugins.privacy import public_addresses
from plugins.privacy.store import store_faults

DEFAULT_STORE = "comments"
PORTRAITS = "people"
MANY = 100
"""Pages from which on a process of their own is worth its start."""


class ConversationsGenerator(Generator):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = self.settings.get("COMMENTS_STORE", DEFAULT_STORE)
        self.shown_as = Path(store).as_posix()
        # Read here and not when the context is gathered: the bodies of entries are being rendered by
        # other processes now, and Pelican's reader would only wait for them.
        self.report = Report()
        self.host_key = self.settings.get("HOST_KEY")
        self.store = Path(self.path) / store
        self.threads = read_store(self.store, self.shown_as, self.report, self.host_key)
        self._look_for_imitators()
        self._look_for_private_data()

    def generate_context(self) -> None:
        reading, entries = self.context["reading"], self.context["entries"]
        reading.report.faults.extend(self.report.faults)
        found: dict[str, Conversation] = {}
        leads: dict[str, dict[str, str]] = {}
        for key, thread in self.threads.items():
            if key in entries:
                leads[key] = {}
                found[key] = conversation(thread, reading.zone, reading.at, leads[key])
                self._tell_what_waits(thread, found[key])
            elif not {key, f"{key}.md"} & reading.faulty and key not in reading.held:
                free = [entry for entry in entries.values() if entry.key not in self.threads]
                near = likeliest(key, free)
                mend = (
                    f'; did you mean "{near}"?'
                    if near
                    else "; write the entry's id, or move the file out of the store"
                )
                place = f"{self.shown_as}/{key}.json"
                reading.report.fault(place, None, f'entry: no entry has the id "{key}"{mend}')
        self.threads = {}  # what pages show is in the conversations now
        lively = overview.lively(entries, found)
        self.portraits = read_portraits(Path(self.path) / PORTRAITS, PORTRAITS, reading.report)
        base_path = urlsplit(self.settings["SITEURL"]).path
        pictures = {key: portrait.html(base_path) for key, portrait in self.portraits.items()}
        everyone = people(found.values(), pictures)
        self.pages = overview.overviews(lively, everyone, self.settings.get("TALK_SIZE", 50))
        self.context["conversations"] = found
        self.context["comment_leads"] = leads
        self.context["comment_line"] = self._line_of
        self.context["lively"] = lively
        self.context["people"] = everyone.by_key
        self.context["moved"] = dict(everyone.moved)
        self.context["reply_address"] = ReplyAddress(self.settings.get("REPLY_TO"))
        self.context["addresses"] |= {page.address for page in self.pages}

    def _line_of(self, key: str, identity: str) -> tuple[str, int | None]:
        """The file of a thread, and the line on which a comment's words stand in it."""
        text = (self.store / f"{key}.json").read_text(encoding="utf-8")
        ids = [comment.get("id") for comment in json.loads(text)["comments"]]
        line = Lines(text).of(("comments", ids.index(identity), "body"))
        return f"{self.shown_as}/{key}.json", line

    def _look_for_private_data(self) -> None:
        """No comment holds somebody's address, number or browser."""
        allowed = public_addresses(self.settings)
        for key, thread in self.threads.items():
            place = f"{self.shown_as}/{key}.json"
            if store_faults(thread, place, allowed):
                text = (self.store / f"{key}.json").read_text(encoding="utf-8")
                self.report.faults += store_faults(thread, place, allowed, text)

    def _look_for_imitators(self) -> None:
        """Nobody but the host goes by a name like the host's."""
        names = (self.settings["AUTHOR"], self.settings["SITENAME"])
        for key, thread in self.threads.items():
            place = f"{self.shown_as}/{key}.json"
            if lookalike_faults(thread, names, self.host_key, place):
                text = (self.store / f"{key}.json").read_text(encoding="utf-8")
                self.report.faults += lookalike_faults(thread, names, self.host_key, place, text)

    def generate_output(self, writer: Any) -> None:
        for key in self.context["people"].keys() & self.portraits.keys():
            self.portraits[key].publish(Path(self.output_path))
        if len(self.pages) < MANY:
            self._write(writer)
            return
        beside(self.settings, lambda: self._write(writer))
        # The process that writes them cannot tell the sitemap of this one.
        for page in self.pages:
            path = str(Path(self.output_path) / page.save_as)
            signals.content_written.send(path, context={"page": page})

    def _write(self, writer: Any) -> None:
        for page in self.pages:
            template = self.get_template(page.template)
            writer.write_file(page.save_as, template, self.context, page=page)

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
    file or address has that name, else the one of its kind with the most similar id.

    entries: those without a thread of their own."""
    by_name: dict[str, str] = {}
    ids: dict[str, str] = {}
    for entry in entries:
        by_name.setdefault(entry.place.rsplit(".", 1)[0], entry.key)
        by_name.setdefault(f"{entry.kind}/{entry.address.strip('/').split('/')[-1]}", entry.key)
        ids.setdefault(entry.id, entry.key)
    kind, name = key.split("/", 1)
    alike = [identity for identity, found in ids.items() if found.startswith(f"{kind}/")]
    return by_name.get(key) or ids.get(name) or ids.get(nearest(name, alike, 0.4) or "")


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ConversationsGenerator]:
    return ConversationsGenerator
