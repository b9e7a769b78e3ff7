"""What a page says of itself: title, authors, description, kind, feed.

In this order, the first that says it: citation tags (Highwire's, as journals and libraries write them),
JSON-LD with the vocabulary of schema.org, Open Graph, Dublin Core, and HTML's own. Everything in a page
is somebody's text: what comes out is plain, on one line and bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from yarl import URL

LONGEST = 300
"""Letters of a title or a description that are kept."""
_MOST = 12
"""Authors that are named."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_FEEDS = {"application/atom+xml", "application/rss+xml", "application/feed+json"}
_KINDS = {
    "book": "book",
    "article": "article",
    "scholarlyarticle": "article",
    "newsarticle": "article",
    "blogposting": "article",
    "report": "article",
    "course": "course",
    "podcastepisode": "podcast",
    "podcastseries": "podcast",
    "videoobject": "talk",
    "softwareapplication": "tool",
    "webapplication": "tool",
}
_GENERAL = {"video.other": "talk", "video.movie": "talk", "book": "book", "article": "article"}


@dataclass(frozen=True, slots=True)
class About:
    """Empty where the page says nothing. feed: absolute. kind: as resources name theirs."""

    title: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""
    kind: str = ""
    feed: str = ""


def read_page(body: bytes, media_type: str, url: URL) -> About:
    """What the page at `url` says of itself. media_type: with its charset, as the answer had it."""
    reader = _Reader()
    text = _decoded(body, media_type)
    reader.feed(text)
    reader.close()
    meta = reader.meta
    things = [thing for block in reader.blocks for thing in _things(block)]
    works = [thing for thing in things if _work(thing)]

    def named(*names: str) -> str:
        return next((found[0] for name in names if (found := meta.get(name))), "")

    def said(*names: str) -> str:
        return next((s for w in works for name in names if (s := _string(w.get(name)))), "")

    title = (
        named("citation_title")
        or said("headline", "name")
        or named("og:title", "dc.title", "dcterms.title", "twitter:title")
        or reader.title
        or reader.heading
    )
    description = (
        named("og:description", "description", "dc.description", "twitter:description")
        or said("description", "abstract")
        or named("citation_abstract")
    )
    authors = (
        [_in_order(name) for name in meta.get("citation_author", [])]
        or [name for work in works for name in _authors(work.get("author"))]
        or [
            name
            for key in ("author", "article:author", "book:author", "dc.creator", "dcterms.creator")
            for name in meta.get(key, [])
        ]
    )
    kinds = [_KINDS[kind] for work in works for kind in _types(work) if kind in _KINDS]
    return About(
        title=_line(title),
        authors=tuple(
            dict.fromkeys(name for one in authors if (name := _line(one)) and "://" not in name)
        )[:_MOST],
        description=_line(description),
        kind=next(iter(kinds), _GENERAL.get(named("og:type"), "")),
        feed=_absolute(reader.feed_address, url),
    )


class _Reader(HTMLParser):
    """Gathers metadata; what is inside the body is left alone but for JSON-LD and the first h1."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, list[str]] = {}
        self.blocks: list[str] = []
        self.title = self.heading = self.feed_address = ""
        self._into: str | None = None
        self._text: list[str] = []
        self._drawing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "svg":
            self._drawing += 1
        elif tag == "meta":
            name = (given.get("property") or given.get("name") or "").strip().lower()
            content = given.get("content", "")
            if name and content.strip() and len(self.meta.setdefault(name, [])) < 50:
                self.meta[name].append(content)
        elif tag == "link":
            rel = given.get("rel", "").lower().split()
            kind = given.get("type", "").split(";")[0].strip().lower()
            # The first is the page's or the site's own; those of comments come after it.
            if "alternate" in rel and kind in _FEEDS and not self.feed_address:
                self.feed_address = given.get("href", "")
        elif tag == "script" and given.get("type", "").lower().split(";")[0] == _LD:
            self._begin("script")
        elif (tag == "title" and not self.title and not self._drawing) or (
            tag == "h1" and not self.heading
        ):
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawing = max(0, self._drawing - 1)
        if tag != self._into:
            return
        text = "".join(self._text)
        if tag == "script":
            if len(self.blocks) < 20:
                self.blocks.append(text)
        elif tag == "title":
            self.title = text
        else:
            self.heading = text
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into:
            self._text.append(data)

    def _begin(self, tag: str) -> None:
        self._into, self._text = tag, []


_LD = "application/ld+json"


def _decoded(body: bytes, media_type: str) -> str:
    """The text, by what the answer, a byte order mark or the page says of its encoding."""
    if body.startswith(b"\xef\xbb\xbf"):
        return body.decode("utf-8-sig", "replace")
    named = re.search(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", media_type, re.IGNORECASE)
    inside = _CHARSET.search(body[:4096])
    name = named[1] if named else inside[1].decode("ascii") if inside else "utf-8"
    try:
        return body.decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return body.decode("utf-8", "replace")


def _things(block: str) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD block, the outer ones first; nothing when it is no JSON."""
    try:
        waiting: list[Any] = [json.loads(block)]
    except (ValueError, RecursionError):
        return
    for _ in range(200):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting = [*value[:100], *waiting]
        elif isinstance(value, dict):
            yield value
            waiting += [value[key] for key in ("@graph", "mainEntity") if key in value]


def _types(thing: dict[str, Any]) -> list[str]:
    found = thing.get("@type")
    listed = found if isinstance(found, list) else [found]
    return [one.rsplit("/", 1)[-1].lower() for one in listed if isinstance(one, str)]


def _work(thing: dict[str, Any]) -> bool:
    """Whether a thing is what the page is about, and not the site, its owner or the way there."""
    return any(kind in _KINDS or kind == "creativework" for kind in _types(thing))


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = next(iter(value), "")
    if isinstance(value, dict):
        value = value.get("@value", "")
    return value if isinstance(value, str) else ""


def _authors(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    names = [_string(one.get("name")) if isinstance(one, dict) else one for one in listed]
    return [name for name in names if isinstance(name, str) and name]


def _in_order(name: str) -> str:
    """`Wenger, Etienne` as `Etienne Wenger`."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def _line(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(plain) <= LONGEST:
        return plain
    return plain[:LONGEST].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def _absolute(href: str, url: URL) -> str:
    if not href.strip():
        return ""
    try:
        made = url.join(URL(href.strip()))
    except ValueError:
        return ""
    return str(made) if made.scheme in {"http", "https"} and made.host else ""
