"""Whether what came is what was sent but for something done to it on the way, and what that was."""

from __future__ import annotations

import re
from html import unescape

from plugins.characters import printable

_UNSEEN = re.compile(rb"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LONGEST = 60


def alteration(sent: bytes, came: bytes) -> str | None:
    """What was done to a text, as a part of a sentence; None when what came is another text, or nothing was
    done. A text counts as the same when a reader sees the same words, or something was only put in or
    taken out at one place."""
    if sent == came or not came:
        return None
    if sent.split() == came.split():
        return "came with other line ends or spaces"
    start = _alike(sent, came)
    end = _alike(sent[start:][::-1], came[start:][::-1])
    longer = max(sent, came, key=len)
    at = len(longer) - end
    if (
        start + end == min(len(sent), len(came))
        and longer[at - 1 : at] == b"<" == longer[:start][-1:]
    ):
        start, end = start - 1, end + 1  # a whole tag, and not from within one to within the next
    was, now = sent[start : len(sent) - end], came[start : len(came) - end]
    # A text of which little is left, or that is little of what came, is another.
    near = start + end > 0.5 * max(len(sent), len(came))
    if not was and 2 * len(sent) > len(now):
        return f"came with something put in: {_quoted(now)}"
    if not now and near:
        return f"came with something taken out: {_quoted(was)}"
    if _words(sent) == _words(came) and _words(sent):
        return f"came with the same words in other bytes: {_quoted(now)} for {_quoted(was)}"
    return None


def title(came: bytes) -> str:
    """What a page calls itself, or nothing."""
    found = re.search(rb"<title[^>]*>(.*?)</title", came[:65536], re.DOTALL | re.IGNORECASE)
    return _plain(found[1]) if found else ""


def _alike(one: bytes, other: bytes) -> int:
    """Octets in which both begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _words(text: bytes) -> list[str]:
    return unescape(_UNSEEN.sub(b" ", text).decode("utf-8", "replace")).split()


def _quoted(text: bytes) -> str:
    plain = _plain(text)
    return f'"{plain}"' if plain else "nothing"


def _plain(text: bytes) -> str:
    words = " ".join(unescape(text[:400].decode("utf-8", "replace")).split())
    return printable(words, _LONGEST)
