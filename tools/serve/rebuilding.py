"""Build, again and again: after each save, and never two at once.

1. Build into a fresh folder. A newer save cancels the build; what it made is thrown away.
2. A good build goes live, unless a save has overtaken it in the last moment.
3. A failed one is told, in the terminal and in the browser; the last good site stays.
4. Wait for the next save.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.serve.builder import Build, BuildResult
from tools.serve.failure import read_failure
from tools.serve.generations import Generations
from tools.serve.live import Live
from tools.serve.site import Site
from tools.serve.watching import Saves

MISSING = "no such folder; put it back, or stop and choose another: ./invoke serve --content DIR"
_WARNING = re.compile(r"Look at |.*\bwarning\b", re.IGNORECASE)


@dataclass
class Rebuilder:
    """Turns saves into sites. `folders` are those whose lines may be shown; `say` prints a line."""

    build: Build
    content: Path
    root: Path
    folders: Sequence[Path]
    generations: Generations
    live: Live
    saves: Saves
    say: Callable[[str], None]
    _unseen: dict[Path, str] = field(default_factory=dict)
    _since_good: set[Path] = field(default_factory=set)
    _count: int = 0

    def run(self) -> None:
        """Build until `saves` is stopped."""
        saved: dict[Path, str] | None = {}
        while saved is not None:
            self._unseen |= saved
            self._since_good |= saved.keys()
            self._build()
            saved = self.saves.wait()

    def _build(self) -> None:
        self.live.building()
        if not self.content.is_dir():
            self._failed(BuildResult(False, f"{self._name(self.content)}: {MISSING}", 0))
            return
        output = self.generations.fresh()
        result = self.build(output, self.saves.newer)
        if self.saves.newer.is_set():
            self.generations.discard(output)
        elif result.ok and any(output.iterdir()):
            self._good(output, result)
        else:
            self.generations.discard(output)
            nothing = BuildResult(
                False, "The build ended well, but it wrote nothing.", result.seconds
            )
            self._failed(nothing if result.ok else result)

    def _good(self, output: Path, result: BuildResult) -> None:
        self._count += 1
        site = Site.open(output, self._count)
        self.live.good(site)
        self.generations.keep_newest(output)
        warnings = [line for line in result.message.splitlines() if _WARNING.match(line)]
        for line in (*warnings, *site.faults):
            self.say(line)
        self.say(
            f"{'Rebuilt' if self._unseen else 'Built'} in {result.seconds:.1f} s{self._reason()}"
        )
        self._unseen = {}
        self._since_good = set()

    def _failed(self, result: BuildResult) -> None:
        failure = read_failure(result.message, self.root, self.folders, self._since_good)
        self.live.failed(failure)
        stays = "The last good version stays up" if self.live.state.site else "There is no site yet"
        self.say(f"Not rebuilt{self._reason()}" if self._unseen else "Not built")
        self.say(result.message)
        for fault in failure.faults:
            if fault.line and str(fault) not in result.message:
                self.say(str(fault))
        self.say(f"{stays}; the next save tries again.")
        self._unseen = {}

    def _reason(self) -> str:
        if not self._unseen:
            return ""
        path, verb = next(iter(self._unseen.items()))
        others = len(self._unseen) - 1
        name = f"{self._name(path)} and {others} more" if others else self._name(path)
        return f": {name} {'changed' if others else verb}"

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
