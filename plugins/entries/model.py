"""The values that an entry is made of, as the rest of a build sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from plugins.entries.head import Source
from plugins.entries.kinds import EntryHead
from plugins.entries.tags import LEADS, NAME, TAG, attributes


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    slug: str

    @property
    def address(self) -> str:
        return f"/topics/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text, with those below it."""

    id: str
    title: Markup
    below: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Leads:
    """What the HTML of a text leads to: each address once, as typed; and the attributes of each <img>. html:
    where they were found."""

    html: str
    links: tuple[str, ...]
    images: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """An entry's text as HTML, before its links and images are settled.

    faults: what is wrong with the text, doubts: what is to be looked at; each with its line, the first
    line of the text being 0.
    """

    html: str
    words: int
    headings: tuple[Heading, ...]
    faults: tuple[tuple[int, str], ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()
    found: Leads | None = None

    @property
    def leads(self) -> Leads:
        """Found anew when the HTML is another than that of which it is known."""
        if self.found is not None and self.found.html is self.html:
            return self.found
        return leads_in(self.html)

    @property
    def minutes(self) -> int:
        """Reading time at 230 words a minute, one at least."""
        return max(1, round(self.words / 230))


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry that this build makes public.

    `key` ("posts/five-questions") is what threads and feed ids are bound to; `address` is where it
    stands now ("/posts/five-questions/"). Dates are aware, in the site's zone. `title` is plain text
    with typographic quotes; nothing in here is HTML except `body`.
    """

    kind: str
    id: str
    title: str
    address: str
    feed_id: str
    place: str
    author: str
    summary: str
    date: datetime | None
    modified: datetime | None
    topics: tuple[Topic, ...]
    series: str | None
    aliases: tuple[str, ...]
    image: str | None
    image_alt: str | None
    template: str
    show_contents: bool
    body: Body
    source: Source
    head: EntryHead
    """What its lines say, typed by its kind: for the plugin of that kind."""
    banner: str | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def changed(self) -> datetime | None:
        """When its text last changed: `Modified`, else `Date`."""
        return self.modified or self.date


def leads_in(html: str) -> Leads:
    links: dict[str, None] = {}
    images = []
    for tag in TAG.findall(html):
        found = NAME.match(tag)
        name = found[1].lower() if found and tag[1] != "/" else ""
        if name == "img":
            images.append(tuple(attributes(tag).items()))
        elif name in LEADS:
            given = attributes(tag)
            # From a footnote back to its mentions, as Markdown writes it, leads nowhere else.
            if not given.get("href", "").startswith("#fnref"):
                links |= dict.fromkeys(given[one] for one in LEADS[name] if one in given)
    return Leads(html, tuple(links), tuple(images))


def dated(entry: Entry) -> datetime:
    """The date of an entry of a kind whose head must have one."""
    if entry.date is None:
        raise ValueError(f"{entry.place} has no date")
    return entry.date
