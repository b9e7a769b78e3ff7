"""Run one build of the site as a subprocess, and end it when it is no longer wanted.

1. Have `tools.build` run in a process group of its own, so that Ctrl-C does not reach it and everything
   that it started can be ended with it.
2. Collect what it says, as plain text, until it ends.
3. When `cancelled` is set meanwhile, ask the group to end, and kill it if it has not soon.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from plugins.memory import recipe_of

GRACE = 0.3
LOOK = 0.03

_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class BuildResult:
    """How a build ended: `message` is everything it said, `seconds` its wall time."""

    ok: bool
    message: str
    seconds: float


Build = Callable[[Path, Event], BuildResult]
"""Builds the site into the given empty folder.

When the event is set the result is no longer wanted: end soon, and leave nothing running. What a
cancelled build returns is thrown away. Two builds are never asked for at once.
"""


@dataclass(frozen=True)
class CommandBuild:
    """A build that is a command run in `folder`; the output folder is added by `arguments`."""

    arguments: Callable[[Path], Sequence[str]]
    folder: Path

    def __call__(self, output: Path, cancelled: Event) -> BuildResult:
        """Run it; exit status 0 is a good build. A command that cannot be started is a failed one."""
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                self.arguments(output),
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            message = f"The build could not be started: {error}"
            return BuildResult(False, message, time.monotonic() - started)
        try:
            said = _listen(process, cancelled)
        finally:
            _end(process)
        ok = process.returncode == 0 and not cancelled.is_set()
        message = plain(said)
        if not ok and not message:
            message = f"The build ended with exit status {process.returncode} and said nothing."
        return BuildResult(ok, message, time.monotonic() - started)


@dataclass
class SiteBuild:
    """The project's own build of the folder `content`, as it is to be served.

    Each build takes over from the last good one what has not changed. On Linux a process that has imported
    everything (tools.serve.resident) does it; it is begun anew when code of the project has changed. Elsewhere
    each build is a process of its own.
    """

    root: Path
    content: Path
    site_url: str
    drafts: bool
    resident: bool = sys.platform == "linux"
    _last: Path | None = None
    _running: subprocess.Popen[str] | None = None
    _code: bytes = b""

    def __call__(self, output: Path, cancelled: Event) -> BuildResult:
        done = (
            self._resident(output, cancelled) if self.resident else self._command(output, cancelled)
        )
        if done.ok:
            self._last = output
        return done

    def close(self) -> None:
        """End the process that waits for the next build."""
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
            self._running = None

    def arguments(self, output: Path) -> list[str]:
        """Of `tools.build`."""
        near = self.content.is_relative_to(self.root)
        source = self.content.relative_to(self.root) if near else self.content
        made = ["--content", str(source), "--output", str(output), "--site-url", self.site_url]
        made += ["--record", f"serve {self.content} {self.site_url} {self.drafts}"]
        if self.drafts:
            made.append("--drafts")
        return [*made, "--like", str(self._last)] if self._last else made

    def _command(self, output: Path, cancelled: Event) -> BuildResult:
        command = [sys.executable, "-m", "tools.build", *self.arguments(output)]
        return CommandBuild(lambda _: command, self.root)(output, cancelled)

    def _resident(self, output: Path, cancelled: Event) -> BuildResult:
        started = time.monotonic()
        said = output.parent / "said"
        try:
            status = self._asked(output, said, cancelled)
            message = plain(said.read_bytes())
        except (OSError, ValueError) as error:
            self.close()
            message = f"The build could not be started: {error}"
            return BuildResult(False, message, time.monotonic() - started)
        ok = status == 0 and not cancelled.is_set()
        if not ok and not message:
            message = f"The build ended with exit status {status} and said nothing."
        return BuildResult(ok, message, time.monotonic() - started)

    def _asked(self, output: Path, said: Path, cancelled: Event) -> int:
        """The status with which the resident process says that the build ended."""
        running = self._ready()
        request = json.dumps({"arguments": self.arguments(output), "said": str(said)})
        sent, answers = running.stdin, running.stdout
        if sent is None or answers is None:
            raise ValueError("it has no pipes")
        said.touch()
        sent.write(f"{request}\n")
        sent.flush()
        child = int(_answer(answers)["process"])
        while not select.select([answers], [], [], LOOK)[0]:
            if cancelled.is_set():
                _end_group(child, answers)
                break
        status = int(_answer(answers)["status"])
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)  # what it may have left running
        return status

    def _ready(self) -> subprocess.Popen[str]:
        code = recipe_of([self.root / "plugins", self.root / "tools"])
        if self._running is not None and (code != self._code or self._running.poll() is not None):
            self.close()
        if self._running is None:
            self._code = code
            self._running = subprocess.Popen(
                [sys.executable, "-m", "tools.serve.resident"],
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        return self._running


def _answer(answers: IO[str]) -> dict[str, int]:
    """Raises ValueError when there is none: the process has ended."""
    answer: dict[str, int] = json.loads(answers.readline())
    return answer


def _end_group(process: int, answers: IO[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, number)
        if select.select([answers], [], [], GRACE)[0]:
            return


def plain(said: bytes) -> str:
    """What a program said, without colours and control characters, as lines of text."""
    text = said.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _COLOURS.sub("", text)).strip("\n").rstrip()


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


def _listen(process: subprocess.Popen[bytes], cancelled: Event) -> bytes:
    while True:
        try:
            return process.communicate(timeout=LOOK)[0]
        except subprocess.TimeoutExpired:
            if cancelled.is_set():
                return b""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group, also what the build may have left running behind it."""
    _signal(process, kill=False)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    _signal(process, kill=True)
    process.wait()
    if process.stdout:
        process.stdout.close()


def _signal(process: subprocess.Popen[bytes], kill: bool) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
