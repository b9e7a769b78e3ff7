"""Draws the picture that a link to an entry brings with it (Open Graph): 1200 × 630, PNG.

1. `_background` is drawn once per process and site name, smoothly: the mark, large and pale as the
   paper's grain and small beside the site's name, and the line that leads from a comment down and
   round to its answer, as in a thread.
2. `set_title` finds the largest size at which the title stands in few, about equally long lines.
3. `draw` lays the glyphs on a copy of the background. A glyph is drawn once per process, size and
   colour; after that it is only laid down.

A card has sixteen colours, so that a pixel is half a byte: the ink, the accents, and the steps
between them and paper that make edges smooth. Text is set in Literata (OFL 1.1), which comes as the
package `fontpkg-literata`, so that a card has the same bytes on every machine.

The number of comments is not on the card: whoever shows a card keeps it for days, and every answer
would make a new picture.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from math import ceil, floor
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw
from PIL import __version__ as pillow

from plugins.colours import Colours, mixed
from plugins.images import mark
from plugins.images.small_png import Begun, begin, small_png
from plugins.images.typeface import UNBREAKABLE, Typeface, typeface

RECIPE = 4  # raise it when a card with the same words comes out differently
FOLDER = "images/cards"
WIDTH, HEIGHT = 1200, 630

INK_STEPS, ACCENT_STEPS, LINK_STEPS = 5, 4, 3
SOFT = 0.84  # soft is ink that never gets quite black

MARK, MARK_SIZE = (79, 66), 46
GRAIN_MARK, GRAIN_SIZE = (752, 138), 544
TEXT_LEFT, TEXT_RIGHT = 136, 1104
SITE_BASELINE, KICKER_BASELINE, BYLINE_BASELINE, BYLINE_LEFT = 101, 199, 555, 178
COMMENT, ANSWER, BEND = (101, 188), (149, 545), 28
TITLE_TOP, TITLE_BOTTOM = 228, 490
ALIKE = 150  # lines at the top that are the same on all cards of a site
TITLE_SIZES = (92, 84, 76, 70, 64, 58, 52, 46)
TITLE_LINES = 4
LEADING = 1.16
SMALL_SIZE, KICKER_SIZE = 29, 31

FINE = 4  # everything is drawn this much larger and reduced: hinting would set glyphs unevenly
PHASES = 4  # places within a pixel at which small glyphs are drawn
CLOSING = frozenset("—–-·:;,!?&/|»”)")  # alone between spaces, these do not open a line


@dataclass(frozen=True)
class Card:
    """What a card says. Everything is plain text; `kicker`, `byline` and `site` may be empty."""

    title: str
    kicker: str  # the topic: "Social learning"
    byline: str  # "activatelearning · 25 May 2026"
    site: str
    colours: Colours


@dataclass(frozen=True)
class TypesetTitle:
    """A title in its lines, with the size in pixels at which they fit."""

    lines: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Word:
    """What no line break divides, and its width in type sizes."""

    text: str
    width: float


@dataclass(frozen=True)
class Glyph:
    """A drawn character: colour numbers, where they apply, and where they lie from the pen."""

    colours: Image.Image
    shape: Image.Image
    left: int
    top: int


def path(card: Card) -> str:
    """Where the card is published, relative to the output: the name changes when the card does."""
    said = (card.title, card.kicker, card.byline, card.site, _as_tuple(card.colours))
    recipe = (RECIPE, pillow, _font_version(), *said)
    return f"{FOLDER}/{hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:20]}.png"


_as_tuple = lru_cache(astuple)


def draw(card: Card) -> bytes:
    """The card as a PNG file."""
    image = _background(card.site, card.colours).copy()
    _pen("text", KICKER_SIZE, "accent").line(image, TEXT_LEFT, KICKER_BASELINE, card.kicker)
    _pen("text", SMALL_SIZE, "soft").line(image, BYLINE_LEFT, BYLINE_BASELINE, card.byline)
    title = set_title(card.title)
    if not title.lines:
        title = set_title(card.site)
    leading = round(title.size * LEADING)
    spare = TITLE_BOTTOM - TITLE_TOP - leading * len(title.lines)
    baseline = TITLE_TOP + round(spare * 0.45 + title.size * 0.9)
    pen = _pen("title", title.size, "ink")
    for number, line in enumerate(title.lines):
        pen.lay(image, TEXT_LEFT, baseline + number * leading, line)
    return small_png(image, _begun(card.site, card.colours))


def set_title(title: str) -> TypesetTitle:
    """The title at the largest size at which it fits in few lines, broken so that they are about
    equally long. At the smallest size a word that is wider than a line is divided, and what is too
    long ends in an ellipsis. No lines where the font has none of the title's characters."""
    face = _face("title")
    words = _words(face, title)
    room = TEXT_RIGHT - TEXT_LEFT
    for size in TITLE_SIZES:
        most = min(TITLE_LINES, int((TITLE_BOTTOM - TITLE_TOP) / (size * LEADING)))
        lines = _filled(face, words, room / size)
        if lines is not None and len(lines) <= most:
            return TypesetTitle(_balanced(face, words, room / size, lines), size)
    size = TITLE_SIZES[-1]
    pieces = [piece for word in words for piece in _divided(face, word, room / size)]
    lines = _filled(face, pieces, room / size) or ()
    if len(lines) > TITLE_LINES:
        rest = " ".join(lines[TITLE_LINES - 1 :])
        lines = (*lines[: TITLE_LINES - 1], _shortened(face, rest, room / size))
    return TypesetTitle(lines, size)


