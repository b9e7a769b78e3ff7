"""All that a build knows when everything has been gathered, linked and checked: what outputs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from plugins.entries.model import Entry, Topic
from plugins.entries.reading import Reading
from plugins.entries.settings import Settings
from plugins.entries.views import EntryItem, Place, SiteView, Step
from plugins.outputs.model import Later
from plugins.outputs.templates import Templates

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Mappings whose key is not named are by the key of an entry.

    entries: every public one, the latest first. sections: by kind. topics: each with its posts. renamed:
    by the slug of its old name, a topic that has another. conversations: as plugins.conversations has
    them, threads: as pages show them, digest_of_thread: of all that is in one. people: all who speak, see plugins.conversations.people. talk: the
    conversations in which somebody spoke, the latest first. mail: makes the address of a reply by e-mail.
    line_of: where a comment's words stand (file, line), by the key of its entry and its id. changed: when a page last changed, by its
    text or its thread (aware). bodies: HTML, links settled. leads: the picture above a text. mentions:
    the entries whose text leads there. cards: the address of each one's card, of the site's own by None.
    addresses: of every page and file. redirects: old addresses, and where each leads now. downloads: the
    files of content/files that are public. json_ld: what machines read, of an entry or of the way to a
    list (title and address of each step, the list last). next_build: see plugins.schedule.
    """

    settings: Settings
    reading: Reading
    entries: Mapping[str, Entry]
    sections: Mapping[str, Any]
    topics: Mapping[Topic, tuple[Entry, ...]]
    renamed: Mapping[str, Topic]
    conversations: Mapping[str, Any]
    threads: Mapping[str, Later[Any]]
    digest_of_thread: Callable[[str], bytes]
    people: Any
    talk: Any
    mail: Any
    line_of: Callable[[str, str], tuple[str, int | None]]
    changed: Mapping[str, datetime]
    bodies: Mapping[str, Later[Markup]]
    leads: Mapping[str, Markup]
    mentions: Mapping[str, list[Entry]]
    cards: Mapping[str | None, str]
    addresses: frozenset[str]
    redirects: Mapping[str, str]
    downloads: frozenset[str]
    json_ld: Callable[..., Markup | Later[Markup]]
    next_build: Any
    view: SiteView
    templates: Templates

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        section = self.sections.get(kind)
        return section.entries if section else ()

    @property
    def oldest(self) -> datetime:
        """What says of itself neither when it was written nor when it changed is as old as the site."""
        return min(self.changed.values(), default=NEVER)

    def lastmod(self, entries: Iterable[Entry]) -> datetime:
        """When the last of the pages of these entries changed."""
        known = (self.changed[one.key] for one in entries if one.key in self.changed)
        return max(known, default=self.oldest)

    def comments(self, entry: Entry) -> int:
        conversation = self.conversations.get(entry.key)
        return conversation.count if conversation else 0

    def item(self, entry: Entry) -> EntryItem:
        """An entry as lists show it."""
        return EntryItem(
            entry.title, entry.address, entry.date, entry.summary, self.comments(entry)
        )

    def entry_page(self, entry: Entry, here: str) -> dict[str, Any]:
        """The fields of an EntryView."""
        return {
            "address": entry.address,
            "title": entry.title,
            "here": here,
            "card": self.cards[entry.key],
            "json_ld": self.json_ld(entry),
            "banner": entry.banner,
            "date": entry.date,
            "modified": entry.modified,
            "author": entry.author,
            "summary": entry.summary,
            "standfirst": entry.summary if entry.head.summary else None,
            "topics": tuple(Step(topic.name, topic.address) for topic in entry.topics),
            "minutes": entry.body.minutes,
            "contents": entry.body.headings if entry.show_contents else (),
            "lead": self.leads.get(entry.key),
            "body": self.bodies[entry.key],
            "comments": self.comments(entry),
            "thread": self.threads.get(entry.key),
            "begin": self._begin(entry),
            "mentions": steps(self.mentions.get(entry.key, ())),
        }

    def _begin(self, entry: Entry) -> str | None:
        thread = self.conversations.get(entry.key)
        return self.mail(entry.title) if self.mail and not (thread and thread.closed) else None

    def list_page(self, title: str, place: Place, above: Iterable[Step] = ()) -> dict[str, Any]:
        """The fields of a ListView. above: what leads to the list."""
        return {
            "address": place.address,
            "title": title,
            "here": place.first,
            "card": self.view.card,
            "json_ld": self.json_ld((*above, Step(title, place.first))),
            "place": place,
        }


def step(entry: Entry) -> Step:
    return Step(entry.title, entry.address)


def steps(entries: Iterable[Entry]) -> tuple[Step, ...]:
    return tuple(map(step, entries))
