"""A host's own command: run where it leaves nothing behind, and what it complains of in plain words.

It runs in a passing folder, since both commands leave folders of their own (.netlify, .wrangler) where
they run or at the root of the repository around it. It can ask nothing (no input), it ends when its time
is up or we are stopped, and tokens never get into a message.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.deploy.retrying import retrying
from tools.errors import ProjectError

ASKING = 90.0
"""Seconds that a question may take."""
SENDING = 30 * 60.0
"""Seconds that a deploy may take. Both commands give up sooner when a host does not answer."""
WAITS = (1.0, 3.0)
"""Seconds between tries when the line failed."""

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CHATTER = re.compile(
    r"Logs were written|think this is a bug|newer version|update available|^[─\s]*$|^\W*wrangler \d"
)
NETWORK = (
    r"fetch failed|FetchError|connectivity issue|\bECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|socket hang up"
    r"|Bad Gateway|Service Unavailable|Gateway Time-?out|Internal Server Error"
)


@dataclass(frozen=True, slots=True)
class CommandFault:
    """kind: "login", "permission", "unknown", "quota", "often", "network", or a word of the host's own.
    pattern: what of the command's output tells it. said: what is wrong and what to do."""

    kind: str
    pattern: str
    said: str


COMMON = (
    CommandFault(
        "old", r"(?i:unknown) (?:option|argument)", "the command is too old; bring it up to date"
    ),
    CommandFault(
        "disk", r"ENOSPC|(?i:no space left)", "The disk of this machine is full; make room"
    ),
    CommandFault(
        "node",
        r"requires at least Node|Node\.js version|node: not found|env: .?node",
        "the command needs another Node.js; install the one that it asks for",
    ),
)


@dataclass(frozen=True, slots=True)
class Program:
    """name: of the command. host: who is behind it. install: how one gets it. tokens: names of
    environment variables that the command reads and nobody may read in a message. faults: asked in
    order."""

    name: str
    host: str
    install: str
    tokens: tuple[str, ...]
    faults: tuple[CommandFault, ...]


class Refused(ProjectError):
    """kind: that of the fault, "time" when it took too long, "odd" when nothing of it is understood."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class CommandLine:
    """wrong: what is told begins so ("netlify://site-id")."""

    def __init__(self, program: Program, address: str) -> None:
        self.program = program
        self._address = address

    def installed(self) -> str:
        """Where the command is. Raises ProjectError that says how to get it."""
        where = shutil.which(self.program.name)
        if where is None:
            raise ProjectError(
                f'{self._address}: the command "{self.program.name}" is not on the PATH. Install it '
                f"({self.program.install}) and run this again"
            )
        return where

    def answer(self, *arguments: str) -> Any:
        """What a question is answered, read from JSON."""
        return self.read(self._retried(lambda: self._run(arguments, ASKING, {})))

    def send(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """What the command wrote when it had sent something. more: of its environment."""
        return self._retried(lambda: self._run(arguments, SENDING, more or {}))

    def read(self, out: str) -> Any:
        """The JSON in what a command wrote; there may be other lines before it."""
        for begin in (0, *(found.start() for found in re.finditer(r"^[\[{]", out, re.MULTILINE))):
            with contextlib.suppress(ValueError):
                return json.loads(out[begin:])
        raise self.odd(out)

    def odd(self, out: str) -> Refused:
        """The error for an answer that is not understood."""
        return Refused(
            f"{self._address}: {self.program.name} answered what this program does not understand: "
            f"{self._last(out)}",
            "odd",
        )

    def _retried(self, work: Callable[[], str]) -> str:
        return retrying(
            work, lambda error: isinstance(error, Refused) and error.kind == "network", WAITS
        )

    def _run(self, arguments: tuple[str, ...], limit: float, more: Mapping[str, str]) -> str:
        try:
            return self._ended(arguments, limit, more)
        except OSError as error:
            raise ProjectError(
                f"{self._address}: {self.program.name} cannot be started ({error.strerror or error}). "
                f"Install it again: {self.program.install}"
            ) from None

    def _ended(self, arguments: tuple[str, ...], limit: float, more: Mapping[str, str]) -> str:
        """What it wrote, when it ended well."""
        where = self.installed()
        environment = {
            **os.environ,
            "NO_COLOR": "1",
            "FORCE_COLOR": "0",
            "WRANGLER_SEND_METRICS": "false",
            **more,
        }
        with (
            tempfile.TemporaryDirectory(prefix="publish-", ignore_cleanup_errors=True) as folder,
            subprocess.Popen(
                [where, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            ) as process,
        ):
            try:
                out, err = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                _end(process)
                raise Refused(
                    f"{self._address}: {self.program.name} did not end within {limit:g} s, and was "
                    f"stopped. Look whether {self.program.host} has an outage, and try again",
                    "time",
                ) from None
            except BaseException:
                _end(process)
                raise
        if process.returncode:
            raise self._refused(f"{out}\n{err}", process.returncode)
        return out

    def _refused(self, text: str, code: int) -> Refused:
        plain = _COLOUR.sub("", text)
        for fault in (*self.program.faults, *COMMON):
            if re.search(fault.pattern, plain):
                return Refused(
                    f"{self._address}: {fault.said} ({self.program.name}: {self._last(plain, 1)})",
                    fault.kind,
                )
        how = f"was killed (signal {-code})" if code < 0 else f"failed (status {code})"
        return Refused(
            f"{self._address}: {self.program.name} {how}: {self._last(plain)}",
            "killed" if code < 0 else "odd",
        )

    def _last(self, text: str, lines: int = 3) -> str:
        """Its last lines that say something, without tokens."""
        for name in self.program.tokens:
            token = os.environ.get(name, "")
            text = text.replace(token, "…") if token else text
        said = [line.strip(" ›\t") for line in _COLOUR.sub("", text).splitlines()]
        said = [line for line in said if line and not _CHATTER.search(line)]
        return " / ".join(line[:200] for line in said[-lines:]) or "it said nothing"


def _end(process: subprocess.Popen[str]) -> None:
    """The command and whatever it started."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=5)
