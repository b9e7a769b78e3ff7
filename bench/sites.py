"""The sites that are compared, each in a folder of its own, and what is done to them between runs.

Our own site is a copy of this project, so that a benchmark neither uses nor empties its caches, and
is built as `./invoke build` does. The peers are in peers/: the least that does comparable work.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.corpus import as_json
from tools.errors import ProjectError

ROOT = Path(__file__).resolve().parent.parent
# What of the project takes no part in a build.
_LEFT_OUT = {"content", "output", "tests", "inbox", "__pycache__"}


@dataclass(frozen=True)
class Site:
    """One builder's site. written: what a cold build must not find."""

    name: str
    folder: Path
    command: Sequence[str]
    written: Sequence[str]
    threads: str

    def make_cold(self) -> None:
        for name in self.written:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def edit_post(self) -> None:
        post, _ = self._middle()
        with post.open("a", encoding="utf-8") as file:
            file.write("\nA paragraph that was *not there* before.\n")

    def add_comment(self) -> None:
        """Answers the first comment of a post in the middle."""
        _, path = self._middle()
        thread: Any = json.loads(path.read_text(encoding="utf-8"))
        comments = thread["comments"] if isinstance(thread, dict) else thread
        first = comments[0]
        new = {
            "id": f"new-{len(comments)}",
            "parent": first["id"],
            "date": "2024-12-01T09:00:00+11:00",
        }
        comments.append({**first, **new, "body": "An answer that was *not there* before."})
        path.write_text(as_json(thread), encoding="utf-8")

    def _middle(self) -> tuple[Path, Path]:
        """The first post with a thread from the middle on, and that thread: the same for every site."""
        posts = sorted(
            (self.folder / "content/posts").glob("*.md"), key=lambda path: path.stem[-5:]
        )
        for post in posts[len(posts) // 2 :] + posts:
            thread = self.folder / self.threads / f"{post.stem}.json"
            if thread.exists():
                return post, thread
        raise ProjectError("No post has a comment; ask for more: --comments 10")


SCENARIOS: dict[str, Callable[[Site], None]] = {
    "cold": Site.make_cold,
    "nothing changed": lambda site: None,
    "one post edited": Site.edit_post,
    "one comment added": Site.add_comment,
}


def find_hugo() -> str | None:
    """The program that $HUGO names, else the `hugo` on the PATH."""
    return os.environ.get("HUGO") or shutil.which("hugo")


def lay_out(scratch: Path, posts: int, comments: float, peers: bool = True) -> list[Site]:
    """Our site and, with `peers`, plain Pelican and Hugo where it is found, below `scratch`."""
    sites = [_ours(scratch / f"ours-{posts}", posts, comments)]
    if peers:
        command = [sys.executable, "-m", "pelican", "--quiet"]
        sites.insert(0, _peer("pelican", scratch, posts, comments, command, ("output", "cache")))
        if hugo := find_hugo():
            written = ("public", "resources", ".hugo_build.lock")
            sites.append(_peer("hugo", scratch, posts, comments, [hugo, "--quiet"], written))
    return sites


def _ours(folder: Path, posts: int, comments: float) -> Site:
    folder.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name in _LEFT_OUT or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.copytree(
                path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__", "peers")
            )
        else:
            shutil.copy2(path, folder)
    compileall.compile_dir(folder, quiet=1)
    _fill(folder, "site", posts, comments)
    where = ("--content", str(folder / "content"), "--output", str(folder / "output"))
    return Site(
        name="ours",
        folder=folder,
        command=[sys.executable, "-m", "invoke", "build", *where],
        written=("output", ".cache"),
        threads="content/comments/posts",
    )


def _peer(
    name: str,
    scratch: Path,
    posts: int,
    comments: float,
    command: Sequence[str],
    written: Sequence[str],
) -> Site:
    folder = scratch / f"{name}-{posts}"
    shutil.copytree(
        ROOT / "bench/peers" / name, folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    compileall.compile_dir(folder, quiet=1)
    _fill(folder, name, posts, comments)
    return Site(name, folder, command, written, "data/comments")


def _fill(folder: Path, flavour: str, posts: int, comments: float) -> None:
    # In a process of its own: what this one holds in memory would count for those that it starts.
    wanted = (f"--posts={posts}", f"--comments={comments}", f"--for={flavour}", f"--to={folder}")
    command = [sys.executable, "-m", "bench.corpus", *wanted]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
