"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from plugins.entries.dates import iso
from plugins.feeds.model import Feed, Item

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def json_feed(feed: Feed, written: dict[str, str]) -> str:
    """The feed as a JSON document. `written` is shared by all JSON feeds of one build: items already
    written, by id."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home,
        "feed_url": feed.url("json"),
        "icon": feed.icon,
        "language": "en-AU",
        "authors": [{"name": feed.author}],
    }
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    items = ", ".join([_text(item, written) for item in feed.items])
    return f'{_ENCODER.encode(document)[:-1]}, "items": [{items}]}}\n'


def _text(item: Item, written: dict[str, str]) -> str:
    text = written.get(item.id)
    if text is None:
        text = written[item.id] = _ENCODER.encode(_item(item))
    return text


def _item(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": iso(item.published),
        "date_modified": iso(item.updated),
        "authors": [{"name": item.author}],
        "tags": list(item.topics),
        "_conversation": {"about": item.comments_url, "comments": item.comments},
    }
    if item.answers:
        made["_conversation"]["in_reply_to"] = item.answers[0]
    if item.image:
        made["image"] = item.image
    return made
