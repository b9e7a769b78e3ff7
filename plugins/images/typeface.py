"""Reads from a TrueType font what setting a line needs: which characters it has, how wide each is,
and how much closer a pair stands (kerning).

Pillow shapes text with Raqm where that library finds FriBiDi on the machine, and without kerning
where it does not, so one card would come out in two ways. Cards are therefore set glyph by glyph
with the plain layout that every Pillow has, and the pair distances are read here, from the tables
`cmap` (formats 4 and 12) and `GPOS` (pair adjustment, formats 1 and 2, also behind extensions) of
the OpenType specification 1.9. Of a variable font the distances of its default instance are taken.
All widths are in parts of the type size: 0.5 is half of it.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from PIL import ImageFont

LIGATURES = (("ffi", "\ufb03"), ("ffl", "\ufb04"), ("ff", "\ufb00"), ("fi", "\ufb01"),
             ("fl", "\ufb02"))  # fmt: skip
UNBREAKABLE = "\u00a0\u202f"
# Controls, lone surrogates, and marks that would have to be placed over a letter.
NOT_DRAWN = frozenset(("Cc", "Cf", "Cs", "Cn", "Mn", "Me"))
ADVANCE_BIT = 0x0004


class Typeface:
    """One instance of a font file: its characters and their measures.

    `axes` are the values of a variable font's axes in the order of its `fvar` table, empty for a
    font without them.
    """

    def __init__(self, path: Path, axes: tuple[float, ...] = ()) -> None:
        self.path = path
        self.axes = axes
        tables = _tables(path.read_bytes())
        self._units: int = _u16(tables["head"], 18)
        self._glyphs = _characters(tables["cmap"])
        self._kerning = _Kerning(tables["GPOS"]) if "GPOS" in tables else None
        self._ruler = self.at(self._units)
        self._advances: dict[str, float] = {}
        self._pairs: dict[tuple[str, str], float] = {}
        self._forms: dict[str, str] = {}
        self.ligatures = tuple(pair for pair in LIGATURES if ord(pair[1]) in self._glyphs)

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at a size in pixels, with the plain layout that is the same everywhere."""
        font = ImageFont.truetype(str(self.path), size, layout_engine=ImageFont.Layout.BASIC)
        if self.axes:
            font.set_variation_by_axes(list(self.axes))
        return font

    def covers(self, character: str) -> bool:
        return ord(character) in self._glyphs

    def legible(self, text: str) -> str:
        """The text as this font can set it, on one line: composed, each character that the font
        lacks replaced by its compatible form (a full-width A by an A) or else left out, single
        spaces. Unbreakable spaces stay."""
        composed = unicodedata.normalize("NFC", text)
        return re.sub(" +", " ", "".join(map(self._form, composed))).strip(" ")

    def _form(self, character: str) -> str:
        form = self._forms.get(character)
        if form is None:
            form = self._forms[character] = self._drawable(character)
        return form

    def _drawable(self, character: str) -> str:
        if character.isspace():
            return character if character in UNBREAKABLE and self.covers(character) else " "
        if unicodedata.category(character) in NOT_DRAWN:
            return ""
        if self.covers(character):
            return character
        compatible = unicodedata.normalize("NFKC", character)
        return "".join(c for c in compatible if c.isprintable() and self.covers(c))

    def joined(self, text: str) -> str:
        """The text with the ligatures that the font has."""
        for letters, ligature in self.ligatures:
            text = text.replace(letters, ligature)
        return text

    def advance(self, character: str) -> float:
        width = self._advances.get(character)
        if width is None:
            width = self._advances[character] = self._ruler.getlength(character) / self._units
        return width

    def kern(self, left: str, right: str) -> float:
        """What is added to the left character's width before this right one; mostly negative."""
        pair = (left, right)
        distance = self._pairs.get(pair)
        if distance is None:
            distance = 0.0
            if self._kerning and left != " " and right != " ":
                first, second = self._glyphs.get(ord(left), 0), self._glyphs.get(ord(right), 0)
                distance = self._kerning.between(first, second) / self._units
            self._pairs[pair] = distance
        return distance

    def width(self, text: str) -> float:
        total = sum(map(self.advance, text))
        return total + sum(self.kern(a, b) for a, b in pairwise(text))


@lru_cache(maxsize=8)
def typeface(path: Path, axes: tuple[float, ...] = ()) -> Typeface:
    """A typeface read once per process."""
    return Typeface(path, axes)


def _u16(table: bytes, at: int) -> int:
    return int.from_bytes(table[at : at + 2], "big")


def _i16(table: bytes, at: int) -> int:
    return int.from_bytes(table[at : at + 2], "big", signed=True)


def _u32(table: bytes, at: int) -> int:
    return int.from_bytes(table[at : at + 4], "big")


def _tables(font: bytes) -> dict[str, bytes]:
    """The font's tables by tag."""
    found: dict[str, bytes] = {}
    for index in range(_u16(font, 4)):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        found[tag.decode("latin-1")] = font[offset : offset + length]
    return found


