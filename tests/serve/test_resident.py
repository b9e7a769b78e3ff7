"""The project's own build as `serve` has it done: each quick, each as a first one, none in the way of the next."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Timer

import pytest

from tests.sites import ROOT, Site
from tools.build import MARKER
from tools.serve.builder import BuildResult, SiteBuild

URL = "http://127.0.0.1:8000"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each build is a process"),
]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "small/content").mkdir(parents=True)
    return Site(tmp_path / "small")


@pytest.fixture
def own(site: Site) -> Iterator[SiteBuild]:
    build = SiteBuild(ROOT, site.five_files().content, URL, drafts=False)
    yield build
    build.close()


def built(own: SiteBuild, folder: Path, cancelled: Event | None = None) -> BuildResult:
    folder.mkdir(parents=True)
    return own(folder, cancelled or Event())


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


@pytest.mark.parametrize("resident", [True, False])
def test_a_build_takes_over_what_has_not_changed_and_is_as_a_first_one(
    own: SiteBuild, site: Site, tmp_path: Path, resident: bool
) -> None:
    own.resident = resident
    first, second = tmp_path / "1/site", tmp_path / "2/site"
    assert built(own, first).ok
    before = files(first)
    site.post("four", title="The fourth", date="2026-05-04 08:00")
    (site.content / "pages/about.md").unlink()
    done = built(own, second)
    assert (done.ok, "Built 4 posts" in done.message) == (True, True)
    assert files(first) == before
    site.build(fresh=True, site_url=URL, at=None)
    assert files(second) == {
        name: content for name, content in site.files().items() if name != MARKER
    }
    assert not (second / "about/index.html").exists()
    assert (first / "theme").exists()
    same = [name for name in before if files(second).get(name) == before[name]]
    assert same
    assert all((first / name).stat().st_ino == (second / name).stat().st_ino for name in same)


def test_a_fault_is_told_and_the_next_build_is_well(
    own: SiteBuild, site: Site, tmp_path: Path
) -> None:
    path = site.post("bad", "[x](nowhere.md)")
    done = built(own, tmp_path / "1/site")
    assert (done.ok, "posts/bad.md:4: link" in done.message) == (False, True)
    path.unlink()
    assert built(own, tmp_path / "2/site").ok


def test_a_build_that_is_no_longer_wanted_ends_at_once_with_all_that_it_started(
    own: SiteBuild, site: Site, tmp_path: Path
) -> None:
    assert built(own, tmp_path / "1/site").ok
    for number in range(300):
        site.post(f"n{number}", f"Words {number}. " * 900)
    cancelled = Event()
    Timer(0.7, cancelled.set).start()
    begun = time.monotonic()
    assert not built(own, tmp_path / "2/site", cancelled).ok
    assert time.monotonic() - begun < 4
    for path in site.content.glob("posts/n*.md"):
        path.unlink()
    assert built(own, tmp_path / "3/site").ok


def test_changed_code_is_built_with_by_a_new_process(own: SiteBuild, tmp_path: Path) -> None:
    assert built(own, tmp_path / "1/site").ok
    before = own._running
    assert built(own, tmp_path / "2/site").ok
    assert own._running is before
    own._code = b"as it was before somebody changed a module"
    assert built(own, tmp_path / "3/site").ok
    assert own._running is not before
    assert before is not None
    assert before.poll() is not None


def test_a_process_that_died_is_begun_again(own: SiteBuild, tmp_path: Path) -> None:
    assert built(own, tmp_path / "1/site").ok
    assert own._running is not None
    own._running.kill()
    own._running.wait()
    assert built(own, tmp_path / "2/site").ok


def test_nothing_grows_from_build_to_build(own: SiteBuild, site: Site, tmp_path: Path) -> None:
    def memory() -> int:
        """Pages that the waiting process holds."""
        assert own._running is not None
        return int(Path(f"/proc/{own._running.pid}/statm").read_text().split()[1])

    assert built(own, tmp_path / "0/site").ok
    before = memory()
    for number in range(1, int(os.environ.get("SERVE_BUILDS") or 12)):
        site.post("one", f"Text {number}.", topics="Learning, Work", date="2026-05-01 08:00")
        assert built(own, tmp_path / f"{number}/site").ok
    assert memory() <= before * 1.02
