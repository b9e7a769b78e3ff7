"""The feeds of posts: the site's, one for each topic, and those of other entries that a plugin asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from plugins.entries.model import Entry, Topic, dated
from plugins.feeds.model import Feed, Item, Publisher, absolute


class PostFeeds:
    """most: how many posts in a feed. bodies: HTML by key. facts: HTML that stands above some of them, by
    key. conversations: by key. card_of: the address of an entry's card within the site."""

    def __init__(
        self,
        publisher: Publisher,
        most: int,
        bodies: Mapping[str, str],
        facts: Mapping[str, str],
        conversations: Mapping[str, Any],
        card_of: Callable[[Entry], str],
    ) -> None:
        self._publisher = publisher
        self._most = most
        self._bodies = bodies
        self._facts = facts
        self._conversations = conversations
        self._card_of = card_of

    def feeds(
        self,
        posts: Iterable[Entry],
        topics: Mapping[Topic, Iterable[Entry]],
        followed: Iterable[tuple[str, str, str, tuple[Entry, ...]]] = (),
    ) -> Iterator[Feed]:
        """posts, and those of a topic: newest first. followed: (address, title, description, entries)."""
        name = self._publisher.name
        rows = [("/", name, self._publisher.description, tuple(posts))]
        rows += [
            (t.address, f"{name}: {t.name}", f"Posts on {t.name} at {name}.", tuple(tagged))
            for t, tagged in topics.items()
        ]
        rows += followed
        items: dict[str, Item] = {}
        for folder, title, description, entries in rows:
            for entry in entries[: self._most]:
                if entry.key not in items:
                    items[entry.key] = self._item(entry)
            shown = tuple(items[entry.key] for entry in entries[: self._most])
            yield self._publisher.feed(folder, title, description, shown)

    def _item(self, entry: Entry) -> Item:
        site = self._publisher.site
        url = f"{site}{entry.address}"
        thread = self._conversations.get(entry.key)
        return Item(
            id=entry.feed_id,
            url=url,
            title=entry.title,
            summary=entry.summary,
            html=absolute(self._facts.get(entry.key, "") + self._bodies[entry.key], url),
            author=entry.author,
            published=dated(entry),
            updated=entry.changed or dated(entry),
            topics=tuple(topic.name for topic in entry.topics),
            comments=thread.count if thread else 0,
            comments_url=f"{url}#conversation",
            image=f"{site}{self._card_of(entry)}",
        )
