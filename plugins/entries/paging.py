"""How a list is cut into pages, counted from its end, which is where the oldest stands.

The list's own address shows the newest rows, and older ones stand at `…/page/<number>/`, of which page 1 is
the last. So a row stays on its page while others are added, and only the list's own address changes. A folder
for each page, never Pelican's pattern, under which page 8 of `tag-4` overwrites `tag-48`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from plugins.entries.views import Place

Row = TypeVar("Row")


def paged(first: str, rows: Sequence[Row], size: int) -> list[tuple[Place, tuple[Row, ...]]]:
    """The rows on their pages, in order; no rows make one empty page.

    first: the address of the list. size: rows on each page but the first, which has more than half as many,
    and at most half as many again.
    """
    older = max(0, -((3 * size - 2 * len(rows)) // (2 * size)))
    shown = len(rows) - older * size
    addresses = [first, *(f"{first}page/{number}/" for number in range(older, 0, -1))]
    starts = [0, *range(shown, len(rows), size)]
    ends = [*starts[1:], len(rows)]
    return [
        (
            Place(
                first,
                address,
                number=older + 1 - position if position else 0,
                newer=addresses[position - 1] if position else None,
                older=addresses[position + 1] if position < older else None,
            ),
            tuple(rows[start:end]),
        )
        for position, (address, start, end) in enumerate(zip(addresses, starts, ends, strict=True))
    ]
