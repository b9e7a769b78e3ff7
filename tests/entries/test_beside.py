"""Work beside the build is done, waited for, and never fails in silence."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from plugins.entries.beside import BesideError, beside, wait_for_all


def test_work_is_done_when_it_has_been_waited_for(tmp_path: Path) -> None:
    settings: dict[str, Any] = {}

    def write(name: str) -> None:
        time.sleep(0.1)
        (tmp_path / name).write_text(name)

    beside(settings, lambda: write("a"))
    beside(settings, lambda: write("b"))
    wait_for_all(settings)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert settings == {}
    wait_for_all(settings)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the work is done at once")
def test_what_failed_is_told_with_its_place_after_the_rest_is_done(tmp_path: Path) -> None:
    settings: dict[str, Any] = {}

    def fail() -> None:
        raise ValueError("no such face")

    def do() -> None:
        (tmp_path / "done").touch()

    beside(settings, fail)
    beside(settings, do)
    with pytest.raises(BesideError, match=r"(?s)test_beside\.py.*ValueError: no such face"):
        wait_for_all(settings)
    assert (tmp_path / "done").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the work is done at once")
def test_a_process_that_was_killed_is_a_failure() -> None:
    settings: dict[str, Any] = {}
    beside(settings, lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(BesideError, match="ended with -9"):
        wait_for_all(settings)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the work is done at once")
def test_on_one_core_the_work_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    settings: dict[str, Any] = {}
    done: list[int] = []
    beside(settings, lambda: done.append(os.getpid()))
    assert done == [os.getpid()]
    assert settings == {}
