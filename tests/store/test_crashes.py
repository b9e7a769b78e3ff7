"""A pull that is killed leaves a whole copy: the old one or the new one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.store.serving import FOLDER, QUICK, Handler, Server, thread
from tools.store.pull import pull

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def restless(server: Server) -> Server:
    """A store that is another one each time its index is asked for; the sizes of its files tell."""
    stores = [
        {f"posts/p{number}": thread(f"posts/p{number}", size) for number in range(6)}
        | {f"pages/{size}": thread(f"pages/{size}", size)}
        for size in (1, 2)
    ]
    turn = [0]

    def other(handler: Handler) -> None:
        turn[0] += 1
        server.holds(stores[turn[0] % 2])
        server.plain(handler)

    server.odd[f"{FOLDER}index.json"] = other
    server.holds({**stores[0], **stores[1]})
    return server


def killed(server: Server, home: Path, how: str, times: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.store.kill_pulls", server.address, str(home), how]
    ran = subprocess.run(
        [*command, str(times)], cwd=ROOT, check=True, capture_output=True, timeout=50
    )
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def test_fifty_kills_at_random_leave_a_whole_copy_each_time(
    restless: Server, tmp_path: Path
) -> None:
    pull(restless.address, tmp_path, QUICK)
    found = killed(restless, tmp_path, "random", 50)
    assert [one for one in found if not one["whole"]] == []
    assert all(max(one["sizes"]) - min(one["sizes"]) < 20 for one in found), "two stores in one"
    assert len({one["generation"] for one in found}) > 2, "no pull came to its end"


def test_a_kill_before_any_step_on_the_disk_leaves_a_whole_copy(
    restless: Server, tmp_path: Path
) -> None:
    pull(restless.address, tmp_path, QUICK)
    found = killed(restless, tmp_path, "each", 80)
    assert [one for one in found if not one["whole"]] == []
    assert sum(one["killed"] for one in found) > 25
    assert not found[-1]["killed"], "there are more steps than were tried"
    assert pull(restless.address, tmp_path, QUICK).folder.is_dir()
