"""Names that imitate the host's: told by what a name looks like, not by how it is written.

Two names look alike when their skeletons are the same, in the sense of Unicode Technical Standard #39:

1. NFKD takes fullwidth, mathematical, circled and superscript letters to plain ones, and accents off;
   what shows nothing (zero-width, bidirectional and variation signs) and what is no letter or digit
   (spaces, punctuation, emoji) falls away.
2. Each character becomes the Latin letter that it is taken for: confusables.txt (UTS #39's own table)
   for other scripts, the character's name for Latin ones (small capitals, hooks, strokes, turned
   letters, letters in boxes), a few digits and signs (0 for o, $ for s).
3. Letters that run into one another are one: rn and m, vv and w, cl and d; i, l, 1 and I.

A name also imitates the host's when it contains it ("… Team"), or is one slip away from it, if the
host's is long enough that this cannot be chance. A short name that is written as the host's is
("Anne") is let be: many people have it, and the badge tells them apart. Names that are honest stay far
from all of this: no script and no accent is in itself suspicious.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.conversations.lines import Lines
from plugins.faults import Fault

if TYPE_CHECKING:
    from plugins.conversations.model import Thread

LONG_ENOUGH = 8
"""From so many letters on, a name inside another or one slip away from it is no chance."""

_TABLE = Path(__file__).with_name("confusables.txt")
_BY_NAME = re.compile(
    r"^(?:(?:NEGATIVE |PARENTHESIZED )?(?:CIRCLED |SQUARED )?(?:RAISED )?LATIN|REGIONAL INDICATOR SYMBOL)\b"
    r".*\bLETTER (?:(?:SMALL CAPITAL|REVERSED|TURNED|OPEN|DOTLESS|SCRIPT|INSULAR|BARRED|SIDEWAYS|LONG|CLOSED) )*"
    r"([A-Z])(?: WITH .*)?$"
)
_SIGNS = str.maketrans("01345789@$!|+", "oleastbgasilt")
_MORE = {"п": "n", "П": "n", "ŋ": "n", "Ŋ": "n"}  # which UTS #39 takes for pi and for nothing
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
_TURNS_AROUND = re.compile("[\u202e\u2067]")
_RUN_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def imitates(name: str, host_names: Iterable[str]) -> str | None:
    """Why `name` would be taken for one of the host's ('reads as "Activate Learning"'), or None."""
    return _verdict(name, tuple(host_names))


def lookalike_faults(
    thread: Thread, host_names: Iterable[str], host_key: str | None, place: str, text: str = ""
) -> list[Fault]:
    """A fault for each comment of somebody else under a name that imitates the host's.

    host_key: the host's person key; None when it is not known, and then the comment's own `host` says
    who is the host. place: the thread's file. text: what is in it, so that the line can be told.
    """
    names = tuple(host_names)
    faults = []
    lines: Lines | None = None
    for number, comment in enumerate(thread.comments):
        author = comment.author
        if author is None or (author.host if host_key is None else author.key == host_key):
            continue
        if why := _verdict(author.name, names):
            lines = lines or (Lines(text) if text else None)
            line = lines.of(("comments", number, "author", "name")) if lines else None
            message = (
                f"comment {comment.id}: author.name: {json.dumps(author.name)} {why}, and only the host "
                "speaks under that name; write a name that nobody takes for the host's, or delete the comment"
            )
            faults.append(Fault(place, line, message))
    return faults


def skeleton(name: str) -> str:
    """What a name looks like: the same text for all names that are taken for one another."""
    return _run_together(_letters(name))


def _run_together(text: str) -> str:
    for pair, one in _RUN_TOGETHER:
        text = text.replace(pair, one)
    return text.replace("i", "l")


def _letters(name: str) -> str:
    """A name letter by letter, before letters run together."""
    if name.isascii():  # as most are: nothing to normalize, and the table has nothing of it
        return "".join(filter(str.isalnum, name.translate(_SIGNS))).lower()
    looks = []
    for character in unicodedata.normalize("NFKD", name):
        plain = character.translate(_SIGNS) if character.isascii() else _looks_like(character)
        if plain.isalnum():
            looks.append(plain)
    joined = unicodedata.normalize("NFKD", "".join(looks).casefold())
    return "".join(
        character if character.isascii() else _looks_like(character) for character in joined
    )


@lru_cache(maxsize=4096)
def _verdict(name: str, host_names: tuple[str, ...]) -> str | None:
    forms = [name, name[::-1]] if _TURNS_AROUND.search(name) else [name]
    letters = {_letters(form) for form in forms}
    looks = set(map(_run_together, letters))
    for host_name in host_names:
        host_letters, host = _of_host(host_name)
        short = len(host) < LONG_ENOUGH
        if name == host_name and not short:
            return "is the host's name"
        if not host or (short and _folded(name) == _folded(host_name)):
            continue
        if host in looks:
            return f'reads as "{host_name}"'
        if short:
            continue
        if any(host in text for text in looks):
            return f'contains the host\'s name "{host_name}"'
        slips = [(host, looks), (host_letters, letters)]
        if any(_one_slip(wanted, text) for wanted, texts in slips for text in texts):
            return f'is one letter away from "{host_name}"'
    return None


@lru_cache(maxsize=64)
def _of_host(name: str) -> tuple[str, str]:
    """The letters and the skeleton of one of the host's names, against which every other is held."""
    letters = _letters(name)
    return letters, _run_together(letters)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


@cache
def _looks_like(character: str) -> str:
    """The Latin letters that a character is taken for, nothing when it shows nothing, else itself."""
    if unicodedata.category(character)[0] in "MC" or character in _INVISIBLE_LETTERS:
        return ""
    if letters := _table().get(character):
        return letters
    named = _BY_NAME.match(unicodedata.name(character, ""))
    return named[1].lower() if named else character


@cache
def _table() -> dict[str, str]:
    table = dict(_MORE)
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            letters, characters = line.split(" ", 1)
            table |= dict.fromkeys(characters, letters)
    return table


def _one_slip(word: str, other: str) -> bool:
    """Whether one letter was put in, left out, replaced or changed places with the next."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(word), len(other)) - start and word[-1 - end] == other[-1 - end]:
        end += 1
    one, two = word[start : len(word) - end], other[start : len(other) - end]
    return max(len(one), len(two)) <= 1 or (len(one) == 2 and one == two[::-1])
