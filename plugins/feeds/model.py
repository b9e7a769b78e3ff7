"""What a feed says, in no format yet. Every address in it is absolute, every date aware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_ADDRESS = re.compile(r'(\s(?:href|src|cite|poster)=")(/(?!/)|#)')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class Item:
    """One entry, or one comment. `id` is permanent; `url` is where it stands now; `html` is its full
    text; `comments` is how many answers it has, and `comments_url` where they are."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    author: str
    published: datetime
    updated: datetime
    topics: tuple[str, ...]
    comments: int
    comments_url: str
    image: str | None = None
    answers: tuple[str, str] | None = None
    """Of a comment: the id and the address of what it answers."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of items, newest first. `id` is permanent (Atom); `address` is its place without the
    ending: "/topics/writing/feed"."""

    id: str
    title: str
    description: str
    home: str
    address: str
    author: str
    site: str
    icon: str
    items: tuple[Item, ...]

    def url(self, ending: str) -> str:
        return f"{self.site}{self.address}.{ending}"


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
