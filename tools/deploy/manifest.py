"""What a built site consists of: every file by its content, and how two sites differ.

A path is relative to the site's folder, with slashes, as in an address: "posts/x/index.html". A hash is
SHA-256 (FIPS 180-4) in hexadecimal.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.errors import ProjectError

Manifest = Mapping[str, "Stamp"]

NOT_SENT = frozenset({".made-by-build"})
"""What a build leaves for itself."""

_LAST = frozenset((".atom", ".rss", ".xml", ".ics", ".opml"))
_LAST_NAMES = frozenset(("feed.json", "next-build.json", "_redirects", "_headers", ".htaccess"))
_PACKED = (".gz", ".br")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's content: its size in bytes, and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes one manifest of another. Paths are in the order in which they are to travel."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]

    @property
    def sent(self) -> tuple[str, ...]:
        return upload_order((*self.new, *self.changed))

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.deleted)


def manifest_of(folder: Path) -> dict[str, Stamp]:
    """Of every file below `folder`. Raises ProjectError for what is no plain file, and for a name that
    cannot be a path everywhere."""
    found: dict[str, Stamp] = {}
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*names, *(one for one in folders if Path(parent, one).is_symlink()))):
            path = Path(parent, name)
            shown = path.relative_to(folder).as_posix()
            if shown in NOT_SENT:
                continue
            if path.is_symlink() or not path.is_file():
                raise ProjectError(f"{shown}: is a link or no file, and cannot be published")
            if any(ord(character) < 32 or character == "\\" for character in shown):
                raise ProjectError(f"{shown!r}: no name for an address; rename the file")
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[shown] = Stamp(path.stat().st_size, digest)
    return found


def stamp(content: bytes) -> Stamp:
    return Stamp(len(content), hashlib.sha256(content).hexdigest())


def differences(old: Manifest, new: Manifest) -> Changes:
    """What is to be done to `old` for it to become `new`."""
    return Changes(
        upload_order(new.keys() - old.keys()),
        upload_order(
            path for path in new.keys() & old.keys() if new[path].sha256 != old[path].sha256
        ),
        tuple(reversed(upload_order(old.keys() - new.keys()))),
    )


def upload_order(paths: Iterable[str]) -> tuple[str, ...]:
    """In the order in which a reader can do without what comes later: what pages need, the pages (those
    that lead to others after them, the home page last), then what tells of them: feeds, calendars, the
    sitemap."""
    return tuple(sorted(paths, key=lambda path: (rank(path), -path.count("/"), path)))


def rank(path: str) -> int:
    """0 for what pages need, 1 for pages, 2 for what tells of them."""
    plain = PurePosixPath(path)
    if plain.suffix in _PACKED:
        plain = plain.with_suffix("")
    if plain.suffix == ".html":
        return 1
    return 2 if plain.suffix in _LAST or plain.name in _LAST_NAMES else 0


def total(manifest: Manifest, paths: Iterable[str] | None = None) -> int:
    """Octets of all, or of those named."""
    return sum(manifest[path].size for path in (manifest if paths is None else paths))
