"""The Pelican side: which feeds there are, and what is in them.

Reads `posts`, `topics`, `followed` (what else has feeds), `bodies`, `facts` (what stands above them),
`conversations`, `lively`, `people`, `redirects` and `card_of`; adds its files to `addresses`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pelican import signals

from plugins.entries.beside import beside
from plugins.faults import ContentFaults, Fault
from plugins.feeds.jsonfeed import json_feed
from plugins.feeds.model import Feed, Kept, Publisher, hub_address
from plugins.feeds.of_posts import PostFeeds
from plugins.feeds.of_talk import TalkFeeds
from plugins.feeds.syndication import atom, rss

ENDINGS = ("atom", "rss", "json")
MANY = 100
"""Feeds of conversations from which on a process of their own is worth its start."""


class FeedsGenerator:
    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], output_path: str, **_: Any
    ) -> None:
        self.context = context
        self.settings = settings
        self.output = Path(output_path)
        try:
            self.hub = hub_address(settings.get("WEBSUB_HUB"))
        except ValueError as error:
            raise ContentFaults([Fault("publishconf.py", None, f"WEBSUB_HUB: {error}")]) from None

    def generate_context(self) -> None:
        context = self.context
        folders = ["/", "/conversations/", *(topic.address for topic in context["topics"])]
        folders += [address for address, *_ in context["followed"]]
        folders += [entry.address for entry, _ in context["lively"]]
        folders += [person.address for person in context["people"].values()]
        context["addresses"] |= {
            f"{folder}feed.{ending}" for folder in folders for ending in ENDINGS
        }

    def generate_output(self, _: Any) -> None:
        context, settings = self.context, self.settings
        publisher = Publisher(
            name=settings["SITENAME"],
            description=settings["SITESUBTITLE"],
            author=settings["AUTHOR"],
            site=settings["SITEURL"],
            authority=settings["FEED_ID_AUTHORITY"],
            hub=self.hub,
        )
        posts = PostFeeds(
            publisher,
            settings.get("FEED_SIZE", 20),
            context["bodies"],
            context["facts"],
            context["conversations"],
            context["card_of"],
        )
        talk = TalkFeeds(publisher, settings.get("TALK_FEED_SIZE", 50))
        of_talk = self._also_where_they_were(talk.feeds(context["lively"], context["people"]))
        if len(context["lively"]) + len(context["people"]) < MANY:
            self._write(of_talk)
        else:
            beside(settings, lambda: self._write(of_talk))
        self._write(posts.feeds(context["posts"], context["topics"], context["followed"]))

    def _also_where_they_were(self, feeds: Iterable[Feed]) -> Iterator[Feed]:
        """Each feed, and the same one beside each former address of its page: many readers follow no
        redirect. Topics that were renamed have theirs already (plugins.lists)."""
        taken = {address for address, *_ in self.context["followed"]}
        former: dict[str, list[str]] = defaultdict(list)
        for old, now in self.context["redirects"].items():
            if old.endswith("/") and old not in taken:
                former[f"{now}feed"].append(unquote(old))
        for feed in feeds:
            yield feed
            for old in former.get(feed.address, ()):
                yield replace(feed, address=f"{old}feed")

    def _write(self, feeds: Iterable[Feed]) -> None:
        # Items already written in each format, by id.
        formats: list[tuple[str, Callable[[Feed, dict[str, str]], str], dict[str, str]]] = [
            ("atom", atom, Kept()),
            ("rss", rss, Kept()),
            ("json", json_feed, Kept()),
        ]
        for feed in feeds:
            base = self.output / feed.address.lstrip("/")
            if not base.parent.is_dir():
                base.parent.mkdir(parents=True, exist_ok=True)
            for ending, write, written in formats:
                base.with_suffix(f".{ending}").write_bytes(write(feed, written).encode())


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[FeedsGenerator]:
    return FeedsGenerator
