"""One file taken apart, with bounds on what is unpacked of it."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import brotli

from tools.containers import documents, pictures

MOST = 64 * 1024 * 1024
"""Octets that are read, and unpacked, of one file."""
BINARY = ".bin"
"""The ending of what could be read in bytes that are no text: chance makes much look like an address there."""
DEEPEST = 3
"""Containers in one another; a packed page in an archive in an archive is the deepest."""

_FONTS = (b"wOFF", b"wOF2", b"OTTO", b"ttcf", b"true", b"\0\1\0\0")
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_WIDE_MARKS = {b"\xff\xfe\0\0": "utf-32-le", b"\0\0\xfe\xff": "utf-32-be"}
_ENDS = 1024 * 1024
_PRINTABLE = re.compile(rb"[\x20-\x7e\x80-\xf4]{6,}")


class TooLarge(Exception):
    """More would be unpacked than MOST."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text. ending: of the file that it would be (".html"), which says how it is to be read."""

    text: str
    ending: str = ".txt"


@dataclass(slots=True)
class Contents:
    """parts: all texts of a file. tells: what a picture tells of a person without words ("the position
    where it was taken (Exif)"). unread: why something in it was not looked into, or ""."""

    parts: list[Part] = field(default_factory=list)
    tells: list[str] = field(default_factory=list)
    unread: str = ""

    def take(self, other: Contents) -> None:
        self.parts += other.parts
        self.tells += other.tells
        self.unread = self.unread or other.unread


def contents(data: bytes, name: str) -> Contents:
    """All that stands in a file. data: no more than MOST bytes of it. name: as it is called.

    Never raises for what the file holds: what is broken, locked or too large is said in `unread`.
    """
    return _Reading().of(data, PurePosixPath(name.lower()))


class _Reading:
    def __init__(self) -> None:
        self._left = MOST

    def of(self, data: bytes, name: PurePosixPath, depth: int = 0) -> Contents:
        ending = name.suffix
        if pictures.is_picture(data):
            said = pictures.said_by(data)
            words = [Part(said.words)] if said.words else []
            return Contents(words, list(said.tells), said.unread)
        if data.startswith(_FONTS):
            return Contents()
        if data[:2] == b"\x1f\x8b" or ending in {".gz", ".br"}:
            return self._unpacked(data, name, depth)
        if data[:4] in {b"PK\3\4", b"PK\5\6"}:
            return self._archive(data, name, depth)
        if b"%PDF-" in data[:1024]:
            return self._pdf(data, depth)
        return _text(data, ending)

    def _unpacked(self, data: bytes, name: PurePosixPath, depth: int) -> Contents:
        if depth >= DEEPEST:
            return Contents(unread="packed too often")
        try:
            if data[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                    inside = self._bounded(packed.read(self._left + 1))
            else:
                inside = self._bounded(self._brotli(data))
        except (OSError, EOFError, zlib.error, brotli.error):
            return Contents(_text(data, "").parts, unread="broken")
        except TooLarge:
            return Contents(unread="too large when it is unpacked")
        return self.of(inside, PurePosixPath(name.stem), depth + 1)

    def _brotli(self, data: bytes) -> bytes:
        packed, made = brotli.Decompressor(), bytearray()
        for at in range(0, len(data), 1024):
            made += packed.process(data[at : at + 1024])
            if len(made) > self._left:
                raise TooLarge
        if not packed.is_finished():
            raise EOFError
        return bytes(made)

    def _archive(self, data: bytes, name: PurePosixPath, depth: int) -> Contents:
        if depth >= DEEPEST:
            return Contents(unread="packed too often")
        made = Contents()
        for member in documents.members(data, self._room):
            if member.unread:
                made.unread = made.unread or member.unread
            elif member.words is not None:
                self._left -= len(member.data)
                made.parts.append(Part(member.words))
            else:
                self._left -= len(member.data)
                made.take(self.of(member.data, PurePosixPath(member.name.lower()), depth + 1))
            if member.name:
                made.parts.append(Part(member.name))
        return made

    def _pdf(self, data: bytes, depth: int) -> Contents:
        read = documents.pdf(data)
        made = Contents([Part(text) for text in read.texts], unread=read.unread)
        for name, attached in read.files:
            if depth < DEEPEST and len(attached) <= self._left:
                self._left -= len(attached)
                made.take(self.of(attached, PurePosixPath(name.lower()), depth + 1))
            else:
                made.unread = made.unread or "too large when it is unpacked"
        return made

    def _room(self) -> int:
        return self._left

    def _bounded(self, data: bytes) -> bytes:
        if len(data) > self._left:
            raise TooLarge
        self._left -= len(data)
        return data


def _text(data: bytes, ending: str) -> Contents:
    encoding = _WIDE_MARKS.get(data[:4]) or _MARKS.get(data[:2]) or _MARKS.get(data[:3])
    if encoding:
        return Contents([Part(data.decode(encoding, "ignore").removeprefix("\ufeff"), ending)])
    if b"\0" not in data[:1024]:
        return Contents([Part(data.decode("utf-8", "ignore"), ending)])
    if wide := _wide(data[:1024]):
        return Contents([Part(data.decode(wide, "ignore"), ending)])
    return Contents(
        [Part("\n".join(_readable(data)), BINARY)], unread="of a kind that is not known"
    )


def _wide(data: bytes) -> str:
    """The encoding of a text of two bytes a character that does not say so: nearly every second is 0."""
    for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = data[start::2], data[1 - start :: 2]
        if zeros.count(0) > 0.9 * len(zeros) and others.count(0) < 0.1 * len(others):
            return encoding
    return ""


def _readable(data: bytes) -> Iterator[str]:
    """What can be read at the ends of bytes that are no text, where media say what they are: as it is and
    as UTF-16."""
    ends = data if len(data) <= 2 * _ENDS else data[:_ENDS] + data[-_ENDS:]
    for byte_count in (ends, ends.replace(b"\0", b"")):
        for run in _PRINTABLE.findall(byte_count):
            yield run.decode("utf-8", "ignore")
