"""A release: one state of the site that is or was live, and the record of it that is kept at the host.

The record is JSON in parts. Files and entries are sorted into boxes by a hash of their names, each box is
a part named by its content, and a head names the parts: of a site of ten thousand pages in which one has
changed, only some boxes are new. `.json.gz` with no time in it (RFC 1952), so that the same says the same.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tools.deploy.index import NOTHING, PublicEntry, SiteIndex
from tools.deploy.manifest import Manifest, Stamp
from tools.errors import ProjectError

VERSION = 1
BOX = 64
"""Things that a box is meant for."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a list of releases tells of one.

    id: "20261125-065249-3f9c2a", the time (UTC) and the beginning of a hash over all files: ids sort by
    age. commit: what of the repository it was built from, and whether something was not committed.
    said: what a reader saw change. after: what has been done since it went live, by name: when (ISO 8601),
    or "failed: why" ("seen", "hub", "indexnow").
    """

    id: str
    site_url: str
    commit: str | None
    dirty: bool
    said: str
    files: int
    size: int
    after: Mapping[str, str] = field(default_factory=dict)
    back: bool = False
    """Whether it is live again after a later one was."""

    @property
    def at(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    @property
    def seen(self) -> bool:
        """Whether the live site was found to be it."""
        said = self.after.get("seen", "")
        return bool(said) and not said.startswith("failed")


@dataclass(frozen=True, slots=True)
class Release:
    head: Head
    manifest: Manifest
    index: SiteIndex

    @property
    def id(self) -> str:
        return self.head.id


EMPTY: Manifest = MappingProxyType({})


def new_release(
    manifest: Manifest,
    index: SiteIndex,
    now: datetime,
    site_url: str,
    commit: str | None = None,
    dirty: bool = False,
    said: str = "",
) -> Release:
    """now: aware."""
    whole = "".join(f"{path}\0{one.sha256}\n" for path, one in sorted(manifest.items()))
    digest = hashlib.sha256(whole.encode()).hexdigest()
    identity = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{digest[:6]}"
    size = sum(one.size for one in manifest.values())
    head = Head(identity, site_url, commit, dirty, said, len(manifest), size)
    return Release(head, manifest, index)


def noted(head: Head, **after: str) -> Head:
    """The same with more that has been done."""
    return replace(head, after={**head.after, **after})


# --- the record -----------------------------------------------------------------------------------


def head_name(identity: str) -> str:
    return f"releases/{identity}.json.gz"


def part_name(digest: str) -> str:
    return f"parts/{digest}.json.gz"


def record(release: Release) -> dict[str, bytes]:
    """The files of a release's record by name, the head last: once that is there, all is."""
    files = {path: [one.size, one.sha256] for path, one in release.manifest.items()}
    entries = {key: asdict(entry) for key, entry in release.index.entries.items()}
    # Most addresses are those of files: only the fact is kept, in the same boxes.
    addresses = dict.fromkeys(release.index.addresses, 1)
    written: dict[str, bytes] = {}
    names: dict[str, list[str]] = {}
    for what, things in (("files", files), ("entries", entries), ("addresses", addresses)):
        for box in _boxes(things):
            packed = _packed(box)
            digest = hashlib.sha256(packed).hexdigest()[:32]
            written[part_name(digest)] = packed
            names.setdefault(what, []).append(digest)
    written[head_name(release.id)] = head_file(release.head, names)
    return written


def head_file(head: Head, parts: Mapping[str, Iterable[str]]) -> bytes:
    """parts: the digests of the parts, by what is in them."""
    return _packed(
        {
            "version": VERSION,
            "head": asdict(head),
            "parts": {name: list(digests) for name, digests in parts.items()},
        }
    )


def read_head(packed: bytes) -> tuple[Head, dict[str, list[str]]]:
    """The head, and the digests of its parts by what is in them. Raises ProjectError when it cannot be
    understood."""
    try:
        document = json.loads(gzip.decompress(packed))
        if document["version"] != VERSION:
            raise ProjectError(
                f"a release at the host has a record of version {document['version']}, which this "
                "program does not know; bring this project up to date"
            )
        return Head(**document["head"]), document["parts"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"the record of a release at the host is broken: {error}") from None


def read_release(packed: bytes, part: Callable[[list[str]], Mapping[str, bytes]]) -> Release:
    """part: the contents of parts by name, given their names ("parts/….json.gz")."""
    head, parts = read_head(packed)
    wanted = [part_name(digest) for digests in parts.values() for digest in digests]
    contents = part(list(dict.fromkeys(wanted)))
    found: dict[str, dict[str, Any]] = {"files": {}, "entries": {}, "addresses": {}}
    try:
        for what, digests in parts.items():
            for digest in digests:
                content = contents[part_name(digest)]
                if hashlib.sha256(content).hexdigest()[:32] != digest:
                    raise ValueError(f"{part_name(digest)} is not what it was")
                found[what] |= json.loads(gzip.decompress(content))
        manifest = {path: Stamp(*pair) for path, pair in found["files"].items()}
        entries = {key: PublicEntry(**value) for key, value in found["entries"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"the record of release {head.id} is broken: {error}") from None
    return Release(head, manifest, SiteIndex(entries, frozenset(found["addresses"])))


def nothing() -> tuple[Manifest, SiteIndex]:
    """What is live before the first release."""
    return EMPTY, NOTHING


def _boxes(things: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The things in a power of two of boxes, each sorted by name; empty ones are left out."""
    bits = max(0, (len(things) // BOX).bit_length())
    boxes: dict[int, dict[str, Any]] = {}
    for name in sorted(things):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
        boxes.setdefault(number >> (32 - bits), {})[name] = things[name]
    return [boxes[number] for number in sorted(boxes)]


def _packed(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 9, mtime=0)
