"""A face for everyone who speaks, made of their key alone: the same on every page and in every build.

Four tiles in a square, each a paper cut of one of eight shapes, and at most one of them empty: 6,144
marks. A mark has no colour of its own but that of the text it stands in, so it is seen as well as the
text is, in light and in dark. It is drawn within the page (SVG 2), since a file would be a request.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from markupsafe import Markup

SHAPES = (
    "h8v8a8 8 0 0 1-8-8z",  # quarters of a disc, round at each of the corners
    "m8 0v8h-8a8 8 0 0 1 8-8z",
    "m8 8h-8v-8a8 8 0 0 1 8 8z",
    "m0 8v-8h8a8 8 0 0 1-8 8z",
    "m4 1a3 3 0 1 0 .01 0z",  # a small disc
    "h8v8h-8z",  # a full tile
    "h8l-8 8z",  # halves of a tile
    "m8 8h-8l8-8z",
)
TILES = ("M0 0", "M8 0", "M0 8", "M8 8")
WITHOUT_GAP = len(SHAPES) ** 4
MARKS = WITHOUT_GAP + 4 * len(SHAPES) ** 3


_MARK = Markup(
    '<svg class="face" viewBox="0 0 16 16" width="24" aria-hidden="true"><path{} d="{}"/></svg>'
)
_AGAIN = Markup(
    '<svg class="face" viewBox="0 0 16 16" width="24" aria-hidden="true"><use href="#{}"/></svg>'
)


@lru_cache(maxsize=20_000)  # of whoever speaks often, in lists
def mark(key: str, identity: str = "") -> Markup:
    """The mark of whoever speaks under `key`, as an <svg> that assistive technology passes over: the name
    stands beside it. With an identity, `again` can show it once more on the same page."""
    named = Markup(' id="{}"').format(identity) if identity else ""
    return _MARK.format(named, drawing(key))


def again(identity: str) -> Markup:
    """A mark that stands elsewhere on the page, in a third of its bytes."""
    return _AGAIN.format(identity)


@lru_cache(maxsize=4096)
def drawing(key: str) -> str:
    """The mark as SVG path data, in a square of 16 units."""
    return "".join(tile + shape for tile, shape in zip(TILES, _shapes(key), strict=True) if shape)


def _shapes(key: str) -> list[str]:
    """The shape of each tile; "" for the empty one."""
    # Hashed once more: what a key begins with may be chosen, what it is hashed to may not.
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % MARKS
    count = 4 if number < WITHOUT_GAP else 3
    gap, number = (4, number) if count == 4 else divmod(number - WITHOUT_GAP, len(SHAPES) ** 3)
    shapes = []
    for _ in range(count):
        number, chosen = divmod(number, len(SHAPES))
        shapes.append(SHAPES[chosen])
    if count == 3:
        shapes.insert(gap, "")
    return shapes
