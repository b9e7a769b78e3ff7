"""The pages about conversations: which there are, what stands on each, and where.

`/conversations/` lists threads by their last remark; `/people/<slug>/` lists what one person said, the
latest first; both go on at `…/page/2/`. Where people share a name, `/people/<name>/` tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.conversations.people import Namesakes, People, Person
from plugins.conversations.tree import Conversation
from plugins.entries.model import Entry
from plugins.entries.paging import Paging, page_url


@dataclass(frozen=True, slots=True)
class Overview(Paging):
    """One page. `rows` is what it lists: (entry, conversation), or what its `person` said;
    `namesakes` are the people whom a page tells apart. `modified` is when the latest was said (aware)."""

    url: str
    title: str
    template: str
    rows: tuple[Any, ...]
    modified: datetime
    number: int = 1
    of: int = 1
    person: Person | None = None
    namesakes: Namesakes | None = None

    topic = None  # lists of posts have one


def lively(
    entries: Mapping[str, Entry], conversations: Mapping[str, Conversation]
) -> tuple[tuple[Entry, Conversation], ...]:
    """Every conversation in which somebody has spoken, the one with the latest remark first."""
    talked = [(entries[key], thread) for key, thread in conversations.items() if thread.count]
    talked.sort(key=lambda pair: pair[0].key)
    talked.sort(key=lambda pair: _last(pair[1]), reverse=True)
    return tuple(talked)


def overviews(
    talked: Sequence[tuple[Entry, Conversation]], people: People, size: int
) -> list[Overview]:
    """Every page, `size` rows on each."""
    dates = [_last(conversation) for _, conversation in talked]
    made = _paged("conversations/", "Conversations", "conversations", talked, dates, size)
    for person in people.by_key.values():
        dates = [said.remark.date for said in person.said]
        made += _paged(person.address[1:], person.name, "person", person.said, dates, size, person)
    made += _apart(people.namesakes)
    return made


def _apart(shared: Iterable[Namesakes]) -> list[Overview]:
    return [
        Overview(
            url=f"people/{one.slug}/",
            title=one.people[0].name,
            template="namesakes",
            rows=one.people,
            modified=one.modified,
            namesakes=one,
        )
        for one in shared
    ]


def _paged(
    url: str,
    title: str,
    template: str,
    rows: Sequence[Any],
    dates: Sequence[datetime],
    size: int,
    person: Person | None = None,
) -> list[Overview]:
    starts = range(0, len(rows), size)
    return [
        Overview(
            url=page_url(url, number),
            title=title,
            template=template,
            rows=tuple(rows[start : start + size]),
            modified=dates[start],
            number=number,
            of=len(starts),
            person=person,
        )
        for number, start in enumerate(starts, 1)
    ]


def _last(conversation: Conversation) -> datetime:
    if conversation.last is None:
        raise ValueError(f"nobody has spoken in {conversation.entry}")
    return conversation.last
