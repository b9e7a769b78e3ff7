"""The leak gate: whether anything private stands anywhere in what was written.

1. What must not be public is gathered (`private`, `lying_about`) and made into needles, without what is
   public too (`fingerprints`, `public`).
2. Every file is read as plain words, its name among them, and searched for all needles in one pass; for
   paths, ids and secrets its bytes are, in each of the ways in which they can be written.
3. A hit is told once for each private thing: of a page rather than of a feed, with how many more there are.
"""

from __future__ import annotations

import html
import json
import multiprocessing
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from plugins.entries.site import Site
from plugins.faults import Fault, sorted_faults
from plugins.privacy.scan import Finding
from tools.containers import MOST, contents
from tools.deploy.before.fingerprints import (
    SPAN,
    Exact,
    Private,
    automaton,
    matches,
    needles,
)
from tools.deploy.before.looked_through import mark_of, mark_of_file, read_marks, write_marks
from tools.deploy.before.private import private_content
from tools.deploy.before.private_files import private_around
from tools.deploy.before.public import own_words, public_titles, public_words
from tools.deploy.before.words import APART, line_of, plain, words_in
from tools.deploy.manifest import NOT_SENT
from tools.errors import as_project_error

MANY = 100
"""Files from which on another process is worth its start."""
SHOWN = 8
"""Words that a message quotes."""

_PICTURE = re.compile(r"images/(.+)-[0-9a-f]{8}(?:-\d+)?\.\w+")
_AFTER = re.compile(rb"\Z|(?!\.\w)[^\w-]|\.(?:ics|html?|json|md|atom|rss|png)\b")


def leak_faults(
    site: Site,
    folder: Path,
    root: Path,
    only: Iterable[Path] | None = None,
    seen: Path | None = None,
) -> tuple[Fault, ...]:
    """A fault for each private thing that stands in what was written; places are paths in it.

    folder: where it was written. root: the project, where the inbox and secrets are. only: the files to
    look at, all by default. seen: a file in which it is remembered what held nothing (`looked_through`);
    None remembers nothing. Raises ProjectError when something private cannot be read.
    """
    store = site.settings.content / str(site.settings.get("COMMENTS_STORE", "comments"))
    with as_project_error():
        things = [*private_content(site), *private_around(root, store, os.environ)]
    search = Search(things, public_words(site, root), public_titles(site), own_words(site, root))
    return faults_in(folder, search, only, seen)


def faults_in(
    site: Path, search: Search, only: Iterable[Path] | None = None, seen: Path | None = None
) -> tuple[Fault, ...]:
    """What `search` finds in the files below `site`."""
    if not search:
        return ()
    files = sorted(path for path in (site.rglob("*") if only is None else only) if path.is_file())
    files = [path for path in files if path.name not in NOT_SENT]
    if seen is None:
        return sorted_faults(_faults_of(_hits(site, search, files), search.things))
    looked_for = mark_of(search.looked_for())
    known = read_marks(seen, looked_for)
    places = {path: path.relative_to(site).as_posix() for path in files}
    marks = {path: mark_of_file(place, path) for path, place in places.items()}
    hits = _hits(site, search, [path for path in files if marks[path] not in known])
    found = {hit.place for hit in hits}
    clean = {mark for path, mark in marks.items() if places[path] not in found}
    if clean != known:
        write_marks(seen, looked_for, clean)
    return sorted_faults(_faults_of(hits, search.things))


