"""Text that was encoded twice, and what it was meant to be: `donâ€™t`, `InÃªs`, `&amp;amp;`.

UTF-8 that was read as Windows-1252 (or Latin-1) and saved again leaves sequences that decode back to
one character. Only such sequences are looked at, and each is judged by itself:

- `sure`: it begins as no ordinary text goes on (Â, Ã, â€, ðŸ …), decodes more than once, or stands
  beside another of three or four characters; what it decodes to is printable.
- not sure: it could be meant as it stands (`CAFÉ™`, a trade mark, decodes to an `ə`): told, not mended.
- `quoted`: it stands in quotation marks or in code, where a text says how another one looked: left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


def _as_windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)  # the five that Windows-1252 leaves open


_BYTE = {
    character: byte
    for byte in range(0x80, 0x100)
    for character in (_as_windows_1252(byte), chr(byte))
}
_NEXT = "".join(sorted({c for c, byte in _BYTE.items() if 0x80 <= byte <= 0xBF}))
_NEXT = "[" + re.escape(_NEXT) + "]"
_SEQUENCE = re.compile(
    f"[\u00c2-\u00df]{_NEXT}|[\u00e0-\u00ef]{_NEXT}{{2}}|[\u00f0-\u00f4]{_NEXT}{{3}}"
)
_RUN = re.compile(f"(?:{_SEQUENCE.pattern})+")
_SURE = (
    "\u00c2",
    "\u00c3",
    "\u00e2\u20ac",
    "\u00e2\u0080",
    "\u00e2\u201e",
    "\u00f0\u0178",
    "\u00f0\u009f",
)
_ENTITY = re.compile(r"&amp;(?:amp;)*((?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NAME_ENTITY = re.compile(r"&(?:amp;)*(amp|quot|apos|#0?39|#x27);")
_NAME_MEANS = {"amp": "&", "quot": '"'}
_LEFT_ALONE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d|\u2018[^\u2018\n]*?\u2019(?!\w)|(?<!\w)'[^'\n]*'(?!\w)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A garbled sequence: where it begins and ends in its text, what is found, and what was meant."""

    start: int
    end: int
    found: str
    meant: str
    sure: bool
    quoted: bool


def passages(text: str, *, markdown: bool) -> tuple[Passage, ...]:
    """The garbled sequences of a text, in their order.

    markdown: False for a name, where an entity has no meaning and quotation marks quote nothing.
    """
    alone = [match.span() for match in _LEFT_ALONE.finditer(text)] if markdown else []
    found = [
        Passage(start, end, text[start:end], meant, sure, any(a < start < b for a, b in alone))
        for start, end, meant, sure in (*_sequences(text), *_entities(text, markdown=markdown))
    ]
    return tuple(sorted(found, key=lambda passage: passage.start))


def mended(text: str, chosen: tuple[Passage, ...]) -> str:
    """The text with these of its passages as they were meant."""
    for passage in sorted(chosen, key=lambda one: one.start, reverse=True):
        text = text[: passage.start] + passage.meant + text[passage.end :]
    return text


def _sequences(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Runs of sequences that touch one another count as one passage, for they can be garbled twice."""
    if text.isascii():
        return
    for match in _RUN.finditer(text):
        meant, sure = _decoded(match[0])
        if meant is not None:
            yield match.start(), match.end(), meant, sure


def _decoded(garbled: str) -> tuple[str | None, bool]:
    """What a run of sequences was before it was garbled, once or several times over."""
    meant: str | None = None
    sure = False
    for _ in range(4):
        run = _SEQUENCE.findall(garbled)
        if not run:
            break
        try:
            decoded = _SEQUENCE.sub(
                lambda m: bytes(_BYTE[c] for c in m[0]).decode("utf-8"), garbled
            )
        except UnicodeDecodeError:
            break
        if not all(c == "\u00a0" or _printable(c) for c in decoded if c not in _BYTE):
            break
        long = sum(len(sequence) > 2 for sequence in run)
        sure = sure or meant is not None or long > 1 or any(one.startswith(_SURE) for one in run)
        meant = garbled = decoded
    if meant is None or any("\x80" <= c <= "\x9f" for c in meant):
        return None, False
    return meant, sure


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cn", "Co", "Cs"}


def _entities(text: str, *, markdown: bool) -> Iterator[tuple[int, int, str, bool]]:
    if markdown:
        # `&amp;` is how Markdown may write an ampersand; `&amp;amp;` shows the entity to the reader.
        for match in _ENTITY.finditer(text):
            yield match.start(), match.end(), f"&{match[1]}", True
        return
    for match in _NAME_ENTITY.finditer(text):
        yield match.start(), match.end(), _NAME_MEANS.get(match[1], "'"), True