class _Pen:
    """Lays glyphs of one typeface, size and colour on a card, and keeps them."""

    def __init__(self, face: Typeface, size: int, shades: tuple[int, ...]) -> None:
        self._face, self._size, self._shades = face, size, shades
        self._font = face.at(size * FINE)
        self._phases = PHASES if size < TITLE_SIZES[-1] else 1
        self._glyphs: dict[tuple[str, int], Glyph | None] = {}

    def line(self, image: Image.Image, left: int, baseline: int, text: str) -> None:
        """Sets any text on one line; what does not fit ends in an ellipsis."""
        face = self._face
        room = (TEXT_RIGHT - left) / self._size
        self.lay(image, left, baseline, _shortened(face, face.joined(face.legible(text)), room))

    def lay(self, image: Image.Image, left: int, baseline: int, text: str) -> None:
        """Sets text that is legible in this typeface and known to fit."""
        face, size, phases = self._face, self._size, self._phases
        at = float(left)
        before = ""
        for character in text:
            if before:
                at += face.kern(before, character) * size
            whole, phase = divmod(round(at * phases), phases)
            if glyph := self._glyph(character, phase):
                image.paste(glyph.colours, (whole + glyph.left, baseline + glyph.top), glyph.shape)
            at += face.advance(character) * size
            before = character

    def _glyph(self, character: str, phase: int) -> Glyph | None:
        key = (character, phase)
        if key not in self._glyphs:
            self._glyphs[key] = self._drawn(character, phase)
        return self._glyphs[key]

    def _drawn(self, character: str, phase: int) -> Glyph | None:
        left, top, right, bottom = self._font.getbbox(character, anchor="ls")
        if right <= left or bottom <= top:
            return None
        # The corner of the piece that is drawn, from the pen, in whole pixels of the card.
        x, y = floor(left / FINE) - 1, floor(top / FINE) - 1
        wide, high = ceil(right / FINE) + 2 - x, ceil(bottom / FINE) + 1 - y
        fine = Image.new("L", (wide * FINE, high * FINE))
        pen = (phase * FINE // self._phases - x * FINE, -y * FINE)
        ImageDraw.Draw(fine).text(pen, character, fill=255, font=self._font, anchor="ls")
        colours = fine.reduce(FINE).point(self._shades)
        box = colours.getbbox()
        if box is None:
            return None
        colours = colours.crop(box)
        shape = colours.point([0] + [255] * 255).convert("1")
        numbers = Image.frombytes("P", colours.size, colours.tobytes())
        return Glyph(numbers, shape, x + box[0], y + box[1])


@cache
def _pen(voice: str, size: int, colour: str) -> _Pen:
    return _Pen(_face(voice), size, _shades(colour))


@cache
def _face(voice: str) -> Typeface:
    """Optical size and weight, the axes of this font, for the title and for what is small."""
    font = Path(str(files("fontpkg_literata") / "files" / "Literata[opsz,wght].ttf"))
    return typeface(font, {"title": (36, 570), "text": (14, 470)}[voice])


@cache
def _font_version() -> str:
    return version("fontpkg-literata")


def _words(face: Typeface, text: str) -> tuple[Word, ...]:
    parts: list[str] = []
    for part in face.joined(face.legible(text)).split(" "):
        if part in CLOSING and parts:
            parts[-1] += f"{UNBREAKABLE[0]}{part}"
        elif part:
            parts.append(part)
    return tuple(Word(part, face.width(part)) for part in parts)


def _filled(face: Typeface, words: tuple[Word, ...] | list[Word], room: float
            ) -> tuple[str, ...] | None:  # fmt: skip
    """The words in lines no wider than `room` (in type sizes); None when a word alone is wider."""
    lines: list[list[str]] = []
    space = face.advance(" ")
    width = 0.0
    for word in words:
        if word.width > room:
            return None
        if lines and width + space + word.width <= room:
            lines[-1].append(word.text)
            width += space + word.width
        else:
            lines.append([word.text])
            width = word.width
    return tuple(map(" ".join, lines))


def _balanced(
    face: Typeface, words: tuple[Word, ...], room: float, lines: tuple[str, ...]
) -> tuple[str, ...]:
    """The words in as many lines, within about the least width that allows it."""
    if len(lines) < 2:
        return lines
    narrow, wide = room / 3, room
    for _ in range(6):
        middle = (narrow + wide) / 2
        tried = _filled(face, words, middle)
        if tried is None or len(tried) > len(lines):
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def _divided(face: Typeface, word: Word, room: float) -> list[Word]:
    """A word in pieces that fit, with hyphens between letters."""
    pieces: list[Word] = []
    rest = word.text
    while face.width(rest) > room:
        end = _fitting(face, rest, room - face.advance("-"))
        hyphen = "-" if rest[end - 1 : end + 1].isalpha() else ""
        pieces.append(Word(rest[:end] + hyphen, face.width(rest[:end] + hyphen)))
        rest = rest[end:]
    return [*pieces, Word(rest, face.width(rest))]


def _shortened(face: Typeface, text: str, room: float) -> str:
    """The text, or as much of it as fits with an ellipsis; whole words where that costs little."""
    if face.width(text) <= room:
        return text
    end = _fitting(face, text, room - face.advance("…"))
    word_end = text[: end + 1].rfind(" ")
    kept = text[: word_end if word_end > end * 0.7 else end]
    return kept.rstrip(f" ,;:–—-·{UNBREAKABLE}") + "…"


def _fitting(face: Typeface, text: str, room: float) -> int:
    """How many characters from the start fit; at least one."""
    width = 0.0
    for index, character in enumerate(text):
        width += face.advance(character) + (face.kern(text[index - 1], character) if index else 0)
        if width > room:
            return max(1, index)
    return len(text)


@lru_cache(maxsize=8)
def _begun(site: str, colours: Colours) -> Begun:
    return begin(_background(site, colours), ALIKE)


def _palette(colours: Colours) -> tuple[str, ...]:
    """The sixteen colours. Number 0 is paper; the others follow as `_shades` counts them."""
    steps = ((colours.ink, INK_STEPS), (colours.accent, ACCENT_STEPS), (colours.link, LINK_STEPS))
    made = [
        mixed(colours.paper, full, step / count)
        for full, count in steps
        for step in range(1, count + 1)
    ]
    return (colours.paper, *made, _grain(colours), _line(colours))


def _grain(colours: Colours) -> str:
    return mixed(colours.paper, colours.mark, 0.3)


def _line(colours: Colours) -> str:
    return mixed(colours.rule, colours.branch, 0.3)


@cache
def _shades(colour: str) -> tuple[int, ...]:
    """Coverage (0 to 255) to colour number."""
    first, steps, strength = {
        "ink": (1, INK_STEPS, 1.0),
        "soft": (1, INK_STEPS, SOFT),
        "accent": (1 + INK_STEPS, ACCENT_STEPS, 1.0),
    }[colour]
    numbers = (round(coverage / 255 * steps * strength) for coverage in range(256))
    return tuple(first + number - 1 if number else 0 for number in numbers)


@lru_cache(maxsize=4)
def _background(site: str, colours: Colours) -> Image.Image:
    """What all cards of a site share, in colour numbers."""
    smooth = Image.new("RGB", (WIDTH, HEIGHT), colours.paper)
    smooth.paste(_grain(colours), GRAIN_MARK, mark.mask(GRAIN_SIZE, FINE))
    smooth.paste(_reply_line(colours), (0, 0))
    smooth.paste(colours.accent, MARK, mark.mask(MARK_SIZE))
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in _palette(colours) for part in ImageColor.getrgb(colour)])
    image = smooth.quantize(palette=palette, dither=Image.Dither.NONE)
    _pen("text", SMALL_SIZE, "ink").line(image, TEXT_LEFT, SITE_BASELINE, site)
    return image


