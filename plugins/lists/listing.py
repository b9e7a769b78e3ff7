"""What stands on each list page, and at which address: `…/`, then `…/page/2/` and on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from plugins.entries.model import Entry, Topic
from plugins.entries.paging import Paging, page_url


@dataclass(frozen=True, slots=True)
class Listing(Paging):
    """One page of a list. `modified` is when anything on it last changed (aware).

    `url` is relative to the site, as pelican-sitemap and Pelican's writer take it; `address` is what
    a reader sees.
    """

    url: str
    title: str
    template: str
    entries: tuple[Entry, ...]
    modified: datetime
    number: int = 1
    of: int = 1
    topic: Topic | None = None

    @property
    def by_year(self) -> tuple[tuple[int, tuple[Entry, ...]], ...]:
        """The page's entries year by year."""
        return tuple((year, tuple(group)) for year, group in groupby(self.entries, key=_year))


def pages(
    url: str,
    title: str,
    template: str,
    entries: Sequence[Entry],
    size: int,
    changed: Mapping[str, datetime],
    oldest: datetime,
    topic: Topic | None = None,
) -> list[Listing]:
    """The list cut into pages of `size`; an empty list has one empty page."""
    chunks = [tuple(entries[start : start + size]) for start in range(0, len(entries), size)] or [
        ()
    ]
    return [
        Listing(
            url=page_url(url, number),
            title=title,
            template=template,
            entries=chunk,
            modified=latest(chunk, changed, oldest),
            number=number,
            of=len(chunks),
            topic=topic,
        )
        for number, chunk in enumerate(chunks, 1)
    ]


def years(listings: Iterable[Listing]) -> tuple[tuple[int, str, int], ...]:
    """(year, address of its first entry in the archive, how many), latest first."""
    found: dict[int, tuple[str, int]] = {}
    for listing in listings:
        for year, entries in listing.by_year:
            address, count = found.get(year, (f"{listing.address}#year-{year}", 0))
            found[year] = (address, count + len(entries))
    return tuple((year, address, count) for year, (address, count) in found.items())


def latest(entries: Iterable[Entry], changed: Mapping[str, datetime], oldest: datetime) -> datetime:
    """When the last of the entries changed; `oldest` when there is none."""
    return max((changed[entry.key] for entry in entries if entry.key in changed), default=oldest)


def _year(entry: Entry) -> int:
    return entry.date.year if entry.date else 0
