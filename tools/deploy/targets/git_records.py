"""The records of releases in a remote repository: `refs/publish/records`, a commit with little history, whose
tree holds what tools.deploy.release writes and `state.json`: which release is live, and the commit of each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tools.deploy.release import (
    Head,
    Release,
    head_file,
    head_name,
    part_name,
    read_head,
    read_release,
    record,
)
from tools.deploy.targets.git import Git
from tools.errors import ProjectError

STATE = "state.json"
HISTORY = 100
"""Commits of records, each on top of the one before, after which they begin anew. That of a commit git leaves
out what the remote has, it knows by the commit before it."""


@dataclass(frozen=True, slots=True)
class Records:
    """branch: whose they are. blobs: the files of the records by name, as git knows them. live: the id of the
    release that is live. commits: of each release that is kept. parent: the commit that they were read from,
    if the next is to be on top of it. length: commits that there are in a row."""

    git: Git
    branch: str
    blobs: Mapping[str, str] = field(default_factory=dict)
    live: str | None = None
    commits: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    length: int = 0

    def heads(self) -> tuple[Head, ...]:
        names = [head_name(identity) for identity in self.commits]
        contents = self._contents(names)
        heads = [read_head(contents[name])[0] for name in names if name in contents]
        return tuple(sorted(heads, key=lambda head: head.id, reverse=True))

    def release(self, identity: str) -> Release:
        name = head_name(identity)
        if identity not in self.commits or name not in self.blobs:
            raise ProjectError(f"There is no record of a release {identity} at the remote")
        return read_release(self._contents([name])[name], self._contents)

    def with_release(self, release: Release, commit: str, keep: int) -> Records:
        """With one more, which is live; of the others those that are kept."""
        written = record(release)
        kept = sorted({*self.commits, release.id}, reverse=True)[:keep]
        commits = {one: self.commits.get(one, "") for one in kept if one != release.id}
        commits[release.id] = commit
        heads = self._contents(head_name(one) for one in commits if one != release.id)
        wanted = {STATE, *written, *heads}
        for packed in heads.values():
            wanted |= {part_name(one) for some in read_head(packed)[1].values() for one in some}
        blobs = {name: blob for name, blob in self.blobs.items() if name in wanted}
        blobs |= self._stored({name: text for name, text in written.items() if name not in blobs})
        return self._stated(blobs, release.id, commits)

    def with_live(self, identity: str, commit: str) -> Records:
        return self._stated(dict(self.blobs), identity, {**self.commits, identity: commit})

    def with_head(self, head: Head) -> Records:
        name = head_name(head.id)
        parts = read_head(self._contents([name])[name])[1]
        blobs = {**self.blobs, **self._stored({name: head_file(head, parts)})}
        return self._stated(blobs, self.live, self.commits)

    def commit(self) -> str:
        """A commit of them."""
        parents = ("-p", self.parent) if self.parent else ()
        arguments = ("commit-tree", tree_of(self.git, self.blobs), *parents)
        return self.git.line(*arguments, "-m", "Records of publishing", environment=NOBODY)

    def _stated(
        self, blobs: dict[str, str], live: str | None, commits: Mapping[str, str]
    ) -> Records:
        """The next ones."""
        anew = self.length >= HISTORY
        length = 1 if anew else self.length + 1
        document = {
            "branch": self.branch,
            "live": live,
            "commits": dict(sorted(commits.items())),
            "length": length,
        }
        state = json.dumps(document, indent=1)
        blobs |= self._stored({STATE: f"{state}\n".encode()})
        parent = None if anew else self.parent
        return replace(self, blobs=blobs, live=live, commits=commits, parent=parent, length=length)

    def _contents(self, names: Iterable[str]) -> dict[str, bytes]:
        """Those that there are, by name."""
        known = [name for name in names if name in self.blobs]
        return dict(
            zip(known, contents(self.git, [self.blobs[name] for name in known]), strict=True)
        )

    def _stored(self, files: Mapping[str, bytes]) -> dict[str, str]:
        return {
            name: self.git.line("hash-object", "-w", "--stdin", given=content)
            for name, content in files.items()
        }


NOBODY = {
    "GIT_AUTHOR_NAME": "publish",
    "GIT_AUTHOR_EMAIL": "publish@localhost",
    "GIT_COMMITTER_NAME": "publish",
    "GIT_COMMITTER_EMAIL": "publish@localhost",
}


def read_records(git: Git, commit: str | None, branch: str) -> Records:
    """Those of a commit; empty ones of the branch when there is none. Raises ProjectError when they cannot be
    understood."""
    if commit is None:
        return Records(git, branch)
    blobs = files_of(git, commit)
    try:
        state = json.loads(contents(git, [blobs[STATE]])[0])
        length = int(state.get("length", 1))
        branch = state.get("branch", branch)
        return Records(git, branch, blobs, state["live"], dict(state["commits"]), commit, length)
    except (KeyError, ValueError, TypeError):
        raise ProjectError(
            "refs/publish/records at the remote is not what a publish writes there; delete it (git push "
            "origin :refs/publish/records), and the next publish begins anew"
        ) from None


def files_of(git: Git, commit: str) -> dict[str, str]:
    """The ids of the files of a commit, by path."""
    rows = git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    found = {}
    for row in rows:
        if row:
            what, _, path = row.partition(b"\t")
            found[path.decode(errors="surrogateescape")] = what.split()[2].decode()
    return found


def contents(git: Git, blobs: list[str]) -> list[bytes]:
    """The contents of files by their ids, in one run."""
    if not blobs:
        return []
    answer = git.run("cat-file", "--batch", given="".join(f"{one}\n" for one in blobs).encode())
    found, at = [], 0
    for _ in blobs:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].rsplit(b" ", 1)[1])
        found.append(answer[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def tree_of(git: Git, blobs: Mapping[str, str]) -> str:
    """A tree of files by path. They need not be here: those that stay are at the remote."""
    rows = b"".join(
        f"100644 {blob}\t{path}\0".encode(errors="surrogateescape") for path, blob in blobs.items()
    )
    index = git.folder / f"index-{os.getpid()}"
    index.unlink(missing_ok=True)
    own = {"GIT_INDEX_FILE": str(index)}
    try:
        git.run("update-index", "-z", "--index-info", given=rows, environment=own)
        return git.line("write-tree", "--missing-ok", environment=own)
    finally:
        index.unlink(missing_ok=True)
