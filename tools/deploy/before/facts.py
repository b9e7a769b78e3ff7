"""What a written file says of itself, by its content alone, and remembered by its content's hash: of ten
thousand pages of which one has changed, one is parsed.

What hangs on other files (does that address lead anywhere?) is judged later, of all facts together.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plugins.atomic import replace_file
from tools.deploy.manifest import NOT_SENT

MANY = 60
"""Files from which on another process is worth its start."""
LARGEST = 256 * 1024 * 1024
"""Octets that what is remembered may unpack to; more is not read."""

_KNOWN = frozenset((".html", ".htm", ".css", ".js", ".atom", ".rss", ".ics", ".json")) | {
    *(".webmanifest", ".xml", ".opml", ".svg")
}

Placed = tuple[int | None, str]
"""A line (from 1) and what stands there."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one file, whatever it is.

    faults: what is wrong in itself. ids: of a page, each once. references: the addresses that it names.
    fetched: those that a browser asks for by itself, with the element that does. asked: style sheets and
    scripts of a first view. weight: bytes when packed (gzip). own: the address that a feed says it has.
    items: of a feed, ids and addresses.
    """

    faults: tuple[Placed, ...] = ()
    ids: tuple[str, ...] = ()
    references: tuple[Placed, ...] = ()
    fetched: tuple[Placed, ...] = ()
    asked: tuple[str, ...] = ()
    weight: int = 0
    own: str = ""
    items: tuple[tuple[str, str], ...] = ()


def facts_of_site(site: Path, cache_file: Path | None = None) -> dict[str, Facts]:
    """The facts of every file below `site`, by its path in it.

    cache_file: where they are remembered; it then holds those of this site and no others.
    """
    files = [
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name not in NOT_SENT
    ]
    remembered = _remembered(cache_file)
    known: dict[str, tuple[str, Facts]] = {}
    unknown = []
    for name in files:
        with (site / name).open("rb") as file:
            key = f"{hashlib.file_digest(file, 'sha256').hexdigest()}{Path(name).suffix}"
        if key in remembered:
            known[name] = (key, remembered[key])
        else:
            unknown.append((name, key))
    for (name, key), facts in zip(unknown, _all_facts(site, [n for n, _ in unknown]), strict=True):
        known[name] = (key, facts)
    if cache_file is not None and (unknown or len(remembered) > len(known)):
        _remember(cache_file, dict(known.values()))
    return {name: known[name][1] for name in files}


def _all_facts(site: Path, names: Sequence[str]) -> list[Facts]:
    workers = min(os.cpu_count() or 1, len(names) // MANY) if sys.platform == "linux" else 0
    paths = [site / name for name in names]
    if workers < 2:
        return [_facts(path) for path in paths]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_facts, paths, chunksize=max(1, min(50, len(paths) // workers // 4))))


def _facts(path: Path) -> Facts:
    from tools.deploy.before import calendars, feeds, others, pages

    name, ending = path.name, path.suffix.lower()
    if ending not in _KNOWN and ending not in others.PICTURES:
        return Facts()  # a download, however large
    data = path.read_bytes()
    match ending:
        case ".html" | ".htm":
            return pages.page_facts(data)
        case ".css":
            return pages.style_facts(data)
        case ".js":
            return Facts(weight=pages.packed(data))
        case ".atom" | ".rss":
            return feeds.feed_facts(data)
        case ".ics":
            return calendars.calendar_facts(data)
        case ".json" | ".webmanifest":
            return feeds.json_facts(data, name)
        case ".xml" | ".opml" | ".svg":
            return others.xml_facts(data, name)
        case _:
            return others.picture_facts(data)


def _remembered(cache_file: Path | None) -> Mapping[str, Facts]:
    """Nothing when the file is not there, is not ours, or was written by another version of the checks."""
    if cache_file is None or not cache_file.is_file():
        return {}
    try:
        with gzip.open(cache_file) as file:
            raw = file.read(LARGEST + 1)
        document = json.loads(raw) if len(raw) <= LARGEST else {}
        if document.get("by") != _by():
            return {}
        texts = document["texts"]
        return {key: _unpacked(row, texts) for key, row in document["facts"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}


def _remember(cache_file: Path, facts: Mapping[str, Facts]) -> None:
    """Texts that many pages share stand in it once."""
    texts: dict[str, int] = {}

    def packed(value: Any) -> Any:
        if isinstance(value, str):
            return {"t": texts.setdefault(value, len(texts))}
        if isinstance(value, tuple):
            return [packed(one) for one in value]
        return value

    rows = {key: packed(astuple(one)) for key, one in facts.items()}
    document = {"by": _by(), "texts": list(texts), "facts": rows}
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    # What cannot be remembered, as when two write at once, is found again the next time.
    with suppress(OSError):
        cache_file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(cache_file, gzip.compress(content, 5, mtime=0))


def _unpacked(row: Any, texts: Sequence[str]) -> Facts:
    def value(of: Any) -> Any:
        if isinstance(of, list):
            return tuple(map(value, of))
        return texts[of["t"]] if isinstance(of, dict) else of

    return Facts(*value(row))


@cache
def _by() -> str:
    """What decides the facts: these modules and the parsers."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for package in ("justhtml", "icalendar", "pillow"):
        digest.update(version(package).encode())
    return digest.hexdigest()
