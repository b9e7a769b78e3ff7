"""What a feed says, in no format yet. Every address in it is absolute, every date aware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from plugins.entries.facts import Enclosure
from plugins.outputs.model import Later

FORMATS = ("atom", "rss", "json")
ATOM = ("atom",)
"""What the feed of a thread, a topic or a person has: there are as many as of these."""

_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_ADDRESS = re.compile(r'(\s(?:href|src|cite|poster)=")(/(?!/)|#)')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry, or one comment. `id` is permanent; `url` is where it stands now; `html` is its full
    text; `comments` is how many answers it has, and `comments_url` where they are."""

    id: str
    url: str
    title: str
    summary: str
    html: str | Later[str]
    author: str
    published: datetime
    updated: datetime
    topics: tuple[str, ...]
    comments: int
    comments_url: str
    image: str | None = None
    enclosure: Enclosure | None = None
    answers: tuple[str, str] | None = None
    """Of a comment: the id and the address of what it answers."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of items, newest first. `id` is permanent (Atom); `address` is its place without the
    ending: "/topics/writing/feed"; `formats` are the endings that it has. language: RFC 5646."""

    id: str
    title: str
    description: str
    home: str
    address: str
    author: str
    site: str
    icon: str
    language: str
    items: tuple[FeedItem, ...] | Later[tuple[FeedItem, ...]]
    formats: tuple[str, ...] = FORMATS
    hub: str | None = None
    """Where to ask to be told of what is new in it (W3C WebSub)."""

    def url(self, ending: str) -> str:
        return f"{self.site}{self.address}.{ending}"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose feeds these are. site: the absolute address, without a closing slash. authority: the start
    of every permanent id (RFC 4151), "example.org,2014". hub: an address, as `hub_address` takes it."""

    name: str
    description: str
    author: str
    site: str
    authority: str
    language: str
    hub: str | None = None

    def permanent(self, what: str) -> str:
        """The permanent id of "posts/one", or of anything else that is named for good."""
        return f"tag:{self.authority}:{what}"

    def feed(
        self,
        folder: str,
        title: str,
        description: str,
        items: tuple[FeedItem, ...] | Later[tuple[FeedItem, ...]],
        subject: str | None = None,
        formats: tuple[str, ...] = FORMATS,
    ) -> Feed:
        """The feed beside the page at `folder` ("/topics/writing/"). subject: what its id is made of,
        when that is not where it stands."""
        return Feed(
            id=self.permanent(f"{subject}/feed" if subject else f"{folder}feed"),
            title=title,
            description=description,
            home=f"{self.site}{folder}",
            address=f"{folder}feed",
            author=self.author,
            site=self.site,
            icon=f"{self.site}/icon-512.png",
            language=self.language,
            items=items,
            formats=formats,
            hub=self.hub,
        )


def hub_address(typed: str | None) -> str | None:
    """The setting WEBSUB_HUB, None when there is no hub. Raises ValueError when it is no address."""
    if not typed:
        return None
    try:
        parts = urlsplit(typed)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        whole = whole and not parts.fragment and not re.search(r"[^!-~]|[<>\"]", typed)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(
            f'"{typed}" is no address of a hub; write one such as "https://hub.example/"'
        )
    return typed


def absolute(html: str, url: str) -> str:
    """The same HTML with every address of its own site made absolute, for readers far from the page."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"

    def candidates(match: re.Match[str]) -> str:
        addresses = [part.strip() for part in match[2].split(",")]
        made = ", ".join(origin + part if part.startswith("/") else part for part in addresses)
        return f"{match[1]}{made}{match[3]}"

    def tag(match: re.Match[str]) -> str:
        made = _ADDRESS.sub(
            lambda m: f"{m[1]}{url}#" if m[2] == "#" else f"{m[1]}{origin}/", match[0]
        )
        return _SRCSET.sub(candidates, made) if "srcset" in made else made

    return _TAG.sub(tag, html)
