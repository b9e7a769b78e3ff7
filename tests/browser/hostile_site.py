"""A site in which every payload stands wherever a stranger, or a careless author, can put words.

1. Each payload is offered to the store as a comment's body, as an author's name and as an author's
   address (bare, behind https://, percent-encoded). What the store refuses is kept with what it said.
2. What it takes is written as threads, fifty comments a post, some answering others.
3. Each payload that a line of a file can hold is also the title, the summary and the author of a post
   of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from plugins.characters import unsafe
from plugins.conversations.store import parse_thread
from plugins.faults import Report
from tests.browser.payloads import PAYLOADS

A_POST = 50
LONGEST_TITLE = 300
A_TOPIC = 12
"""Titles a topic: as many as fit on one page of a topic, and into its feeds."""
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What neither XML 1.0 nor HTML lets a text hold (tabs and line ends are no trouble)."""
PLACES = ("body", "name", "url")


@dataclass(frozen=True)
class Said:
    """One comment of the fixture: its id, where the payload stands, and its author's parts."""

    id: str
    place: str
    body: str = "Plain words."
    name: str = "A. Reader"
    url: str | None = None

    def stored(self, parent: str | None) -> dict[str, Any]:
        # Everybody is somebody else, and so has a page.
        key = sha256(self.id.encode()).hexdigest()[:32]
        author = {"name": self.name, "url": self.url, "key": key, "host": False}
        return {
            "id": self.id,
            "parent": parent,
            "date": "2026-02-01T08:00:00+11:00",
            "state": "approved",
            "author": author,
            "body": self.body,
        }


@dataclass
class Hostile:
    """The fixture's folder, and what was put into it: comments by the address of their post, titles
    by the address of theirs, and the refused comments with the messages that refused them."""

    folder: Path
    threads: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Said, tuple[str, ...]]] = field(default_factory=list)


def write_hostile(folder: Path) -> Hostile:
    """Write the site's content into `folder`, which is new."""
    hostile = Hostile(folder)
    for place in PLACES:
        taken = []
        for said in _said(place):
            if faults := _refusals(said):
                hostile.refused.append((said, faults))
            else:
                taken.append(said)
        for start in range(0, len(taken), A_POST):
            _write_thread(hostile, f"{place}-{start // A_POST + 1}", taken[start : start + A_POST])
    for number, title in enumerate(titles()):
        hostile.titles[f"/posts/title-{number:03}/"] = title
        more = f"Summary: {title}\nAuthor: {title}\nTopics: Titles {number // A_TOPIC + 1}\n"
        _write_post(folder, f"title-{number:03}", title, more)
    _write(folder / "pages/about.md", "Title: About\n\nWords.\n")
    return hostile


def titles() -> list[str]:
    """The payloads as a line each, without those that hold what no file of an entry may hold."""
    lines = (payload.replace("\n", " ")[:LONGEST_TITLE].strip() for payload in PAYLOADS)
    return [line for line in lines if line and not unsafe(line)]


def _said(place: str) -> Iterator[Said]:
    for number, payload in enumerate(PAYLOADS):
        identity = f"{place}-{number:03}"
        if place == "url":
            yield Said(f"{identity}-bare", place, url=payload)
            yield Said(f"{identity}-behind", place, url=f"https://ok.example/{payload}")
            yield Said(
                f"{identity}-quoted",
                place,
                url=f"https://ok.example/?q={quote(payload, errors='replace')}",
            )
        elif place == "name":
            yield Said(identity, place, name=payload)
        else:
            yield Said(identity, place, body=payload)


def _refusals(said: Said) -> tuple[str, ...]:
    report = Report()
    parse_thread(_thread("posts/x", [said]), "comments/posts/x.json", report)
    return tuple(str(fault) for fault in report.faults)


def _thread(entry: str, comments: list[Said]) -> bytes:
    """Five in a row answer one another, so that names stand in "in reply to" as well."""
    rows = [
        said.stored(comments[number - 1].id if number % 5 else None)
        for number, said in enumerate(comments)
    ]
    return json.dumps({"version": 1, "entry": entry, "state": "open", "comments": rows}).encode()


def _write_thread(hostile: Hostile, name: str, comments: list[Said]) -> None:
    _write_post(hostile.folder, name, f"Payloads {name}", "Topics: Threads\n")
    path = hostile.folder / f"comments/posts/{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_thread(f"posts/{name}", comments))
    hostile.threads[f"/posts/{name}/"] = tuple(comments)


def _write_post(folder: Path, name: str, title: str, more: str) -> None:
    head = f"Title: {title}\nDate: 2026-01-01 08:00\n{more}"
    _write(folder / f"posts/{name}.md", f"{head}\nWords.\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
