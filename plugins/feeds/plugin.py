"""The Pelican side: which feeds there are, and what is in them.

Reads `posts`, `topics`, `followed` (what else has feeds), `bodies`, `facts` (what stands above them),
 `conversations`, `lively` and `card_of`; adds its files to `addresses`.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        self.site: str = settings["SITEURL"]

    def generate_context(self) -> None:
        context = self.context
        folders = ["/", "/conversations/", *(topic.address for topic in context["topics"])]
        folders += [address for address, *_ in context["followed"]]
        context["addresses"] |= {
            f"{folder}feed.{ending}" for folder in folders for ending in ENDINGS
        }

    def generate_output(self, _: Any) -> None:
        in_atom: dict[str, str] = {}
        in_rss: dict[str, str] = {}
        for feed in (*self._of_posts(), self._of_conversations()):
            base = self.output / feed.address.lstrip("/")
            base.parent.mkdir(parents=True, exist_ok=True)
            base.with_suffix(".atom").write_text(atom(feed, in_atom), encoding="utf-8")
            base.with_suffix(".rss").write_text(rss(feed, in_rss), encoding="utf-8")
            base.with_suffix(".json").write_text(json_feed(feed), encoding="utf-8")

    def _of_posts(self) -> Iterator[Feed]:
        """The site's feed, one for each topic, and those that other plugins ask for."""
        settings, most = self.settings, self.settings.get("FEED_SIZE", 20)
        name = settings["SITENAME"]
        rows = [("/", name, settings["SITESUBTITLE"], self.context["posts"])]
        rows += [
            (t.address, f"{name}: {t.name}", f"Posts on {t.name} at {name}.", tagged)
            for t, tagged in self.context["topics"].items()
        ]
        rows += self.context["followed"]
        items: dict[str, Item] = {}
        for folder, title, description, entries in rows:
            for entry in entries[:most]:
                if entry.key not in items:
                    items[entry.key] = self._post(entry)
            shown = tuple(items[entry.key] for entry in entries[:most])
            yield self._feed(folder, title, description, shown)

    def _of_conversations(self) -> Feed:
        """What was said last, in all conversations together."""
        name, most = self.settings["SITENAME"], self.settings.get("TALK_FEED_SIZE", 50)
        # No conversation but the `most` liveliest can hold one of the `most` latest remarks.
        said = [
            (entry, remark)
            for entry, conversation in self.context["lively"][:most]
            for remark in conversation.remarks
            if not remark.deleted
        ]
        said.sort(key=lambda one: (one[1].date, one[0].key, one[1].id), reverse=True)
        items = tuple(self._remark(entry, remark) for entry, remark in said[:most])
        title = f"{name}: conversations"
        return self._feed("/conversations/", title, f"What is being said at {name}.", items)

    def _feed(self, folder: str, title: str, description: str, items: tuple[Item, ...]) -> Feed:
        return Feed(
            id=f"tag:{self.settings['FEED_ID_AUTHORITY']}:{folder}feed",
            title=title,
            description=description,
            home=f"{self.site}{folder}",
            address=f"{folder}feed",
            author=self.settings["AUTHOR"],
            site=self.site,
            icon=f"{self.site}/icon-512.png",
            items=items,
        )

    def _post(self, entry: Entry) -> Item:
        url = f"{self.site}{entry.address}"
        thread = self.context["conversations"].get(entry.key)
        bodies = self.context["bodies"]
        return Item(
            id=entry.feed_id,
            url=url,
            title=entry.title,
            summary=entry.summary,
            html=absolute(self.context["facts"].get(entry.key, "") + bodies[entry.key], url),
            author=entry.author,
            published=dated(entry),
            updated=entry.changed or dated(entry),
            topics=tuple(topic.name for topic in entry.topics),
            comments=thread.count if thread else 0,
            comments_url=f"{url}#conversation",
            image=f"{self.site}{self.context['card_of'](entry)}",
        )

    def _remark(self, entry: Entry, remark: Any) -> Item:
        page = f"{self.site}{entry.address}"
        url = f"{page}#comment-{remark.id}"
        to = f", to {remark.answers.author}" if remark.answers and remark.answers.author else ""
        above = (entry.feed_id, page)
        if remark.answers:
            above = (self._remark_id(entry, remark.answers), f"{page}#comment-{remark.answers.id}")
        return Item(
            id=self._remark_id(entry, remark),
            url=url,
            title=f"{remark.author}{to}, on {entry.title}",
            summary="",
            html=absolute(str(remark.html), page),
            author=remark.author,
            published=remark.date,
            updated=remark.edited or remark.date,
            topics=(),
            comments=remark.replies,
            comments_url=url,
            answers=above,
        )

    def _remark_id(self, entry: Entry, remark: Any) -> str:
        """Bound to the permanent ids of entry and comment."""
        return f"tag:{self.settings['FEED_ID_AUTHORITY']}:{entry.key}/comment-{remark.id}"


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[FeedsGenerator]:
    return FeedsGenerator
