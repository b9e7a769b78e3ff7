"""The Pelican side: which feeds there are, and what is in them.

Reads `posts`, `topics`, `followed` (what else has feeds), `bodies`, `facts` (what stands above them),
`conversations`, `lively`, `people` and `card_of`; adds its files to `addresses`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from pelican import signals

from plugins.feeds.jsonfeed import json_feed
from plugins.feeds.model import Feed, Publisher
from plugins.feeds.of_posts import PostFeeds
from plugins.feeds.of_talk import TalkFeeds
from plugins.feeds.syndication import atom, rss

ENDINGS = ("atom", "rss", "json")


class FeedsGenerator:
    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], output_path: str, **_: Any
    ) -> None:
        self.context = context
        self.settings = settings
        self.output = Path(output_path)

    def generate_context(self) -> None:
        context = self.context
        folders = ["/", "/conversations/", *(topic.address for topic in context["topics"])]
        folders += [entry.address for entry, _ in context["lively"]]
        folders += [person.address for person in context["people"].values()]
        folders += [address for address, *_ in context["followed"]]
        context["addresses"] |= {
            f"{folder}feed.{ending}" for folder in folders for ending in ENDINGS
        }

    def generate_output(self, _: Any) -> None:
        in_atom: dict[str, str] = {}
        in_rss: dict[str, str] = {}
        for feed in self._feeds():
            base = self.output / feed.address.lstrip("/")
            base.parent.mkdir(parents=True, exist_ok=True)
            base.with_suffix(".atom").write_text(atom(feed, in_atom), encoding="utf-8")
            base.with_suffix(".rss").write_text(rss(feed, in_rss), encoding="utf-8")
            base.with_suffix(".json").write_text(json_feed(feed), encoding="utf-8")

    def _feeds(self) -> Iterator[Feed]:
        context, settings = self.context, self.settings
        publisher = Publisher(
            name=settings["SITENAME"],
            description=settings["SITESUBTITLE"],
            author=settings["AUTHOR"],
            site=settings["SITEURL"],
            authority=settings["FEED_ID_AUTHORITY"],
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
        return chain(
            posts.feeds(context["posts"], context["topics"], context["followed"]),
            talk.feeds(context["lively"], context["people"]),
        )


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[FeedsGenerator]:
    return FeedsGenerator
