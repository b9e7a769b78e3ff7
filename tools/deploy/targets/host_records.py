"""The records of releases at a host (tools.deploy.release): heads come over the line when they are asked
for, parts once: what is in one never changes, so it is kept on this machine."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from tools.deploy.release import Head, Release, head_name, part_name, read_head, read_release

Bundle = Callable[[str, bytes], Mapping[str, bytes]]
"""Files that a request of host.sh answers with, by name, given what is on its standard input."""
KEPT = 100 * 24 * 3600.0
"""Seconds that a part is kept on this machine."""


class HostRecords:
    """cache: a folder of this machine."""

    def __init__(self, bundle: Bundle, cache: Path) -> None:
        self._bundle = bundle
        self._cache = cache
        self._named: dict[str, Collection[str]] = {}

    def heads(self) -> tuple[Head, ...]:
        """Of the releases that are kept, the latest first."""
        heads = [read_head(packed)[0] for packed in self._bundle("heads", b"").values()]
        return tuple(sorted(heads, key=lambda head: head.id, reverse=True))

    def head(self, identity: str) -> bytes | None:
        """As it lies there."""
        name = head_name(identity)
        return self._bundle("files", f"{name}\n".encode()).get(name)

    def release(self, head: bytes) -> Release:
        """Raises ProjectError when parts of the record lack, or are broken."""
        release = read_release(head, self._parts)
        parts = read_head(head)[1].values()
        self._named[release.id] = {part_name(one) for some in parts for one in some}
        return release

    def known(self, identity: str) -> Collection[str]:
        """The parts that the host has, since the record of that release, read before, names them."""
        return self._named.get(identity, ())

    def remember(self, parts: Mapping[str, bytes]) -> None:
        """Keep parts here. Those that have long been here go: what is needed of them comes once more."""
        folder = self._cache / "parts"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.iterdir():
                if time.time() - path.stat().st_mtime > KEPT:
                    path.unlink(missing_ok=True)
            for name, content in parts.items():
                if not (self._cache / name).exists():
                    (self._cache / name).write_bytes(content)

    def _parts(self, names: list[str]) -> dict[str, bytes]:
        found = {}
        for name in names:
            with contextlib.suppress(OSError):
                content = (self._cache / name).read_bytes()
                if part_name(hashlib.sha256(content).hexdigest()[:32]) == name:
                    found[name] = content
                else:
                    (self._cache / name).unlink()  # half written when something stopped
        lacking = [name for name in names if name not in found]
        if lacking:
            came = self._bundle("files", "".join(f"{name}\n" for name in lacking).encode())
            self.remember(came)
            found.update(came)
        return found
