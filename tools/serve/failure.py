"""Read what a failed build said: which files are at fault, in which lines, and how those lines look.

1. Lines like `content/posts/x.md:3: Dat: unknown key; did you mean Date?` are faults.
2. In a traceback, the innermost file of the project is the fault, and the last line its text.
3. Each fault gets the lines around it, when the file is one of the project's own.
4. What is none of this is kept as the rest; nothing that the build said is lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FAULTS = 20
AROUND = 2
LONGEST = 20_000
LARGEST = 1_000_000

_FAULT = re.compile(
    r"^\s*(?:(?:error|critical|warning)\b:?\s+|[-*•✗]\s+)?"
    r"(?P<file>[^\s:'\"<>|][^:'\"<>|\n]*\.[A-Za-z0-9]{1,8})(?::(?P<line>\d+))?(?::\d+)?:\s+(?P<text>\S.*)$",
    re.IGNORECASE,
)
_FRAME = re.compile(r"^\s*File \"(?P<file>[^\"]+)\", line (?P<line>\d+)", re.MULTILINE)

_COUNT = re.compile(r"\s*\d+ (?:things? to mend|faults?)\b")
_MODULES = re.compile(r"^(?:\w+\.)+(?=[A-Z]\w*(?::|$))")


@dataclass(frozen=True)
class ShownFault:
    """One thing to mend. `line` is 0 when unknown; `excerpt` is (number, text) of the lines around."""

    file: str
    line: int
    text: str
    excerpt: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True)
class Failure:
    """A build that failed: all it said, the faults found in that, and what is left beside them."""

    message: str
    faults: tuple[ShownFault, ...] = ()
    more: int = 0
    rest: str = ""

    def for_browser(self) -> dict[str, object]:
        """The same as plain values for JSON."""
        faults = [asdict(fault) for fault in self.faults]
        return {"faults": faults, "more": self.more, "rest": self.rest}


def read_failure(
    message: str, root: Path, folders: Sequence[Path], saved: Collection[Path] = ()
) -> Failure:
    """The failure told by `message`; only files below `folders` are opened for their lines.

    Faults in files `saved` since the last good build come first: the others may follow from them.
    """
    faults: list[ShownFault] = []
    rest: list[str] = []
    for line in message.splitlines():
        found = _FAULT.match(line)
        if found and (found["line"] or (root / found["file"]).is_file()):
            faults.append(
                _fault(found["file"], int(found["line"] or 0), found["text"], root, folders)
            )
        elif not _COUNT.match(line):
            rest.append(line)
    if not faults:
        faults = _innermost(message, root, folders)
    faults.sort(key=lambda fault: root / fault.file not in saved)
    return Failure(
        message=message,
        faults=tuple(faults[:FAULTS]),
        more=max(0, len(faults) - FAULTS),
        rest=_shortened("\n".join(rest).strip("\n")),
    )


def _innermost(message: str, root: Path, folders: Sequence[Path]) -> list[ShownFault]:
    lines = [line for line in message.splitlines() if line.strip()]
    for frame in reversed(list(_FRAME.finditer(message))):
        path = root / frame["file"]
        if any(path.is_relative_to(folder) for folder in folders):
            file = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
            text = _MODULES.sub("", lines[-1].strip())
            return [_fault(file, int(frame["line"]), text, root, folders)]
    return []


def _fault(file: str, line: int, text: str, root: Path, folders: Sequence[Path]) -> ShownFault:
    return ShownFault(file, line, text, _excerpt(root / file, line, folders))


def _excerpt(path: Path, line: int, folders: Sequence[Path]) -> tuple[tuple[int, str], ...]:
    try:
        real = path.resolve()
        allowed = any(real.is_relative_to(folder.resolve()) for folder in folders)
        if not line or not allowed or real.stat().st_size > LARGEST:
            return ()
        lines = real.read_text("utf-8", "replace").splitlines()
    except (OSError, ValueError):
        return ()
    first = max(1, line - AROUND)
    last = min(len(lines), line + AROUND)
    return tuple((number, lines[number - 1][:300]) for number in range(first, last + 1))


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rstrip() + "\n… the rest is in the terminal."
