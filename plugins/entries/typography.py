"""Typographic quotes, apostrophes, dashes and ellipses in HTML that was typed with straight ones.

Works on text between tags, across inline tags (`"<em>so</em>"`), and leaves code, scripts and
attributes alone.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_VERBATIM = {"pre", "code", "kbd", "samp", "script", "style", "math", "textarea"}
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
_MARK = re.compile(r"""--?-?|\.\.\.|"|'|&quot;|&#39;|&#34;""")
_OPENS_AFTER = set(" \t\n\u00a0([{<\u2013\u2014\u2018\u201c/-")
_DECADE = re.compile(r"\d\ds?\b|(?:tis|twas|em|cause|til)\b", re.IGNORECASE)


def educate(html: str) -> str:
    """The same HTML, well set."""
    if not _MARK.search(html):
        return html
    out: list[str] = []
    verbatim = 0
    before = " "
    for piece in _TAG.split(html):
        if not piece:
            continue
        if piece[0] == "<" and piece[-1] == ">":
            out.append(piece)
            name = _NAME.match(piece)
            if name is None:
                continue
            tag = name[1].lower()
            if tag in _VERBATIM:
                verbatim += -1 if piece[1] == "/" else 1
                verbatim = max(verbatim, 0)
                before = "x"
            elif tag not in _INLINE:
                before = " "
            continue
        if verbatim:
            out.append(piece)
        else:
            out.append(_set(piece, before))
            before = out[-1][-1]
    return "".join(out)


def _set(text: str, before: str) -> str:
    """One run of text; `before` is the character that stands before it."""

    made, ended = before, 0

    def replace(match: re.Match[str]) -> str:
        nonlocal made, ended
        previous = made[-1] if match.start() == ended else text[match.start() - 1]
        made, ended = one(match, previous), match.end()
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
        if found == "-":
            return "-"
        opens = previous in _OPENS_AFTER and following not in (" ", "\n")
        if found in ("'", "&#39;"):
            if opens and _DECADE.match(text, match.end()):
                return "\u2019"
            return "\u2018" if opens else "\u2019"
        return "\u201c" if opens else "\u201d"

    return _MARK.sub(replace, text)
