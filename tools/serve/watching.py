"""Notice what is saved, and hold it until the next build takes it.

1. `Watcher` listens to the watched folders (by the operating system's own notices), and looks at
   the watched paths themselves a few times a second: that is how a single file which an editor
   replaces, and a folder which goes away and comes back, are noticed.
2. Editors' temporary files and caches are left out.
3. `Saves` gathers the rest. Its event `newer` is set while something waits there, which is what
   cancels a build that is under way.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from watchfiles import Change, watch

from tools.errors import ProjectError

DEBOUNCE = 100
LOOK = 250

_VERBS = {Change.added: "added", Change.modified: "changed", Change.deleted: "removed"}
_TEMPORARY = re.compile(
    r"""
      .*~ | \#.*\# | \.\#.* | \.~.* | ~\$.*
    | .*\.(sw[a-z]|tmp|temp|crswap|part|kate-swp|pyc) | .*\.sb-\w+-\w+
    | 4913 | .*___jb_(tmp|old)___ | \.goutputstream-.*
    | \.DS_Store | Thumbs\.db | desktop\.ini
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CACHES = {
    "__pycache__",
    "node_modules",
    ".cache",
    ".git",
    ".venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".idea",
    ".vscode",
}


class Saves:
    """What was saved since the last build began; filled by the watcher, emptied by the builds."""

    def __init__(self) -> None:
        self.newer = threading.Event()
        self._lock = threading.Lock()
        self._paths: dict[Path, str] = {}
        self._error: ProjectError | None = None
        self._stopped = False

    def add(self, paths: dict[Path, str]) -> None:
        """Note saves: path and what happened to it."""
        with self._lock:
            self._paths |= paths
            self.newer.set()

    def fail(self, error: ProjectError) -> None:
        """Note that nothing can be watched any more; the next `wait` raises it."""
        with self._lock:
            self._error = error
            self.newer.set()

    def stop(self) -> None:
        """No more builds: cancels one that is under way, and ends `wait`."""
        with self._lock:
            self._stopped = True
            self.newer.set()

    def wait(self) -> dict[Path, str] | None:
        """The saves so far, as soon as there is one; None when it is time to stop."""
        self.newer.wait()
        with self._lock:
            if self._stopped:
                return None
            if self._error:
                raise self._error
            paths, self._paths = self._paths, {}
            self.newer.clear()
            return paths


class Watcher:
    """Watches folders (with everything in them) and single files, from a thread of its own."""

    def __init__(self, paths: Iterable[Path], root: Path, saves: Saves) -> None:
        self._paths = list(dict.fromkeys(paths))
        self._root = root
        self._saves = saves
        self._stop = threading.Event()
        self._seen = self._look()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching, within a moment."""
        self._stop.set()
        self._thread.join(1)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch([path for path in self._paths if path.is_dir()])
            except FileNotFoundError:
                self._stop.wait(LOOK / 1000)
            except (OSError, RuntimeError) as error:
                self._saves.fail(ProjectError(f"The folders cannot be watched any more: {error}"))
                return

    def _watch(self, folders: Sequence[Path]) -> None:
        """Watch these folders until one of them is no longer what it was."""
        if not folders:
            self._stop.wait(LOOK / 1000)
            self._compare()
            return
        batches = watch(
            *folders,
            watch_filter=lambda _, path: not ignored(Path(path), folders, self._root),
            debounce=DEBOUNCE,
            stop_event=self._stop,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for batch in batches:
            paths = {Path(path): _VERBS[change] for change, path in sorted(batch)}
            if paths:
                self._saves.add(paths)
            if self._compare() or not paths.keys().isdisjoint(folders):
                return

    def _compare(self) -> bool:
        """Note which watched paths came, went or were replaced; True when one is a folder."""
        before, self._seen = self._seen, self._look()
        changed: dict[Path, str] = {}
        for path, (was, now) in zip(self._paths, zip(before, self._seen, strict=True), strict=True):
            if was != now:
                changed[path] = "removed" if now is None else "changed" if was else "added"
        if changed:
            self._saves.add(changed)
        return any(not path.is_file() for path in changed)

    def _look(self) -> list[tuple[int, ...] | None]:
        return [_identity(path) for path in self._paths]


def ignored(path: Path, folders: Iterable[Path], root: Path) -> bool:
    """Whether a save of `path` means nothing to the site: a temporary file, a cache, a built page."""
    if path.is_relative_to(root / "output"):
        return True
    inside = [path.relative_to(folder) for folder in folders if path.is_relative_to(folder)]
    parts = min((part.parts for part in inside), key=len, default=path.parts)
    return any(part in _CACHES for part in parts) or bool(_TEMPORARY.fullmatch(path.name))


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    if path.is_dir():
        return (found.st_dev, found.st_ino)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