def _reply_line(colours: Colours) -> Image.Image:
    """The line that an answer hangs from: from an empty cup beside the topic down along the title
    and round to a full one beside the byline. It fills the left edge of the card."""
    (x, top), (end, bottom) = COMMENT, ANSWER
    fine = Image.new("RGB", _scaled(TEXT_LEFT + 30, HEIGHT), colours.paper)
    draw = ImageDraw.Draw(fine)
    thick, line = 3, _line(colours)
    draw.line([*_scaled(x, top), *_scaled(x, bottom - BEND)], line, thick * FINE)
    draw.line([*_scaled(x + BEND, bottom), *_scaled(end, bottom)], line, thick * FINE)
    draw.arc(_box((x + BEND, bottom - BEND), BEND + thick / 2), 90, 180, line, thick * FINE)
    for at, radius, colour in (
        (COMMENT, 18, colours.paper), (COMMENT, 12, colours.link), (COMMENT, 7.5, colours.paper),
        (ANSWER, 18, colours.paper), (ANSWER, 12, colours.accent),
    ):  # fmt: skip
        draw.ellipse(_box(at, radius), fill=colour)
    return fine.reduce(FINE)


def _scaled(x: float, y: float) -> tuple[int, int]:
    return round(x * FINE), round(y * FINE)


def _box(centre: mark.Point, radius: float) -> tuple[float, float, float, float]:
    x, y = centre
    return (x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE
