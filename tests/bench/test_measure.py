"""What a command took counts its child processes too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench.measure import files_below, megabytes_written, run
from tools.errors import ProjectError

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system has no wait4")

TWO_WORKERS = """
import subprocess, sys, time
hold = "import time; held = b'x' * 60_000_000; time.sleep(1)"
workers = [subprocess.Popen([sys.executable, "-c", hold]) for _ in range(2)]
sys.exit(sum(worker.wait() for worker in workers))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system has no /proc")
def test_memory_together_counts_processes_that_live_at_the_same_time(tmp_path: Path) -> None:
    took = run([sys.executable, "-c", TWO_WORKERS], tmp_path, watch=True)
    assert took.together is not None
    assert took.together > 110  # each of the two holds 60
    assert took.largest > 57


def test_a_run_that_is_timed_is_not_watched(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", ""], tmp_path).together is None


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"ended with 3:\nno paper"):
        run([sys.executable, "-c", "print('no paper'); raise SystemExit(3)"], tmp_path)


def test_what_was_written_is_what_is_new_or_changed(tmp_path: Path) -> None:
    for name in ("kept", "grown", "moved", "replaced", "gone"):
        (tmp_path / name).write_bytes(b"x" * 2**20)
    before = files_below([tmp_path, tmp_path / "no such folder"])
    (tmp_path / "moved").rename(tmp_path / "elsewhere")
    (tmp_path / "gone").unlink()
    with (tmp_path / "grown").open("ab") as file:
        file.write(b"x" * 2**20)
    (tmp_path / "new").write_bytes(b"x" * 2**19)
    (tmp_path / "new").replace(tmp_path / "replaced")
    assert megabytes_written(before, files_below([tmp_path])) == 2.5
