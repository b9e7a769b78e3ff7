"""Looking through what was written: each text for addresses, each picture for where it was taken, and what
is packed for both (tools.containers).

A text is searched as bytes for hints (of user agents for those that begin as every browser's does); only what stands around a hint is decoded and looked at closely.
The numbers of a drawing (SVG path data) and the UIDs of a calendar (RFC 5545) look like addresses and
are passed over, as are IP numbers that are no one's in particular (127.0.0.1, 192.168.1.20).
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from plugins.entries.words import counted
from plugins.faults import Fault
from plugins.privacy.scan import HINTS, LOCAL, Finding, find
from tools.containers import BINARY, contents
from tools.containers import MOST as MOST_OCTETS

AROUND = 320
"""Bytes on both sides of a hint: an address of which each letter is an entity fits."""

MOST = 10
"""Findings told of one file, and files that are named."""

MANY = 200
"""Files from which on another process is worth its start."""

_PLAIN = frozenset(
    (".atom", ".css", ".html", ".ics", ".js", ".json", ".rss", ".svg", ".txt", ".xml")
)
"""What is written as text, and is looked through as it lies there."""
_HINTS = (
    re.compile(rf"@(?<=[{LOCAL};\x80-\xff]@)[\w\[&%\\\x80-\xff]".encode()),
    *(re.compile(hint.encode()) for hint in HINTS),
    re.compile("\uff20".encode()),
    re.compile("\ufe6b".encode()),
)
_FOLD = re.compile(rb"\r?\n[ \t]")
_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9 ]+ )?PRIVATE KEY(?: BLOCK)?-----\s+(?:[\w-]+: .*\s+)*[A-Za-z0-9+/=]{32}"
)
_REPEATING = ("people/", "topics/")
_JSON_LD = re.compile(rb"<script[^>]*ld\+json[^>]*>(?:[^<]++|<(?!/script>))*+</script>")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_GAP = re.compile(rb"""[\s"'<>]""")
_DRAWN = re.compile(rb"""\b(?:d|points|path|transform|values|viewBox)=\Z""")
_CUT = re.compile(rf"\A[{LOCAL}]+")
_UID = re.compile(rb"^(?:UID|RELATED-TO)[;:].*(?:\r?\n[ \t].*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class OutputScan:
    """faults: for each address, number, user agent, private key or trace in a picture. unread: the files
    that were not looked into, with why ("locked by a password"). Places are relative to the folder."""

    faults: tuple[Fault, ...]
    unread: Mapping[str, str]

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """That not every file was looked into, in one, or nothing."""
        if not self.unread:
            return ()
        named = [f"{place} ({why})" for place, why in self.unread.items()]
        more = f", and {len(named) - MOST} more" if named[MOST:] else ""
        count = counted(len(named), "file")
        message = f"{count} not looked into for private data: {', '.join(named[:MOST])}{more}"
        return (Fault(next(iter(self.unread)), None, message),)


def look_through(
    folder: Path, allowed: Collection[str] = (), only: Iterable[Path] | None = None
) -> OutputScan:
    """What somebody's privacy asks not to be published below `folder`.

    allowed: what is public on purpose. only: the files to look at, all by default.
    """
    files = sorted(_files(folder) if only is None else only)
    workers = min(os.cpu_count() or 1, len(files) // MANY) if sys.platform == "linux" else 0
    if workers > 1:
        batches = [files[start::workers] for start in range(workers)]
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            looks = list(pool.map(_look, repeat(folder), batches, repeat(allowed)))
    else:
        looks = [_look(folder, files, allowed)]
    places: dict[Finding, list[tuple[str, int]]] = {}
    for look in looks:
        for finding, where in look.places.items():
            places.setdefault(finding, []).extend(where)
    faults = [fault for look in looks for fault in look.faults]
    faults += [_fault(finding, where) for finding, where in places.items()]
    unread = {place: why for look in looks for place, why in look.unread.items()}
    return OutputScan(tuple(faults), dict(sorted(unread.items())))


@dataclass(slots=True)
class _Look:
    """places: where each finding stands, by file and line; 0 where a file has no lines."""

    faults: list[Fault] = field(default_factory=list)
    places: dict[Finding, list[tuple[str, int]]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def _look(folder: Path, files: Iterable[Path], allowed: Collection[str]) -> _Look:
    known = _as_bytes(allowed)
    made = _Look()
    for path in files:
        place = path.relative_to(folder).as_posix()
        ending = path.suffix.lower()
        with path.open("rb") as file:
            data = file.read(MOST_OCTETS)
            larger = bool(file.read(1))
        plain = ending in _PLAIN and b"\0" not in data[:1024]
        texts = [(data, ending)] if plain else []
        if larger:
            made.unread[place] = f"only its first {MOST_OCTETS // 2**20} MB"
        if not plain:
            inside = contents(data, path.name)
            texts = [
                (part.text.encode(), part.ending) for part in inside.parts if part.ending != BINARY
            ]
            made.faults += [
                Fault(place, None, f"holds {what}; save the picture without its metadata")
                for what in inside.tells
            ]
            if inside.unread:
                made.unread[place] = inside.unread
        own_lines = len(texts) == 1 and texts[0][1] == ending
        for text, kind in texts:
            for finding, line in _found(text, kind, allowed, known):
                made.places.setdefault(finding, []).append((place, line if own_lines else 0))
            if key := _KEY.search(text) if b"PRIVATE KEY" in text else None:
                line = text.count(b"\n", 0, key.start()) + 1
                message = "holds a private key; take it out, and make a new one where it was used"
                made.faults.append(Fault(place, line if own_lines else None, message))
    return made


def _fault(finding: Finding, where: list[tuple[str, int]]) -> Fault:
    """Told once, of a page if it is in any, and of an entry's rather: feeds and lists repeat what it says."""
    place, line = min(
        where,
        key=lambda one: (
            not one[0].endswith(".html"),
            one[0].startswith(_REPEATING),
            -one[0].count("/"),
            one,
        ),
    )
    more = f" (so {'does' if len(where) == 2 else 'do'} {len(where) - 1} more)"
    return Fault(
        place,
        line or None,
        f"holds the {finding.kind} {finding.masked}{more if len(where) > 1 else ''}; take it out of "
        "what the file is made from, or, when it is public on purpose, name it in PUBLIC_ADDRESSES",
    )


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name)


def _found(
    data: bytes, ending: str, allowed: Collection[str], known: Collection[tuple[bytes, bytes]]
) -> list[tuple[Finding, int]]:
    """Each finding with its line in the text, from 1."""
    folds: list[int] = []
    if ending == ".ics":
        data = _UID.sub(lambda match: b"\n" * match[0].count(b"\n"), data)
        data, folds = _unfolded(data)
    if ending == ".json":
        data = _unescaped(data)
    elif b"ld+json" in data:
        data = _JSON_LD.sub(lambda match: _unescaped(match[0]), data)
    found: dict[Finding, int] = {}
    for hint in _HINTS:
        for match in hint.finditer(data):
            at = match.start()
            if _is_known(data, at, known) or _is_drawn(data, at):
                continue
            for finding in find(_around(data, at), allowed):
                if finding.identifies:
                    line = data.count(b"\n", 0, at) + 1 + sum(fold <= at for fold in folds)
                    found.setdefault(finding, line)
            if len(found) >= MOST:
                return list(found.items())[:MOST]
    return list(found.items())


def _unfolded(data: bytes) -> tuple[bytes, list[int]]:
    """A calendar with its lines in one piece (RFC 5545 section 3.1), and where in that they were folded."""
    folds, gone = [], 0
    for match in _FOLD.finditer(data):
        folds.append(match.start() - gone)
        gone += len(match[0])
    return _FOLD.sub(b"", data), folds


def _unescaped(data: bytes) -> bytes:
    """JSON with blanks in the place of its escapes of white space: the "n" of a line's end in front of
    "@name" is no letter of an address. Everything else stands where it stood."""
    return _ESCAPE.sub(lambda match: b"  " if match[1] in b"nrtbf" else match[0], data)


def _around(data: bytes, at: int) -> str:
    """The text around a hint, from one gap to another, so that no address is cut to another one."""
    first, last = max(0, at - AROUND), at + AROUND
    furthest = max(0, first - AROUND)
    gaps = [match.end() for match in _GAP.finditer(data, furthest, first)]
    after = _GAP.search(data, last, last + AROUND)
    end = after.start() if after else last + AROUND
    if gaps or not furthest:
        return data[gaps[-1] if gaps else 0 : end].decode("utf-8", "ignore")
    # No gap for so long: what the cut began with may be the end of another name.
    return _CUT.sub("", data[furthest:end].decode("utf-8", "ignore"))


def _as_bytes(allowed: Collection[str]) -> tuple[tuple[bytes, bytes], ...]:
    """The public addresses, parted at their sign."""
    parted = (address.encode().partition(b"@") for address in allowed if "@" in address)
    return tuple((local, domain) for local, _, domain in parted)


def _is_known(data: bytes, at: int, known: Collection[tuple[bytes, bytes]]) -> bool:
    """Whether the sign at `at` is that of a public address: the mark of each page, told at once."""
    for local, domain in known:
        start, end = at - len(local), at + 1 + len(domain)
        if data[start:at] == local and data[at + 1 : end] == domain:
            around = data[start - 1 : start], data[end : end + 1]
            if all(not one.isalnum() and one not in b".+-_%" for one in around):
                return True
    return False


def _is_drawn(data: bytes, at: int) -> bool:
    """Whether it stands among the numbers of a drawing."""
    if data[at : at + 1] != b".":
        return False
    quote = max(data.rfind(b'"', 0, at), data.rfind(b"'", 0, at))
    return quote >= 0 and _DRAWN.search(data, max(0, quote - 12), quote) is not None
