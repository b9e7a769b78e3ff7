"""Which files were looked through and held nothing private: of a site in which one page has changed, one is
looked through, as long as what is looked for is the same.

A file of records of 16 bytes, the first of what was looked for, each other of a file by its path and
content: the beginnings of SHA-256 digests (FIPS 180-4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from plugins.atomic import replace_file
from tools import containers

SIZE = 16
LARGEST = 64 * 1024 * 1024
"""Octets of the file; more is not read."""


def mark_of(things: Iterable[bytes]) -> bytes:
    """The same for the same things, in whatever order; another when these modules change."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted((*here.glob("*.py"), *Path(containers.__file__).parent.glob("*.py"))):
        digest.update(path.read_bytes())
    for thing in sorted(things):
        digest.update(len(thing).to_bytes(4) + thing)
    return digest.digest()[:SIZE]


def mark_of_file(place: str, path: Path) -> bytes:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    return hashlib.sha256(place.encode() + b"\0" + content).digest()[:SIZE]


def read_marks(seen: Path | None, looked_for: bytes) -> frozenset[bytes]:
    """The marks of files that held nothing; none when something else was looked for then."""
    try:
        if seen is None or seen.stat().st_size > LARGEST:
            return frozenset()
        data = seen.read_bytes()
    except OSError:
        return frozenset()
    if len(data) % SIZE or data[:SIZE] != looked_for:
        return frozenset()
    return frozenset(data[at : at + SIZE] for at in range(SIZE, len(data), SIZE))


def write_marks(seen: Path, looked_for: bytes, marks: Collection[bytes]) -> None:
    """marks: of this site's files and no others, so that the file is as long as the site is large."""
    # What cannot be remembered, as when two write at once, is looked through again the next time.
    with suppress(OSError):
        seen.parent.mkdir(parents=True, exist_ok=True)
        replace_file(seen, looked_for + b"".join(sorted(marks)))
