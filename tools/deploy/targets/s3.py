"""A bucket at Amazon S3 or any host that speaks like it: s3://bucket/prefix, with ?endpoint=https://… for
another host than Amazon (R2, B2, Wasabi, MinIO), ?region=…, ?profile=….

A bucket has no atomic step, so the moment in which readers could meet two states is made short and ordered:

1. Each content that the bucket has not yet is uploaded below `.releases/blobs/`. Nothing public changes. What
   arrived before a cut is not sent again.
2. The release is recorded, and noted as pending.
3. Blobs are copied to their places within the bucket, and what is gone is deleted (`s3_switch`).
4. The release is noted as the current one, and releases beyond `keep` are forgotten with what only they
   had.

A publish that stops in 1 leaves the old site whole, one that stops later a state that the next publish
completes, whatever it publishes: it goes by what the bucket's listing says (`s3_state`). A rollback is
steps 2 to 4: nothing is uploaded.

The key needs s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on what is
below the prefix. What readers may get is the bucket's own policy; it should leave out `.releases/`, where
contents that have been taken back still are until their releases are forgotten. Headers other than media
type and caching (`headers`) are what stands before the bucket must add; so is packing (gzip).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tools.deploy.address import Address
from tools.deploy.manifest import Manifest
from tools.deploy.progress import Progress, unseen
from tools.deploy.release import EMPTY, Head, Release
from tools.deploy.retrying import WAITS
from tools.deploy.targets.bucket import LONGEST_NAME, Bucket
from tools.deploy.targets.bucket_objects import Listed
from tools.deploy.targets.s3_lock import Lock
from tools.deploy.targets.s3_records import Records
from tools.deploy.targets.s3_state import (
    BLOBS,
    PENDING,
    Lying,
    State,
    headers_of,
    listing_of_blobs,
    listing_of_site,
    read_state,
    shown,
    unfinished,
    write_current,
    write_pending,
)
from tools.deploy.targets.s3_switch import redirects_of, steps, take
from tools.deploy.targets.target import Drift, Job, Sent, foreign_files
from tools.errors import ProjectError

_AS_IT_WAS = "The live site is as it was; the next publish goes on from here"
_BETWEEN = "The live site is partly the new one; publish again, and it is completed"
_REDIRECTS = "_redirects"


class S3Target:
    atomic = False

    def __init__(self, address: Address, root: Path, waits: tuple[float, ...] = WAITS) -> None:
        self.address = address
        self._bucket = Bucket(address, waits)
        self._records = Records(self._bucket, root / ".cache" / "publish" / "parts")
        self._lock: Lock | None = None
        self._seen: Lying | None = None

    def open(self) -> None:
        """Raises ProjectError when it cannot be used, or holds what no publish put there."""
        self._bucket.open()
        state = read_state(self._bucket)
        if state.live is not None or state.pending:
            return
        foreign = sorted(listing_of_site(self._bucket, EMPTY))
        if foreign:
            raise ProjectError(
                f"{self.address}: {foreign_files(foreign)}; name an empty bucket or a new prefix"
            )

    def close(self) -> None:
        self._bucket.close()

    # --- questions -------------------------------------------------------------------------------

    def releases(self) -> tuple[Head, ...]:
        ids = self._records.ids() - read_state(self._bucket).never_live
        heads = self._records.heads(sorted(ids, reverse=True))
        return tuple(head for head, _ in heads.values())

    def current(self) -> str | None:
        return read_state(self._bucket).live

    def release(self, identity: str) -> Release:
        return self._records.release(identity)

    def drift(self, release: Release) -> Drift:
        should = shown(release.manifest)
        lying = self._seen = self._lying(read_state(self._bucket), should)
        changed = (
            path
            for path in should.keys() & lying.public.keys()
            if not lying.is_right(path, should[path], should[path])
        )
        return Drift(
            tuple(sorted(changed)),
            tuple(sorted(should.keys() - lying.public.keys())),
            tuple(sorted(lying.public.keys() - should.keys())),
        )

    def unfinished(self) -> str | None:
        return unfinished(self._bucket)

    # --- what changes the bucket -----------------------------------------------------------------

    @contextmanager
    def locked(self, who: str) -> Iterator[None]:
        lock = Lock(self._bucket, who)
        lock.take()
        self._lock = lock
        try:
            yield
        finally:
            self._lock = None
            lock.free()

    def send(self, job: Job, progress: Progress) -> Sent:
        release = job.release
        state = self._state_for(release.id, job.before)
        if not self._is_work(job, state):
            return Sent(0, 0)
        was = job.before.manifest if job.before else EMPTY
        with _saying_what_is_live(_AS_IT_WAS):
            self._refuse_names(release.manifest)
            # What `drift` saw is true still when no publish was begun or ended since.
            seen, self._seen = self._seen, None
            if seen is None or seen.state != state:
                seen = self._lying(state, {**was, **release.manifest})
            lying = seen
            arrived = self._upload(job, lying, progress)
            self._records.write_parts(release, self._check)
            state = write_pending(self._bucket, state, release.id, fresh=True)
            self._records.write_head(release)
        with _saying_what_is_live(_BETWEEN):
            lying = Lying(lying.public, {**lying.blobs, **arrived}, state)
            redirects = job.site / _REDIRECTS
            text = redirects.read_text(encoding="utf-8") if redirects.is_file() else ""
            self._switch(release, was, lying, text, unseen)
        # All is live. What cannot be taken away now, the next publish takes away.
        with suppress(ProjectError):
            self._done(release, state)
            strays = state.never_live - {release.id}
            if strays or len(self._records.ids()) > self.address.keep:
                self._records.forget(release, self.address.keep, self._check)
        return Sent(sum(one.size for one in arrived.values()), len(arrived))

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        state = self._state_for(to.id, now)
        lying = self._lying(state, {**now.manifest, **to.manifest})
        lost = sorted(path for path, one in to.manifest.items() if one.sha256 not in lying.blobs)
        if lost:
            raise ProjectError(
                f"{self.address}: release {to.id} cannot be gone back to: the bucket has not kept "
                f"{lost[0]}" + (f" and {len(lost) - 1} more" if len(lost) > 1 else "")
            )
        with _saying_what_is_live(_BETWEEN):
            text = ""
            if _REDIRECTS in to.manifest:
                found = self._bucket.get(BLOBS + to.manifest[_REDIRECTS].sha256)
                text = found.body.decode() if found else ""
            self._check()
            state = write_pending(self._bucket, state, to.id, fresh=False)
            self._switch(to, now.manifest, Lying(lying.public, lying.blobs, state), text, progress)
        with suppress(ProjectError):
            self._done(to, state)

    def note(self, head: Head) -> None:
        self._check()
        self._records.note(head)

    def _state_for(self, identity: str, before: Release | None) -> State:
        """Raises ProjectError when another release than `before` is live by now."""
        self._check()
        state = read_state(self._bucket)
        if state.live not in {identity, before.id if before else None}:
            raise ProjectError(
                f"{self.address}: release {state.live} went live since this was prepared; look at what "
                "it is (./invoke publish.status), and publish again"
            )
        return state

    def _is_work(self, job: Job, state: State) -> bool:
        if job.before is None or state.unfinished or state.live is None:
            return True
        if state.headers != headers_of(job.before.manifest):
            return True
        return bool(job.changes or job.drift.changed or job.drift.missing)

    def _lying(self, state: State, expected: Manifest) -> Lying:
        return Lying(listing_of_site(self._bucket, expected), listing_of_blobs(self._bucket), state)

    def _upload(self, job: Job, lying: Lying, progress: Progress) -> dict[str, Listed]:
        """Contents that the bucket has not, each once; answers with what arrived, by hash."""
        missing = {
            one.sha256: path
            for path, one in job.release.manifest.items()
            if (blob := lying.blobs.get(one.sha256)) is None or blob.size != one.size
        }
        total = sum(job.release.manifest[path].size for path in missing.values())
        done = 0
        counting = threading.Lock()

        def put(sha256: str) -> Listed:
            nonlocal done
            self._check()
            path = missing[sha256]
            listed = self._bucket.put_file(BLOBS + sha256, job.site / path, sha256, path)
            with counting:
                done += listed.size
                progress(done, total)
            return listed

        return dict(zip(missing, self._bucket.each(put, missing), strict=True))

    def _switch(
        self, release: Release, was: Manifest, lying: Lying, redirects: str, progress: Progress
    ) -> None:
        ours = set(was)
        for one in lying.state.pending:
            if one.id != release.id and self._records.has(one.id):
                ours |= self._records.release(one.id).manifest.keys()
        base_path = urlsplit(release.head.site_url).path.rstrip("/")
        take(
            self._bucket,
            steps(
                lying, release.manifest, was, ours, self._says_otherwise(lying.state, was, release)
            ),
            release.manifest,
            redirects_of(redirects, base_path, release.manifest),
            self._check,
            progress,
        )
        self._check()
        write_current(self._bucket, release.id, release.manifest)

    def _says_otherwise(self, state: State, was: Manifest, release: Release) -> bool:
        """Whether this program would say something else of what is live than was said when it went live.
        Of what lies there before the first release, nothing is known."""
        return state.headers not in {headers_of(was), headers_of(release.manifest)}

    def _done(self, release: Release, state: State) -> None:
        self._check()
        self._records.drop(sorted(state.never_live - {release.id}))
        self._bucket.delete(PENDING)

    def _refuse_names(self, manifest: Manifest) -> None:
        prefix = len(f"{self.address.path}/".encode()) if self.address.path else 0
        for path in manifest:
            if len(path.encode()) + prefix > LONGEST_NAME:
                raise ProjectError(
                    f"{path[:60]}… is longer than S3 takes ({LONGEST_NAME} bytes); shorten its name"
                )

    def _check(self) -> None:
        if self._lock is not None:
            self._lock.check()


@contextmanager
def _saying_what_is_live(state: str) -> Iterator[None]:
    """Errors with what they leave the live site in."""
    try:
        yield
    except ProjectError as error:
        raise ProjectError(f"{error}. {state}.") from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise ProjectError(f"{place}{error.strerror or error}. {state}.") from error
