"""Atom 1.0 (RFC 4287) and RSS 2.0, written by feedgenerator with what our readers need besides:
permanent ids that are no addresses, full text beside the summary, and how many comments there are
(RFC 4685 in Atom, the slash module in RSS), and the hub that tells of news (W3C WebSub, section 4).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from feedgenerator import Atom1Feed, Rss201rev2Feed
from feedgenerator.django.utils.feedgenerator import rfc2822_date, rfc3339_date

from plugins.feeds.model import Feed, Item

LANGUAGE = "en-au"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What an empty feed says of its last change: nothing, and the same in every build."""

Written = dict[str, str]
"""Items already written as XML in one format, by id: an entry reads the same in every feed."""


class _Quick:
    """Writes elements as feedgenerator's own generator would, in a fifth of its time: what the readers
    let through holds no control character. `raw` writes what is XML already."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.raw = self._write = write

    def startElement(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: N802 - SAX's names
        self._write(f"<{name}{self._given(attributes)}>")

    def endElement(self, name: str) -> None:  # noqa: N802
        self._write(f"</{name}>")

    def addQuickElement(  # noqa: N802
        self, name: str, contents: str | None = None, attributes: Mapping[str, str] | None = None
    ) -> None:
        opened = f"{name}{self._given(attributes)}" if attributes else name
        if contents is None:
            self._write(f"<{opened}/>")
        else:
            self._write(f"<{opened}>{escape(contents)}</{name}>")

    def _given(self, attributes: Mapping[str, str]) -> str:
        return "".join([f' {key}="{_quoted(value)}"' for key, value in attributes.items()])


def _quoted(value: str) -> str:
    if "&" in value or "<" in value or '"' in value:
        return escape(value, {'"': "&quot;"})
    return value


class _Stable:
    """Both formats: dates come from the items alone, and an item is written once for all feeds."""

    items: list[dict[str, Any]]
    texts: Sequence[str]
    latest: datetime
    element: str

    def write(self, outfile: io.StringIO, encoding: str) -> None:
        handler = _Quick(outfile.write)
        handler.raw(f'<?xml version="1.0" encoding="{encoding}"?>\n')
        self.add_document(handler)

    def latest_post_date(self) -> datetime:
        return self.latest

    def write_items(self, handler: _Quick) -> None:
        for text in self.texts:
            handler.raw(text)

    def text_of(self, item: Item, written: Written) -> str:
        """The item as XML, made when it is not among what was written."""
        text = written.get(item.id)
        if text is None:
            _add(self, item)
            parts: list[str] = []
            self.add_item_elements(_Quick(parts.append), self.items.pop())
            text = written[item.id] = f"<{self.element}>{''.join(parts)}</{self.element}>\n"
        return text

    def add_document(self, handler: _Quick) -> None:
        raise NotImplementedError

    def add_item_elements(self, handler: _Quick, item: dict[str, Any]) -> None:
        raise NotImplementedError


class _Atom(_Stable, Atom1Feed):
    element = "entry"

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:thr": "http://purl.org/syndication/thread/1.0"}

    def add_document(self, handler: _Quick) -> None:
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def add_root_elements(self, handler: _Quick) -> None:
        add = handler.addQuickElement
        feed = self.feed
        add("title", feed["title"])
        if feed["subtitle"]:
            add("subtitle", feed["subtitle"])
        add("link", None, {"rel": "alternate", "type": "text/html", "href": feed["link"]})
        add("link", None, {"rel": "self", "type": "application/atom+xml", "href": feed["feed_url"]})
        if feed["hub"]:
            add("link", None, {"rel": "hub", "href": feed["hub"]})
        add("id", feed["id"])
        add("updated", rfc3339_date(self.latest_post_date()))
        handler.startElement("author", {})
        add("name", feed["author_name"])
        handler.endElement("author")
        add("icon", feed["icon"])

    def add_item_elements(self, handler: _Quick, item: dict[str, Any]) -> None:
        add = handler.addQuickElement
        add("title", item["title"])
        add("link", None, {"rel": "alternate", "type": "text/html", "href": item["link"]})
        count = item["comment_count"]
        if count:
            add(
                "link",
                None,
                {
                    "rel": "replies",
                    "type": "text/html",
                    "href": item["comments"],
                    "thr:count": str(count),
                },
            )
        if item["answers"]:
            ref, href = item["answers"]
            add("thr:in-reply-to", None, {"ref": ref, "href": href, "type": "text/html"})
        add("id", item["unique_id"])
        add("published", rfc3339_date(item["pubdate"]))
        add("updated", rfc3339_date(item["updateddate"]))
        handler.startElement("author", {})
        add("name", item["author_name"])
        handler.endElement("author")
        for topic in item["categories"]:
            add("category", None, {"term": topic})
        if count:
            add("thr:total", str(count))
        if item["description"]:
            add("summary", item["description"], {"type": "text"})
        add("content", item["content"], {"type": "html"})


class _Rss(_Stable, Rss201rev2Feed):
    element = "item"

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
        }

    def add_document(self, handler: _Quick) -> None:
        handler.startElement("rss", self.rss_attributes())
        handler.startElement("channel", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("channel")
        handler.endElement("rss")

    def add_root_elements(self, handler: _Quick) -> None:
        add = handler.addQuickElement
        feed = self.feed
        add("title", feed["title"])
        add("link", feed["link"])
        add("description", escape(feed["description"]))
        add(
            "atom:link",
            None,
            {"rel": "self", "type": "application/rss+xml", "href": feed["feed_url"]},
        )
        if feed["hub"]:
            add("atom:link", None, {"rel": "hub", "href": feed["hub"]})
        add("language", feed["language"])
        add("lastBuildDate", rfc2822_date(self.latest_post_date()))

    def add_item_elements(self, handler: _Quick, item: dict[str, Any]) -> None:
        add = handler.addQuickElement
        add("title", item["title"])
        add("link", item["link"])
        # RSS 2.0 lets a description be HTML, so readers take it for that; our summaries are text.
        add("description", escape(item["description"] or item["title"]))
        add("content:encoded", item["content"])
        add("dc:creator", item["author_name"])
        add("pubDate", rfc2822_date(item["pubdate"]))
        add("guid", item["unique_id"], {"isPermaLink": "false"})
        add("comments", item["comments"])
        add("slash:comments", str(item["comment_count"]))
        for topic in item["categories"]:
            add("category", topic)


def atom(feed: Feed, written: Written) -> str:
    """The feed as an Atom document. `written` is shared by all Atom feeds of one build."""
    return _write(_Atom, feed, "atom", written)


def rss(feed: Feed, written: Written) -> str:
    """The feed as an RSS document. `written` is shared by all RSS feeds of one build."""
    return _write(_Rss, feed, "rss", written)


def _write(form: Any, feed: Feed, ending: str, written: Written) -> str:
    made = form(
        title=feed.title,
        link=feed.home,
        description=feed.description,
        subtitle=feed.description,
        language=LANGUAGE,
        author_name=feed.author,
        feed_url=feed.url(ending),
        feed_guid=feed.id,
        icon=feed.icon,
        hub=feed.hub,
    )
    made.texts = [made.text_of(item, written) for item in feed.items]
    made.latest = max((item.updated for item in feed.items), default=_NEVER)
    return str(made.writeString("utf-8")) + "\n"


def _add(made: Any, item: Item) -> None:
    made.add_item(
        title=item.title,
        link=item.url,
        description=item.summary,
        content=item.html,
        author_name=item.author,
        pubdate=item.published,
        updateddate=item.updated,
        unique_id=item.id,
        categories=item.topics,
        comments=item.comments_url,
        comment_count=item.comments,
        answers=item.answers,
    )
