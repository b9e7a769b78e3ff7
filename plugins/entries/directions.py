"""Text that runs from right to left, in a page that runs from left to right.

A block that holds such letters gets `dir="auto"` (HTML standard, section 3.2.6.4): its first letter with
a direction decides. Around several blocks, where a frame or a marker has its side, the direction of
the first letter is written out. HTML without such letters stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from plugins.entries.tags import TAG

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BLOCK = re.compile(
    r"<(p|h[1-6]|li|dt|dd|th|td|figcaption|ul|ol|dl|blockquote|figure)(?=[\s>])(?![^>]*\sdir=)"
)
_AROUND = frozenset(("ul", "ol", "dl", "blockquote", "figure", "li", "dd"))


def with_directions(html: str) -> str:
    """The HTML of a text with the direction of each block that does not run from left to right."""
    if html.isascii() or not _RIGHT_TO_LEFT.search(html):
        return html
    made, done = [], 0
    for match in _BLOCK.finditer(html):
        name = match[1]
        inside = html[match.start() : html.find(f"</{name}>", match.end()) % (len(html) + 1)]
        if not _RIGHT_TO_LEFT.search(inside):
            continue
        holds_blocks = _BLOCK.search(inside, len(match[0])) is not None
        if name not in _AROUND or not holds_blocks:
            said = "auto"
        elif _first(inside) == "rtl":
            said = "rtl"
        else:
            continue
        made += [html[done : match.end()], f' dir="{said}"']
        done = match.end()
    return "".join([*made, html[done:]])


def _first(html: str) -> str | None:
    """The direction of the first letter that has one."""
    for character in unescape(TAG.sub(" ", html)):
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return None
