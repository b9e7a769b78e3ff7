"""What templates see: values that hold what a page shows and nothing that leads further."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from plugins.entries.model import Heading
from plugins.outputs.model import Later


@dataclass(frozen=True, slots=True)
class Step:
    """A link within the site. address: of the site's own root, "/posts/one/"."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class EntryItem:
    """An entry as lists show it. comments: how many stand under it."""

    title: str
    address: str
    date: datetime | None
    summary: str
    comments: int


@dataclass(frozen=True, slots=True)
class SiteView:
    """What every page says of the site. language: RFC 5646. url, base_path: see Settings. known: of the pages to which the
    theme links by itself, the addresses of those that there are. about: the absolute address of the page
    about the author, or of the site. card: the address of the site's own card."""

    name: str
    tagline: str
    language: str
    url: str
    base_path: str
    menu: tuple[Step, ...]
    footer_menu: tuple[Step, ...]
    known: tuple[str, ...]
    about: str
    card: str
    mailbox: str | None
    campaign: Step | None
    tips_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What every page has. here: the address in the menus that is marked on it."""

    address: str
    title: str
    here: str
    card: str
    json_ld: Markup | Later[Markup] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView(PageView):
    """The page of an entry. summary: as lists and other sites show it; standfirst: when the author wrote
    it, so that the page shows it too. thread: as plugins.conversations has it, or None. begin: the address at
    which one begins a thread by e-mail, or None."""

    banner: str | None
    date: datetime | None
    modified: datetime | None
    author: str
    summary: str
    standfirst: str | None
    topics: tuple[Step, ...]
    minutes: int
    contents: tuple[Heading, ...]
    lead: Markup | None
    body: Later[Markup]
    comments: int
    thread: Any
    begin: str | None
    mentions: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list stands among its others. first: the address of the list. number: 0 at the list's
    own address, else counted from the end of the list, from 1. newer, older: addresses of its neighbours."""

    first: str
    address: str
    number: int = 0
    newer: str | None = None
    older: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView(PageView):
    """A page of a list."""

    place: Place
