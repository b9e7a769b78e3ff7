"""Releases that are kept on this machine, for hosts that show a site but not what it was made of.

    <folder>/sites/<id>/     whole sites; files that stay the same are one file on the disk (hard links)
    <folder>/records/        what was recorded of each (tools.deploy.release)
    <folder>/deploys.json    [["<release>", "<deploy>"], …]: what the host called each when it went live,
                             in the order in which they did

A site and its record are laid down before anything is sent, so one that is in no pair of deploys.json
was on its way when something stopped it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from plugins.atomic import replace_file
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
from tools.deploy.targets.folder_files import copied, drift_between, linked, stamps
from tools.deploy.targets.target import Drift, Job
from tools.errors import ProjectError

PART = ".part"


class KeptReleases:
    """wrong: makes an error of what is wrong. Other methods raise OSError as the disk does."""

    def __init__(self, folder: Path, wrong: Callable[[str], ProjectError]) -> None:
        self.folder = folder
        self._sites = folder / "sites"
        self._records = folder / "records"
        self._deploys = folder / "deploys.json"
        self._wrong = wrong

    # --- what there is ---------------------------------------------------------------------------

    def pairs(self) -> list[tuple[str, str]]:
        """Release and deploy, those that went live last at the end."""
        if not self._deploys.is_file():
            return []
        try:
            read = json.loads(self._deploys.read_text(encoding="utf-8"))
            return [(str(release), str(deploy)) for release, deploy in read]
        except (ValueError, TypeError) as error:
            raise self._wrong(
                f"{self._deploys} cannot be understood ({error}); move it away, and what was published "
                "counts as made elsewhere"
            ) from None

    def ids(self) -> frozenset[str]:
        """Of all releases of which both the site and the record are here."""
        sites = set(_names(self._sites))
        recorded = (name.removesuffix(".json.gz") for name in _names(self._records / "releases"))
        return frozenset(one for one in recorded if one in sites)

    def head(self, identity: str) -> Head:
        return self._head(identity)[0]

    def release(self, identity: str) -> Release:
        self._head(identity)
        return read_release((self._records / head_name(identity)).read_bytes(), self._parts)

    def site(self, identity: str) -> Path:
        return self._sites / identity

    def drift(self, release: Release) -> Drift:
        """How the kept site differs from what it was."""
        return drift_between(release.manifest, stamps(self.site(release.id)))

    # --- what is written -------------------------------------------------------------------------

    def keep(self, job: Job) -> tuple[Path, int]:
        """The job's site, laid down with its record; and how many bytes of it were copied."""
        part = self._sites / PART
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        before = self.site(job.before.id) if job.before else None
        there = stamps(before) if before and before.is_dir() else {}
        byte_count = 0
        try:
            for path, stamp in job.release.manifest.items():
                new = part / path
                new.parent.mkdir(parents=True, exist_ok=True)
                same = before is not None and there.get(path) == stamp
                if not (same and before is not None and linked(before / path, new)):
                    copied(job.site / path, new, stamp)
                    byte_count += stamp.size
            self._record(job.release)
            site = self.site(job.release.id)
            shutil.rmtree(site, ignore_errors=True)
            part.rename(site)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        return site, byte_count

    def went_live(self, identity: str, deploy: str) -> None:
        pairs = [*self.pairs(), (identity, deploy)]
        replace_file(self._deploys, json.dumps(pairs, indent=1).encode())

    def note(self, head: Head) -> None:
        parts = self._head(head.id)[1]
        replace_file(self._records / head_name(head.id), head_file(head, parts))

    def prune(self, kept: frozenset[str]) -> None:
        """Take away all but the releases named. What cannot be taken away harms nobody."""
        for name in _names(self._sites):
            if name not in kept:
                shutil.rmtree(self._sites / name, ignore_errors=True)
        wanted: set[str] = set()
        for name in _names(self._records / "releases"):
            identity = name.removesuffix(".json.gz")
            if identity in kept:
                digests = self._head(identity)[1].values()
                wanted |= {part_name(one) for some in digests for one in some}
            else:
                (self._records / head_name(identity)).unlink(missing_ok=True)
        for name in _names(self._records / "parts"):
            if f"parts/{name}" not in wanted:
                (self._records / "parts" / name).unlink(missing_ok=True)
        pairs = self.pairs()
        if any(release not in kept for release, _ in pairs):
            left = [pair for pair in pairs if pair[0] in kept]
            replace_file(self._deploys, json.dumps(left, indent=1).encode())

    # --- records ---------------------------------------------------------------------------------

    def _record(self, release: Release) -> None:
        for name, content in record(release).items():
            path = self._records / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                replace_file(path, content)

    def _head(self, identity: str) -> tuple[Head, dict[str, list[str]]]:
        path = self._records / head_name(identity)
        if not path.is_file():
            raise self._wrong(f"has no record of a release {identity} on this machine")
        return read_head(path.read_bytes())

    def _parts(self, names: Iterable[str]) -> dict[str, bytes]:
        found = {name: self._records / name for name in names}
        return {name: path.read_bytes() for name, path in found.items() if path.is_file()}


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [one.name for one in os.scandir(folder) if not one.name.startswith(".")]
