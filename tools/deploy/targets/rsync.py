"""A folder of a host as a target: `rsync://me@host.example/srv/www`, by rsync over ssh.

    /srv/www/current          what the web server shows: a link to the release that is live
    /srv/www/releases/<id>/   whole sites; files that stay the same are one file on the disk (hard links)
    /srv/www/records/         what was recorded of each (tools.deploy.release)
    /srv/www/publish.lock/    while somebody publishes (host_lock)

1. At the host `releases/.part` becomes a copy of the live release, by links. What a stopped publish left
   there is used again, unless more of it would have to be sent.
2. What has no place in the new site is removed from it; what differs by content is sent, over a line that
   may break. One hash over every file, made at the host, says whether all is there and as it should be.
3. The record, then one rename of the link: until it nothing of the new site is live, after it all.
4. Releases beyond those to be kept go, and parts of records that none of the others has.

What a cut line stops is tried again, lock and all; host.sh makes sure that to do it twice does no harm.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from tools.deploy.address import Address
from tools.deploy.manifest import Manifest
from tools.deploy.progress import Progress
from tools.deploy.release import (
    Head,
    Release,
    head_file,
    head_name,
    read_head,
    record,
)
from tools.deploy.retrying import WAITS, retrying
from tools.deploy.targets.host_files import (
    Work,
    between,
    drift_of,
    first_of,
    planned,
    read_bundle,
    read_list,
    sum_of,
)
from tools.deploy.targets.host_lock import HostLock
from tools.deploy.targets.host_records import HostRecords
from tools.deploy.targets.rsync_upload import PARTIAL, Rsync
from tools.deploy.targets.ssh import Ssh
from tools.deploy.targets.ssh_faults import ConnectionBroken, Full, LockLost, passing
from tools.deploy.targets.target import Drift, Job, Sent
from tools.errors import ProjectError

T = TypeVar("T")

PART = ".part"
ROUNDS = 3
"""How often what arrived is looked at and, where it is not right, sent again."""
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


class RsyncTarget:
    atomic = True
    waits: tuple[float, ...] = WAITS

    def __init__(self, address: Address, root: Path) -> None:
        self.address = address
        self._ssh = Ssh(address)
        self._rsync = Rsync(self._ssh)
        self._lock: HostLock | None = None
        self._records = HostRecords(self._bundle, root / ".cache" / "publish")

    def open(self) -> None:
        """Raises ProjectError when the host cannot be reached, lets us not in, lacks a program, or has
        something else in the folder."""
        self._rsync.open()
        # Whoever typed a wrong address wants to hear it at once.
        retrying(self._ssh.open, passing, self.waits[:2])

    def close(self) -> None:
        self._ssh.close()

    # --- questions -------------------------------------------------------------------------------

    def releases(self) -> tuple[Head, ...]:
        return self._records.heads()

    def current(self) -> str | None:
        live = self._ask("live").decode(errors="replace").strip()
        if live and not _ID.fullmatch(live):
            raise self._error(f"current leads to {live}, which no publish made; move it away")
        return live or None

    def release(self, identity: str) -> Release:
        return self._records.release(self._head(identity))

    def drift(self, release: Release) -> Drift:
        """64 bytes come back when nothing does, and the whole list only when something does."""
        if self._ask("sum", release.id).decode().strip() == sum_of(release.manifest):
            return Drift()
        return drift_of(release.manifest, self._listed(release.id))

    def unfinished(self) -> str | None:
        if self._ask("stopped").strip():
            return "A publish stopped on the way. Nothing of it is live; the next one goes on from there."
        return None

    # --- what changes the host -------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, who: str) -> Iterator[None]:
        lock = HostLock(self._ssh, who)
        retrying(lock.hold, passing, self.waits)
        self._lock = lock
        try:
            yield
        finally:
            self._lock = None
            lock.let_go()

    def send(self, job: Job, progress: Progress) -> Sent:
        try:
            return self._send(job, progress)
        except Full:
            # Half a site on a full disk helps nobody.
            with contextlib.suppress(ProjectError):
                self._do("discard")
            raise

    def _send(self, job: Job, progress: Progress) -> Sent:
        release, manifest = job.release, job.release.manifest
        if strange := [path for path in manifest if PARTIAL in path.split("/")]:
            raise self._error(f"{strange[0]}: no file of a site may be in a folder {PARTIAL}")
        before = job.before.id if job.before else ""
        began = self._do("prepare", release.id, before).strip()
        if began == b"live":
            # Sent before, and the answer did not reach us.
            if harm := self.drift(release):
                raise self._error(
                    f"release {release.id} is live, but {first_of(harm)}; publish again"
                )
            self._prune()
            return Sent(0, 0)
        work = planned(job)
        if began == b"left":
            left = between(self._listed(PART), manifest)
            if left.size(manifest) > work.size(manifest):
                self._do("discard")
                self._do("prepare", release.id, before)
            else:
                work = left
        byte_count, names = 0, set[str]()
        for _ in range(ROUNDS):
            byte_count += self._brought(job.site, work, manifest, progress)
            names |= set(work.sent)
            if self._do("settle").decode().strip() == sum_of(manifest):
                break
            work = between(self._listed(PART), manifest)
        else:
            paths = ", ".join((*work.sent, *work.removed)[:3])
            raise self._error(
                f"what arrived is not what was sent ({paths}). What is live is as it was. Was the site "
                "built again meanwhile? Publish again"
            )
        self._record(release, job.before)
        self._prune()
        return Sent(byte_count, len(names))

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        answer = self._do("back", to.id, sum_of(to.manifest))
        if answer.strip() != b"done":
            raise self._error(
                f"the files of release {to.id} are not as they were ({first_of(self.drift(to))}); "
                "choose another"
            )

    def note(self, head: Head) -> None:
        content = head_file(head, read_head(self._head(head.id))[1])
        self._do("note", head.id, str(len(content)), given=content)

    # --- the steps -------------------------------------------------------------------------------

    def _brought(self, site: Path, work: Work, manifest: Manifest, progress: Progress) -> int:
        """Do the work on the part; bytes that went over the line for it."""
        if work.removed:
            names = b"".join(
                f"./{name}\0".encode(errors="surrogateescape") for name in work.removed
            )
            self._do("remove", given=names)
        if not work.sent:
            return 0
        whole, done, arrived = work.size(manifest), 0, set[str]()

        def told(byte_count: int, name: str) -> None:
            nonlocal done
            if name in manifest and name not in arrived:
                arrived.add(name)
                byte_count = sum(manifest[one].size for one in arrived)
            if byte_count > done:
                done = min(byte_count, whole)
                progress(done, whole)

        byte_count = self._carried(site, work.sent, f"releases/{PART}", told)
        progress(whole, whole)
        return byte_count

    def _record(self, release: Release, before: Release | None) -> None:
        """Record it at the host, and make it live."""
        files = record(release)
        head = files.pop(head_name(release.id))
        size = str(len(head))
        there = self._records.known(before.id) if before else ()
        lacking = [name for name in files if name not in there]
        for _ in range(ROUNDS):
            self._carry_parts({name: files[name] for name in lacking})
            try:
                answer = self._do(
                    "place", release.id, before.id if before else "", size, given=head
                )
            except ConnectionBroken as broken:
                raise self._error(
                    "the connection broke in the moment of the switch: either the old site is live or the "
                    "new one, and whole. Publish again"
                ) from broken
            lacking = answer.decode().split()
            if lacking == ["done"]:
                self._records.remember(files)
                return
        raise self._error(f"parts of the record do not stay there ({lacking[0]}); publish again")

    def _carry_parts(self, parts: Mapping[str, bytes]) -> None:
        if not parts:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, content in parts.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            self._carried(Path(folder), parts, "records", lambda *_: None)

    def _prune(self) -> None:
        # What cannot be taken away harms nobody, and the next publish tries again.
        with contextlib.suppress(ProjectError):
            self._do("prune", str(self.address.keep))

    # --- requests --------------------------------------------------------------------------------

    def _ask(self, request: str, *arguments: str, given: bytes = b"") -> bytes:
        """A question, again when the line breaks."""
        return retrying(
            lambda: self._ssh.run(request, *arguments, given=given), passing, self.waits
        )

    def _do(self, request: str, *arguments: str, given: bytes = b"") -> bytes:
        """What changes the host, under the lock."""
        return self._locked_work(
            lambda token: self._ssh.run(request, token, *arguments, given=given)
        )

    def _carried(
        self, folder: Path, names: Iterable[str], to: str, told: Callable[[int, str], None]
    ) -> int:
        """Files sent; bytes."""
        return self._locked_work(lambda token: self._rsync.send(folder, names, to, token, told))

    def _locked_work(self, work: Callable[[str], T]) -> T:
        """What `work` answers, which is given the token of the lock; that is taken again when the line
        broke. The host may have noticed that before this machine did."""
        lock = self._lock
        if lock is None:
            raise RuntimeError("what changes the host belongs within `locked`")

        def locked() -> T:
            lock.hold()
            try:
                return work(lock.token)
            except LockLost:
                lock.let_go()
                raise

        return retrying(locked, passing, self.waits)

    def _listed(self, name: str) -> dict[str, str]:
        return read_list(self._ask("listed", name))

    def _bundle(self, request: str, given: bytes) -> dict[str, bytes]:
        def work() -> dict[str, bytes]:
            bundle = read_bundle(self._ssh.run(request, given=given))
            if bundle is None:
                raise ConnectionBroken(f"{self.address}: the record of a release is broken")
            return bundle

        return retrying(work, passing, self.waits)

    def _head(self, identity: str) -> bytes:
        head = self._records.head(identity) if _ID.fullmatch(identity) else None
        if head is None:
            raise self._error(f"has no record of a release {identity}")
        return head

    def _error(self, why: str) -> ProjectError:
        return ProjectError(f"{self.address}: {why}")
