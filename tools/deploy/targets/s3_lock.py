"""One publish at a time into a bucket, which has no locks: an object that only one can write.

1. The lock is written on the condition that there is none (If-None-Match: *, RFC 9110 section 13.1.2).
2. While it is held it is written again and again, on the condition that it is still ours (If-Match).
3. It is nobody's when its holder is a process of this machine that has ended, or when it was not written
   for STALE seconds by the host's own clock; the next publish then takes it over, on the condition that
   it is still the one that was looked at.

A host that refuses conditions, or says yes to everything, is dealt with by writing, waiting and reading
back who came last: good enough for two people, not for a storm.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from tools.deploy.targets.bucket import Bucket
from tools.deploy.targets.bucket_errors import MISSING, NOT_KNOWN, TAKEN, Refused
from tools.deploy.targets.bucket_objects import Found
from tools.errors import ProjectError

LOCK = ".releases/lock"
EVERY = 20.0
"""Seconds from one sign of life to the next."""
STALE = 90.0
"""Seconds without one after which the holder is taken for dead."""
SETTLE = 2.0
"""Seconds in which two that write at the same time, at a host without conditions, have both written."""

_ours: set[str] = set()
"""Tokens of the locks that this process holds or is about to."""


class Lock:
    """The lock of a bucket, or rather of an address's prefix in it."""

    def __init__(
        self,
        bucket: Bucket,
        who: str,
        every: float = EVERY,
        stale: float = STALE,
        settle: float = SETTLE,
    ) -> None:
        self._bucket = bucket
        self._every, self._stale, self._settle = every, stale, settle
        self._token = secrets.token_hex(16)
        self._says = {
            "token": self._token,
            "who": who,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": _machine(),
            "pid": os.getpid(),
        }
        self._beats = 0
        self._etag = ""
        self._conditions = True
        self._alive_at = 0.0
        self._taken_by: str | None = None
        self._refreshing = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> None:
        """Raises ProjectError that names the holder when it is held."""
        _ours.add(self._token)
        try:
            self._take()
        except BaseException:
            _ours.discard(self._token)
            raise
        self._alive_at = time.time()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="s3-lock")
        self._thread.start()

    def _take(self) -> None:
        for _ in range(5):
            found = self._bucket.get(LOCK)
            if found is not None and _read(found).get("token") == self._token:
                self._etag = found.etag  # written, and the answer was lost
                return
            if found is not None and not self._is_dead(found):
                raise self._held(found)
            if self._written(found):
                return
        raise ProjectError(
            f"{self._bucket.address} is being published by somebody else at this moment; try again"
        )

    def check(self) -> None:
        """Raises ProjectError when it is held no more: this machine slept, or was cut off for long."""
        if self._taken_by is None and time.time() - self._alive_at > self._stale * 0.7:
            self._refresh()
        if self._taken_by is not None:
            raise ProjectError(
                f"{self._bucket.address}: this publish was out of touch for too long, and "
                f"{self._taken_by} has begun another; see what that does, and publish again"
            )

    def free(self) -> None:
        """What cannot be taken away now is stale soon, and at once when this process has ended."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)  # it may wait for a host that is silent
        _ours.discard(self._token)
        with suppress(ProjectError):
            found = self._bucket.get(LOCK)
            if found is None or _read(found).get("token") != self._token:
                return
            try:
                condition = {"IfMatch": found.etag} if self._conditions else {}
                self._bucket.delete(LOCK, self._bucket.waits[:2], **condition)
            except Refused as refused:
                if refused.code not in NOT_KNOWN:
                    raise
                self._bucket.delete(LOCK, self._bucket.waits[:2])

    def _written(self, instead_of: Found | None) -> bool:
        """Whether it is ours now, having been nobody's."""
        new = {"IfNoneMatch": "*"}
        if self._conditions:
            try:
                self._etag = self._put({"IfMatch": instead_of.etag} if instead_of else new)
                # A host that says yes to this too has not understood the question.
                self._etag = self._put(new)
                self._conditions = False
            except Refused as refused:
                if refused.code in TAKEN:
                    return bool(self._etag)
                if refused.code not in NOT_KNOWN:
                    raise
                self._conditions = False
        self._put({})
        time.sleep(self._settle)
        found = self._bucket.get(LOCK)
        return found is not None and _read(found).get("token") == self._token

    def _put(self, condition: Mapping[str, str], waits: tuple[float, ...] | None = None) -> str:
        self._beats += 1  # no two have the same ETag
        body = json.dumps(self._says | {"beat": self._beats}, ensure_ascii=False).encode()
        return self._bucket.put(LOCK, body, "application/json", waits, **condition)

    def _beat(self) -> None:
        while not self._ended.wait(self._every):
            with suppress(
                ProjectError
            ):  # the next beat may do, and `check` knows how long it is ago
                self._refresh(())

    def _refresh(self, waits: tuple[float, ...] | None = None) -> None:
        with self._refreshing:
            if not self._conditions:
                self._see_whose()
            if self._taken_by is not None:
                return
            try:
                self._etag = self._put({"IfMatch": self._etag} if self._conditions else {}, waits)
            except Refused as refused:
                if refused.code in NOT_KNOWN:  # it knows one condition and not the other
                    self._conditions = False
                elif refused.code not in TAKEN | MISSING:
                    raise
                self._see_whose()
            if self._taken_by is None:
                self._alive_at = time.time()

    def _see_whose(self) -> None:
        found = self._bucket.get(LOCK)
        says = _read(found) if found else {}
        if found is not None and says.get("token") == self._token:
            self._etag = found.etag  # our own, whose answer was lost
        else:
            self._taken_by = str(says.get("who") or "somebody")

    def _is_dead(self, found: Found) -> bool:
        if (found.now - found.modified).total_seconds() > self._stale:
            return True
        says = _read(found)
        pid = says.get("pid")
        if says.get("machine") != _machine() or not isinstance(pid, int):
            return False
        return not _runs(pid) or (pid == os.getpid() and says.get("token") not in _ours)

    def _held(self, found: Found) -> ProjectError:
        says = _read(found)
        since = ""
        with suppress(TypeError, ValueError):
            began = datetime.fromisoformat(says["since"]).astimezone()
            today = began.date() == datetime.now().astimezone().date()
            since = f" since {began:%H:%M}" if today else f" since {began:%d %B, %H:%M}"
        return ProjectError(
            f"{self._bucket.address} is being published by {says.get('who') or 'somebody'}{since}; "
            f"publish again when that has ended (if it was cut off, {self._stale:.0f} seconds after)"
        )


def _read(found: Found) -> Mapping[str, Any]:
    """What a lock says; nothing, when it was not written by this program."""
    try:
        says = json.loads(found.body)
    except ValueError:
        return {}
    return says if isinstance(says, dict) else {}


def _machine() -> str:
    return f"{socket.gethostname()} {uuid.getnode():x}"


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # there is no harmless way to ask there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
