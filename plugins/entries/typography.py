"""Typographic quotes, apostrophes, dashes and ellipses in what was typed with straight ones.

`educate` works on the text between the tags of HTML, across inline elements (`"<em>so</em>"`);
`educate_text` on plain text. Code, addresses and attributes stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from plugins.entries.tags import NAME, TAG

_VERBATIM = {"pre", "code", "kbd", "samp", "script", "style", "math", "textarea", "svg"}
_INLINE = {
    "a",
    "em",
    "strong",
    "i",
    "b",
    "abbr",
    "cite",
    "q",
    "small",
    "span",
    "sup",
    "sub",
    "del",
    "ins",
    "mark",
}
_SIGNS = r"""---?|\.\.\.|"|'|&quot;|&#39;|&#34;"""
_SIGN = re.compile(_SIGNS)
_SIGN_OR_ADDRESS = re.compile(
    r"""(?P<address>(?:[a-zA-Z][a-zA-Z+.-]*://|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|"""
    + _SIGNS
)
"""Tries an address at each letter, which takes most of the time; hence only where there may be one."""
_ADDRESS_ENDS = re.compile(r"(?:[.,;:!?')\]]|&quot;|&#39;|&#34;)+\Z")
_OPENS_AFTER = set(" \t\n\u00a0([{<\u2013\u2014\u2018\u201c/-")
_DECADE = re.compile(r"\d\ds?\b|(?:tis|twas|em|cause|til)\b", re.IGNORECASE)


def educate(html: str) -> str:
    """The same HTML, well set."""
    if not _SIGN.search(html):
        return html
    out: list[str] = []
    verbatim = ended = 0
    before = " "
    for match in TAG.finditer(html):
        text, tag = html[ended : match.start()], match[0]
        ended = match.end()
        if text:
            out.append(text if verbatim else educate_text(text, before))
            before = "x" if verbatim else out[-1][-1]
        out.append(tag)
        depth = _depth(tag)
        if depth:
            verbatim = max(verbatim + depth, 0)
            before = "x"
        elif depth is not None:
            before = " "
    rest = html[ended:]
    out.append(rest if verbatim else educate_text(rest, before))
    return "".join(out)


@lru_cache(maxsize=1024)  # highlighted code is mostly the same few tags
def _depth(tag: str) -> int | None:
    """By how much a tag leads into what stays as it is, 1 or -1; 0 where a block begins or ends; None within
    a line."""
    name = NAME.match(tag)
    element = name[1].lower() if name else None
    if element in _VERBATIM:
        return -1 if tag[1] == "/" else 1
    return None if element is None or element in _INLINE else 0


def educate_text(text: str, before: str = " ") -> str:
    """One run of text without tags, well set; `before` is the character that stands before it."""
    if not _SIGN.search(text):
        return text
    with_addresses = "://" in text or "www." in text or "@" in text
    made, ended = before, 0

    def replace(match: re.Match[str]) -> str:
        nonlocal made, ended
        previous = made[-1] if match.start() == ended else text[match.start() - 1]
        if with_addresses and match["address"]:
            end = _ADDRESS_ENDS.search(match[0])
            address = match[0][: end.start()] if end else match[0]
            rest = match[0][len(address) :]
            made = address + (educate_text(rest, address[-1:] or previous) if rest else "")
        else:
            made = one(match, previous)
        ended = match.end()
        return made

    def one(match: re.Match[str], previous: str) -> str:
        found = match[0]
        following = text[match.end() : match.end() + 1]
        if found == "...":
            return "\u2026"
        if found == "---":
            return "\u2014"
        if found == "--":
            return "\u2013"
        opens = previous in _OPENS_AFTER and following not in (" ", "\n")
        if found in ("'", "&#39;"):
            if opens and _DECADE.match(text, match.end()):
                return "\u2019"
            return "\u2018" if opens else "\u2019"
        return "\u201c" if opens else "\u201d"

    return (_SIGN_OR_ADDRESS if with_addresses else _SIGN).sub(replace, text)
