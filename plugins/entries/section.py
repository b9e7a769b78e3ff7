"""A kind of entry in a build: what it adds to the site before links are settled, and its outputs after.

A kind that needs no more than a page for each entry uses `Section` as it is; another overrides what is
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugins.entries.model import Entry, Topic
from plugins.entries.reading import Reading
from plugins.entries.settings import Settings
from plugins.entries.site import Site
from plugins.entries.views import EntryView, Step
from plugins.outputs.model import Output

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with an entry. url: absolute. type: RFC 6838. length: in bytes."""

    url: str
    type: str
    length: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What others show of an entry besides its text. byline: on its card, in place of author and date.
    above: the template and the view of what stands above its text in feeds."""

    byline: str | None = None
    above: tuple[str, Any] | None = None
    enclosure: Enclosure | None = None


NO_FACTS = Facts()


class Section:
    """The entries of one kind, the latest first.

    crumb: what leads to each of them, besides the site. feed: the address, the title and the description
    of the feeds of them all.
    """

    template = "post"
    crumb: Step | None = None
    feed: tuple[str, str, str] | None = None

    def __init__(self, entries: Iterable[Entry], settings: Settings, reading: Reading) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.settings = settings
        self.reading = reading

    def addresses(self) -> Iterable[str]:
        """Where its lists and files will stand, besides the entries and feeds."""
        return ()

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
        return iter(())

    def view(self, entry: Entry, site: Site) -> EntryView:
        here = self.crumb.address if self.crumb else entry.address
        return EntryView(**site.entry_page(entry, here))

    def template_of(self, entry: Entry) -> str:
        return self.template
