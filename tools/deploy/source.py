"""What a site is built from, as git knows it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from plugins.entries.words import counted

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Source:
    """commit: the short name of what is checked out; None when git does not know the folder, or has no
    commit yet. open: files that differ from it, and files that git does not know, as git names them.
    ahead, behind: commits that the branch has and that its remote has, when it follows one."""

    commit: str | None
    branch: str | None
    open: tuple[str, ...]
    ahead: int = 0
    behind: int = 0

    def __str__(self) -> str:
        if self.commit is None:
            return "Content: not in git, or without a commit, so nothing says later what was published."
        where = f" on {self.branch}" if self.branch else ""
        line = f"Content: commit {self.commit}{where}"
        if self.open:
            some = ", ".join(self.open[:SHOWN])
            more = f" and {len(self.open) - SHOWN} more" if len(self.open) > SHOWN else ""
            line += f", and {counted(len(self.open), 'file')} not committed: {some}{more}"
        if self.ahead:
            line += f"\n  {counted(self.ahead, 'commit')} not pushed yet"
        if self.behind:
            line += (
                f"\n  {counted(self.behind, 'commit')} at the remote that you do not have: git pull"
            )
        return line


def source_of(folder: Path) -> Source:
    """Of the repository around a folder; what is asked of the remote is what was last heard of it."""
    commit = _git(folder, "rev-parse", "--short", "HEAD")
    if commit is None:
        return Source(None, None, ())
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    status = _git(folder, "status", "--porcelain", "-z", "--untracked-files=all") or ""
    counts = _git(folder, "rev-list", "--left-right", "--count", "HEAD...@{upstream}")
    ahead, behind = (int(number) for number in counts.split()) if counts else (0, 0)
    return Source(commit, branch, _names(status), ahead, behind)


def _names(status: str) -> tuple[str, ...]:
    """Of `git status --porcelain -z`: "XY name", and after a rename the old name as one more."""
    names = []
    rows = iter(status.split("\0"))
    for row in rows:
        if row:
            names.append(row[3:])
            if row[0] in "RC":
                next(rows, None)
    return tuple(names)


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says, None when it says no, or is not there."""
    try:
        ran = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    # The first column of a status may be a space.
    return ran.stdout.rstrip("\n") if ran.returncode == 0 else None
