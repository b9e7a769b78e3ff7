"""Atom 1.0 (RFC 4287) and RSS 2.0, written by feedgenerator with what our readers need besides: full text
beside the summary, how many comments there are (RFC 4685 in Atom, the slash module in RSS), and the hub
that tells of news (W3C WebSub, section 4).
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed

from plugins.feeds.model import Feed
from plugins.outputs.model import whole

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What an empty feed says of its last change: nothing, and the same in every build."""


class _Stable:
    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_NEVER)


class _Atom(_Stable, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:thr": "http://purl.org/syndication/thread/1.0"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("icon", self.feed["icon"])
        if self.feed["hub"]:
            handler.addQuickElement("link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if count := item["comment_count"]:
            to = {"type": "text/html", "href": item["comments"], "thr:count": str(count)}
            handler.addQuickElement("link", None, {"rel": "replies", **to})
            handler.addQuickElement("thr:total", str(count))
        if item["answers"]:
            ref, href = item["answers"]
            answered = {"ref": ref, "href": href, "type": "text/html"}
            handler.addQuickElement("thr:in-reply-to", None, answered)


class _Rss(_Stable, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        handler.addQuickElement("slash:comments", str(item["comment_count"]))


def atom(feed: Feed) -> str:
    """The feed as an Atom document."""
    return _written(_Atom, feed, "atom")


def rss(feed: Feed) -> str:
    """The feed as an RSS document."""
    return _written(_Rss, feed, "rss")


def _written(form: Any, feed: Feed, ending: str) -> str:
    made = form(
        title=feed.title,
        link=feed.home,
        description=escape(feed.description, quote=False) if ending == "rss" else feed.description,
        language=feed.language,
        author_name=feed.author,
        feed_url=feed.url(ending),
        feed_guid=feed.id,
        icon=feed.icon,
        hub=feed.hub,
    )
    for item in whole(feed.items):
        made.add_item(
            title=item.title,
            link=item.url,
            # Both formats let a summary be HTML, so readers take it for that; ours are text.
            description=escape(item.summary or (item.title if ending == "rss" else ""), quote=False)
            or None,
            content=item.html,
            author_name=item.author,
            pubdate=item.published,
            updateddate=item.updated,
            unique_id=item.id,
            unique_id_is_permalink=False,
            categories=item.topics,
            comments=item.comments_url,
            comment_count=item.comments,
            answers=item.answers,
            enclosures=[Enclosure(one.url, str(one.length), one.type)]
            if (one := item.enclosure)
            else (),
        )
    return str(made.writeString("utf-8")) + "\n"
