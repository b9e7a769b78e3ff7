"""The feeds of conversations: all together, each thread, and the replies to each person (RFC 4685).

A comment is one item, whatever feed it stands in: the same id, made of the permanent ids of its entry
and its own; what it answers; and how many answers it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import nlargest
from typing import Any

from plugins import words as interface
from plugins.feeds.model import ATOM, Feed, FeedItem, Publisher, absolute
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later

Said = tuple[Any, Any]
"""An entry (whatever has its key, title, address and feed id), and a comment that was made there."""


class TalkFeeds:
    """most: how many comments in a feed. digest_of_thread: given the key of an entry, of all that is in it."""

    def __init__(
        self, publisher: Publisher, most: int, digest_of_thread: Callable[[str], bytes]
    ) -> None:
        self._publisher = publisher
        self._digest_of_thread = digest_of_thread
        self._most = most
        self._made: dict[str, FeedItem] = {}

    def feeds(
        self, lively: Iterable[tuple[Any, Any]], people: Sequence[tuple[Any, str]]
    ) -> Iterator[Feed]:
        """lively: entries with their conversations. people: everyone with a page, and its address."""
        name, feed = self._publisher.name, self._publisher.feed
        to: dict[str, list[Said]] = {person.key: [] for person, _ in people}
        every: list[Said] = []
        for entry, conversation in lively:
            said = [(entry, node) for node in conversation.nodes if not node.deleted]
            for _, node in said:
                if node.answers is not None and node.answers.key in to:
                    to[node.answers.key].append((entry, node))
            shown = self._latest(said)
            every += shown
            title = interface.text("entry.comments_on", title=entry.title)
            yield feed(
                entry.address,
                title,
                interface.text("feed.at", title=title, site=name),
                self._items(shown),
                entry.key,
                ATOM,
            )
        if latest := self._latest(every):
            title = interface.text("conversations.feed", site=name)
            about = interface.text("conversations.about", site=name)
            yield feed("/conversations/", title, about, self._items(latest))
        for person, address in people:
            title = interface.text("person.replies_to", name=person.name)
            items = self._items(self._latest(to[person.key]))
            yield feed(
                address,
                title,
                interface.text("feed.at", title=title, site=name),
                items,
                f"people/{person.key}",
                ATOM,
            )

    def _latest(self, said: list[Said]) -> list[Said]:
        return nlargest(self._most, said, key=lambda one: (one[1].date, one[0].key, one[1].id))

    def _items(self, said: Sequence[Said]) -> Later[tuple[FeedItem, ...]]:
        publisher = self._publisher
        hangs_on = {
            entry.key: (
                self._digest_of_thread(entry.key),
                entry.key,
                entry.title,
                entry.address,
                entry.feed_id,
            )
            for entry, _ in said
        }
        ids = tuple((entry.key, node.id) for entry, node in said)
        return Later(
            digest_of(publisher.site, publisher.authority, tuple(hangs_on.values()), ids),
            partial(self._made_items, said),
        )

    def _made_items(self, said: Iterable[Said]) -> tuple[FeedItem, ...]:
        items = []
        for entry, node in said:
            identity = self._id(entry, node)
            item = self._made.get(identity)
            if item is None:
                item = self._made[identity] = self._item(entry, node)
            items.append(item)
        return tuple(items)

    def _item(self, entry: Any, node: Any) -> FeedItem:
        page = f"{self._publisher.site}{entry.address}"
        url = f"{page}#comment-{node.id}"
        to = node.answers.author if node.answers else ""
        title = interface.text(
            "feed.comment_to" if to else "feed.comment",
            author=node.author,
            to=to,
            title=entry.title,
        )
        above = (entry.feed_id, page)
        if node.answers:
            above = (self._id(entry, node.answers), f"{page}#comment-{node.answers.id}")
        return FeedItem(
            id=self._id(entry, node),
            url=url,
            title=title,
            summary="",
            html=absolute(str(node.html), page),
            author=node.author,
            published=node.date,
            updated=node.edited or node.date,
            topics=(),
            comments=node.replies,
            comments_url=url,
            answers=above,
        )

    def _id(self, entry: Any, node: Any) -> str:
        """Bound to the permanent ids of entry and comment."""
        return self._publisher.permanent(f"{entry.key}/comment-{node.id}")
