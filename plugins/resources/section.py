"""Resources in a build: a page for each, the groups, and files for other programs.

A build asks no address for anything. It believes the ledger, which is committed with the content, and so
makes the same pages of it anywhere and at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from plugins import words as interface
from plugins.entries.facts import Facts
from plugins.entries.kinds import Kind
from plugins.entries.model import Entry, Topic
from plugins.entries.reading import Reading
from plugins.entries.section import Section, Thing
from plugins.entries.settings import Settings
from plugins.entries.site import Site, steps
from plugins.entries.views import EntryItem, EntryView, ListView, Step
from plugins.outputs.model import Output, view_of
from plugins.resources import exports, groups, ledger
from plugins.resources.groups import Choice
from plugins.resources.mentions import Mention, mentions
from plugins.resources.model import Resource
from plugins.resources.reading import resources_of
from plugins.resources.thing import thing
from plugins.words import titled

FEEDS = f"{groups.ROOT}feeds.opml"
BOOKMARKS = f"{groups.ROOT}bookmarks.txt"
"""Not .html: it is for programs, and in the form that they read it is no page that a browser should show.
The link to it says under which name it is to be kept."""
RELATED = 3


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What a page says of a resource; the fields mean what they do in Resource. gone_since: the day in
    words, "" of what is there."""

    kind: str
    level: str | None
    makers: str
    byline: str
    link: str
    host: str
    reach: str | None
    archive: str | None
    gone_since: str
    feed: str | None
    via: str | None
    via_address: str | None
    via_host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView(EntryView):
    """related: other resources on most of its topics."""

    resource: ResourceFacts
    mentioned: tuple[Mention, ...]
    related: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ResourceItem(EntryItem):
    """topics: their slugs, with spaces between."""

    topics: str
    facts: ResourceFacts


@dataclass(frozen=True, slots=True)
class GroupView:
    name: str
    slug: str
    resources: tuple[ResourceItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceListView(ListView):
    """total: of all pages of this list. topics, kinds: the ways to choose; chosen: the one in force.
    instant: whether everything that can be chosen stands here. has_feeds: whether there is a list of
    feeds."""

    groups: tuple[GroupView, ...]
    total: int
    topics: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    chosen: Choice | None
    instant: bool
    has_feeds: bool


class Resources(Section):
    template = "resource"

    def __init__(
        self, kind: Kind, entries: Iterable[Entry], settings: Settings, reading: Reading
    ) -> None:
        super().__init__(kind, entries, settings, reading)
        path = settings.content / ledger.PLACE
        known = (
            ledger.load(path.read_bytes(), reading.report) if path.is_file() else ledger.Ledger()
        )
        self.resources = resources_of(self.entries, settings.url, known, reading.report)
        self.by_key = {one.entry.key: one for one in self.resources}
        about = interface.text("resources.about", site=settings.name)
        if self.resources:
            self.feed = (
                groups.ROOT,
                interface.text("feed.of", site=settings.name, of=interface.text("resources.of")),
                about,
            )

    @cached_property
    def chosen_lists(self) -> groups.ResourceLists:
        return groups.resource_lists(self.resources, self.settings.get("RESOURCES_SIZE", 100))

    @property
    def has_feeds(self) -> bool:
        return any(one.feed and not one.gone for one in self.resources)

    def addresses(self) -> Iterable[str]:
        if self.resources:
            yield from (page.place.address for page in self.chosen_lists.lists)
            yield BOOKMARKS
        if self.has_feeds:
            yield FEEDS

    def moved(self, renamed: Mapping[str, Topic]) -> Mapping[str, str]:
        topics = {choice.value: choice.address for choice in self.chosen_lists.topics}
        return {
            groups.topic_address(old): topics[new.slug]
            for old, new in renamed.items()
            if new.slug in topics
        }

    def facts(self, entry: Entry) -> Facts:
        one = view_of(ResourceFacts, self.by_key[entry.key])
        return Facts(one.byline, ("resource_in_feed", one))

    def about(self, entry: Entry, card: str, author: Thing) -> Thing | None:
        return thing(self.by_key[entry.key])

    def outputs(self, site: Site) -> Iterator[Output]:
        self._mentioned = mentions(
            self.resources,
            site.entries.values(),
            site.conversations,
            site.mentions,
            self.settings.url,
        )
        return super().outputs(site)

    def view(self, entry: Entry, site: Site) -> EntryView:
        one, mentioned = self.by_key[entry.key], self._mentioned.get(entry.key, ())
        fields = site.entry_page(entry, groups.ROOT)
        fields["topics"] = tuple(
            Step(topic.name, groups.topic_address(topic.slug)) for topic in entry.topics
        )
        return ResourceView(
            **fields,
            resource=view_of(ResourceFacts, one),
            mentioned=mentioned,
            related=steps(self._related(one, {mention.address for mention in mentioned})),
        )

    def lists(self, site: Site) -> Iterator[Output]:
        if not self.resources:
            return
        chosen_lists = self.chosen_lists
        for page in chosen_lists.lists:
            above = (
                (Step(titled("resources", self.kind.title), groups.ROOT),) if page.chosen else ()
            )
            view = ResourceListView(
                **site.list_page(page.title, page.place, above),
                groups=tuple(
                    GroupView(one.name, one.slug, tuple(_item(r, site) for r in one.resources))
                    for one in page.groups
                ),
                total=page.total,
                topics=chosen_lists.topics,
                kinds=chosen_lists.kinds,
                chosen=page.chosen,
                instant=not (page.chosen or page.place.newer or page.place.older),
                has_feeds=self.has_feeds,
            )
            listed = [r.entry for group in page.groups for r in group.resources]
            yield Output(page.place.address, view, "resources", site.lastmod(listed))
        title = interface.text(
            "feed.of", site=self.settings.name, of=interface.text("resources.of")
        )
        whole = [
            group for page in chosen_lists.lists if page.chosen is None for group in page.groups
        ]
        yield Output(BOOKMARKS, exports.bookmarks(title, whole), str)
        if self.has_feeds:
            yield Output(FEEDS, exports.opml(title, self.settings.author, self.resources), str)

    def _related(self, one: Resource, shown: set[str]) -> tuple[Entry, ...]:
        """Other resources that share most of its topics, the newest first among equals. shown: addresses
        that its page leads to already."""
        own = {topic.slug for topic in one.entry.topics}
        shared = [
            (len(own & {topic.slug for topic in other.entry.topics}), other.entry)
            for other in self.resources
            if other is not one and other.entry.address not in shown
        ]
        best = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
        return tuple(entry for _, entry in best[:RELATED])


def _item(one: Resource, site: Site) -> ResourceItem:
    slugs = " ".join(topic.slug for topic in one.entry.topics)
    facts = view_of(ResourceFacts, one)
    return view_of(ResourceItem, site.item(one.entry), topics=slugs, facts=facts)
