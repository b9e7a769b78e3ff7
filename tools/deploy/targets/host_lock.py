"""The lock of a host, held by a shell there that waits at the other end of a line (host.sh, `lock`).

However we end, that shell's input ends, and with it the lock and whatever we had going on there. Only
when the line goes dead without a word does the host not notice; so a beat is sent every two seconds, and
who finds a lock whose last beat is fifteen seconds old takes it over. Whoever held it can then change
nothing any more: each request carries the token of its lock.
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import threading
from datetime import datetime
from typing import IO, cast

from tools.deploy.targets.ssh import Ssh
from tools.errors import ProjectError

BEAT = 2.0
"""Seconds from one beat to the next."""
FRESH, STALE = 5, 15
"""Seconds since the last beat after which its holder may, and must, be gone. In between one waits."""


class HostLock:
    def __init__(self, ssh: Ssh, who: str) -> None:
        self.token = secrets.token_hex(8)
        self._ssh = ssh
        self._who = " ".join("".join(c if c.isprintable() else " " for c in who).split())[:200]
        self._session: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()

    def hold(self) -> None:
        """Take it, or take it again after the line broke. Raises ProjectError that names who has it."""
        if self._session is not None:
            if self._session.poll() is None:
                return
            self._end()
        session = self._ssh.begin("lock", self.token, self._who, str(FRESH), str(STALE))
        answer = cast(IO[bytes], session.stdout).readline().decode(errors="replace").strip()
        if answer != "held":
            said = _ended(session)
            if answer.startswith("busy "):
                raise self._busy(answer)
            raise self._ssh.fault(session.returncode or 255, said)
        self._session, self._over = session, threading.Event()
        threading.Thread(target=_beat, args=(session, self._over), daemon=True).start()

    def let_go(self) -> None:
        if self._session is not None:
            self._end()

    def _end(self) -> None:
        session, self._session = self._session, None
        self._over.set()
        if session is not None:
            _ended(session)

    def _busy(self, answer: str) -> ProjectError:
        _, since, who = [*answer.split(" ", 2), "", ""][:3]
        at = ""
        if since.isdecimal():
            began = datetime.fromtimestamp(int(since)).astimezone()
            today = began.date() == datetime.now().astimezone().date()
            at = f" since {began:%H:%M}" if today else f" since {began:%d %B, %H:%M}"
        return ProjectError(
            f"{self._ssh.address}: is being published by {who or 'somebody'}{at}; publish when that has "
            "ended. (When it has, and this stays, take away the folder publish.lock there.)"
        )


def _ended(session: subprocess.Popen[bytes]) -> bytes:
    """Its input ends; it takes the lock away, and ends. What it said on standard error."""
    said = b""
    with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
        said = session.communicate(timeout=15)[1]
    if session.poll() is None:
        session.kill()
        session.wait()
    return said


def _beat(session: subprocess.Popen[bytes], over: threading.Event) -> None:
    """Say that we are there, until it is over or nobody listens."""
    while not over.wait(BEAT):
        try:
            cast(IO[bytes], session.stdin).write(b"\n")
            cast(IO[bytes], session.stdin).flush()
        except (OSError, ValueError):
            return
