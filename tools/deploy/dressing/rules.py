"""What every answer of a host is to say, and which addresses lead elsewhere: read from the two files of the
build, which are the one place where it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tools.serve.rules import headers_for, read_headers

SHARED = ("feed.atom", "feed.rss", "feed.json", "meetups.ics")
"""One of each kind of file that other sites' scripts may read."""


@dataclass(frozen=True, slots=True)
class Rules:
    """base_path: that of the site's address, "/blog" or "". always: headers of every answer. shared: the
    endings of files that scripts of other sites may read. moved: where old addresses lead, as they are
    requested (decoded), to addresses as they are written (encoded), both with the base path."""

    base_path: str
    always: tuple[tuple[str, str], ...]
    shared: tuple[str, ...]
    moved: Mapping[str, str]


def rules_of(site: Path, base_path: str) -> Rules:
    """Of a built site; one without the files has none."""
    said, _ = read_headers(_text(site / "_headers"))
    open_to_all = tuple(
        name.removeprefix("meetups")
        for name in SHARED
        if "access-control-allow-origin"
        in {key.lower() for key, _ in headers_for(said, f"{base_path}/{name}")}
    )
    endings = tuple(
        name.removeprefix("feed") if name != "feed.json" else name for name in open_to_all
    )
    moved = {}
    for line in _text(site / "_redirects").splitlines():
        words = line.split()
        if len(words) == 3 and words[0].startswith("/"):
            moved[unquote(words[0])] = words[1]
    return Rules(base_path, tuple(headers_for(said, f"{base_path}/")), endings, moved)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
