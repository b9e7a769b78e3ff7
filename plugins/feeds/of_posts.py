"""The feeds of posts: the site's, one for each topic, and those of other kinds of entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from plugins.entries.model import Entry, Topic, dated
from plugins.entries.site import Site
from plugins.feeds.model import Feed, Item, Publisher, absolute


class PostFeeds:
    """most: how many entries in a feed."""

    def __init__(self, publisher: Publisher, most: int, site: Site) -> None:
        self._publisher, self._most, self._site = publisher, most, site

    def feeds(
        self,
        posts: Iterable[Entry],
        topics: Mapping[Topic, Iterable[Entry]],
        followed: Iterable[tuple[str, str, str, tuple[Entry, ...]]],
        renamed: Mapping[str, Topic],
    ) -> Iterator[Feed]:
        """posts, and those of a topic: newest first. followed: (address, title, description, entries) of
        other kinds. renamed: old addresses of topics."""
        name = self._publisher.name
        rows = [("/", name, self._publisher.description, tuple(posts))]
        rows += [
            (address, f"{name}: {t.name}", f"Posts on {t.name} at {name}.", tuple(topics[t]))
            for address, t in [*((t.address, t) for t in topics), *renamed.items()]
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
        site, url = self._publisher.site, f"{self._publisher.site}{entry.address}"
        facts = self._site.sections[entry.kind].facts(entry, self._site)
        return Item(
            id=entry.feed_id,
            url=url,
            title=entry.title,
            summary=entry.summary,
            html=absolute(facts + self._site.bodies[entry.key], url),
            author=entry.author,
            published=dated(entry),
            updated=entry.changed or dated(entry),
            topics=tuple(topic.name for topic in entry.topics),
            comments=self._site.comments(entry),
            comments_url=f"{url}#conversation",
            image=f"{site}{self._site.cards[entry.key]}",
        )
