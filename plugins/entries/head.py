"""The metadata at the top of a file, with its line numbers.

Pelican's own form, `Key: value` lines up to the first empty one, where a line that begins with white
space goes on with the value above it; or YAML between `---` fences (plugins.entries.front_matter).
Empty lines above the first line do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugins.characters import unsafe
from plugins.entries.as_typed import masked
from plugins.faults import MERGING, Fault, merge_marks

_CLOSING = {"---", "..."}
_LINE = re.compile(r"([A-Za-z][\w -]{0,40}?)[ \t\xa0]*:(?:[ \t\xa0]+(.*)|[ \t\xa0]*)$")
_NO_SPACE = re.compile(r"([A-Za-z][\w-]{0,40}):(?!//)(\S.*)")
_WORD_BREAKS = {"U+000B": "which Word writes for Shift+Enter; begin a new line there"}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


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
        address of a link or picture, code left out; where it stands at all, when none does."""
        wanted = r"\s+".join(re.escape(word) for word in needle.split())
        as_address = rf"(?:[(<\"'=]\s*|\]:\s*){wanted}(?![^\s)>\"'])"
        places = [m.end() for m in re.finditer(as_address, masked(self.text))] or [
            m.end() for m in re.finditer(wanted, self.text)
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
    top = next((number for number, line in enumerate(lines) if line.strip()), 0)
    fields: dict[str, Field] = {}
    faults: list[Fault] = []
    if lines[top].rstrip() == "---":
        end = next((i for i in range(top + 1, len(lines)) if lines[i].rstrip() in _CLOSING), None)
        following = len(lines) if end is None else end + 1
        if end is None:
            message = 'the metadata is not closed; write "---" on a line after it'
            faults.append(Fault(place, top + 1, message))
        else:
            from plugins.entries.front_matter import front_matter  # YAML takes long to import

            fields, faults = front_matter(place, lines[top + 1 : end], top + 2)
    else:
        following = _end_of_head(lines, top)
        fields, faults = _fields(place, lines, top, following)
    if marked := merge_marks("\n".join(lines[:following])):
        faults = [Fault(place, marked, MERGING)]
    if unsafe(text):
        faults += _controls(place, lines)
    return Source(place, fields, "\n".join(lines[following:]), following + 1, tuple(faults))


def keys_below(source: Source, known: Iterable[str]) -> Iterator[Fault]:
    """A fault for each paragraph of the text that begins as a line of metadata does.

    known: the keys of the kind, in any case. What stands in code is text.
    """
    names = {key.casefold(): key for key in known}
    above, fence = "", ""
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        found = _LINE.match(line)
        mark = _FENCE.match(line)
        if fence or mark:
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            above = ""
        elif found and not above.strip() and found[1].casefold() in names:
            name = names[found[1].casefold()]
            yield Fault(
                source.place,
                number,
                f'"{line.strip()[:60]}" stands below the metadata, where it is text that readers see; move it '
                f'up among the first lines, without an empty line between, or write "**{name}:** …" '
                "when it is meant to be read",
            )
        else:
            above = line


def _controls(place: str, lines: list[str]) -> Iterator[Fault]:
    for number, line in enumerate(lines, 1):
        if found := unsafe(line):
            shown = found[1]
            mend = _WORD_BREAKS.get(shown)
            told = f", {mend}" if mend else "; take it out"
            yield Fault(place, number, f"holds the control character {shown}{told}")


def _end_of_head(lines: list[str], first: int) -> int:
    """Where the metadata ends, as the index of a line."""
    for index in range(first, len(lines)):
        if not lines[index].strip():
            return index
        if index == first and not _LINE.match(lines[index]) and not _NO_SPACE.match(lines[index]):
            return index + 1  # a file without a head: its first line is told as the fault
    return len(lines)


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
            if closed := _NO_SPACE.match(line):
                name = closed[1]
                message = (
                    f'{name}: has no space after its colon; write "{name}: {closed[2].strip()}"'
                )
                fields.setdefault(name.lower(), Field(name, closed[2].strip(), index + 1))
                last = name.lower()
            else:
                message = _not_a_field(line, first=index == first)
            faults.append(Fault(place, index + 1, message))
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
    if shown == "+++":
        return 'the file begins with "+++"; write its metadata as "Title: …" lines, without it'
    if first:
        return f'the file begins with "{shown}"; begin it with lines such as "Title: …" and "Date: 2026-11-30 18:00"'
    return f'"{shown}" is not a metadata line; write "Key: value", or leave an empty line before the text'
