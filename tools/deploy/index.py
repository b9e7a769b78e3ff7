"""What of a site is public, in the terms of its readers: entries, what is said under them, feed ids,
addresses. Two of these tell what a reader would see change, and whether anything that they hold on to
(an address, a feed id) would be lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from plugins.entries.site import Site


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry as it was published.

    key: "posts/x", permanent. address: "/posts/x/". updated: when it last changed (ISO 8601), or "".
    words: a short hash of its lines and its text. comments: a short hash of each comment's words by its id,
    tombstones with "". happens: of a meetup, when and where, and whether it is called off.
    """

    key: str
    kind: str
    title: str
    address: str
    feed_id: str
    updated: str
    words: str
    comments: Mapping[str, str] = field(default_factory=dict)
    happens: str = ""


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """All that is public: entries by key, the addresses of all pages, old ones too ("/2014/05/x/"), of
    feeds and of calendars."""

    entries: Mapping[str, PublicEntry]
    addresses: frozenset[str]


NOTHING = SiteIndex(MappingProxyType({}), frozenset())


def index_of(site: Site, files: Iterable[str]) -> SiteIndex:
    """files: what it wrote, "posts/x/index.html"."""
    conversations = site.conversations
    agenda = site.sections["meetups"].agenda.by_key
    entries = {}
    for key, entry in sorted(site.entries.items()):
        conversation = conversations.get(key)
        nodes = conversation.nodes if conversation else ()
        showing = agenda.get(key)
        entries[key] = PublicEntry(
            key=key,
            kind=entry.kind,
            title=entry.title,
            address=entry.address,
            feed_id=entry.feed_id,
            updated=entry.changed.isoformat() if entry.changed else "",
            words=_short(f"{entry.author}\n{entry.head}\n{entry.body.html}"),
            comments={
                node.id: "" if node.deleted else _short(f"{node.author}\n{node.body}")
                for node in nodes
            },
            happens=_happens(showing) if showing else "",
        )
    return SiteIndex(entries, frozenset(address for path in files if (address := address_of(path))))


def address_of(path: str) -> str | None:
    """The address that a reader, a feed reader or a calendar knows a file by; None for what only pages
    ask for."""
    if path == "404.html":
        return None
    if path == "index.html" or path.endswith("/index.html"):
        return f"/{path.removesuffix('index.html')}"
    if path.endswith(
        (".html", ".htm", ".atom", ".rss", "feed.json", ".ics", ".opml", "sitemap.xml")
    ):
        return f"/{path}"
    return None


def _happens(showing: Any) -> str:
    meetup = showing.meetup
    off = " cancelled" if meetup.cancelled else ""
    return f"{meetup.first.start.isoformat()} {meetup.place}{off}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
