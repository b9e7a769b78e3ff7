"""From what is private to needles: runs of words, and things that are looked for as they are.

A needle is seven words in a row (SPAN), and there is one at every fourth word (STEP), so that ten words
of a text cannot be quoted without one of them. A sentence that is shorter is a needle whole when it says
something: dates, numbers and two or three words may stand anywhere. Scripts without spaces between words
are taken by eight characters.

What also stands in something public is no needle: a draft may quote a post.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation

from plugins.entries.dates import MONTHS
from plugins.images.names import picture_name
from tools.deploy.before.words import plain

SPAN, STEP = 7, 4
SHORT_WORDS, SHORT_LETTERS = 4, 20
"""What a sentence has at least to be told from others: words that are no dates, and bytes."""
TITLE_WORDS, TITLE_LETTERS = 3, 16
SIGNS = 8
"""Characters in a row of a script without spaces."""
MOST = 400_000
"""Needles in all: beyond it only every other one is taken, and so on."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATES = frozenset(
    word.encode()
    for name in (*MONTHS, *_DAYS)
    for word in (name.lower(), name.lower()[:3], f"{name.lower()}s")
) | {b"am", b"pm", b"to", b"on", b"at"}
_SENTENCE = re.compile(r"(?<=[.!?…:;])[\"'”’)\]]*\s+|\n+")
_BLOCK = re.compile(
    r"</?(?:p|li|h[1-6]|blockquote|t[dhr]|table|pre|fig\w+|d[dtl]|div|[uo]l|br|hr|sup)\b[^>]*>"
)
_TAG = re.compile(r"<[^<>]*>")
_SAID_IN_TAGS = re.compile(r'\b(?:alt|title)="([^"]+)"')
_SOURCE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]{8,}"
)


@dataclass(frozen=True, slots=True)
class Exact:
    """Something that is looked for as it is written. said: how a message names it, which is not by its
    text when that is a secret. within: it counts only at an end of a path ("/x/"), not inside one."""

    text: str
    said: str
    at_root: bool = False


@dataclass(frozen=True, slots=True)
class Private:
    """One thing that must not be public.

    place: where it is, as messages name it. what: why it is private, "which is a draft". mend: what to
    do when it is found. titles, passages: plain texts. addresses: of e-mail. exact: paths, ids, secrets.
    files: paths below which no file may lie in the output, "posts/next-idea". pictures: names of pictures
    that only it shows, as `picture_name` has them.
    """

    place: str
    what: str
    mend: str
    passages: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    exact: tuple[Exact, ...] = ()
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


def pictures_in(markup: str) -> set[str]:
    """The names of the pictures of this site that HTML shows."""
    sources = _SOURCE.findall(markup)
    return {picture_name(html.unescape(one)) for one in sources if "://" not in one}


def passages_of(markup: str) -> tuple[str, ...]:
    """The texts of HTML, one for each paragraph, item or cell, and what its pictures say."""
    said = [*_BLOCK.split(markup), *_SAID_IN_TAGS.findall(markup)]
    return tuple(text for one in said if (text := html.unescape(_TAG.sub(" ", one)).strip()))


def needles_of(private: Private) -> Iterator[bytes]:
    """Each with a space at both ends, but for those of scripts without."""
    for title in private.titles:
        yield from _whole(plain(title).split(), TITLE_WORDS, TITLE_LETTERS)
    for address in private.addresses:
        yield plain(address)
    for passage in private.passages:
        sentences = [plain(one).split() for one in _SENTENCE.split(passage)]
        for words in sentences:
            yield from _runs(words)
        yield from _runs([word for words in sentences for word in words])
        for run in _NO_SPACES.findall(passage):
            signs = plain(run).decode().strip()
            for start in range(0, len(signs) - SIGNS + 1, SIGNS // 2):
                yield signs[start : start + SIGNS].encode()


def needles(things: Iterable[Private], public: bytes, titles: bytes = b"") -> dict[bytes, Private]:
    """The needles of all things, each with what it is of, but for those that stand in `public`.

    public, titles: words (`words.plain`). Titles stand beside all sorts of words in menus and lists: a
    needle that begins or ends with all but two words of one is none.
    """
    found: dict[bytes, Private] = {}
    for thing in things:
        for needle in needles_of(thing):
            found.setdefault(needle, thing)
    for start, end in matches(automaton(found), public):
        found.pop(public[start:end], None)
    parts: dict[bytes, list[bytes]] = {}
    for needle in found:
        words = needle.split()
        for some in (words[:-2], words[2:], words[:-1], words[1:]) if len(words) > 3 else ():
            if len(some) >= 3:
                parts.setdefault(b" " + b" ".join(some) + b" ", []).append(needle)
    for start, end in matches(automaton(parts), titles):
        for needle in parts[titles[start:end]]:
            found.pop(needle, None)
    while len(found) > MOST:
        found = dict(list(found.items())[::2])
    return found


def automaton(patterns: Iterable[bytes]) -> BytesAhoCorasick:
    """One that finds them all in one pass."""
    return BytesAhoCorasick(list(patterns), implementation=Implementation.ContiguousNFA)


def matches(
    search: BytesAhoCorasick, text: bytes, all_of_them: bool = True
) -> Iterator[tuple[int, int]]:
    """Where each begins and ends; without `all_of_them` those that overlap others may be left out."""
    for _, start, end in search.find_matches_as_indexes(text, overlapping=all_of_them):
        yield start, end


def _runs(words: list[bytes]) -> Iterator[bytes]:
    if len(words) < SPAN:
        yield from _whole(words, SHORT_WORDS, SHORT_LETTERS)
        return
    last = len(words) - SPAN
    for start in (*range(0, last, STEP), last):
        yield from _whole(words[start : start + SPAN], TITLE_WORDS, TITLE_LETTERS)


def _whole(words: list[bytes], least: int, letters: int) -> Iterator[bytes]:
    """The words as a needle, when they are told from what may stand anywhere."""
    if len(words) < least:
        return
    telling = {word for word in words if word not in _DATES and not word.isdigit()}
    needle = b" " + b" ".join(words) + b" "
    if len(telling) >= min(least, 3) and len(needle) - 2 >= letters:
        yield needle
