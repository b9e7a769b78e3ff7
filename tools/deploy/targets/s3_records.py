"""The records of releases in a bucket, and what is kept for them.

Parts of records never change, so each is read once and then kept in .cache/publish/parts.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from tools.deploy.release import (
    Head,
    Release,
    head_file,
    head_name,
    part_name,
    read_head,
    read_release,
    record,
)
from tools.deploy.targets.bucket import Bucket
from tools.deploy.targets.s3_state import BLOBS, OWN, listing_of_blobs
from tools.errors import ProjectError

PARTS = f"{OWN}parts/"
HEADS = f"{OWN}releases/"


class Records:
    """folder: where parts are kept on this machine."""

    def __init__(self, bucket: Bucket, folder: Path) -> None:
        self._bucket, self._folder = bucket, folder

    def ids(self) -> frozenset[str]:
        """Of all that are recorded, live once or not."""
        names = self._bucket.listing(HEADS)
        return frozenset(name.removeprefix(HEADS).removesuffix(".json.gz") for name in names)

    def heads(self, ids: Collection[str]) -> dict[str, tuple[Head, dict[str, list[str]]]]:
        """By id, each head and the digests of its parts by what is in them."""
        found = self._bucket.each(lambda one: self._bucket.get(OWN + head_name(one)), ids)
        return {
            one: read_head(packed.body)
            for one, packed in zip(ids, found, strict=True)
            if packed is not None
        }

    def has(self, identity: str) -> bool:
        return self._bucket.get(OWN + head_name(identity)) is not None

    def release(self, identity: str) -> Release:
        """Raises ProjectError when there is none of that id."""
        found = self._bucket.get(OWN + head_name(identity))
        if found is None:
            raise ProjectError(
                f'{self._bucket.address} has no release "{identity}"; ./invoke publish.list shows those '
                "that it has"
            )
        return read_release(found.body, self._parts)

    def write_parts(self, release: Release, before_each: Callable[[], None]) -> None:
        """Those of a release that are not there yet."""
        there = self._bucket.listing_of_hashes(PARTS)
        new = {
            name: content
            for name, content in record(release).items()
            if name != head_name(release.id) and OWN + name not in there
        }

        def put(name: str) -> None:
            before_each()
            self._bucket.put(OWN + name, new[name])

        self._bucket.each(put, new)

    def write_head(self, release: Release) -> None:
        self._bucket.put(OWN + head_name(release.id), record(release)[head_name(release.id)])

    def note(self, head: Head) -> None:
        """Write another head for the same parts."""
        kept = self.heads([head.id])
        if head.id not in kept:
            raise ProjectError(f'{self._bucket.address} has no release "{head.id}" to note this of')
        self._bucket.put(OWN + head_name(head.id), head_file(head, kept[head.id][1]))

    def drop(self, ids: Collection[str]) -> None:
        """Take away what names them. No release may be offered whose contents are not all there, so this
        comes before anything that they name goes."""
        self._bucket.each(lambda one: self._bucket.delete(OWN + head_name(one)), ids)

    def forget(self, live: Release, keep: int, check: Callable[[], None]) -> None:
        """Take away all releases but the latest `keep`, among them the live one, and what no record names.
        check: called before each deletion."""

        def delete(name: str) -> None:
            check()
            self._bucket.delete(name)

        ids = self.ids()
        others = sorted(ids - {live.id}, reverse=True)[: keep - 1]
        self.drop(sorted(ids - {live.id, *others}))
        written = record(live)
        boxes = {
            kind: set(names) for kind, names in read_head(written[head_name(live.id)])[1].items()
        }
        files, parts = set[str](), set().union(*boxes.values())
        for _, named in self.heads(others).values():
            files |= set(named.get("files", ())) - boxes.get("files", set())
            parts |= set().union(*named.values())
        contents = {one.sha256 for one in live.manifest.values()}
        for packed in self._parts([part_name(digest) for digest in sorted(files)]).values():
            contents |= {sha256 for _, sha256 in json.loads(gzip.decompress(packed)).values()}
        kept = {OWN + part_name(digest) for digest in parts}
        self._bucket.each(delete, sorted(self._bucket.listing_of_hashes(PARTS).keys() - kept))
        unused = sorted(listing_of_blobs(self._bucket).keys() - contents)
        self._bucket.each(delete, [BLOBS + sha256 for sha256 in unused])
        self._forget_here({part_name(digest) for digest in parts})

    def _parts(self, names: list[str]) -> Mapping[str, bytes]:
        """Contents of parts by name ("parts/….json.gz")."""
        found = {name: content for name in names if (content := self._kept_here(name)) is not None}
        missing = [name for name in names if name not in found]
        for name, part in zip(
            missing,
            self._bucket.each(lambda name: self._bucket.get(OWN + name), missing),
            strict=True,
        ):
            if part is None:
                raise ProjectError(
                    f"{self._bucket.address}: {OWN}{name} is gone from the bucket, and with it a part of a "
                    "release's record; was it deleted by hand?"
                )
            found[name] = part.body
            self._keep_here(name, part.body)
        return found

    def _kept_here(self, name: str) -> bytes | None:
        try:
            content = (self._folder / Path(name).name).read_bytes()
        except OSError:
            return None
        digest = hashlib.sha256(content).hexdigest()[:32]
        return content if part_name(digest) == name else None

    def _keep_here(self, name: str, content: bytes) -> None:
        # A disk without room makes the next publish slower, and this one no worse.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / Path(name).name).write_bytes(content)

    def _forget_here(self, kept: Collection[str]) -> None:
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if f"parts/{path.name}" not in kept:
                    path.unlink()
