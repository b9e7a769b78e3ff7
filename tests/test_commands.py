"""What the system refuses is told in a sentence, with exit status 1, by every command."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from invoke.config import Config
from invoke.context import Context
from invoke.exceptions import Exit

import tasks
from tests.sites import ROOT, Site
from tools.commands import command

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "tools.program"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "x/y: the disk is full; make room, and type the same command again"),
        (errno.EACCES, "x/y: you have no right to; give yourself the right"),
        (errno.EROFS, "x/y: the disk can only be read; name another place"),
        (errno.ELOOP, "x/y: is a link that leads back to itself"),
        (errno.EIO, "x/y: Input/output error"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(number: int, said: str) -> None:
    @command()
    def refused(_: Context) -> None:
        raise OSError(number, os.strerror(number), "x/y")

    with pytest.raises(Exit) as ended:
        refused(Context(Config()))
    assert ended.value.message.startswith(said)
    assert ended.value.code == 1


def test_a_defect_of_ours_shows_its_traceback() -> None:
    @command()
    def wrong(_: Context) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        wrong(Context(Config()))


def test_every_command_is_made_with_the_one_decorator() -> None:
    for name, task in tasks.namespace.task_names.items():
        made = tasks.namespace[name]
        assert made.body.__code__.co_filename.endswith("tools/commands/__init__.py"), (name, task)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("typed", [["--list"], ["--help", "build"], ["comments.check"]])
def test_a_full_disk_behind_what_is_printed_is_told(typed: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *typed], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    told = done.stderr.decode()
    assert "the disk is full; make room, and type the same command again" in told
    assert "Traceback" not in told
    assert done.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_leaves_what_was_there(site: Site, stop: signal.Signals) -> None:
    site.five_files()
    site.build()
    before = site.files(site.output)
    for number in range(300):
        site.post(f"n{number}", "Words. " * 900)
    process = subprocess.Popen(
        [*PROGRAM, "build", "--content", str(site.content), "--output", str(site.output)],
        cwd=ROOT,
        env=os.environ | {"LAUNCHED_FROM": str(site.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    limit = time.monotonic() + 60
    while not list(site.folder.glob(".output-*")):
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    process.send_signal(stop)
    told, _ = process.communicate(timeout=60)
    assert (told.strip().splitlines()[-1], process.returncode) == ("Stopped.", 130)
    assert "Traceback" not in told
    assert site.files(site.output) == before
    assert list(site.folder.glob(".output-*")) == []


def test_a_folder_that_may_not_be_written_is_named(site: Site, tmp_path: Path) -> None:
    site.five_files()
    place = Path("/proc/output") if Path("/proc").is_dir() else tmp_path / "locked/output"
    if place.parent == tmp_path / "locked":
        place.parent.mkdir(mode=0o500)
    typed = ["build", "--content", str(site.content), "--output", str(place)]
    done = subprocess.run([*PROGRAM, *typed], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert str(place.parent) in done.stderr
    assert "Traceback" not in done.stderr
