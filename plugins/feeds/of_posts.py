"""The feeds of posts: the site's, one for each topic, and those of other kinds of entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup

from plugins import words as interface
from plugins.entries.model import Entry, Topic, dated
from plugins.entries.site import Site
from plugins.feeds.model import ATOM, Feed, FeedItem, Publisher, absolute
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later


class PostFeeds:
    """most: how many entries in a feed."""

    def __init__(self, publisher: Publisher, most: int, site: Site) -> None:
        self._publisher, self._most, self._site = publisher, most, site
        self._made: dict[str, FeedItem] = {}

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
        rows = [("/", name, self._publisher.description, tuple(posts)), *followed]
        for folder, title, description, entries in rows:
            yield self._publisher.feed(folder, title, description, self._items(entries))
        for address, topic in [*((t.address, t) for t in topics), *renamed.items()]:
            title = interface.text("feed.of", site=name, of=topic.name)
            about = interface.text("topic.about", topic=topic.name, site=name)
            items = self._items(tuple(topics[topic]))
            yield self._publisher.feed(address, title, about, items, formats=ATOM)

    def _items(self, entries: tuple[Entry, ...]) -> tuple[FeedItem, ...]:
        for entry in entries[: self._most]:
            if entry.key not in self._made:
                self._made[entry.key] = self._item(entry)
        return tuple(self._made[entry.key] for entry in entries[: self._most])

    def _item(self, entry: Entry) -> FeedItem:
        site, url = self._publisher.site, f"{self._publisher.site}{entry.address}"
        facts = self._site.sections[entry.kind].facts(entry)
        above = self._site.templates.part(*facts.above) if facts.above else Markup()
        body = self._site.bodies[entry.key]
        return FeedItem(
            id=entry.feed_id,
            url=url,
            title=entry.title,
            summary=entry.summary,
            html=Later(
                digest_of(above, body, url), lambda: absolute(above + body.make(), url), kept=True
            ),
            author=entry.author,
            published=dated(entry),
            updated=entry.changed or dated(entry),
            topics=tuple(topic.name for topic in entry.topics),
            comments=self._site.comments(entry),
            comments_url=f"{url}#conversation",
            image=f"{site}{self._site.cards[entry.key]}",
            enclosure=facts.enclosure,
        )
