"""The pages about conversations.

`/conversations/` lists threads by their last comment; `/people/<slug>/` lists what one person said, the
latest first; both go on at `…/page/<number>/`. Where people share a name, `/people/<name>/` tells them apart.
Pages about people are for readers of this site: search engines are asked to leave them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from markupsafe import Markup

from plugins import words as interface
from plugins.conversations.people import Namesakes, People, Person, PlacedComment
from plugins.conversations.tree import Conversation, Node
from plugins.conversations.view import Speaker
from plugins.entries.model import Entry
from plugins.entries.paging import paged
from plugins.entries.site import Site
from plugins.entries.views import ListView, Place
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later, Output, view_of

ROOT = "/conversations/"
FACES = 5
"""People of a conversation whom a list shows."""

Talked = tuple[Entry, Conversation]


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """title, address: of the entry. latest: the id of the last comment, opening: its words, last: when it
    was made, author, face, to: who wrote it, and to whom. others: how many take part besides speakers."""

    title: str
    address: str
    comments: int
    closed: bool
    last: datetime
    latest: str
    opening: Later[str]
    author: str
    face: Markup
    to: str
    speakers: tuple[Speaker, ...]
    others: int


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What somebody said, under which entry. to: the author of what it answers, or ""."""

    title: str
    address: str
    comment: str
    date: datetime
    opening: Later[str]
    to: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    address: str | None
    face: Markup
    comments: int
    latest: SaidRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsView(ListView):
    conversations: tuple[ConversationRow, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView(ListView):
    """total: how many comments they made, in how many threads. url: their own site."""

    face: Markup
    host: bool
    url: str | None
    span: str
    threads: int
    total: int
    said: tuple[SaidRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesakesView(ListView):
    people: tuple[PersonRow, ...]


def by_latest_comment(
    entries: Mapping[str, Entry], conversations: Mapping[str, Conversation]
) -> tuple[Talked, ...]:
    """Every conversation in which somebody has spoken, the one with the latest comment first."""
    talked = [(entries[key], thread) for key, thread in conversations.items() if thread.count]
    talked.sort(key=lambda pair: pair[0].key)
    talked.sort(key=lambda pair: _last(pair[1]), reverse=True)
    return tuple(talked)


class TalkPages:
    """talk: as `by_latest_comment` has it. size: rows on one page."""

    def __init__(
        self,
        talk: Sequence[Talked],
        people: People,
        size: int,
        digest_of_thread: Callable[[str], bytes],
    ) -> None:
        self.talk, self.people, self.size = talk, people, size
        self._digest_of_thread = digest_of_thread

    def addresses(self) -> Iterable[str]:
        yield from (place.address for place, _ in self._conversations())
        for person, address in self.people.pages:
            yield from (place.address for place, _ in paged(address, person.said, self.size))
        yield from (f"/people/{one.slug}/" for one in self.people.namesakes)

    def outputs(self, site: Site) -> Iterator[Output]:
        for place, rows in self._conversations():
            view = ConversationsView(
                **site.list_page(interface.text("title.conversations"), place),
                conversations=tuple(self.row(*pair) for pair in rows),
                total=len(self.talk),
            )
            yield Output(place.address, view, "conversations", _last(rows[0][1]))
        for person, address in self.people.pages:
            yield from self._person(person, address, site)
        for shared in self.people.namesakes:
            yield self._namesakes(shared, site)

    def row(self, entry: Entry, conversation: Conversation) -> ConversationRow:
        latest = conversation.latest
        if latest is None:
            raise ValueError(f"nobody has spoken in {conversation.entry}")
        by_key = self.people.by_key
        shown = [by_key[key] for key in conversation.people[:FACES]]
        return ConversationRow(
            title=entry.title,
            address=entry.address,
            comments=conversation.count,
            closed=conversation.closed,
            last=_last(conversation),
            latest=latest.id,
            opening=self._words(entry, latest),
            author=latest.author,
            face=by_key[latest.key].face,
            to=_to(latest),
            speakers=tuple(view_of(Speaker, one) for one in shown),
            others=len(conversation.people) - len(shown),
        )

    def _conversations(self) -> list[tuple[Place, tuple[Talked, ...]]]:
        return paged(ROOT, self.talk, self.size) if self.talk else []

    def _person(self, person: Person, address: str, site: Site) -> Iterator[Output]:
        for place, said in paged(address, person.said, self.size):
            view = PersonView(
                **site.list_page(person.name, place),
                face=person.face,
                host=person.host,
                url=person.url,
                span=person.span,
                threads=person.threads,
                total=len(person.said),
                said=tuple(self._said(one, site) for one in said),
            )
            yield Output(place.address, view, "person")

    def _namesakes(self, shared: Namesakes, site: Site) -> Output:
        address = f"/people/{shared.slug}/"
        rows = tuple(
            PersonRow(one.name, one.address, one.face, len(one.said), self._said(one.said[0], site))
            for one in shared.people
        )
        title = shared.people[0].name
        view = NamesakesView(**site.list_page(title, Place(address, address)), people=rows)
        return Output(address, view, "namesakes")

    def _said(self, said: PlacedComment, site: Site) -> SaidRow:
        entry, node = site.entries[said.conversation.entry], said.node
        words = self._words(entry, node)
        return SaidRow(entry.title, entry.address, node.id, node.date, words, _to(node))

    def _words(self, entry: Entry, node: Node) -> Later[str]:
        return Later(
            digest_of(self._digest_of_thread(entry.key), node.id), partial(getattr, node, "text")
        )


def _to(node: Node) -> str:
    return node.answers.author if node.answers else ""


def _last(conversation: Conversation) -> datetime:
    if conversation.last is None:
        raise ValueError(f"nobody has spoken in {conversation.entry}")
    return conversation.last
