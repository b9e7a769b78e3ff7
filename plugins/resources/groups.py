"""What stands on each page of /resources/, and the ways to choose among them.

All stand on /resources/, under the topic that they name first; /resources/topics/<topic>/ has those of
one topic, /resources/kinds/<kind>/ those of one kind. Each goes on at `…/page/<number>/`. The choice is made
of plain links to these pages; where all resources are on one page a script makes it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plugins import words as interface
from plugins.entries.model import Topic
from plugins.entries.paging import paged
from plugins.entries.views import Place
from plugins.resources.kind import RESOURCE_KINDS
from plugins.resources.model import Resource
from plugins.words import titled

ROOT = "/resources/"
_UNSORTED = Topic("", "other")
_MANY = {"community": "communities"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to choose: `of` is "topic" or "kind", `value` its slug, `count` how many it leaves."""

    of: str
    value: str
    name: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one heading."""

    name: str
    slug: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class ResourceList:
    """One page. chosen: what it was chosen by; None on the page of all. total: of all its pages."""

    place: Place
    title: str
    groups: tuple[Group, ...]
    total: int
    chosen: Choice | None = None


@dataclass(frozen=True, slots=True)
class ResourceLists:
    """topics, kinds: the choices. lists: every page."""

    topics: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    lists: tuple[ResourceList, ...]


def resource_lists(newest_first: Sequence[Resource], size: int) -> ResourceLists:
    """Every page, `size` resources on each."""
    topics: dict[Topic, list[Resource]] = {}
    kinds: dict[str, list[Resource]] = {}
    for one in newest_first:
        for topic in one.entry.topics:
            topics.setdefault(topic, []).append(one)
        kinds.setdefault(one.kind, []).append(one)
    by_topic = {
        Choice("topic", t.slug, t.name, topic_address(t.slug), len(topics[t])): topics[t]
        for t in sorted(topics, key=lambda t: (t.name.casefold(), t.slug))
    }
    by_kind = {
        Choice(
            "kind",
            k,
            interface.text(f"resource.many_{k}"),
            f"{ROOT}kinds/{plural(k)}/",
            len(kinds[k]),
        ): kinds[k]
        for k in RESOURCE_KINDS
        if k in kinds
    }
    made = _pages(ROOT, titled("resources", "Resources"), _grouped(newest_first), size)
    for choice, chosen in (by_topic | by_kind).items():
        title = choice.name
        if choice.of == "topic":
            title = interface.text("resources.title_topic", topic=choice.name)
        one_group = [Group(choice.name, choice.value, tuple(chosen))]
        made += _pages(choice.address, title, one_group, size, choice)
    return ResourceLists(tuple(by_topic), tuple(by_kind), tuple(made))


def topic_address(slug: str) -> str:
    return f"{ROOT}topics/{slug}/"


def plural(kind: str) -> str:
    """`books`, as it stands in addresses."""
    return _MANY.get(kind, f"{kind}s")


def _grouped(resources: Iterable[Resource]) -> list[Group]:
    """Each under its first topic, in the order of the topics' names; what has none comes last."""
    by_topic: dict[Topic, list[Resource]] = {}
    for one in resources:
        by_topic.setdefault(next(iter(one.entry.topics), _UNSORTED), []).append(one)
    order = sorted(by_topic, key=lambda t: (t is _UNSORTED, t.name.casefold(), t.slug))
    return [
        Group(t.name or interface.text("resources.unsorted"), t.slug, tuple(by_topic[t]))
        for t in order
    ]


def _pages(
    address: str,
    title: str,
    whole: Sequence[Group],
    size: int,
    choice: Choice | None = None,
) -> list[ResourceList]:
    rows = [(group, one) for group in whole for one in group.resources]
    return [
        ResourceList(place, title, tuple(_cut(shown)), len(rows), choice)
        for place, shown in paged(address, rows, size)
    ]


def _cut(rows: Iterable[tuple[Group, Resource]]) -> list[Group]:
    """The groups of one page, with what of each stands on it."""
    found: dict[str, tuple[Group, list[Resource]]] = {}
    for group, one in rows:
        found.setdefault(group.slug, (group, []))[1].append(one)
    return [Group(group.name, group.slug, tuple(own)) for group, own in found.values()]
