"""Run one build of the site as a subprocess, and end it when it is no longer wanted.

1. Start `python -m tools.build …` in a process group of its own, so that Ctrl-C does not reach it
   and everything that it started can be ended with it.
2. Collect what it says, as plain text, until it ends.
3. When `cancelled` is set meanwhile, ask the group to end, and kill it if it has not soon.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

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


def site_build(root: Path, content: Path, site_url: str, drafts: bool) -> CommandBuild:
    """The project's own build, `python -m tools.build`, of the folder `content`."""
    source = content.relative_to(root) if content.is_relative_to(root) else content

    def arguments(output: Path) -> list[str]:
        command = [sys.executable, "-m", "tools.build", "--content", str(source)]
        command += ["--output", str(output), "--site-url", site_url]
        return [*command, "--drafts"] if drafts else command

    return CommandBuild(arguments, root)


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
