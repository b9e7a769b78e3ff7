"""What a build wrote into a folder: of each file its fingerprint, and how it lay there when it was written.

The record is only a memory: of what lies otherwise in the folder, or is not in the record, nothing is believed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from plugins.memory import Memory
from plugins.outputs.fingerprints import differ_in

Lies = tuple[int, int, int]
"""How a file lies there: its bytes, when its content changed (ns), and its number on the disk."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as a build wrote it. at: when (seconds since 1970), and why: it was "new", or "shown", "made" or
    "lay" otherwise than before."""

    fingerprint: bytes
    lies: Lies
    at: float
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """written: by file, relative to the folder. lying: how each file that is there now lies. looked_for: stands
    for what was looked for in all of them."""

    written: Mapping[str, Written]
    lying: Mapping[str, Lies]
    looked_for: bytes = b""

    def holds(self, file: str, fingerprint: bytes) -> bool:
        """Whether the file is there as it was written, and was made of the same."""
        found = self.written.get(file)
        return (
            found is not None
            and found.fingerprint == fingerprint
            and self.lying.get(file) == found.lies
        )

    def why(self, file: str, fingerprint: bytes) -> str:
        """Why the file was written again (see Written)."""
        found = self.written.get(file)
        return "new" if found is None else differ_in(found.fingerprint, fingerprint) or "lay"


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
    changed: Collection[str],
) -> None:
    """Remember that these files lie in the folder now. before: what was known of those that were not
    written again. changed: those that were."""
    written: dict[str, Written] = {}
    now = time.time()
    for file, fingerprint in fingerprints.items():
        known = before.written.get(file)
        if known is not None and before.holds(file, fingerprint):
            written[file] = known
            continue
        lies = _lies((folder / file).stat())
        if known is None or file in changed:
            written[file] = Written(fingerprint, lies, now, before.why(file, fingerprint))
        else:  # made anew, and the same came out
            written[file] = Written(fingerprint, lies, known.at, known.why)
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
    return blake2b(os.fsencode(name), person=b"record").digest()
