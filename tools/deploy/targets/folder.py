"""A folder of this machine as a host: `file:///srv/www`.

    /srv/www/current          what the web server shows: a link to the release that is live
    /srv/www/releases/<id>/   whole sites; files that stay the same are one file on the disk (hard links)
    /srv/www/records/         what was recorded of each (tools.deploy.release)

1. A folder beside the releases, `releases/.part`, becomes the new site: what stays the same is linked from
   the live release, what differs is copied and read back. What a stopped publish left there is used again.
2. The record, then one rename of the link: until it nothing of the new site is live, after it all.
3. Releases beyond those to be kept go, and parts of records that none of the others has.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.atomic import locked, replace_file
from tools.deploy.address import Address
from tools.deploy.progress import Progress
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
from tools.deploy.targets.target import Drift, Job, Sent, foreign_files
from tools.errors import ProjectError, as_project_error

OURS = frozenset({"current", "releases", "records"})
PART = ".part"
_ROOM = {errno.ENOSPC: "The disk is full", errno.EDQUOT: "Your quota of the disk is used up"}


class FolderTarget:
    atomic = True

    def __init__(self, address: Address, root: Path) -> None:
        self.address = address
        self.folder = Path(address.path)
        self.releases_at = self.folder / "releases"
        self.records_at = self.folder / "records"
        self.link = self.folder / "current"

    def open(self) -> None:
        """Raises ProjectError when there is no such place, or it holds what no publish put there."""
        if not self.folder.exists():
            if not self.folder.parent.is_dir():
                raise self._error(
                    f"{self.folder.parent} does not exist; make it, or correct the address"
                )
            return
        if not self.folder.is_dir():
            raise self._error("is a file; name a folder")
        with self._telling():
            there = {one.name for one in self.folder.iterdir() if not one.name.endswith(".lock")}
        foreign = sorted(there - OURS)
        if foreign and "records" not in there:
            raise self._error(
                f"{foreign_files(foreign)}; name an empty or a new folder, and let the web server show its current/"
            )
        if self.link.exists() and not self.link.is_symlink():
            raise self._error("has a folder current/ that is no link; move it away")

    def close(self) -> None:
        pass

    # --- questions -------------------------------------------------------------------------------

    def releases(self) -> tuple[Head, ...]:
        with self._telling():
            names = self._names(self.records_at / "releases")
            kept = set(self._names(self.releases_at))
            heads = [
                self._head(identity)[0]
                for name in names
                if (identity := name.removesuffix(".json.gz")) in kept
            ]
        return tuple(sorted(heads, key=lambda head: head.id, reverse=True))

    def current(self) -> str | None:
        with self._telling():
            return self.link.readlink().name if self.link.is_symlink() else None

    def release(self, identity: str) -> Release:
        with self._telling():
            self._head(identity)
            packed = (self.records_at / head_name(identity)).read_bytes()
            return read_release(packed, self._parts)

    def drift(self, release: Release) -> Drift:
        with self._telling():
            return drift_between(release.manifest, stamps(self.releases_at / release.id))

    def unfinished(self) -> str | None:
        if (self.releases_at / PART).is_dir():
            return "A publish stopped on the way. Nothing of it is live; the next one goes on from there."
        return None

    # --- what changes the host -------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, who: str) -> Iterator[None]:
        with self._telling():
            self.folder.mkdir(exist_ok=True)
            self.folder.chmod(0o755)
        # Who holds it is written by the lock itself: it knows the process too.
        with (
            as_project_error(),
            locked(self.folder / "publish", str(self.address), self.folder, patience=1),
        ):
            yield

    def send(self, job: Job, progress: Progress) -> Sent:
        part = self.releases_at / PART
        try:
            with self._telling():
                sent = self._lay(part, job, progress)
                self._record(job.release)
                self._sync()
                target = self.releases_at / job.release.id
                if target.exists():
                    shutil.rmtree(target)
                part.rename(target)
                self._switch(job.release.id)
        except ProjectError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in _ROOM:
                # Half a site on a full disk helps nobody.
                shutil.rmtree(part, ignore_errors=True)
            raise
        self._prune(job.release.id)
        return sent

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        harm = self.drift(to)
        if harm:
            raise self._error(
                f"the files of release {to.id} are not as they were ({_first(harm)}); choose another"
            )
        with self._telling():
            self._switch(to.id)

    def note(self, head: Head) -> None:
        with self._telling():
            parts = self._head(head.id)[1]
            replace_file(self.records_at / head_name(head.id), head_file(head, parts))

    # --- the steps -------------------------------------------------------------------------------

    def _lay(self, part: Path, job: Job, progress: Progress) -> Sent:
        """Make of the folder `part` the site of the job."""
        part.mkdir(parents=True, exist_ok=True)
        self.releases_at.chmod(0o755)
        manifest = job.release.manifest
        arrived = stamps(part)
        for path in arrived.keys() - manifest.keys():
            (part / path).unlink()
        live = self.releases_at / job.before.id if job.before else None
        doubtful = {*job.changes.new, *job.changes.changed, *job.drift.changed, *job.drift.missing}
        whole = sum(stamp.size for stamp in manifest.values())
        done = byte_count = files = 0
        for path, stamp in manifest.items():
            there = part / path
            if arrived.get(path) != stamp:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.unlink(missing_ok=True)
                if live is None or path in doubtful or not linked(live / path, there):
                    copied(job.site / path, there, stamp)
                    byte_count += stamp.size
                    files += 1
            done += stamp.size
            progress(done, whole)
        for parent, folders, _ in os.walk(part, topdown=False):
            for name in folders:
                with contextlib.suppress(OSError):  # it holds something: so it is wanted
                    Path(parent, name).rmdir()
        for parent, _, _ in os.walk(part):
            Path(parent).chmod(0o755)
        return Sent(byte_count, files)

    def _record(self, release: Release) -> None:
        for name, content in record(release).items():
            path = self.records_at / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                replace_file(path, content)

    def _sync(self) -> None:
        """All of it on the disk before it counts."""
        if hasattr(os, "sync"):
            os.sync()

    def _switch(self, identity: str) -> None:
        new = self.folder / ".current.new"
        new.unlink(missing_ok=True)
        try:
            new.symlink_to(Path("releases") / identity, target_is_directory=True)
        except (NotImplementedError, PermissionError) as error:
            raise self._error(
                f"no link can be made here ({error}); on Windows turn on the developer mode"
            ) from error
        new.replace(self.link)

    def _prune(self, live: str) -> None:
        """Take away what is no longer kept. What cannot be taken away harms nobody."""
        kept = {*sorted(self._names(self.releases_at), reverse=True)[: self.address.keep], live}
        for name in self._names(self.releases_at):
            if name not in kept:
                shutil.rmtree(self.releases_at / name, ignore_errors=True)
        wanted: set[str] = set()
        for name in self._names(self.records_at / "releases"):
            identity = name.removesuffix(".json.gz")
            if identity in kept:
                digests = self._head(identity)[1].values()
                wanted |= {part_name(one) for some in digests for one in some}
            else:
                (self.records_at / head_name(identity)).unlink(missing_ok=True)
        for name in self._names(self.records_at / "parts"):
            if f"parts/{name}" not in wanted:
                (self.records_at / "parts" / name).unlink(missing_ok=True)

    # --- records ---------------------------------------------------------------------------------

    def _names(self, folder: Path) -> list[str]:
        if not folder.is_dir():
            return []
        return [one.name for one in folder.iterdir() if not one.name.startswith(".")]

    def _head(self, identity: str) -> tuple[Head, dict[str, list[str]]]:
        path = self.records_at / head_name(identity)
        if not path.is_file():
            raise self._error(f"has no record of a release {identity}")
        return read_head(path.read_bytes())

    def _parts(self, names: Iterable[str]) -> dict[str, bytes]:
        return {
            name: (self.records_at / name).read_bytes()
            for name in names
            if (self.records_at / name).is_file()
        }

    # --- what is told ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """What the disk refuses, in words."""
        try:
            yield
        except OSError as error:
            place = error.filename or self.folder
            match error.errno:
                case errno.ENOSPC | errno.EDQUOT:
                    why = (
                        f"{_ROOM[error.errno]}. What is live is as it was. Make room, or keep fewer "
                        "releases (?keep=3 at the end of the address), and publish again"
                    )
                case errno.EACCES | errno.EPERM | errno.EROFS:
                    why = (
                        f"{place} may not be written ({error.strerror}). What is live is as it was. "
                        "Have the folder belong to you, and publish again"
                    )
                case _:
                    why = f"{place}: {error.strerror or error}"
            raise self._error(why) from error

    def _error(self, why: str) -> ProjectError:
        return ProjectError(f"{self.address}: {why}")


def _first(drift: Drift) -> str:
    for word, paths in (
        ("changed", drift.changed),
        ("missing", drift.missing),
        ("new", drift.extra),
    ):
        if paths:
            return f"{word}: {paths[0]}"
    return "nothing"
