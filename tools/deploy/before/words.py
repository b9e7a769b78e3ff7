"""Texts of every format as plain words, so that one text can be looked for in another whatever it was
wrapped in.

Words are in UTF-8, compatibility forms (NFKC) and case folded; what stands between them is one space,
and a space stands at both ends. Where a paragraph, an item or a value ends, EDGE stands like a word, so
that what only happens to stand side by side is not read as one. A file gives several such texts, parted
by a zero byte:

1. what a reader sees, without tags; where entities hide more tags (a feed), those are taken away too;
2. what stands in tags and comments: attributes are words as well;
3. what is written in percent signs, and what escapes of JSON or JavaScript hide.

Calendars are unfolded first (RFC 5545 section 3.1); what is packed was unpacked by tools.containers.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

APART = b"\0"
"""Between two texts of one file: no needle holds it."""
EDGE = " \x01 "

_KEPT = b"abcdefghijklmnopqrstuvwxyz0123456789"
_TABLE = bytes(c if c >= 0x80 or c in _KEPT or c == 1 else 0x20 for c in range(256))
# General punctuation to miscellaneous arrows, Latin-1's signs, CJK punctuation, emoji: none is a word.
_SIGNS = re.compile(
    rb"\xe2[\x80-\xaf][\x80-\xbf]|\xc2[\x80-\xbf]|\xe3\x80[\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}|\xef\xb8[\x80-\x8f]"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TAG = re.compile(r"<[^<>]*>")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|time|u|var)\b[^<>]*>"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b[^>]*>([^<]*(?:<(?!/script)[^<]*)*)</script", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})")
_FOLD = re.compile(r"\r?\n[ \t]")


def plain(text: str) -> bytes:
    """The words of a text without markup: b" so and so "."""
    if text.isascii():
        data = text.lower().encode()
    else:
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
        data = _SIGNS.sub(b" ", text.encode("utf-8", "ignore"))
    words = b" ".join(data.translate(_TABLE).split())
    return b" " + words + b" " if words else b" "


def words_in(text: str, ending: str = ".html") -> bytes:
    """All texts of a file of this ending, its bytes decoded."""
    scripts: list[str] = []
    if ending == ".ics":
        text = _FOLD.sub("", text).replace("\\n", EDGE).replace("\\N", EDGE).replace("\\", "")
        text = text.replace("\n", EDGE)
    elif ending in {".json", ".js", ".webmanifest"}:
        text = _unescaped(text)
    elif ending in {".atom", ".rss", ".xml", ".opml", ".svg"}:
        text = _without_entities(text)
    else:
        scripts = _SCRIPT.findall(text)
    tags: list[str] = []
    for _ in range(3):
        # Entities in what is read may hide tags, and those may hold entities again.
        text, hidden = _parted(text)
        tags += hidden
        if "&" not in text:
            break
        text = html.unescape(text)
        if "<" not in text or _TAG.search(text) is None:
            break
    inside = EDGE.join(tags).replace('"', EDGE)
    if "&" in inside:
        inside = html.unescape(html.unescape(inside))
    texts = [text, inside, *(_TAG.sub(" ", _unescaped(script)) for script in scripts)]
    encoded = [one for one in tags if "%" in one]
    encoded += [one for one in text.split() if "%" in one] if "%" in text else []
    if encoded:
        texts.append(unquote(EDGE.join(encoded).replace("+", " ")))
    return APART.join(plain(one) for one in texts if one)


def line_of(text: str, words: bytes) -> int | None:
    """The line (from 1) on which the words begin in a text of any format, as far as that can be told."""
    wanted = words.decode("utf-8", "ignore").split()
    for count in (len(wanted), 3, 2, 1):
        gap = r"(?:<[^<>]*>|&[#\w]{1,8};|\\[nrtu\\]?(?:[0-9a-f]{4})?|%[0-9a-f]{2}|[\W_])+?"
        some = wanted[:count] if count > 1 else [max(wanted, key=len)]
        found = re.search(gap.join(map(re.escape, some)), text, re.IGNORECASE)
        if found:
            return text.count("\n", 0, found.start()) + 1
    return None


def _parted(text: str) -> tuple[str, list[str]]:
    """The text without tags and comments, and what stood in those."""
    hidden = []
    if "<!--" in text:
        hidden = _COMMENT.findall(text)
        text = _COMMENT.sub(" ", text)
    hidden += _TAG.findall(text)
    return _TAG.sub(EDGE, _INLINE.sub(" ", text)), hidden


def _without_entities(text: str) -> str:
    """XML's own five, the others are left: quick, since a feed consists of them."""
    for entity, sign in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'"), ("amp", "&")):
        text = text.replace(f"&{entity};", sign)
    return text


def _unescaped(text: str) -> str:
    """Escapes of JSON (RFC 8259 section 7) and JavaScript; what a string ends with is an edge."""
    if "\\" not in text:
        return text.replace('"', EDGE)
    text = text.replace("\\\\", " ").replace('\\"', " ").replace('"', EDGE)
    for escape, sign in (("n", " "), ("r", " "), ("t", " "), ("/", "/"), ("'", "'")):
        text = text.replace(f"\\{escape}", sign)
    if "\\u" in text or "\\x" in text:
        # Pairs of surrogates (RFC 8259) are one character again by way of UTF-16.
        text = _ESCAPED.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return text
