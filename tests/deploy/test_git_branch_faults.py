"""A branch of a remote when lines break, disks fill up, publishes are killed, and somebody reads meanwhile."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.cutting import cutting
from tests.deploy.git_server import Remote, git, serving
from tests.deploy.small_sites import FILES, job_for, lay
from tests.sites import ROOT
from tools.deploy.progress import unseen
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

LINUX = sys.platform == "linux"
SEED = 20261125


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    with serving(tmp_path / "host") as running:
        yield running


def large(turn: int) -> dict[str, bytes]:
    """A site of which half is new each time."""
    rolls = random.Random(turn)
    return {**FILES, "images/two.webp": rolls.randbytes(60_000), "index.html": b"<p>%d" % turn}


def settle(remote: Remote) -> None:
    """Wait until the remote does no more: what it has got whole it still writes when the line is dead. What it
    got in part it may leave lying, so it is not enough to look whether there is something."""
    ends = time.monotonic() + 5
    last, since = written(remote), time.monotonic()
    while time.monotonic() - since < 0.15 and time.monotonic() < ends:
        time.sleep(0.02)
        now = written(remote)
        if now != last:
            last, since = now, time.monotonic()


def written(remote: Remote) -> list[tuple[str, int, int]]:
    """All files at the remote, with their times and sizes."""
    found = []
    for folder, _, names in os.walk(remote.bare):  # which passes over a folder that went meanwhile
        for name in names:
            with contextlib.suppress(OSError):
                about = Path(folder, name).stat()
                found.append((f"{folder}/{name}", about.st_mtime_ns, about.st_size))
    return sorted(found)


def octets_of_a_publish(remote: Remote, tmp_path: Path) -> int:
    with cutting(remote.port) as line:
        root = remote.author(tmp_path / "measured", line.port)
        remote.publish(root, lay(tmp_path / "site", large(0)), 0)
        before = line.byte_count
        remote.publish(root, lay(tmp_path / "site", large(1)), 1)
        return line.byte_count - before


@pytest.mark.parametrize("dead", [False, True], ids=["mended", "dead"])
def test_a_line_cut_at_twenty_random_points(remote: Remote, tmp_path: Path, dead: bool) -> None:
    rolls = random.Random(SEED)
    if dead:
        remote.waits = (0.01, 0.02)
    whole = octets_of_a_publish(remote, tmp_path)
    site = tmp_path / "site"
    cuts = 0
    with cutting(remote.port) as line:
        root = remote.author(tmp_path / "project", line.port)
        for turn in range(2, 22):
            old = remote.files()
            lay(site, large(turn))
            at = rolls.randrange(whole)
            line.cut_at, line.dead, line.cuts = line.byte_count + at, dead, 0
            told = f"seed {SEED}, turn {turn}, cut after {at} of {whole} bytes"
            print(told)
            if dead:
                with contextlib.suppress(ProjectError):
                    remote.publish(root, site, turn)
                assert remote.files() in (old, large(turn)), told
                line.mend()
                settle(remote)
            remote.publish(root, site, turn)
            cuts += line.cuts
            line.mend()
            assert remote.files() == large(turn), told
    assert cuts >= 15


def test_a_dead_line_is_told(remote: Remote, tmp_path: Path) -> None:
    with cutting(remote.port) as line:
        root = remote.author(tmp_path / "project", line.port)
        site = lay(tmp_path / "site", large(0))
        target = remote.target(root)
        job = job_for(target, site, 0)
        line.cut_at, line.dead = line.byte_count + 20_000, True
        with (
            pytest.raises(ProjectError, match="the line to the remote broke"),
            target.locked("a test"),
        ):
            target.send(job, unseen)
        assert git(remote.bare, "for-each-ref") == ""


KILLED = """
import sys
from pathlib import Path
from tests.deploy.git_server import Remote
print("begins", flush=True)
Remote(Path(sys.argv[1]), int(sys.argv[2])).publish(Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
print("done", flush=True)
"""


def test_killed_at_random_points_the_next_publish_goes_through(
    remote: Remote, tmp_path: Path
) -> None:
    rolls = random.Random(SEED)
    root = remote.author(tmp_path / "project")
    site = lay(tmp_path / "site", large(0))
    began = time.monotonic()
    remote.publish(root, site, 0)
    took = time.monotonic() - began
    kept = 0
    for turn in range(1, 13):
        old = remote.files()
        lay(site, large(turn))
        command = [
            sys.executable,
            "-c",
            KILLED,
            str(remote.bare),
            str(remote.port),
            str(root),
            str(site),
            str(turn),
        ]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as run:
            assert run.stdout is not None
            assert run.stdout.readline() == "begins\n"
            time.sleep(rolls.uniform(0, took))
            # With the git that it runs, as when a laptop's battery ends.
            os.killpg(run.pid, signal.SIGKILL)
        settle(remote)
        now = remote.files()
        assert now in (old, large(turn))
        kept += now == old
        remote.publish(root, site, turn)
        assert remote.files() == large(turn)
    assert kept >= 3, "hardly any was stopped on the way"


@pytest.mark.skipif(not LINUX or os.geteuid() != 0, reason="needs a file system of its own")
@pytest.mark.parametrize("harm", ["full", "read-only"])
def test_a_remote_that_cannot_write_is_as_it_was(tmp_path: Path, harm: str) -> None:
    host = tmp_path / "host"
    host.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", host], check=False
    ).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with serving(host) as remote:
            root = remote.author(tmp_path / "project")
            site = lay(tmp_path / "site")
            remote.publish(root, site, 0)
            lay(
                site,
                {**FILES, "images/big.webp": os.urandom(1_500_000)} if harm == "full" else large(1),
            )
            if harm == "read-only":
                subprocess.run(["mount", "-o", "remount,ro", host], check=True)
            said = (
                r"disk (of the remote is|may be) full.*(again|room)"
                if harm == "full"
                else r"(could not write it|refuses).*as it was; publish again when"
            )
            with pytest.raises(ProjectError, match=said):
                remote.publish(root, site, 1)
            assert remote.files() == dict(FILES)
            subprocess.run(["mount", "-o", "remount,rw", host], check=True)
            remote.publish(root, lay(site, {**FILES, "index.html": b"2"}), 2)
            assert remote.files()["index.html"] == b"2"
    finally:
        subprocess.run(["umount", "-l", host], check=True)


@pytest.mark.skipif(not LINUX or os.geteuid() != 0, reason="needs a file system of its own")
def test_a_full_disk_of_this_machine_is_told_and_no_fault_of_the_remote(
    remote: Remote, tmp_path: Path
) -> None:
    root = remote.author(tmp_path / "project")
    cache = root / ".cache"
    cache.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", cache], check=False
    ).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        site = lay(tmp_path / "site")
        remote.publish(root, site, 0)
        big = {**FILES, "images/big.webp": os.urandom(900_000)}
        with pytest.raises(ProjectError, match=r"the disk of this machine is full.*make room"):
            remote.publish(root, lay(site, big), 1)
        assert remote.files() == dict(FILES)
        remote.publish(root, lay(site, {**FILES, "index.html": b"2"}), 2)
        assert remote.read("index.html") == b"2"
    finally:
        subprocess.run(["umount", "-l", cache], check=True)


def test_who_reads_meanwhile_never_sees_a_mixed_site(remote: Remote, tmp_path: Path) -> None:
    names = [f"posts/{n}/index.html" for n in range(10)]
    root = remote.author(tmp_path / "project")
    site = tmp_path / "site"
    remote.publish(root, lay(site, dict.fromkeys(names, b"0")), 0)
    stop = threading.Event()
    seen: list[set[bytes]] = []

    def read() -> None:
        while not stop.is_set() and len(seen) < 2000:
            # As a host does that serves the branch: its commit first, all else by that.
            commit = git(remote.bare, "rev-parse", "gh-pages").strip()
            seen.append({remote.read(name, commit) or b"" for name in names})

    clones: list[set[bytes]] = []
    faults: list[str] = []

    def clone() -> None:
        while not stop.is_set() and len(clones) < 500:
            folder = tmp_path / "clones" / str(len(clones))
            try:
                git(
                    tmp_path,
                    *("clone", "-q", "--depth=1", "-b", "gh-pages", remote.url(), str(folder)),
                )
                clones.append({(folder / name).read_bytes() for name in names})
            except (subprocess.CalledProcessError, OSError) as error:
                faults.append(str(error))
                return

    readers = [threading.Thread(target=work) for work in (read, clone)]
    for reader in readers:
        reader.start()
    for turn in range(1, 11):
        remote.publish(root, lay(site, dict.fromkeys(names, b"%d" % turn)), turn)
    stop.set()
    for reader in readers:
        reader.join(timeout=30)
    assert faults == []
    for looks in (seen, clones):
        assert len(looks) > 10
        assert {len(one) for one in looks} == {1}
        numbers = [int(next(iter(one))) for one in looks]
        assert numbers == sorted(numbers)
    print(f"{len(seen)} looks and {len(clones)} clones during 10 publishes, none mixed")


def test_a_push_whose_answer_is_lost_is_known_to_have_arrived(
    remote: Remote, tmp_path: Path
) -> None:
    root = remote.author(tmp_path / "project")
    site = lay(tmp_path / "site", large(0))
    target = remote.target(root)
    job = job_for(target, site, 0)
    # The remote takes everything, and its answer never comes: the hook runs when the refs are written.
    hook = remote.bare / "hooks/post-receive"
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n")
    hook.chmod(0o755)
    with target.locked("a test"):
        target.send(job, unseen)
    assert remote.files() == large(0)
    assert remote.target(root).current() == job.release.id
