"""A remote to publish to: a bare repository behind git's own server on loopback, and the author's beside it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.small_sites import job_for
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.targets.git_branch import GitBranchTarget
from tools.deploy.targets.target import Sent

AS_GITHUB = {"uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true"}
ADDRESS = "github-pages://origin/gh-pages"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode(errors="surrogateescape")


@dataclass
class Remote:
    """bare: the repository at the host. port: where git's server listens."""

    bare: Path
    port: int
    waits: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4)

    def author(self, root: Path, port: int | None = None) -> Path:
        """A project with sources on main, whose remote this is, by that port."""
        root.mkdir(parents=True)
        git(root, "init", "-q", "-b", "main")
        (root / "pelicanconf.py").write_text("SITENAME = 'x'\n", encoding="utf-8")
        (root / ".gitignore").write_text(".cache/\n", encoding="utf-8")
        git(root, "add", ".")
        git(root, "commit", "-qm", "Sources")
        git(root, "remote", "add", "origin", self.url(port))
        return root

    def url(self, port: int | None = None) -> str:
        return f"git://127.0.0.1:{port or self.port}/{self.bare.name}"

    def target(self, root: Path, options: str = "", branch: str = "gh-pages") -> GitBranchTarget:
        target = GitBranchTarget(parse_address(f"github-pages://origin/{branch}{options}"), root)
        target.waits = self.waits
        target.open()
        return target

    def publish(self, root: Path, site: Path, minute: int, options: str = "") -> Sent:
        target = self.target(root, options)
        job = job_for(target, site, minute)
        with target.locked("a test"):
            return target.send(job, unseen)

    def files(self, ref: str = "gh-pages") -> dict[str, bytes]:
        """What is on the branch, by one look at where it is."""
        commit = git(self.bare, "rev-parse", ref).strip()
        rows = git(self.bare, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")
        return {name: self.read(name, commit) or b"" for name in rows if name}

    def read(self, name: str, ref: str = "gh-pages") -> bytes | None:
        done = subprocess.run(
            ["git", "cat-file", "blob", f"{ref}:{name}"],
            cwd=self.bare,
            capture_output=True,
            check=False,
        )
        return done.stdout if done.returncode == 0 else None

    def commits(self, ref: str = "gh-pages") -> int:
        return int(git(self.bare, "rev-list", "--count", ref))

    def push_by_hand(
        self, folder: Path, files: dict[str, bytes | None], branch: str = "gh-pages"
    ) -> None:
        """As somebody else does it who has a copy. None takes a file away."""
        git(folder.parent, "clone", "-q", "-b", branch, str(self.bare), str(folder))
        for name, content in files.items():
            if content is None:
                (folder / name).unlink()
            else:
                (folder / name).write_bytes(content)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "By hand")
        git(folder, "push", "-q", "origin", f"HEAD:{branch}")


@contextlib.contextmanager
def serving(folder: Path, settings: dict[str, str] | None = None) -> Iterator[Remote]:
    """settings: of the repository at the host; as GitHub has it when nothing is said."""
    bare = folder / "site.git"
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "--bare", "-b", "main", str(bare))
    for name, value in (AS_GITHUB if settings is None else settings).items():
        git(bare, "config", name, value)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [
        "git",
        "daemon",
        "--reuseaddr",
        "--listen=127.0.0.1",
        f"--port={port}",
        "--export-all",
    ]
    command += [
        "--enable=receive-pack",
        "--informative-errors",
        f"--base-path={folder}",
        str(folder),
    ]
    running = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ends = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > ends or running.poll() is not None:
                    pytest.fail("git's server does not start")
                time.sleep(0.02)
        yield Remote(bare, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, 15)
        running.wait(10)
