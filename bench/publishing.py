"""`python -m bench.publishing`: a site of 10,000 pages is published, and then again with one page changed.

Each kind of host is a real server on loopback: a folder, sshd with rsync, an S3 server (moto's), git's own
server. Beside each stands what one would type without us, on the same site and the same server: `cp -r`,
`rsync -a --delete` and a commit pushed by hand; both times after a build, so every file has a new time. Octets
are those of the line, in both directions, counted by a proxy in between; it takes time too, the same for both.

Nothing here passes or fails: it prints figures, and a person reads them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import boto3
import pytest

from bench import prose
from bench.results import table
from tests.deploy import git_server, ssh_server
from tests.deploy.cutting import CuttingLine, cutting
from tests.deploy.s3_server import S3Server
from tests.deploy.small_sites import job_for
from tools.deploy.address import parse_address
from tools.deploy.plan import size
from tools.deploy.progress import unseen
from tools.deploy.targets import opened

Typed = Callable[[Path], None]
"""What one would type without us, given the site's folder."""


def lay(folder: Path, pages: int) -> None:
    """A site of so many pages, of some 8 kB each, in folders as posts are."""
    for number in range(pages):
        random = Random(f"publishing/{number}")  # noqa: S311 - a corpus, no secrets
        path = folder / f"posts/post-{number:05}/index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(f"<p>{prose.sentence(random)}</p>" for _ in range(80))
        path.write_text(f"<!DOCTYPE html><title>{number}</title>{text}", encoding="utf-8")
    (folder / "index.html").write_text("<!DOCTYPE html><title>Home</title>", encoding="utf-8")


def built_again(folder: Path) -> None:
    """As a build leaves it: the same contents, with new times."""
    now = time.time()
    for path in folder.rglob("*"):
        os.utime(path, (now, now))


def ours(address: str, root: Path) -> Typed:
    def typed(site: Path) -> None:
        with opened(parse_address(address), root) as target:
            job = job_for(target, site, int(time.monotonic()) % 1_000_000)
            if job.changes or job.drift:
                with target.locked("a benchmark"):
                    target.send(job, unseen)

    return typed


def in_turn(
    name: str, what: Typed, site: Path, line: CuttingLine | None, rows: list[list[str]]
) -> None:
    """First all, then nothing, then one page."""
    page = site / "posts/post-00007/index.html"
    whole = page.read_text(encoding="utf-8")
    for step in ("first", "nothing changed", "one page changed"):
        built_again(site)
        if step == "one page changed":
            page.write_text(f"{whole}<p>One more.</p>", encoding="utf-8")
        before = line.byte_count if line else 0
        began = time.perf_counter()
        what(site)
        took = time.perf_counter() - began
        byte_count = size(line.byte_count - before) if line else ""
        rows.append([name, step, f"{took:.2f}", byte_count])
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    page.write_text(whole, encoding="utf-8")


def _folder(site: Path, scratch: Path, rows: list[list[str]]) -> None:
    def copied(site: Path) -> None:
        shutil.rmtree(scratch / "copy", ignore_errors=True)
        shutil.copytree(site, scratch / "copy")

    in_turn("cp -r", copied, site, None, rows)
    in_turn("file://", ours(f"file://{scratch}/www", scratch), site, None, rows)


def _rsync(site: Path, scratch: Path, rows: list[list[str]]) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        ssh_server.serving(scratch / "ssh", patch) as server,
        cutting(server.port) as line,
    ):
        shell = f"ssh -F {server.config} -p {line.port}"
        to = f"{server.user}@127.0.0.1:{scratch}/by-hand/"
        command = ["rsync", "-az", "--delete", "-e", shell]
        in_turn(
            "rsync -az --delete",
            lambda site: _run([*command, f"{site}/", to]),
            site,
            line,
            rows,
        )
        address = server.address(scratch / "by-ssh", line.port)
        (scratch / "by-ssh").mkdir()
        in_turn("rsync://", ours(address, scratch), site, line, rows)


def _bucket(site: Path, scratch: Path, rows: list[list[str]]) -> None:
    server = S3Server()
    with cutting(server.port) as line, _keys():
        server.client.create_bucket(Bucket="bench")
        endpoint = f"http://127.0.0.1:{line.port}"
        if aws := os.environ.get("AWS"):
            server.client.create_bucket(Bucket="by-hand")
            command = [aws, "--endpoint-url", endpoint, "s3", "sync", "--delete", "--quiet"]
            in_turn(
                "aws s3 sync --delete",
                lambda site: _run([*command, str(site), "s3://by-hand"]),
                site,
                line,
                rows,
            )
        in_turn("s3://", ours(f"s3://bench/site?endpoint={endpoint}", scratch), site, line, rows)
    server.close()


def _branch(site: Path, scratch: Path, rows: list[list[str]]) -> None:
    with git_server.serving(scratch / "git") as remote, cutting(remote.port) as line:
        hand = remote.author(scratch / "hand", line.port)
        git_server.git(hand, "checkout", "-q", "--orphan", "by-hand")
        git_server.git(hand, "rm", "-rfq", "--cached", ".")

        def by_hand(site: Path) -> None:
            # As in a second working tree for the branch: the site is copied there, committed, pushed.
            _run(["rsync", "-a", "--delete", "--exclude=.git", f"{site}/", f"{hand}/"])
            git_server.git(hand, "add", "-A")
            if git_server.git(hand, "status", "--porcelain"):
                git_server.git(hand, "commit", "-qm", "x")
            git_server.git(hand, "push", "-q", "origin", "by-hand")

        in_turn("git commit and push", by_hand, site, line, rows)
        root = remote.author(scratch / "project", line.port)
        in_turn("github-pages://", ours(git_server.ADDRESS, root), site, line, rows)


@contextlib.contextmanager
def _keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIABENCH")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing-secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.setup_default_session()
        yield


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


HOSTS = {"file": _folder, "rsync": _rsync, "s3": _bucket, "git": _branch}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.publishing", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--hosts", default=",".join(HOSTS), help="which, between commas")
    options = parser.parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="publishing-") as scratch:
        site = Path(scratch) / "site"
        lay(site, options.pages)
        for name in options.hosts.split(","):
            (Path(scratch) / name).mkdir()
            HOSTS[name](site, Path(scratch) / name, rows)
    print(table(["what", "step", "seconds", "on the line"], rows))


if __name__ == "__main__":
    main()
