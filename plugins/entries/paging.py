"""How a list goes on: at `…/`, then `…/page/2/` and on.

A folder for each page, never Pelican's pattern, under which page 8 of `tag-4` overwrites `tag-48`.
"""

from __future__ import annotations


class Paging:
    """What a page of a list knows of its own place and its neighbours'.

    `url` is relative to the site, as Pelican's writer and pelican-sitemap take it; addresses are what a
    reader sees. `number` counts from 1, `of` is how many pages the list has.
    """

    __slots__ = ()

    url: str
    number: int
    of: int

    @property
    def address(self) -> str:
        return f"/{self.url}"

    @property
    def save_as(self) -> str:
        return f"{self.url}index.html"

    @property
    def first(self) -> str:
        """The address of the list's first page."""
        return self.address if self.number == 1 else self.address[: self.address.rindex("page/")]

    @property
    def previous(self) -> str | None:
        if self.number == 1:
            return None
        return self.first if self.number == 2 else page_url(self.first, self.number - 1)

    @property
    def next(self) -> str | None:
        return page_url(self.first, self.number + 1) if self.number < self.of else None


def page_url(first: str, number: int) -> str:
    """Where page `number` of the list that begins at `first` stands."""
    return first if number == 1 else f"{first}page/{number}/"
