"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from plugins.entries.dates import iso
from plugins.feeds.model import Feed, FeedItem
from plugins.outputs.model import whole


def json_feed(feed: Feed) -> str:
    """The feed as a JSON document."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home,
        "feed_url": feed.url("json"),
        "icon": feed.icon,
        "language": feed.language,
        "authors": [{"name": feed.author}],
    }
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    document["items"] = [_item(item) for item in whole(feed.items)]
    return json.dumps(document, ensure_ascii=False) + "\n"


def _item(item: FeedItem) -> dict[str, Any]:
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
    if one := item.enclosure:
        made["attachments"] = [{"url": one.url, "mime_type": one.type, "size_in_bytes": one.length}]
    return made
