"""How a list goes on: at `…/`, then `…/page/2/` and on.

A folder for each page, never Pelican's pattern, under which page 8 of `tag-4` overwrites `tag-48`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from plugins.entries.views import Place

Row = TypeVar("Row")


def paged(first: str, rows: Sequence[Row], size: int) -> list[tuple[Place, tuple[Row, ...]]]:
    """The rows cut into pages of `size`, each with its place; no rows make one empty page. first: the
    address of the list."""
    chunks = [tuple(rows[start : start + size]) for start in range(0, len(rows), size)] or [()]
    last = len(chunks)
    return [
        (
            Place(
                first,
                _address(first, number),
                number,
                last,
                newer=_address(first, number - 1) if number > 1 else None,
                older=_address(first, number + 1) if number < last else None,
            ),
            chunk,
        )
        for number, chunk in enumerate(chunks, 1)
    ]


def _address(first: str, number: int) -> str:
    return first if number == 1 else f"{first}page/{number}/"
