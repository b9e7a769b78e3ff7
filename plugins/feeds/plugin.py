"""The Pelican side: which feeds there are, and what is in them.

Reads `posts`, `topics`, `bodies`, `conversations` and `card_of`; adds its files to `addresses`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals

from plugins.entries.model import Entry, dated
from plugins.feeds.jsonfeed import json_feed
from plugins.feeds.model import Feed, Item, absolute
from plugins.feeds.syndication import atom, rss

ENDINGS = ("atom", "rss", "json")


class FeedsGenerator:
    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], output_path: str, **_: Any
    ) -> None:
        self.context = context
        self.settings = settings
        self.output = Path(output_path)
        self._items: dict[str, Item] = {}

    def generate_context(self) -> None:
        folders = ["/", *(topic.address for topic in self.context["topics"])]
        self.context["addresses"] |= {
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

    def _feeds(self) -> list[Feed]:
        settings = self.settings
        name, most = settings["SITENAME"], settings.get("FEED_SIZE", 20)
        posts, topics = self.context["posts"], self.context["topics"]
        rows = [("/", name, settings["SITESUBTITLE"], posts)]
        rows += [
            (t.address, f"{name}: {t.name}", f"Posts on {t.name} at {name}.", tagged)
            for t, tagged in topics.items()
        ]
        site = settings["SITEURL"]
        return [
            Feed(
                id=f"tag:{settings['FEED_ID_AUTHORITY']}:{folder}feed",
                title=title,
                description=description,
                home=f"{site}{folder}",
                address=f"{folder}feed",
                author=settings["AUTHOR"],
                site=site,
                icon=f"{site}/icon-512.png",
                items=tuple(self._item(entry) for entry in entries[:most]),
            )
            for folder, title, description, entries in rows
        ]

    def _item(self, entry: Entry) -> Item:
        if entry.key not in self._items:
            site = self.settings["SITEURL"]
            url = f"{site}{entry.address}"
            thread = self.context["conversations"].get(entry.key)
            self._items[entry.key] = Item(
                id=entry.feed_id,
                url=url,
                title=entry.title,
                summary=entry.summary,
                html=absolute(self.context["bodies"][entry.key], url),
                author=entry.author,
                published=dated(entry),
                updated=entry.changed or dated(entry),
                topics=tuple(topic.name for topic in entry.topics),
                comments=thread.count if thread else 0,
                image=f"{site}{self.context['card_of'](entry)}",
            )
        return self._items[entry.key]


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[FeedsGenerator]:
    return FeedsGenerator
