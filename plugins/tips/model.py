"""An issue and its items, as pages and the mail show them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from plugins.entries.dates import month_of
from plugins.entries.model import Entry, dated

ITEMS = 4
KINDS = ("Tip", "Tool", "Idea")
FACTS = ("Try", "Takes", "Needs", "From")
"""The lines below an item's text; the first must be there."""
NEEDS = ("pencil", "browser", "installing", "nothing")


@dataclass(frozen=True, slots=True)
class TipItem:
    """One of the four. title: as HTML, without its kind; html: its text, links settled; attempt: what to
    try; note: sentences on how long it takes, what it needs and where it is from, if any."""

    number: int
    kind: str
    title: Markup
    html: Markup
    attempt: Markup
    note: Markup


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an issue in its parts: what stands before the items, and after them."""

    opening: Markup
    items: tuple[TipItem, ...]
    closing: Markup


@dataclass(frozen=True, slots=True, eq=False)
class Issue:
    """One month. titles: of the items, with their kinds, for lists."""

    entry: Entry
    titles: tuple[tuple[str, Markup], ...]
    preheader: str
    earlier: Entry | None = None
    later: Entry | None = None

    @property
    def month(self) -> str:
        """`June 2026`."""
        year, number = self.entry.id.split("-")
        return month_of(int(year), int(number))

    @property
    def year(self) -> int:
        return dated(self.entry).year
