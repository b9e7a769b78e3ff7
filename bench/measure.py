"""What a command took: time by the clock, CPU time and memory, its child processes included.

CPU time and the largest process come from the system, for the command and every process it waited
for (wait4(2)). Memory summed over all processes at one moment is only known by looking while they
run, on Linux, in /proc; since looking slows them down, a run that is watched is not one to be timed.
What was written is known by comparing the files from before and after.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.errors import ProjectError

MB = 2**20
EVERY = 0.02
_PROC = Path("/proc")

Files = set[tuple[int, int, int, int]]
"""Device, inode, time of change in nanoseconds and size in bytes of each file: another file, or the same
with other contents, is another row; one that was only moved or linked to is not."""


@dataclass(frozen=True, slots=True)
class Took:
    """wall, cpu: seconds. largest: the peak of the largest process, MB. together: the peak of all
    processes at one moment, MB, or None where nobody watched."""

    wall: float
    cpu: float
    largest: float
    together: float | None = None


def run(command: Sequence[str], folder: Path, watch: bool = False) -> Took:
    """Run the command in `folder`; raises ProjectError with the end of what it said if it fails."""
    log = folder / "bench.log"
    with log.open("wb") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # by which its processes are known
        )
        watcher = _Watcher(process.pid) if watch and _PROC.exists() else None
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    together = watcher.end() if watcher else None
    if process.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise ProjectError(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / MB, together)


def files_below(folders: Iterable[Path]) -> Files:
    """Of every file in these folders and theirs; what is not there has none."""
    found: Files = set()
    for top in folders:
        for folder, _, names in os.walk(top):
            for name in names:
                about = os.lstat(f"{folder}/{name}")
                found.add((about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size))
    return found


def megabytes_written(before: Files, after: Files) -> float:
    """The sizes of the files that are new or changed, in MB. What a build writes and removes again is not
    in it."""
    return sum(size for *_, size in after - before) / MB


class _Watcher:
    """Looks at all processes of a session until told to end."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """The peak of their sum, in MB."""
        self._over.set()
        self._thread.join()
        return self._peak / MB

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, sum(map(_memory, _members(self._session))))


def _members(session: int) -> list[Path]:
    found = []
    for process in _PROC.iterdir():
        if process.name.isdigit():
            try:
                # "pid (name) state parent group session …", proc(5); a name may hold anything.
                fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(fields[3]) == session:
                found.append(process)
    return found


def _memory(process: Path) -> int:
    """Bytes: its proportional share where the system tells (what processes share counts once), else
    all that it has in memory."""
    try:
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
