"""The server as a process: builds after saves, failures, ports, folders, and a clean end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.serve.running import PROJECT, SCRIPT, Running, alive, page, until

pytestmark = pytest.mark.slow


@pytest.fixture
def unbuilt(site: Path) -> Iterator[Running]:
    """A server whose first build fails."""
    (site / "content/fault.txt").write_text("content/index.html:1: <b>no</b>")
    running = Running(site).start()
    running.says("There is no site yet")
    yield running
    running.stop()


def attempt(root: Path, port: int) -> subprocess.CompletedProcess[str]:
    """A server that is expected not to start."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(root), str(port)],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )


def test_it_says_where_it_is_and_what_it_built(server: Running) -> None:
    assert server.lines[0] == f"Serving http://127.0.0.1:{server.port}/ (Ctrl-C ends)"
    assert re.fullmatch(r"Built in \d+\.\d s", server.lines[1])


def test_a_save_is_built_and_served(server: Running) -> None:
    server.save("index.html", page("Changed"))
    assert "Changed" in server.get("/")[1]
    assert re.fullmatch(r"Rebuilt in \d+\.\d s: content/index.html changed", server.lines[-1])


def test_new_folders_and_removed_files_are_noticed(server: Running) -> None:
    (server.content / "posts/third/deeper").mkdir(parents=True)
    (server.content / "posts/third/deeper/index.html").write_text(page("Third"))
    until(lambda: server.get("/posts/third/deeper/")[0].status == 200)
    (server.content / "posts/third/deeper/index.html").unlink()
    until(lambda: server.get("/posts/third/deeper/")[0].status == 404)


def test_the_theme_and_the_settings_are_watched_too(server: Running) -> None:
    (server.root / "theme/a.css").write_text("x")
    server.says("theme/a.css added")
    (server.root / "settings.py").write_text("A = 2\n")
    server.says("settings.py changed")


def test_an_editors_temporary_files_build_nothing(server: Running) -> None:
    for name in (".index.html.swp", "index.html~", "4913", ".#index.html", ".DS_Store"):
        (server.content / name).write_text("x")
    time.sleep(0.8)
    assert [line.split()[0] for line in server.builds] == ["start", "end"]


def test_a_fault_is_told_and_the_last_good_site_stays(server: Running) -> None:
    (server.content / "fault.txt").write_text("content/index.html:1: no")
    server.says("The last good version stays up")
    assert "content/index.html:1: no" in server.lines
    assert "Home" in server.get("/")[1]
    (server.content / "fault.txt").unlink()
    server.says("Rebuilt")


def test_a_faulty_first_build_shows_its_message_and_recovers(unbuilt: Running) -> None:
    response, text = unbuilt.get("/posts/first/")
    assert response.status == 503
    assert "content/index.html:1: &lt;b&gt;no&lt;/b&gt;" in text
    (unbuilt.content / "fault.txt").unlink()
    unbuilt.says("Rebuilt")
    assert "First post" in unbuilt.get("/posts/first/")[1]


def test_a_newer_save_cancels_the_build_that_is_under_way(server: Running) -> None:
    (server.content / "slow.txt").write_text("5")
    until(lambda: sum("start" in line for line in server.builds) == 2)
    (server.content / "index.html").write_text(page("Newest"))
    (server.content / "slow.txt").unlink()
    server.says("Rebuilt")
    assert "Newest" in server.get("/")[1]
    assert [line.split()[0] for line in server.builds] == ["start", "end", "start", "start", "end"]
    assert not any(alive(int(line.split()[1])) for line in server.builds)


def test_a_build_that_will_not_end_is_killed_with_its_children(server: Running) -> None:
    (server.content / "stubborn.txt").write_text("x")
    child = int(until(lambda: [line for line in server.builds if "child" in line])[0].split()[1])
    (server.content / "stubborn.txt").unlink()
    server.says("Rebuilt")
    assert not alive(child)


def test_a_folder_that_vanishes_is_told_and_recovers(server: Running) -> None:
    server.content.rename(server.root / "away")
    server.says("content: no such folder")
    assert "Home" in server.get("/")[1]
    (server.root / "away").rename(server.content)
    server.says("Rebuilt")
    server.save("index.html", page("Still watched"))
    assert "Still watched" in server.get("/")[1]


def test_old_builds_are_removed(server: Running) -> None:
    for number in range(4):
        server.save("index.html", page(f"Number {number}"))
    folder = server.root / f".cache/serve/{server.port}-{server.process.pid}"
    until(lambda: sorted(path.name for path in folder.iterdir()) == ["4", "5"])


def test_two_servers_of_one_project_leave_each_other_alone(server: Running) -> None:
    other = Running(server.root).start()
    other.says("Built in")
    server.save("index.html", page("For both"))
    other.says("Rebuilt")
    assert other.stop() == 0
    assert "For both" in server.get("/")[1]


def test_what_a_killed_server_left_is_swept_by_the_next(server: Running) -> None:
    server.stop(signal.SIGKILL)
    cache = server.root / ".cache/serve"
    assert [path for path in cache.iterdir() if path.is_dir()]
    again = Running(server.root).start()
    again.says("Built in")
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [
        f"{again.port}-{again.process.pid}"
    ]
    assert again.stop() == 0
    assert [path.name for path in cache.iterdir()] == ["lock"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_ends_it_at_once_with_status_0_and_without_a_word(
    server: Running, number: signal.Signals
) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/__serve__/events")
    connection.getresponse().readline()
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < 1
    assert "Traceback" not in server.said
    assert len(server.lines) == 2
    connection.close()


def test_ctrl_c_during_a_build_leaves_no_process_behind(server: Running) -> None:
    (server.content / "stubborn.txt").write_text("x")
    child = int(until(lambda: [line for line in server.builds if "child" in line])[0].split()[1])
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 1
    assert not any(alive(int(line.split()[-1])) for line in server.builds)
    assert not alive(child)


def test_a_second_ctrl_c_does_no_harm(server: Running) -> None:
    (server.content / "stubborn.txt").write_text("x")
    until(lambda: [line for line in server.builds if "child" in line])
    server.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    assert server.stop() == 0
    assert "Traceback" not in server.said


def test_a_port_in_use_is_told_with_one_that_is_free(server: Running, tmp_path: Path) -> None:
    done = attempt(server.root, server.port)
    told = re.fullmatch(
        rf"Port {server.port} is in use by another program\. Stop it, or choose another: "
        r"\./invoke serve --port (\d+)\n",
        done.stderr,
    )
    assert told
    assert done.returncode == 1
    with socket.create_server(("127.0.0.1", int(told[1]))):
        pass


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_number_that_is_no_port_is_told(site: Path, port: int) -> None:
    done = attempt(site, port)
    assert done.stderr == f"{port} is not a port; choose one between 1024 and 65535\n"
    assert done.returncode == 1


def test_a_missing_folder_is_told(site: Path) -> None:
    shutil.rmtree(site / "content")
    assert attempt(site, 0).stderr.startswith("content: no such folder; ")
    (site / "content").write_text("x")
    assert attempt(site, 0).stderr.startswith("content: is a file, not a folder; ")
