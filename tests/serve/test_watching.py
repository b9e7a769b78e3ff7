"""What counts as a save."""

from pathlib import Path

import pytest

from tests.serve.running import until
from tools.serve.watching import Saves, Watcher, ignored

pytestmark = pytest.mark.slow

ROOT = Path("/home/someone/output/.cache/site")


@pytest.mark.parametrize(
    "name",
    [
        "content/posts/.x.md.swp",
        "content/posts/x.md~",
        "content/posts/4913",
        "content/posts/.#x.md",
        "content/posts/#x.md#",
        "content/.DS_Store",
        "content/posts/.goutputstream-AB12",
        "content/posts/x.md___jb_tmp___",
        "content/posts/x.md.sb-1a2b-Cd",
        "content/.cache/serve/8000-1/1/index.html",
        "content/output/../__pycache__/a.cpython-311.pyc",
    ],
)
def test_temporary_files_and_caches_are_ignored(name: str) -> None:
    assert ignored(ROOT / name, [ROOT / "content"], ROOT)


@pytest.mark.parametrize(
    "name",
    ["content/posts/x.md", "content/images/output/a.png", "content/.well-known/a", "content"],
)
def test_the_rest_counts_even_in_a_project_that_lies_in_a_folder_called_cache(name: str) -> None:
    assert not ignored(ROOT / name, [ROOT / "content"], ROOT)


def test_what_was_built_is_ignored_when_the_whole_project_is_watched() -> None:
    assert ignored(ROOT / "output/index.html", [ROOT], ROOT)
    assert ignored(ROOT / ".cache/serve/8000-1/1/index.html", [ROOT], ROOT)


def test_a_settings_file_that_an_editor_replaces_is_noticed_each_time(tmp_path: Path) -> None:
    settings, saves = tmp_path / "settings.py", Saves()
    settings.write_text("A = 1")
    watcher = Watcher([settings, tmp_path / "missing"], tmp_path, saves)
    watcher.start()
    try:
        for number in range(3):
            (tmp_path / "new").write_text(f"A = {number}")
            (tmp_path / "new").replace(settings)
            until(saves.newer.is_set)
            assert saves.wait() == {settings: "changed"}
    finally:
        watcher.stop()


def test_a_folder_that_goes_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    content, saves = tmp_path / "content", Saves()
    content.mkdir()
    watcher = Watcher([content], tmp_path, saves)
    watcher.start()
    try:
        for _ in range(2):
            until(lambda: (content / "probe").write_text("x") and saves.newer.is_set())
            saves.wait()
            content.rename(tmp_path / "away")
            until(saves.newer.is_set)
            saves.wait()
            (tmp_path / "away").rename(content)
            until(saves.newer.is_set)
            saves.wait()
    finally:
        watcher.stop()
