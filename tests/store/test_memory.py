"""Gigabytes end at the limit, and never stand in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store import serving
from tests.store.serving import FOLDER, Odd, Server
from tests.store.test_crashes import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["index.json", "posts/two-maps.json"])
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(serving.endless_chunks, id="endless chunks"),
        pytest.param(serving.endless_until_closed, id="endless body"),
        pytest.param(serving.bomb(2), id="gzip of 2 GB"),
        pytest.param(serving.hollow, id="gzip of nothing"),
    ],
)
def test_gigabytes_cost_no_more_memory_than_one_file_may(
    server: Server, tmp_path: Path, name: str, odd: Odd
) -> None:
    server.odd[f"{FOLDER}{name}"] = odd
    ran = subprocess.run(
        [sys.executable, "-m", "tests.store.measure_pull", server.address, str(tmp_path / "copy")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=30,
    )
    told = json.loads(ran.stdout)
    most = "16 MiB" if name == "index.json" else "32 MiB"
    assert f"{name}: is larger than {most}" in told["came"]
    assert told["grew"] < 40 * 1024, "KiB"
    assert told["seconds"] < 10
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) == 0
