"""Who takes part: everyone who speaks under one key is one person, whatever their name.

A person's address is made of their name; of several with one name the first to speak has the plain
address and the others carry the beginning of their key, so that they stay apart for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from plugins.conversations.tree import Conversation, Remark
from plugins.entries.words import slugify


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A remark and the conversation it stands in."""

    conversation: Conversation
    remark: Remark


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Everyone who speaks under one key. `said` is the latest first; `name` the one used most, of
    several the latest."""

    key: str
    name: str
    slug: str
    host: bool
    url: str | None
    said: tuple[Said, ...]

    @property
    def address(self) -> str:
        return f"/people/{self.slug}/"

    @property
    def threads(self) -> int:
        return len({said.conversation.entry for said in self.said})


def people(conversations: Iterable[Conversation]) -> dict[str, Person]:
    """Everyone by key, in the order of their first words."""
    said: dict[str, list[Said]] = {}
    for conversation in conversations:
        for remark in conversation.remarks:
            if not remark.deleted:
                said.setdefault(remark.key, []).append(Said(conversation, remark))
    for rows in said.values():
        rows.sort(key=lambda one: (one.remark.date, one.conversation.entry, one.remark.id))
    order = sorted(said, key=lambda key: (said[key][0].remark.date, key))
    taken: set[str] = set()
    found = {}
    for key in order:
        found[key] = _person(key, said[key], taken)
        taken.add(found[key].slug)
    return found


def _person(key: str, said: list[Said], taken: set[str]) -> Person:
    names = Counter(one.remark.author for one in said)
    most = max(names.values())
    latest = [one.remark for one in reversed(said)]
    name = next(remark.author for remark in latest if names[remark.author] == most)
    plain = slugify(name) or "someone"
    slug, digits = plain, 4
    while slug in taken:
        slug, digits = f"{plain}-{key[:digits]}", digits + 2
    return Person(
        key=key,
        name=name,
        slug=slug,
        host=any(remark.host for remark in latest),
        url=next((remark.url for remark in latest if remark.url), None),
        said=tuple(reversed(said)),
    )
