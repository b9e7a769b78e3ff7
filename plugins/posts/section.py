"""Posts in a build: a page for each, the archive by year, and a list for each topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from plugins import words as interface
from plugins.entries.gather import topics_of
from plugins.entries.kinds import Kind
from plugins.entries.model import Entry, Topic, dated
from plugins.entries.paging import paged
from plugins.entries.reading import Reading
from plugins.entries.section import Section
from plugins.entries.settings import Settings
from plugins.entries.site import Site, step, steps
from plugins.entries.views import EntryItem, EntryView, ListView, Place, Step
from plugins.outputs.model import Output
from plugins.posts.related import Surroundings, surroundings

ARCHIVE = "/archive/"
TOPICS = "/topics/"


@dataclass(frozen=True, slots=True)
class SeriesView:
    """number: which of the parts the page is, from 1."""

    name: str
    number: int
    parts: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView(EntryView):
    series: SeriesView | None
    earlier: Step | None
    later: Step | None
    related: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """address: of its first post in the archive."""

    year: int
    address: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveView(ListView):
    """by_year: what stands on this page. years: all of them, the latest first. total: of all posts."""

    by_year: tuple[tuple[int, tuple[EntryItem, ...]], ...]
    years: tuple[Year, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView(ListView):
    """total: of all posts on it. resources: the address of the resources on it, when there are."""

    entries: tuple[EntryItem, ...]
    total: int
    resources: str | None


@dataclass(frozen=True, slots=True)
class TopicRow:
    name: str
    address: str
    posts: int
    latest: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsView(ListView):
    topics: tuple[TopicRow, ...]


class Posts(Section):
    template = "post"

    def __init__(
        self, kind: Kind, entries: Iterable[Entry], settings: Settings, reading: Reading
    ) -> None:
        super().__init__(kind, entries, settings, reading)
        self.crumb = Step(interface.text("title.archive"), ARCHIVE)

    def addresses(self) -> Iterable[str]:
        yield TOPICS
        yield from (place.address for place, _ in self._archive())
        for topic, posts in topics_of(self.entries).items():
            yield from (place.address for place, _ in self._paged(topic, posts))

    def outputs(self, site: Site) -> Iterator[Output]:
        talkers = {key: talk.guests for key, talk in site.conversations.items()}
        self._around = surroundings(self.entries, talkers, self.reading.memory)
        return super().outputs(site)

    def view(self, entry: Entry, site: Site) -> EntryView:
        around = self._around[entry.key]
        return PostView(
            **site.entry_page(entry, entry.address),
            series=_series(around),
            earlier=step(around.earlier) if around.earlier else None,
            later=step(around.later) if around.later else None,
            related=steps(around.related),
        )

    def lists(self, site: Site) -> Iterator[Output]:
        years = _years(self._archive())
        for place, posts in self._archive():
            archive = ArchiveView(
                **site.list_page(interface.text("title.archive"), place),
                by_year=tuple((y, tuple(map(site.item, g))) for y, g in groupby(posts, _year)),
                years=years,
                total=len(self.entries),
            )
            yield Output(place.address, archive, "archive", site.lastmod(posts))
        rows = tuple(
            TopicRow(topic.name, topic.address, len(posts), step(posts[0]))
            for topic, posts in site.topics.items()
        )
        place = Place(TOPICS, TOPICS)
        topics = TopicsView(**site.list_page(interface.text("title.topics"), place), topics=rows)
        yield Output(place.address, topics, "topics", site.lastmod(self.entries))
        above = Step(interface.text("title.topics"), TOPICS)
        for topic, tagged in site.topics.items():
            resources = f"/resources{topic.address}"
            for place, posts in self._paged(topic, tagged):
                view = TopicView(
                    **site.list_page(topic.name, place, [above]),
                    entries=tuple(map(site.item, posts)),
                    total=len(tagged),
                    resources=resources if resources in site.addresses else None,
                )
                yield Output(place.address, view, "topic", site.lastmod(posts))

    def _archive(self) -> list[tuple[Place, tuple[Entry, ...]]]:
        return paged(ARCHIVE, self.entries, self.settings.get("ARCHIVE_SIZE", 100))

    def _paged(self, topic: Topic, posts: Sequence[Entry]) -> list[tuple[Place, tuple[Entry, ...]]]:
        return paged(topic.address, posts, self.settings.get("TOPIC_SIZE", 20))


def _series(around: Surroundings) -> SeriesView | None:
    found = around.series
    return SeriesView(found.name, found.number, steps(found.parts)) if found else None


def _years(archive: Iterable[tuple[Place, tuple[Entry, ...]]]) -> tuple[Year, ...]:
    found: dict[int, Year] = {}
    for place, posts in archive:
        for year, group in groupby(posts, _year):
            before = found.get(year, Year(year, f"{place.address}#year-{year}", 0))
            found[year] = Year(year, before.address, before.posts + len(list(group)))
    return tuple(found.values())


def _year(entry: Entry) -> int:
    return dated(entry).year
