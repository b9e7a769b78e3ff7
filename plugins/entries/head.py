"""The metadata lines at the top of a file, with their line numbers.

Pelican's own form, `Key: value` lines up to the first empty one, with or without `---` fences around
them; a line that begins with white space goes on with the value above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugins.faults import Fault

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What neither HTML nor the XML of a feed can hold."""
_LINE = re.compile(r"([A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")


@dataclass(frozen=True, slots=True)
class Field:
    """One metadata value: the key as typed, the text, and the line (from 1) it stands on."""

    key: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file taken apart: its fields by lower-case key, its Markdown, and the line the Markdown begins on."""

    place: str
    fields: Mapping[str, Field]
    text: str
    first_line: int
    faults: tuple[Fault, ...] = ()

    def line_of(self, needle: str, nth: int = 0) -> int | None:
        """The line (from 1, in the file) of the nth place where `needle` stands in the Markdown as the
        address of a link or picture; where it stands at all, when none does."""
        as_address = rf"(?:[(<\"'=]|\]:\s*){re.escape(needle)}(?![^\s)>\"'])"
        places = [m.end() for m in re.finditer(as_address, self.text)] or [
            m.end() for m in re.finditer(re.escape(needle), self.text)
        ]
        if not places:
            return None
        return self.first_line + self.text.count("\n", 0, places[min(nth, len(places) - 1)])


def split(place: str, raw: bytes) -> Source:
    """Take a file's bytes (UTF-8, any line ends) apart; what is wrong with the lines is in `faults`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = raw.count(b"\n", 0, error.start) + 1
        found = raw[error.start : error.start + 1].hex()
        message = f"byte 0x{found} is not UTF-8; save the file as UTF-8"
        return Source(place, {}, "", 1, (Fault(place, at, message),))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fenced = lines[0].rstrip() == "---"
    first = 1 if fenced else 0
    end, following = _end_of_head(lines, first, fenced)
    fields, faults = _fields(place, lines, first, end)
    if fenced and following == end:
        message = 'the metadata is not closed; write "---" on a line after it'
        faults.append(Fault(place, 1, message))
    if _CONTROL.search(text):
        faults += _controls(place, lines)
    return Source(place, fields, "\n".join(lines[following:]), following + 1, tuple(faults))


def _controls(place: str, lines: list[str]) -> Iterator[Fault]:
    for number, line in enumerate(lines, 1):
        if found := _CONTROL.search(line):
            shown = f"U+{ord(found[0]):04X}"
            yield Fault(place, number, f"holds the control character {shown}; take it out")


def _end_of_head(lines: list[str], first: int, fenced: bool) -> tuple[int, int]:
    """Where the metadata ends, and where the text begins, as indexes of lines."""
    closing = (i for i in range(first, len(lines)) if lines[i].rstrip() in {"---", "..."})
    if fenced and (closed := next(closing, None)) is not None:
        return closed, closed + 1
    for index in range(first, len(lines)):
        if not lines[index].strip():
            return index, index
        if not fenced and index == first and not _LINE.match(lines[index]):
            return (
                index + 1,
                index + 1,
            )  # a file without a head: its first line is told as the fault
    return len(lines), len(lines)


def _fields(
    place: str, lines: list[str], first: int, end: int
) -> tuple[dict[str, Field], list[Fault]]:
    fields: dict[str, Field] = {}
    faults: list[Fault] = []
    last = ""
    for index in range(first, end):
        line = lines[index]
        if not line.strip():
            continue
        if line[0] in " \t" and last:
            above = fields[last]
            fields[last] = Field(above.key, f"{above.text} {line.strip()}".strip(), above.line)
            continue
        match = _LINE.match(line)
        if match is None:
            faults.append(Fault(place, index + 1, _not_a_field(line, first=index == first)))
            continue
        name, last = match[1], match[1].lower()
        if last in fields:
            message = f"{name}: stands twice, first on line {fields[last].line}; keep one"
            faults.append(Fault(place, index + 1, message))
            continue
        fields[last] = Field(name, (match[2] or "").strip(), index + 1)
    return fields, faults


def _not_a_field(line: str, *, first: bool) -> str:
    shown = line.strip()[:60]
    if first:
        return f'the file begins with "{shown}"; begin it with lines such as "Title: …" and "Date: 2026-11-30 18:00"'
    return f'"{shown}" is not a metadata line; write "Key: value", or leave an empty line before the text'
