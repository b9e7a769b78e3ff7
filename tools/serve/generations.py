"""The folders that builds go to: one fresh folder a build, old ones removed, none of another server's.

1. Under a short lock, remove the folders whose server is gone, and claim `<port>-<pid>` as ours.
   A server holds a lock file for as long as it runs, so "gone" is known and not guessed.
2. `fresh()` gives an empty folder; `discard()` and `keep_newest()` remove, in the background.
3. `close()` removes ours. What a crash or the last moment leaves, the next start sweeps.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from plugins.atomic import take

KEPT = 2


class Generations:
    """The build folders of one running server, below `base` (`.cache/serve`)."""

    def __init__(self, base: Path, port: int) -> None:
        base.mkdir(parents=True, exist_ok=True)
        self.folder = base / f"{port}-{os.getpid()}"
        with _locked(base / "lock"):
            _sweep(base)
            self._lock = _take(self.folder.with_suffix(".lock"))
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
        self._count = 0
        self._good: list[Path] = []
        self._rubbish: SimpleQueue[Path | None] = SimpleQueue()
        self._remover = Thread(target=self._remove, name="remover", daemon=True)
        self._remover.start()

    def fresh(self) -> Path:
        """An empty folder that no build has used; what a build writes beside it goes with it."""
        self._count += 1
        output = self.folder / str(self._count) / "site"
        output.mkdir(parents=True)
        return output

    def keep_newest(self, output: Path) -> None:
        """Note a good build; the one before it stays for requests under way, older ones go."""
        self._good.append(output)
        while len(self._good) > KEPT:
            self.discard(self._good.pop(0))

    def discard(self, output: Path) -> None:
        """Remove a folder that nobody needs."""
        self._rubbish.put(output.parent)

    def close(self, seconds: float = 0.4) -> None:
        """Remove everything of this server; what takes longer is left to the next start."""
        self._rubbish.put(self.folder)
        self._rubbish.put(None)
        self._remover.join(seconds)
        if not self._remover.is_alive():
            self.folder.with_suffix(".lock").unlink(missing_ok=True)
        os.close(self._lock)

    def _remove(self) -> None:
        while (output := self._rubbish.get()) is not None:
            shutil.rmtree(output, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    while True:
        with suppress(BlockingIOError):
            descriptor = _take(path)
            break
        time.sleep(0.02)
    try:
        yield
    finally:
        os.close(descriptor)


def _take(path: Path) -> int:
    """The lock file, open and held; the system lets go of it when the process ends, however it ends.

    Raises BlockingIOError when another holds it.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    if not take(descriptor):
        os.close(descriptor)
        raise BlockingIOError
    return descriptor


def _sweep(base: Path) -> None:
    for folder in [path for path in base.iterdir() if path.is_dir() and not path.is_symlink()]:
        lock = folder.with_suffix(".lock")
        with suppress(BlockingIOError):
            os.close(_take(lock))
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