def _hits(site: Path, search: Search, files: Sequence[Path]) -> list[Hit]:
    workers = min(os.cpu_count() or 1, len(files) // MANY) if sys.platform == "linux" else 0
    if workers < 2:
        return search.look(site, files)
    batches = [files[start :: workers * 4] for start in range(workers * 4)]
    # What is searched for goes to the processes with the fork: it could not be sent.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, fork, _begin, (search, site)) as pool:
        return [hit for batch in pool.map(_look, batches) for hit in batch]


@dataclass(frozen=True, slots=True)
class Hit:
    """thing: its number. said: what of it was found, as a message says it."""

    thing: int
    place: str
    line: int | None
    said: str
    by_name: bool = False


@dataclass(slots=True)
class Search:
    """All that is looked for. things: each by its number. public, titles: words that may stand anywhere
    (`fingerprints.needles`). own: words of the settings and the theme, which are no secret whatever a file
    of secrets says; those of an entry may be one that was typed into it."""

    things: Sequence[Private]
    public: bytes = b""
    titles: bytes = b""
    own: bytes = b""
    words: Any = field(init=False)
    exact: Any = field(init=False)
    of_words: dict[bytes, int] = field(init=False)
    of_exact: dict[bytes, tuple[int, Exact]] = field(init=False)
    files: dict[str, int] = field(init=False)
    pictures: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        numbers = {id(thing): number for number, thing in enumerate(self.things)}
        found = needles(self.things, self.public, self.titles)
        self.of_words = {needle: numbers[id(thing)] for needle, thing in found.items()}
        self.of_exact, self.files, self.pictures = {}, {}, {}
        for number, thing in enumerate(self.things):
            for exact in thing.exact:
                if not (exact.said.startswith("the value") and plain(exact.text) in self.own):
                    for form in _forms(exact.text):
                        self.of_exact.setdefault(form, (number, exact))
            self.pictures.update(dict.fromkeys(thing.pictures, number))
            for path in thing.files:
                self.files.setdefault(path, number)
        self.words, self.exact = automaton(self.of_words), automaton(self.of_exact)

    def __bool__(self) -> bool:
        return bool(self.of_words or self.of_exact or self.files or self.pictures)

    def looked_for(self) -> Iterator[bytes]:
        """Everything as bytes, in no order."""
        yield from (b"w" + needle for needle in self.of_words)
        yield from (b"x" + form for form in self.of_exact)
        yield from (f"f{name}".encode() for name in (*self.files, *self.pictures))

    def look(self, site: Path, files: Iterable[Path]) -> list[Hit]:
        """What stands in these files, each private thing once for each file."""
        hits: list[Hit] = []
        for path in files:
            place = path.relative_to(site).as_posix()
            found: dict[int, Hit] = {}
            for hit in self._in_file(place, path):
                found.setdefault(hit.thing, hit)
            hits += found.values()
        return hits

    def _in_file(self, place: str, path: Path) -> Iterable[Hit]:
        parts = place.split("/")
        for count in range(1, len(parts) + 1):
            above = "/".join(parts[:count])
            own = self.files.get(above, self.files.get(above.rpartition(".")[0]))
            if own is not None:
                yield Hit(own, place, None, "is a file of", by_name=True)
        picture = _PICTURE.fullmatch(place)
        if picture and picture[1] in self.pictures:
            yield Hit(self.pictures[picture[1]], place, None, "is a picture of", by_name=True)
        with path.open("rb") as file:
            data = file.read(MOST)
        inside = contents(data, place).parts
        text = "\n".join(part.text for part in inside)
        data = text.encode()
        named = plain(place)
        words = [words_in(part.text, part.ending) for part in inside if part.text]
        haystack = APART.join((*words, named))
        for start, end in matches(self.words, haystack, all_of_them=False):
            number = self.of_words[haystack[start:end]]
            if start >= len(haystack) - len(named):
                yield Hit(number, place, None, "has in its name words of", by_name=True)
                continue
            said = self._quoted(number, haystack, start, end)
            yield Hit(number, place, line_of(text, haystack[start:end]), said)
        for start, end in matches(self.exact, data):
            owner, exact = self.of_exact[data[start:end]]
            if _stands_alone(data, start, end, exact):
                line = data.count(b"\n", 0, start) + 1
                yield Hit(owner, place, line, f"holds {exact.said} of")

    def _quoted(self, number: int, haystack: bytes, start: int, end: int) -> str:
        thing = self.things[number]
        found = haystack[start:end]
        for address in thing.addresses:
            if plain(address) == found:
                return f"holds the address {Finding('e-mail address', address).masked} of"
        after = re.split(rb"[\0\1]", haystack[end : end + 200])[0].split()
        words = [*found.split(), *after[: max(0, SHOWN - SPAN)]]
        quoted = b" ".join(words).decode("utf-8", "ignore")
        return f'holds "{quoted} …" of'


_SEARCH: list[tuple[Search, Path]] = []
"""Of a process that searches: what for, and where."""


def _begin(search: Search, site: Path) -> None:
    _SEARCH[:] = [(search, site)]


def _look(files: list[Path]) -> list[Hit]:
    search, site = _SEARCH[0]
    return search.look(site, files)


def _forms(text: str) -> set[bytes]:
    """The ways in which the same can be written: plainly, in HTML, in JSON, in an address."""
    inside = json.dumps(text, ensure_ascii=False)[1:-1]
    forms = {text, html.escape(text), inside, inside.replace("/", "\\/")}
    forms |= {quote(text), quote(text, safe=""), quote(text, safe="").replace("%2F", "%2f")}
    return {form.encode() for form in forms}


def _stands_alone(data: bytes, start: int, end: int, exact: Exact) -> bool:
    """Whether it is the thing itself, and not a part of another path or word."""
    before = data[max(0, start - 1) : start]
    encoded = re.search(rb"%[0-9A-Fa-f]{2}\Z", data[max(0, start - 3) : start])
    if not encoded and (before.isalnum() or before in {b"_", b"-"}):
        # At the root of the site it follows the host's name.
        host = re.search(rb"://[\w.-]+(?::\d+)?\Z", data[max(0, start - 260) : start])
        if not (exact.at_root and host):
            return False
    if exact.at_root and before in {b".", b"/"}:
        return False
    return _AFTER.match(data, end) is not None


_ON_PURPOSE = ". When these words are no secret, write them into PUBLIC_WORDS in pelicanconf.py"
_REPEATING = ("people/", "topics/", "conversations/", "archive/")


def _faults_of(hits: Iterable[Hit], things: Sequence[Private]) -> Iterable[Fault]:
    by_thing: dict[int, list[Hit]] = {}
    for hit in hits:
        by_thing.setdefault(hit.thing, []).append(hit)
    for number, found in by_thing.items():
        thing = things[number]
        first = min(
            found,
            key=lambda hit: (
                hit.line is None and not hit.by_name,
                not hit.place.endswith(".html"),
                hit.place.startswith(_REPEATING),
                -hit.place.count("/"),
                hit.place,
            ),
        )
        places = len({hit.place for hit in found})
        more = f" (so {'does' if places == 2 else 'do'} {places - 1} more)" if places > 1 else ""
        yield Fault(
            first.place,
            first.line,
            f"{first.said} {thing.place}, {thing.what}{more}; {thing.mend}"
            + (_ON_PURPOSE if first.said.startswith('holds "') else ""),
        )
