"""A folder of this machine as a host, on a real disk behind a real web server."""

from __future__ import annotations

import contextlib
import functools
import http.client
import http.server
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.small_sites import FILES, job_for, lay
from tests.sites import ROOT
from tools.deploy.address import parse_address
from tools.deploy.manifest import manifest_of
from tools.deploy.progress import unseen
from tools.deploy.release import noted
from tools.deploy.targets.folder import FolderTarget
from tools.deploy.targets.target import Drift
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

LINUX = sys.platform == "linux"


@pytest.fixture
def www(tmp_path: Path) -> Path:
    return tmp_path / "srv" / "www"


def target_at(www: Path, options: str = "") -> FolderTarget:
    www.parent.mkdir(exist_ok=True)
    target = FolderTarget(parse_address(f"file://{www}{options}"), www.parent)
    target.open()
    return target


def publish(www: Path, site: Path, minute: int, options: str = "") -> tuple[int, int]:
    """Octets and files that were copied."""
    target = target_at(www, options)
    job = job_for(target, site, minute)
    with target.locked("a test"):
        sent = target.send(job, unseen)
    return sent.byte_count, sent.files


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_first_publish_puts_every_file_behind_current(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    byte_count, count = publish(www, site, 0)
    assert files(www / "current") == dict(FILES)
    assert (byte_count, count) == (sum(map(len, FILES.values())), len(FILES))
    assert (www / "current").is_symlink()
    assert {path.stat().st_mode & 0o777 for path in (www / "current/").rglob("*.html")} == {0o644}
    target = target_at(www)
    assert target.drift(target.release(target.current() or "")) == Drift()
    assert target.unfinished() is None


def test_the_next_one_copies_what_differs_and_links_the_rest(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    publish(www, site, 0)
    first = (www / "current").resolve()
    lay(site, {**FILES, "posts/one/index.html": b"<p>other"})
    assert publish(www, site, 1) == (len(b"<p>other"), 1)
    now = (www / "current").resolve()
    assert now != first
    assert (now / "index.html").samefile(first / "index.html")
    assert not (now / "posts/one/index.html").samefile(first / "posts/one/index.html")
    assert files(first) == dict(FILES)


def test_a_file_that_went_is_gone_with_its_folder_and_comes_back(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    publish(www, site, 0)
    lay(site, {name: text for name, text in FILES.items() if "posts/two" not in name})
    publish(www, site, 1)
    assert not (www / "current/posts/two").exists()
    target = target_at(www)
    older, now = target.releases()[1], target.releases()[0]
    target.back(target.release(older.id), target.release(now.id), unseen)
    assert target.current() == older.id
    assert files(www / "current") == dict(FILES)


def test_what_somebody_else_did_is_told_and_put_right_in_the_next_release_only(
    www: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    publish(www, site, 0)
    live = (www / "current").resolve()
    (live / "index.html").write_bytes(b"defaced")
    (live / "feed.atom").unlink()
    (live / "shell.php").write_bytes(b"<?php")
    target = target_at(www)
    drift = target.drift(target.release(target.current() or ""))
    assert drift == Drift(("index.html",), ("feed.atom",), ("shell.php",))
    _, count = publish(www, site, 1)
    assert count == 2
    assert files(www / "current") == dict(FILES)


def test_one_does_not_go_back_to_a_release_that_somebody_changed(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    publish(www, site, 0)
    publish(www, lay(site, {**FILES, "index.html": b"2"}), 1)
    target = target_at(www)
    older = target.release(target.releases()[1].id)
    (www / "releases" / older.id / "404.html").write_bytes(b"x")
    with pytest.raises(ProjectError, match=r"not as they were \(changed: 404\.html\)"):
        target.back(older, target.release(target.current() or ""), unseen)


def test_so_many_releases_are_kept_as_the_address_says(www: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for minute in range(5):
        publish(www, lay(site, {**FILES, "index.html": str(minute).encode()}), minute, "?keep=2")
    target = target_at(www)
    heads = target.releases()
    assert len(heads) == 2
    assert sorted(one.name for one in (www / "releases").iterdir()) == sorted(h.id for h in heads)
    assert [len(target.release(head.id).manifest) for head in heads] == [len(FILES)] * 2
    parts = {one.name for one in (www / "records/parts").iterdir()}
    assert len(parts) <= 4


def test_what_was_done_since_is_kept_in_the_record(www: Path, tmp_path: Path) -> None:
    publish(www, lay(tmp_path / "site"), 0)
    target = target_at(www)
    (head,) = target.releases()
    target.note(noted(head, seen="2026-11-25T08:01:00+00:00"))
    assert target.releases()[0].seen
    assert target.release(head.id).manifest == manifest_of(tmp_path / "site")


def test_names_with_spaces_and_letters_of_any_script_arrive(www: Path, tmp_path: Path) -> None:
    names = {"a b/c d.html": b"1", "-rf/index.html": b"2", "日本/ü.html": b"3", "q'\"$x.html": b"4"}
    publish(www, lay(tmp_path / "site", names), 0)
    assert files(www / "current") == names


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda www: (www.mkdir(), (www / "index.html").write_text("x")), "no publish put there"),
        (lambda www: www.write_text("x"), "is a file"),
        (lambda www: shutil.rmtree(www.parent), "does not exist; make it"),
        (lambda www: (www / "current").mkdir(parents=True), "that is no link"),
    ],
)
def test_a_folder_that_cannot_be_is_refused_and_left_alone(
    www: Path, prepare: object, said: str
) -> None:
    www.parent.mkdir()
    prepare(www)  # type: ignore[operator]
    before = files(www.parent) if www.parent.exists() else {}
    target = FolderTarget(parse_address(f"file://{www}"), www.parent)
    with pytest.raises(ProjectError, match=said):
        target.open()
    assert (files(www.parent) if www.parent.exists() else {}) == before


def test_of_two_at_once_one_is_told_who_is_at_it(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    publish(www, site, 0)
    first, second = target_at(www), target_at(www)
    with (
        first.locked("jo"),
        pytest.raises(ProjectError, match=r"is being written by .*process \d+"),
        second.locked("al"),
    ):
        pytest.fail("two had the lock")
    with second.locked("al"):
        pass


@pytest.mark.skipif(not LINUX or os.geteuid() != 0, reason="needs a file system of its own")
def test_a_full_disk_leaves_the_old_site_and_says_what_to_do(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    www.mkdir(parents=True)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", www], check=False
    ).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        publish(www, site, 0)
        big = lay(tmp_path / "big", {**FILES, "images/big.webp": os.urandom(300_000)})
        with pytest.raises(
            ProjectError, match=r"disk is full\. What is live is as it was\. Make room"
        ):
            publish(www, big, 1)
        assert files(www / "current") == dict(FILES)
        # Nothing of the attempt stays to fill the disk, and the next one has its room again.
        publish(www, lay(site, {**FILES, "index.html": b"2"}), 2)
        assert (www / "current/index.html").read_bytes() == b"2"
    finally:
        subprocess.run(["umount", www], check=True)


@pytest.mark.skipif(not LINUX or os.geteuid() != 0, reason="needs a file system of its own")
def test_a_folder_that_may_no_longer_be_written_leaves_the_old_site(
    www: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    www.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", www], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        publish(www, site, 0)
        lay(site, {**FILES, "index.html": b"2", "posts/one/index.html": b"2"})
        target = target_at(www)
        job = job_for(target, site, 1)
        halfway = sum(one.size for one in job.release.manifest.values()) // 2

        def lock_up(done: int, _: int) -> None:
            if done > halfway:
                subprocess.run(["mount", "-o", "remount,ro", www], check=True)

        with pytest.raises(ProjectError, match="may not be written"):
            target.send(job, lock_up)
        assert files(www / "current") == dict(FILES)
        subprocess.run(["mount", "-o", "remount,rw", www], check=True)
        publish(www, site, 1)
        assert (www / "current/index.html").read_bytes() == b"2"
    finally:
        subprocess.run(["umount", www], check=True)


# --- stopped on the way ---------------------------------------------------------------------------

SEND = """
import sys
from pathlib import Path
from tests.deploy.small_sites import job_for
from tests.deploy.test_folder import target_at
target = target_at(Path(sys.argv[1]))
job = job_for(target, Path(sys.argv[2]), int(sys.argv[3]))
print("begins", flush=True)
with target.locked("a test"):
    target.send(job, lambda done, whole: None)
print("done", flush=True)
"""


def test_killed_at_twenty_random_points_the_site_is_the_old_one_or_the_new(
    www: Path, tmp_path: Path
) -> None:
    rolls = random.Random(20261125)
    site = tmp_path / "site"
    many = {f"posts/{n}/index.html": b"%d" % n * 3000 for n in range(300)}
    publish(www, lay(site, {**many, "index.html": b"0"}), 0)
    took = 0.15
    cut = 0
    for turn in range(1, 21):
        old = files(www / "current")
        # Each turn all is new, so there is much to be stopped at.
        new = {name: text + b"%d" % turn for name, text in many.items()} | {
            "index.html": b"%d" % turn
        }
        lay(site, new)
        process = subprocess.Popen(
            [sys.executable, "-c", SEND, str(www), str(site), str(turn)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        began = time.monotonic()
        time.sleep(rolls.uniform(0, took))
        process.send_signal(signal.SIGKILL)
        rest = process.communicate(timeout=30)[0]
        if "done" in rest:
            took = min(took, time.monotonic() - began)
        now = files(www / "current")
        assert now in (old, new), f"a mixed site after turn {turn}"
        cut += now == old
        target = target_at(www)
        current = target.current()
        assert current is not None
        assert target.drift(target.release(current)) == Drift()
        if now == old:
            # The next one completes it, and no lock is in its way.
            publish(www, site, turn)
            assert files(www / "current") == new
    assert cut >= 5, "hardly any was stopped on the way"


def test_what_has_been_copied_is_not_copied_again(www: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    target = target_at(www)
    job = job_for(target, site, 0)
    seen = 0

    def stop(done: int, _: int) -> None:
        nonlocal seen
        seen += 1
        if seen == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), target.locked("a test"):
        target.send(job, stop)
    assert target.unfinished()
    assert target.current() is None
    _, count = publish(www, site, 1)
    assert count == len(FILES) - 5
    assert target.unfinished() is None


# --- a reader meanwhile ---------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[int]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_reader_never_sees_a_mixed_site(www: Path, tmp_path: Path) -> None:
    names = [f"posts/{n}/index.html" for n in range(30)] + ["index.html", "feed.atom"]

    def site_number(turn: int) -> dict[str, bytes]:
        return dict.fromkeys(names, b"<p>release %04d</p>" % turn * 500)

    site = tmp_path / "site"
    publish(www, lay(site, site_number(0)), 0)
    stop = threading.Event()
    counts: list[int] = []
    faults: list[str] = []

    def read(seed: int, port: int) -> None:
        rolls = random.Random(seed)
        line = http.client.HTTPConnection("127.0.0.1", port)
        latest = requests = 0
        while not stop.is_set() and requests < 100_000:
            name = rolls.choice(names)
            line.request("GET", f"/{name}")
            answer = line.getresponse()
            body = answer.read()
            requests += 1
            number = int(body[11:15]) if answer.status == 200 else -1
            if body != b"<p>release %04d</p>" % number * 500:
                faults.append(f"{name}: {answer.status}, torn or mixed")
            if number < latest:
                faults.append(f"{name}: release {number} after {latest}")
            latest = max(latest, number)
        counts.append(requests)
        line.close()

    with served(www / "current") as port:
        readers = [threading.Thread(target=read, args=(seed, port)) for seed in range(3)]
        for reader in readers:
            reader.start()
        for turn in range(1, 31):
            publish(www, lay(site, site_number(turn)), turn, "?keep=3")
        stop.set()
        for reader in readers:
            reader.join(timeout=30)
    assert faults == []
    assert len(counts) == 3
    assert sum(counts) > 200
    print(f"{sum(counts)} requests during 30 switches, none mixed")
