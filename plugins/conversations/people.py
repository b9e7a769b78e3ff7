"""Who takes part: everyone who speaks under one key is one person, whatever their name.

1. What each key said is gathered, the latest first, with the name used most (of several the latest).
2. Addresses are made of names. Of people with one name none gets the plain address: each carries the
   beginning of their key, and at the plain address stands who they are. So who speaks first, or is
   imported later, moves nobody.
3. A name that somebody used before, and nobody else uses, leads to them.
4. Only who spoke under several entries has a page, unless the author has left them out. Slugs hang on
   everybody all the same, so that nobody moves when somebody else gets a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from plugins.conversations.faces import again, mark
from plugins.conversations.tree import Conversation, Node
from plugins.entries.dates import span
from plugins.entries.words import slugify

PEOPLE_FROM = 2
KEY_DIGITS = 4
"""How much of a key keeps people of one name apart, unless two of their keys begin alike."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedComment:
    """A comment and the conversation it stands in."""

    conversation: Conversation
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Everyone who speaks under one key. `said` is the latest first. `picture` is what they gave of
    themselves, as HTML, or None. `page` is whether there is one about them."""

    key: str
    name: str
    slug: str
    host: bool
    url: str | None
    said: tuple[PlacedComment, ...]
    page: bool
    picture: Markup | None = field(repr=False)

    @property
    def address(self) -> str | None:
        """Of the page about them."""
        return f"/people/{self.slug}/" if self.page else None

    @property
    def face(self) -> Markup:
        """Their picture or mark, to be shown in a line of text."""
        return self.picture or mark(self.key)

    def seat(self, number: int) -> Markup:
        """Their face where it stands first in a thread, as the how many came before it."""
        return self.picture or mark(self.key, f"face-{number}")

    def seated(self, number: int) -> Markup:
        """Their face where it stands again in a thread."""
        return self.picture or again(f"face-{number}")

    @property
    def threads(self) -> int:
        return len({said.conversation.entry for said in self.said})

    @property
    def span(self) -> str:
        """From when to when they spoke, in words."""
        return span(self.said[-1].node.date, self.said[0].node.date)


@dataclass(frozen=True, slots=True)
class Namesakes:
    """People who go by names of one address, by their first words."""

    slug: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class People:
    """`by_key`: everyone, in the order of their first words. `namesakes`: of those with a page, by the
    address that they would share. `moved`: addresses of former names, and whose they are now."""

    by_key: Mapping[str, Person]
    namesakes: tuple[Namesakes, ...]
    moved: Mapping[str, str]

    @property
    def pages(self) -> tuple[tuple[Person, str], ...]:
        """Everyone with a page, and its address."""
        return tuple((one, one.address) for one in self.by_key.values() if one.address)


def people(
    conversations: Iterable[Conversation],
    pictures: Mapping[str, Markup],
    least: int = PEOPLE_FROM,
    without: Collection[str] = (),
) -> People:
    """Everyone who speaks in the conversations.

    pictures: what people gave of themselves, as HTML by key. least: the entries under which one must have
    spoken to have a page. without: keys of those who have none all the same.
    """
    said: dict[str, list[PlacedComment]] = {}
    for conversation in conversations:
        for node in conversation.nodes:
            if not node.deleted:
                said.setdefault(node.key, []).append(PlacedComment(conversation, node))
    for rows in said.values():
        rows.sort(
            key=lambda one: (one.node.date, one.conversation.entry, one.node.id), reverse=True
        )
    order = sorted(said, key=lambda key: (said[key][-1].node.date, key))
    names = {key: _name(said[key]) for key in order}
    sharing: dict[str, list[str]] = {}
    for key in order:
        sharing.setdefault(_name_slug(names[key]), []).append(key)
    slugs = {
        key: slug for plain, keys in sharing.items() for key, slug in _apart(plain, keys, sharing)
    }
    by_key = {
        key: Person(
            key=key,
            name=names[key],
            slug=slugs[key],
            host=any(one.node.host for one in said[key]),
            url=next((one.node.url for one in said[key] if one.node.url), None),
            said=tuple(said[key]),
            page=key not in without and len({one.conversation.entry for one in said[key]}) >= least,
            picture=pictures.get(key),
        )
        for key in order
    }
    paged = {
        plain: tuple(by_key[key] for key in keys if by_key[key].page)
        for plain, keys in sharing.items()
    }
    namesakes = tuple(Namesakes(plain, them) for plain, them in paged.items() if len(them) > 1)
    return People(by_key, namesakes, _moved(by_key.values(), {*sharing, *slugs.values()}))


def _name(said: Iterable[PlacedComment]) -> str:
    """The name used most; of several the one used last."""
    names = Counter(one.node.author for one in said)  # counts in the order of first meeting
    return max(names, key=lambda name: names[name])


def _name_slug(name: str) -> str:
    return slugify(name) or "someone"


def _apart(plain: str, keys: list[str], taken: Collection[str]) -> list[tuple[str, str]]:
    """(key, slug) of people who share a name: as much of each key as tells them apart, and from
    whoever is called "Tom 1f2e"."""
    if len(keys) == 1:
        return [(keys[0], plain)]
    digits = KEY_DIGITS
    while len({key[:digits] for key in keys}) < len(keys) or any(
        f"{plain}-{key[:digits]}" in taken for key in keys
    ):
        digits += 1
    return [(key, f"{plain}-{key[:digits]}") for key in keys]


def _moved(everyone: Iterable[Person], taken: set[str]) -> dict[str, str]:
    """Addresses of names that one person used and that are nobody's now."""
    former: dict[str, set[str]] = {}
    for person in everyone:
        for one in person.said:
            if person.address and one.node.author != person.name:
                former.setdefault(_name_slug(one.node.author), set()).add(person.address)
    return {
        f"/people/{slug}/": next(iter(addresses))
        for slug, addresses in sorted(former.items())
        if slug not in taken and len(addresses) == 1
    }
