"""Snapshots of a remote store on this machine: whole folders, and current.json that names the one in use.

    .cache/store/<host-and-path>/current.json              which generation, and what to ask with next
    .cache/store/<host-and-path>/generation-…/index.json   the index that it was made from
    .cache/store/<host-and-path>/generation-…/threads/     a store, as any folder is one

1. `begin` makes a new generation, which nobody reads yet; files that have not changed are linked in.
2. `switch` writes it to the disk and replaces the pointer, in one rename: before it the old copy is
   read, after it the new one, and there is no between.
3. `tidy` takes away what has not been pointed to for an hour, so that no build loses what it reads.

A pull needs no lock: of two at once, each makes a whole generation and the later switch stays.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from plugins.atomic import replace_file, to_disk
from tools.store.faults import StoreFault
from tools.store.model import Index, parse_index

POINTER = "current.json"
_KEPT_FOR = 3600.0


class Pointer(BaseModel):
    """current.json. `checked` is when the server last said that this is what it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    address: str
    generation: Annotated[str, StringConstraints(pattern=r"^generation-[A-Za-z0-9_]+$")]
    etag: str | None
    last_modified: str | None
    checked: AwareDatetime


@dataclass(frozen=True, slots=True)
class Copy:
    """The generation that the pointer names."""

    home: Path
    pointer: Pointer
    index: Index

    @property
    def threads(self) -> Path:
        """A folder of thread files, as COMMENTS_STORE takes it."""
        return self.home / self.pointer.generation / "threads"

    def sound(self) -> dict[str, int]:
        """The size of each thread's file that is there as the index has it, by entry key."""
        found = {}
        for key, listed in self.index.threads.items():
            with suppress(OSError):
                raw = (self.threads / f"{key}.json").read_bytes()
                if hashlib.sha256(raw).hexdigest() == listed.sha256:
                    found[key] = len(raw)
        return found

    def is_whole(self, sound: Mapping[str, int]) -> bool:
        """Whether every file is there as it came, and no other; `sound` is what sound() found."""
        there = sum(1 for path in self.threads.rglob("*") if not path.is_dir())
        return len(sound) == len(self.index.threads) == there and self.threads.is_dir()


def read_copy(home: Path, address: str) -> Copy | None:
    """The copy of that address in the folder `home`, if there is one that can be read."""
    try:
        pointer = Pointer.model_validate_json((home / POINTER).read_bytes())
        if pointer.address != address:
            return None
        index = home / pointer.generation / "index.json"
        return Copy(home, pointer, parse_index(index.read_bytes(), str(index)))
    except (OSError, ValidationError, StoreFault):
        return None


def begin(home: Path) -> Path:
    """A new generation's folder. Raises OSError."""
    home.mkdir(parents=True, exist_ok=True)
    generation = Path(tempfile.mkdtemp(prefix="generation-", dir=home))
    (generation / "threads").mkdir()
    return generation


def keep(old: Path, new: Path) -> None:
    """Have a file that did not change in the new generation too."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


def switch(home: Path, pointer: Pointer) -> None:
    """Make `pointer` the one that is read. Raises OSError."""
    generation = home / pointer.generation
    for folder in (*sorted(path for path in generation.rglob("*") if path.is_dir()), generation):
        to_disk(folder)
    point(home, pointer)


def point(home: Path, pointer: Pointer) -> None:
    """Replace the pointer, whole or not at all."""
    replace_file(home / POINTER, f"{pointer.model_dump_json(indent=2)}\n".encode())


def retire(home: Path, pointer: Pointer) -> None:
    """From now on the generation is kept for as long as a build may still read it."""
    with suppress(OSError):
        os.utime(home / pointer.generation)


def tidy(home: Path, current: str) -> None:
    """Take away the generations and half-written pointers that nobody can be using any more."""
    before = time.time() - _KEPT_FOR
    for path in list(home.iterdir()):
        if path.name in {current, POINTER}:
            continue
        with suppress(OSError):  # another pull may be at it too
            if path.stat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def discard(home: Path, generation: Path) -> None:
    """Take away a generation that did not come to be; one that is pointed to stays."""
    with suppress(OSError):
        if generation.name in (home / POINTER).read_text(encoding="utf-8"):
            return
    shutil.rmtree(generation, ignore_errors=True)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