def _characters(cmap: bytes) -> dict[int, int]:
    """Code point to glyph number, from the fullest Unicode subtable."""
    glyphs: dict[int, int] = {}
    for index in range(_u16(cmap, 2)):
        platform, _, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * index)
        if platform not in (0, 3):
            continue
        match _u16(cmap, offset):
            case 4:
                glyphs.update(_segments(cmap[offset : offset + _u16(cmap, offset + 2)]))
            case 12:
                for group in range(_u32(cmap, offset + 12)):
                    first, last, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * group)
                    glyphs.update((first + i, glyph + i) for i in range(last - first + 1))
    return glyphs


def _segments(table: bytes) -> dict[int, int]:
    """A `cmap` subtable of format 4."""
    doubled = _u16(table, 6)
    ends, starts = 14, 16 + doubled
    deltas, offsets = starts + doubled, starts + 2 * doubled
    glyphs: dict[int, int] = {}
    for at in range(0, doubled, 2):
        delta, offset = _u16(table, deltas + at), _u16(table, offsets + at)
        start = _u16(table, starts + at)
        for code in range(start, _u16(table, ends + at) + 1):
            if offset:
                glyph = _u16(table, offsets + at + offset + 2 * (code - start))
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            else:
                glyph = (code + delta) & 0xFFFF
            if glyph and code != 0xFFFF:
                glyphs[code] = glyph
    return glyphs


class _Kerning:
    """The pair adjustments of the feature `kern`, in font units."""

    def __init__(self, gpos: bytes) -> None:
        self._lookups = [_pair_tables(gpos, lookup) for lookup in _kern_lookups(gpos)]

    def between(self, left: int, right: int) -> int:
        return sum(
            next((found for t in tables if (found := t.between(left, right)) is not None), 0)
            for tables in self._lookups
        )


class _Pairs:
    """One pair adjustment table. The offsets in it count from its own start."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._format = _u16(table, 0)
        self._covered = _coverage(table, _u16(table, 2))
        first, second = _u16(table, 4), _u16(table, 6)
        self._size = 2 * (first.bit_count() + second.bit_count())
        before = (first & (ADVANCE_BIT - 1)).bit_count()
        self._advance = 2 * before if first & ADVANCE_BIT else None
        if self._format == 2:
            self._left = _classes(table, _u16(table, 8))
            self._right = _classes(table, _u16(table, 10))
            self._width = _u16(table, 14)

    def between(self, left: int, right: int) -> int | None:
        """The distance; None when this table says nothing of the pair and the next one may."""
        index = self._covered.get(left)
        if index is None:
            return None
        if self._format == 1:
            pairs = _u16(self._table, 10 + 2 * index)
            for entry in range(_u16(self._table, pairs)):
                at = pairs + 2 + entry * (2 + self._size)
                if _u16(self._table, at) == right:
                    return self._value(at + 2)
            return None
        row, column = self._left.get(left, 0), self._right.get(right, 0)
        return self._value(16 + self._size * (row * self._width + column))

    def _value(self, at: int) -> int:
        return 0 if self._advance is None else _i16(self._table, at + self._advance)


def _kern_lookups(gpos: bytes) -> list[int]:
    """Where the lookups of the feature `kern` start, in the order in which they apply."""
    features, lookups = _u16(gpos, 6), _u16(gpos, 8)
    numbers: set[int] = set()
    for index in range(_u16(gpos, features)):
        record = features + 2 + 6 * index
        if gpos[record : record + 4] == b"kern":
            feature = features + _u16(gpos, record + 4)
            count = _u16(gpos, feature + 2)
            numbers.update(_u16(gpos, feature + 4 + 2 * i) for i in range(count))
    return [lookups + _u16(gpos, lookups + 2 + 2 * number) for number in sorted(numbers)]


def _pair_tables(gpos: bytes, lookup: int) -> list[_Pairs]:
    tables: list[_Pairs] = []
    for index in range(_u16(gpos, lookup + 4)):
        kind, start = _u16(gpos, lookup), lookup + _u16(gpos, lookup + 6 + 2 * index)
        if kind == 9:
            kind, start = _u16(gpos, start + 2), start + _u32(gpos, start + 4)
        if kind == 2:
            tables.append(_Pairs(gpos[start:]))
    return tables


def _coverage(table: bytes, at: int) -> dict[int, int]:
    """Glyph to its index in a coverage table."""
    count = _u16(table, at + 2)
    if _u16(table, at) == 1:
        return {_u16(table, at + 4 + 2 * i): i for i in range(count)}
    covered: dict[int, int] = {}
    for i in range(count):
        first, last, index = struct.unpack_from(">HHH", table, at + 4 + 6 * i)
        covered.update((glyph, index + glyph - first) for glyph in range(first, last + 1))
    return covered


def _classes(table: bytes, at: int) -> dict[int, int]:
    """Glyph to its class in a class definition; a glyph that is not in it is of class 0."""
    if _u16(table, at) == 1:
        first, count = _u16(table, at + 2), _u16(table, at + 4)
        return {first + i: _u16(table, at + 6 + 2 * i) for i in range(count)}
    classes: dict[int, int] = {}
    for i in range(_u16(table, at + 2)):
        start, end, number = struct.unpack_from(">HHH", table, at + 4 + 6 * i)
        classes.update(dict.fromkeys(range(start, end + 1), number))
    return classes
