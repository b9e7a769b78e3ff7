"""What a build wrote into a folder: of each file its fingerprint, and how it lay there when it was written.

The record is only a memory: of what lies otherwise in the folder, or is not in the record, nothing is believed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from plugins.memory import Memory

Lies = tuple[int, int, int]
"""How a file lies there: its bytes, when its content changed (ns), and its number on the disk."""


@dataclass(frozen=True, slots=True)
class Record:
    """written: by file, relative to the folder. lying: how each file that is there now lies. looked_for: stands
    for what was looked for in all of them."""

    written: Mapping[str, tuple[bytes, Lies]]
    lying: Mapping[str, Lies]
    looked_for: bytes = b""

    def holds(self, file: str, fingerprint: bytes) -> bool:
        """Whether the file is there as it was written, and was made of the same."""
        found = self.written.get(file)
        return found is not None and found[0] == fingerprint and self.lying.get(file) == found[1]


NOTHING = Record({}, {})


def read_record(memory: Memory, folder: Path, name: str) -> Record:
    """Of a folder that a build has written, whether it is remembered or not. name: under which it is."""
    looked_for, written = memory.get(_key(name)) or (b"", {})
    return Record(written, dict(lying(folder)), looked_for)


def keep_record(
    memory: Memory,
    folder: Path,
    name: str,
    looked_for: bytes,
    fingerprints: Mapping[str, bytes],
    before: Record,
) -> None:
    """Remember that these files lie in the folder now. before: what was known of those that were not
    written again."""
    written: dict[str, tuple[bytes, Lies]] = {}
    for file, fingerprint in fingerprints.items():
        if before.holds(file, fingerprint):
            written[file] = before.written[file]
        else:
            written[file] = fingerprint, _lies((folder / file).stat())
    if written != before.written or looked_for != before.looked_for:
        memory.put(_key(name), (looked_for, written))


def lying(folder: Path) -> Iterator[tuple[str, Lies]]:
    """Every file below the folder, by its path in it."""
    waiting = [("", str(folder))]
    while waiting:
        below, path = waiting.pop()
        with os.scandir(path) as found:
            for one in found:
                if one.is_dir(follow_symlinks=False):
                    waiting.append((f"{below}{one.name}/", one.path))
                else:
                    yield below + one.name, _lies(one.stat(follow_symlinks=False))


def _lies(stat: os.stat_result) -> Lies:
    # (Windows tells the number only to who asks for one file.)
    return stat.st_size, stat.st_mtime_ns, 0 if os.name == "nt" else stat.st_ino


def _key(name: str) -> bytes:
    """It hangs on no recipe: each fingerprint does."""
    return blake2b(os.fsencode(name), person=b"written").digest()
