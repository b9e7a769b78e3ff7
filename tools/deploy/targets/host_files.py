"""What lies in a folder at the host, as host.sh lists it, against what should be there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tools.deploy.manifest import Manifest, upload_order
from tools.deploy.targets.target import Drift, Job

Found = Mapping[str, str]
"""The hash of each file by its path; "" for what is no plain file, or has a name that no site has."""
_END = b"--\n"
_LINE = re.compile(rb"([0-9a-f]{64}) \./(.+)")
_BUNDLED = re.compile(rb"\s*(\d+)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done to a folder at the host for it to become the site; paths in order."""

    sent: tuple[str, ...]
    removed: tuple[str, ...]

    def size(self, manifest: Manifest) -> int:
        """Octets of content to be sent."""
        return sum(manifest[path].size for path in self.sent)


def sum_of(manifest: Manifest) -> str:
    """The one hash over all files and their names that `sum` answers with when all is as it should be."""
    lines = sorted(f"{stamp.sha256} ./{path}\n".encode() for path, stamp in manifest.items())
    return hashlib.sha256(b"".join(lines) + _END).hexdigest()


def read_list(listed: bytes) -> dict[str, str]:
    """What `listed` answers with. Names that are no UTF-8 are as Python decodes a path."""
    lines, _, rest = listed.partition(_END)
    found = {}
    for line in lines.splitlines():
        if match := _LINE.fullmatch(line):
            found[match[2].decode(errors="surrogateescape")] = match[1].decode()
    for name in rest.split(b"\0"):
        if name:
            found[name.removeprefix(b"./").decode(errors="surrogateescape")] = ""
    return found


def read_bundle(bundle: bytes) -> dict[str, bytes] | None:
    """The files that `bundle` answers with, by name. None when one of them was just being written."""
    count, _, rest = bundle.partition(b"\n")
    sizes = []
    for _ in range(int(count)):
        line, _, rest = rest.partition(b"\n")
        match = _BUNDLED.fullmatch(line)
        if not match:
            return None
        sizes.append((match[2].decode(), int(match[1])))
    if len(rest) != sum(size for _, size in sizes):
        return None
    files = {}
    for name, size in sizes:
        files[name], rest = rest[:size], rest[size:]
    return files


def drift_of(should: Manifest, found: Found) -> Drift:
    return Drift(
        tuple(sorted(p for p in should.keys() & found.keys() if should[p].sha256 != found[p])),
        tuple(sorted(should.keys() - found.keys())),
        tuple(sorted(found.keys() - should.keys())),
    )


def between(found: Found, manifest: Manifest) -> Work:
    """What makes the site of what was found."""
    drift = drift_of(manifest, found)
    # What is no plain file may stand where one has to be.
    odd = (path for path in drift.changed if not found[path])
    return Work(upload_order((*drift.changed, *drift.missing)), (*drift.extra, *odd))


def planned(job: Job) -> Work:
    """The same for a copy of the live release. What somebody else did to it does not live on: a file that
    they changed is taken away and sent again, so that it is no link to theirs."""
    drift, changes, wanted = job.drift, job.changes, job.release.manifest
    harmed = {*drift.changed, *drift.missing} & wanted.keys()
    missing = set(drift.missing)
    removed = {*changes.deleted, *drift.changed} - missing | set(drift.extra)
    return Work(
        upload_order({*changes.sent, *harmed, *(removed & wanted.keys())}), tuple(sorted(removed))
    )


def first_of(drift: Drift) -> str:
    """One of the differences, for a message."""
    for word, paths in (
        ("changed", drift.changed),
        ("missing", drift.missing),
        ("new", drift.extra),
    ):
        if paths:
            return f"{word}: {paths[0]}"
    return "nothing"
