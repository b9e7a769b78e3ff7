"""Where each kind of page is, found by looking at the built pages: an author may rename every post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import html

COMMENTS = '//li[contains(concat(" ", @class, " "), " comment ")]'
PROSE = '//div[contains(concat(" ", @class, " "), " prose ")]'
KINDS = (
    "home",
    "short post",
    "long post",
    "talked post",
    "pictured post",
    "quiet post",
    "topic",
    "topics",
    "archive",
    "conversations",
    "person",
    "meetups",
    "meetup",
    "resources",
    "resource",
    "tips",
    "tips issue",
    "about",
    "contact",
    "subscribe",
    "missing",
)


@dataclass(frozen=True)
class Whereabouts:
    """`kinds`: an address for each of KINDS. `talked`: the number of comments by address of a page."""

    kinds: Mapping[str, str]
    talked: Mapping[str, int]

    @classmethod
    def of(cls, output: Path) -> Whereabouts:
        """Look through a built site."""
        posts: dict[str, html.HtmlElement] = {}
        talked: dict[str, int] = {}
        for file in sorted(output.rglob("index.html")):
            address = f"/{file.parent.relative_to(output).as_posix()}/".replace("/./", "/")
            if b'http-equiv="refresh"' in (raw := file.read_bytes()):
                continue
            page = html.fromstring(raw.decode())
            talked[address] = len(page.xpath(COMMENTS))
            if address.startswith("/posts/"):
                posts[address] = page

        def words(address: str) -> int:
            return len(posts[address].xpath(PROSE)[0].text_content().split())

        def pictures(address: str) -> int:
            return len(posts[address].xpath(f"{PROSE}//img"))

        topics = html.fromstring((output / "topics/index.html").read_text("utf-8"))
        talk = html.fromstring((output / "conversations/index.html").read_text("utf-8"))
        kinds = {
            "home": "/",
            "short post": min(posts, key=words),
            "long post": max(posts, key=words),
            "talked post": max(posts, key=lambda address: talked[address]),
            "quiet post": min(posts, key=lambda address: talked[address]),
            "pictured post": max(posts, key=pictures),
            "topic": str(topics.xpath("//main//h2/a/@href")[0]),
            "topics": "/topics/",
            "archive": "/archive/",
            "conversations": "/conversations/",
            "person": str(talk.xpath("//main//a[starts-with(@href, '/people/')]/@href")[0]),
            "meetups": "/meetups/",
            "meetup": max(
                (address for address in talked if re.fullmatch("/meetups/[^/]+/", address)),
                key=lambda address: talked[address],
            ),
            "resources": "/resources/",
            "resource": max(
                (a for a in talked if re.fullmatch(r"/resources/(?!topics|kinds)[^/]+/", a)),
                key=lambda address: talked[address],
            ),
            "tips": "/tips/",
            "tips issue": max(
                (a for a in talked if re.fullmatch(r"/tips/\d{4}-\d\d/", a)),
                key=lambda address: talked[address],
            ),
            "about": "/about/",
            "contact": "/contact/",
            "subscribe": "/subscribe/",
            "missing": "/nobody/sits/here/",
        }
        assert tuple(sorted(kinds)) == tuple(sorted(KINDS))
        return cls(kinds, talked)
