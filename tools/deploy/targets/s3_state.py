"""What lies in a bucket beside the site, below `.releases/`:

    blobs/<sha256>              each content that a kept release has, once
    releases/, parts/           the records of releases (`tools.deploy.release`)
    current                     which release is live
    pending                     which are being made live; a publish that stopped on the way leaves it
    lock                        who publishes now (`s3_lock`)

and what lies in it for readers, as its listing tells. Nothing is downloaded to find out whether the site
is what it should be: an object's ETag is the MD5 of its content, and so is that of the blob it was copied
from. Where a host encrypts with keys of its own (SSE-KMS), ETags tell nothing; there an object is taken
for what it should be when it has the right size and is not younger than `current`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from plugins.media_types import cache_control, media_type
from tools.deploy.manifest import Manifest, Stamp
from tools.deploy.release import head_name
from tools.deploy.targets.bucket import Bucket
from tools.deploy.targets.bucket_objects import PAGE, Listed, Span, spans
from tools.errors import ProjectError

OWN = ".releases/"
BLOBS = f"{OWN}blobs/"
CURRENT = f"{OWN}current"
PENDING = f"{OWN}pending"
HOSTS_FILES = frozenset(("_redirects", "_headers"))
"""Read by hosts, and by this program; never shown to readers."""
_AFTER_OWN = f"{OWN}~"


@dataclass(frozen=True, slots=True)
class Switch:
    """A release on its way live. fresh: it has never been live before."""

    id: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class State:
    """live: the release that is, None before the first. headers: `headers_of` it, as it was made live.
    since: when it was, by the host's clock. etags: whether the host's ETags are MD5s. pending: releases
    that were not made live to the end, the one that is to be last."""

    live: str | None = None
    headers: str = ""
    since: datetime | None = None
    etags: bool = True
    pending: tuple[Switch, ...] = ()

    @property
    def unfinished(self) -> bool:
        return bool(self.pending) and self.pending[-1].id != self.live

    @property
    def never_live(self) -> frozenset[str]:
        """Releases that are recorded, and were never live to the end."""
        return frozenset(one.id for one in self.pending if one.fresh) - {self.live or ""}


def read_state(bucket: Bucket) -> State:
    current, pending = bucket.each(bucket.get, (CURRENT, PENDING))
    try:
        switches = json.loads(pending.body)["switches"] if pending else []
        state = State(pending=tuple(Switch(one["id"], one["fresh"]) for one in switches))
        if current is None:
            return state
        says = json.loads(current.body)
        md5 = hashlib.md5(current.body, usedforsecurity=False).hexdigest()
        return State(
            says["id"], says["headers"], current.modified, md5 == current.etag, state.pending
        )
    except (ValueError, KeyError, TypeError):
        raise ProjectError(
            f"{bucket.address}: {CURRENT} or {PENDING} in the bucket was not written by this program; "
            "put back what was there, or publish to another prefix"
        ) from None


def write_current(bucket: Bucket, identity: str, manifest: Manifest) -> None:
    says = {"id": identity, "headers": headers_of(manifest)}
    bucket.put(CURRENT, json.dumps(says).encode(), "application/json")


def write_pending(bucket: Bucket, state: State, identity: str, fresh: bool) -> State:
    """Note that a release is on its way live; answers with the state that this makes."""
    done = {identity, state.live}
    earlier = [one for one in state.pending if one.id not in done]
    known = next((one for one in state.pending if one.id == identity), None)
    switches = (*earlier, known or Switch(identity, fresh and identity != state.live))
    new = State(state.live, state.headers, state.since, state.etags, switches)
    if new.pending != state.pending:
        body = json.dumps({"switches": [asdict(one) for one in switches]}).encode()
        bucket.put(PENDING, body, "application/json")
    return new


def unfinished(bucket: Bucket) -> str | None:
    """A publish that stopped on the way, in a sentence."""
    state = read_state(bucket)
    if not state.unfinished:
        return None
    last = state.pending[-1]
    # What is public is touched only after the release is recorded.
    if last.fresh and len(state.pending) == 1 and bucket.get(OWN + head_name(last.id)) is None:
        return None
    live = f"release {state.live}" if state.live else "nothing"
    return (
        f"A publish stopped while it made release {last.id} live: some files may be of that already, the "
        f"rest of {live}. The next publish completes it."
    )


def headers_of(manifest: Manifest) -> str:
    """A short hash of what is said of each file besides its content (`plugins.media_types`): a listing
    does not tell it, and another version of this program may say something else."""
    lines = (f"{path}\0{media_type(path)}\0{cache_control(path)}\n" for path in sorted(manifest))
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def shown(manifest: Manifest) -> dict[str, Stamp]:
    """What of a release readers can ask for."""
    return {path: one for path, one in manifest.items() if path not in HOSTS_FILES}


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the bucket: for readers, by path; and blobs, by hash."""

    public: Mapping[str, Listed]
    blobs: Mapping[str, Listed]
    state: State

    def is_right(self, path: str, should: Stamp, was: Stamp | None) -> bool:
        """Whether a path has the content that it should have. was: what the live release has there."""
        lies = self.public.get(path)
        if lies is None or lies.size != should.size:
            return False
        blob = self.blobs.get(should.sha256)
        if self.state.etags and blob is not None and blob.size == should.size:
            return lies.etag == blob.etag
        since = self.state.since
        return was == should and since is not None and lies.modified <= since


def listing_of_blobs(bucket: Bucket) -> dict[str, Listed]:
    found = bucket.listing_of_hashes(BLOBS)
    return {name.removeprefix(BLOBS): listed for name, listed in found.items()}


def listing_of_site(bucket: Bucket, expected: Iterable[str]) -> dict[str, Listed]:
    """What lies there for readers. Another site, below a longer prefix of the same bucket, is not ours.
    expected: names that are probably there, by which the listing is cut into pages."""
    names = sorted(expected, key=str.encode)
    marks = [name for name in names[PAGE - 50 :: PAGE - 50] if name.encode() > _AFTER_OWN.encode()]
    # A few names may come before our own, which are many and of no interest here.
    found = bucket.listing("", [Span(None, OWN, first=2), *spans(marks, _AFTER_OWN)])
    others = tuple({name.partition(f"/{OWN}")[0] + "/" for name in found if f"/{OWN}" in name})
    return {
        name: listed
        for name, listed in found.items()
        if not name.startswith(OWN)
        and not name.endswith("/")  # a folder, as consoles draw them
        and name
        and not (others and name.startswith(others))
    }
