"""Reads an SVG drawing: how large it is, and whether it may be published as it is.

A drawing that is opened on its own runs what is in it, so scripts, event attributes and anything
fetched from elsewhere are refused, and so are document types, with which an XML file of a kilobyte
can grow to gigabytes. (SVG 2; XML 1.0.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

MOST_BYTES = 2_000_000
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ACTIVE = frozenset(("script", "foreignObject", "iframe", "object", "embed", "handler", "listener"))
PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
LENGTH = re.compile(
    r"\s*([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)\s*(|px|pt|pc|mm|cm|in)\s*", re.IGNORECASE
)
EMBEDDED = re.compile(r"(?:#|data:image/(?:png|jpeg|gif|webp|avif)[;,])", re.IGNORECASE)
# A backslash can spell url( in another way.
FETCHED = re.compile(r"@import|\\|url\(\s*+['\"]?+\s*+(?!#|data:image/(?!svg))", re.IGNORECASE)
SCRIPT = re.compile("(?:java|vb)script:|data:text/", re.IGNORECASE)


@dataclass(frozen=True)
class Drawing:
    """The natural size in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Refusal:
    """Why a drawing is not published: the line, what was found and what to do."""

    line: int | None
    message: str


def read_drawing(content: bytes) -> Drawing | Refusal:
    """The drawing, or why it is refused."""
    if len(content) > MOST_BYTES:
        return Refusal(None, f"is a drawing of {len(content):,} bytes; simplify it, or send a PNG")
    reading = _Reading()
    try:
        reading.parser.Parse(content, True)
    except _Refused as refused:
        return refused.refusal
    except expat.ExpatError as error:
        return Refusal(
            error.lineno,
            f"is not well-formed SVG ({expat.errors.messages[error.code]}); export it again",
        )
    except (ValueError, LookupError) as error:
        return Refusal(None, f"cannot be read as SVG ({error}); export it again as UTF-8")
    if reading.size is None:
        return Refusal(1, "is a drawing without a size; write viewBox or width and height on <svg>")
    return reading.size


class _Refused(Exception):
    """Ends the reading at the first thing that is refused, before it can do anything."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class _Reading:
    """One pass over the file."""

    def __init__(self) -> None:
        self.size: Drawing | None = None
        self._begun = False
        self._style: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, message: str) -> NoReturn:
        raise _Refused(Refusal(self.parser.CurrentLineNumber, message))

    def _doctype(self, *_: object) -> None:
        self._refuse("has a DOCTYPE, which can hide anything; delete the <!DOCTYPE …> line")

    def _instruction(self, target: str, _: str) -> None:
        self._refuse(f"has <?{target} …?>, which can fetch other files; delete that line")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self._begun:
            self._begun = True
            if tag != f"{SVG} svg":
                self._refuse(f'begins with <{name}>; a drawing begins with <svg xmlns="{SVG}">')
            self.size = _size(attributes)
        if name in ACTIVE:
            self._refuse(f"has a <{name}> element; delete it, a drawing only draws")
        if name == "style":
            self._style = []
        for key, value in attributes.items():
            space, _, local = key.rpartition(" ")
            if space in ("", XLINK):
                self._attribute(name, local, value)

    def _attribute(self, element: str, key: str, value: str) -> None:
        if key.lower().startswith("on"):
            self._refuse(f"has {key}= on <{element}>, which runs a script; delete it")
        if SCRIPT.search(re.sub(r"\s", "", value)):
            self._refuse(f"has a script address in {key}= on <{element}>; delete it")
        if key in ("href", "src") and element != "a":
            fetches = not EMBEDDED.match(value.strip())
        else:
            fetches = FETCHED.search(value) is not None
        if fetches:
            self._refuse(
                f'fetches "{value[:60]}" in {key}= on <{element}>; put it into the drawing'
            )

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, _: str) -> None:
        if self._style is not None and FETCHED.search("".join(self._style)):
            self._refuse("fetches something in <style>; put it into the drawing")
        self._style = None


def _size(attributes: dict[str, str]) -> Drawing | None:
    """From width and height, else from the viewBox, else from one of them and its proportion."""
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    try:
        box = [float(part) for part in re.split(r"[\s,]+", attributes.get("viewBox", "").strip())]
    except ValueError:
        box = []
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        if width and not height:
            height = width * box[3] / box[2]
        elif height and not width:
            width = height * box[2] / box[3]
        elif not width:
            width, height = box[2], box[3]
    if not width or not height or max(width, height) > 100_000:
        return None
    return Drawing(max(1, round(width)), max(1, round(height)))


def _pixels(length: str | None) -> float | None:
    match = LENGTH.fullmatch(length or "")
    return float(match[1]) * PIXELS[match[2].lower()] if match else None
