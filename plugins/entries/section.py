"""Section: the entries of one kind in a build, with their pages, paged lists, feed and JSON-LD; each kind
extends it by what is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugins import words as interface
from plugins.entries.facts import NO_FACTS, Facts
from plugins.entries.kinds import Kind
from plugins.entries.model import Entry, Topic
from plugins.entries.paging import paged
from plugins.entries.reading import Reading
from plugins.entries.settings import Settings
from plugins.entries.site import Site
from plugins.entries.views import EntryItem, EntryView, ListView, Place, Step
from plugins.entries.words import lower_first
from plugins.outputs.model import Output
from plugins.words import titled

Thing = dict[str, Any]
SIZE = 30
"""Entries on one page of a list, where the settings do not say (EPISODES_SIZE for those in episodes/)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesView(ListView):
    """A page of the list of a kind. total: of all its entries; word, many: what they are called."""

    entries: tuple[EntryItem, ...]
    total: int
    word: str
    many: str


class Section:
    """The entries of one kind, the latest first: a page for each, and when the kind's row gives it a title
    a list and feeds. A kind overrides what is its own.

    crumb: what leads to each of them, besides the site. feed: the address, the title and the description
    of the feeds of them all.
    """

    template = "entry"

    def __init__(
        self, kind: Kind, entries: Iterable[Entry], settings: Settings, reading: Reading
    ) -> None:
        self.kind = kind
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.settings = settings
        self.reading = reading
        self.root = f"/{kind.folder}/"
        self.title = titled(kind.folder, kind.title)
        self.crumb: Step | None = Step(self.title, self.root) if kind.title else None
        self.feed: tuple[str, str, str] | None = None
        if kind.title and self.entries:
            name = interface.text("feed.of", site=settings.name, of=lower_first(self.title))
            self.feed = (
                self.root,
                name,
                interface.text("feed.kind_at", kind=self.title, site=settings.name),
            )

    def addresses(self) -> Iterable[str]:
        """Where its lists and files will stand, besides the entries and feeds."""
        return (place.address for place, _ in self._pages())

    def moved(self, renamed: Mapping[str, Topic]) -> Mapping[str, str]:
        """Old addresses of its lists, and where each leads now. renamed: see Site."""
        return {}

    def facts(self, entry: Entry) -> Facts:
        """What others show of an entry."""
        return NO_FACTS

    def about(self, entry: Entry, card: str, author: Thing) -> Thing | None:
        """What an entry is about, for JSON-LD: with an "@id" it stands beside the entry, else in it."""
        return None

    def outputs(self, site: Site) -> Iterator[Output]:
        """Every page and file of this kind."""
        for entry in self.entries:
            view = self.view(entry, site)
            yield Output(entry.address, view, self.template_of(entry), site.lastmod([entry]))
        yield from self.lists(site)

    def lists(self, site: Site) -> Iterator[Output]:
        for place, entries in self._pages():
            view = EntriesView(
                **site.list_page(self.title, place),
                entries=tuple(map(site.item, entries)),
                total=len(self.entries),
                word=self.kind.word,
                many=self.kind.many,
            )
            yield Output(place.address, view, "entries", site.lastmod(entries))

    def view(self, entry: Entry, site: Site) -> EntryView:
        here = self.crumb.address if self.crumb else entry.address
        return EntryView(**site.entry_page(entry, here))

    def template_of(self, entry: Entry) -> str:
        return self.template

    def _pages(self) -> list[tuple[Place, tuple[Entry, ...]]]:
        size = self.settings.get(f"{self.kind.folder.upper()}_SIZE", SIZE)
        return paged(self.root, self.entries, size) if self.feed else []
