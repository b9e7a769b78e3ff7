"""A remote as a publish needs it: what its refs are, a commit of it, and a push of all or nothing.

What was fetched or pushed is kept here under `refs/kept/`, so that it is known what is here: git itself would
go and ask the remote for what it has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from tools.deploy.retrying import retrying
from tools.deploy.targets.git import Git
from tools.deploy.targets.git_faults import GitFault

T = TypeVar("T")
ASKED = 120.0
"""Seconds within which a remote has to say which refs there are."""
_NAME = "publish"
_WRITTEN = re.compile(r"Writing objects: +(\d+)% \(\d+/\d+\)(?:, ([\d.]+) (bytes|KiB|MiB|GiB))?")
_UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class Remote:
    """git: the repository to work in. waits: seconds between one try and the next (`retrying`). refs: what
    the remote had when it was asked last, and what was pushed since: commits by name. default: the ref of
    its default branch, "" when it has none yet."""

    def __init__(self, git: Git, url: str, waits: tuple[float, ...]) -> None:
        self.waits = waits
        self.refs: dict[str, str] = {}
        self.default = ""
        self._git = git
        # A remote with a name, since only of such a one git knows that it can be asked for the rest.
        for key, value in (("url", url), ("promisor", "true"), ("partialclonefilter", "blob:none")):
            git.run("config", f"remote.{_NAME}.{key}", value)

    def look(self, *patterns: str, waits: tuple[float, ...] | None = None) -> None:
        """Ask which refs there are of some names."""
        self.refs = self._again(lambda: self._listed(("HEAD", *patterns)), waits)

    def fetch(self, ref: str, *, whole: bool, commit: str | None = None) -> None:
        """A commit with its tree, and with its files or, where the remote can do that, their names only;
        nothing is asked for what is here. commit: which one, where the remote no longer has the ref."""
        wanted = commit or self.refs[ref]
        if wanted in self._git.line("for-each-ref", "--format=%(objectname)").split():
            return
        how = "--no-filter" if whole else "--filter=blob:none"
        refs = f"+{commit or ref}:{_kept(ref)}"
        arguments = ("fetch", "--progress", "--no-tags", "--depth=1", how, _NAME, refs)
        self._again(lambda: self._git.run(*arguments, heard=lambda _: None))

    def push(self, refs: Mapping[str, str], told: Callable[[int], None]) -> int:
        """Make the remote's refs what is given, "" to delete one: all of them, and only if they are as they
        were when they were asked for. told: is told how far it is, of a hundred. Answers how many bytes
        were written. Raises GitFault."""
        arguments = ["push", "--atomic", "--porcelain", "--progress", "--no-verify"]
        arguments += [f"--force-with-lease={ref}:{self.refs.get(ref, '')}" for ref in refs]
        arguments += [_NAME, *(f"{commit}:{ref}" for ref, commit in refs.items())]
        byte_count = 0
        tried = False

        def heard(line: str) -> None:
            nonlocal byte_count
            if found := _WRITTEN.search(line):
                told(int(found[1]))
                if found[2]:
                    byte_count = round(float(found[2]) * _UNITS[found[3]])

        def work() -> None:
            nonlocal tried
            # The answer to a push that went through may have been lost.
            if not (tried and self._has(refs)):
                tried = True
                self._git.run(*arguments, heard=heard)

        try:
            self._again(work)
        except GitFault:
            if not self._surely_has(refs):
                raise
        self.refs = {ref: one for ref, one in {**self.refs, **refs}.items() if one}
        return byte_count

    def keep(self, refs: Mapping[str, str]) -> None:
        """Know of what was pushed that it is here."""
        rows = "".join(
            f"update {_kept(ref)} {one}\n" if one else f"delete {_kept(ref)}\n"
            for ref, one in refs.items()
        )
        self._git.run("update-ref", "--stdin", given=rows.encode(errors="surrogateescape"))

    def _listed(self, patterns: tuple[str, ...]) -> dict[str, str]:
        answer = self._git.line("ls-remote", "--symref", _NAME, *patterns, within=ASKED)
        refs: dict[str, str] = {}
        for row in answer.splitlines():
            what, _, name = row.partition("\t")
            if not what.startswith("ref: "):
                refs[name] = what
            elif name == "HEAD":
                self.default = what.removeprefix("ref: ")
        return refs

    def _has(self, refs: Mapping[str, str]) -> bool:
        now = self._listed(tuple(refs))
        return all(now.get(ref, "") == commit for ref, commit in refs.items())

    def _surely_has(self, refs: Mapping[str, str]) -> bool:
        try:
            return self._has(refs)
        except GitFault:
            return False

    def _again(self, work: Callable[[], T], waits: tuple[float, ...] | None = None) -> T:
        waits = self.waits if waits is None else waits
        return retrying(work, lambda error: isinstance(error, GitFault) and error.passing, waits)


def _kept(ref: str) -> str:
    """Under which name what the remote calls `ref` is kept here."""
    return f"refs/kept/{ref.removeprefix('refs/')}"
