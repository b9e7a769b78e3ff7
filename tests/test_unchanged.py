"""When nothing has changed a build says so without building; whatever has, it is built."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import ROOT, SITE_FOLDER, Site
from tools import unchanged
from tools.unchanged import nothing_changed, read_by_a_build, remember

TYPED = ("/home/jo", "build")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project whose last build is remembered."""
    root = tmp_path / "project"
    for name in (
        *("pelicanconf.py", "publishconf.py", "tasks.py", "invoke", "plugins/site/plugin.py"),
        *("tools/build.py", "theme/templates/base.html", "content/posts/one.md", "content/a.json"),
        *("output/index.html", "output/posts/one/index.html"),
        ".venv/lib/python3.11/site-packages/pelican-4.12.0.dist-info/METADATA",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("SITENAME = 'x'\n", encoding="utf-8")
    monkeypatch.setattr(unchanged, "ROOT", str(root))
    monkeypatch.setattr(unchanged, "SITE", str(root))
    left(root)
    return root


def left(root: Path, until: float | None = None) -> None:
    content, output = str(root / "content"), str(root / "output")
    remember(TYPED, content, output, read_by_a_build(content), until, "As it was.")


def test_the_same_typed_again_has_nothing_to_do(project: Path) -> None:
    assert nothing_changed(TYPED) == "As it was."
    assert nothing_changed(("/home/mo", "build")) is None
    assert nothing_changed((*TYPED, "--drafts")) is None


def in_the_same_size_and_at_the_same_time(path: Path) -> None:
    before = path.stat()
    path.write_text("SITENAME = 'y'\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def changed(name: str) -> Callable[[Path], None]:
    return lambda root: in_the_same_size_and_at_the_same_time(root / name)


def renamed(root: Path) -> None:
    (root / "content/posts/one.md").rename(root / "content/posts/two.md")


def added(name: str) -> Callable[[Path], None]:
    def add(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()

    return add


@pytest.mark.parametrize(
    "change",
    [
        *map(
            changed,
            (
                *("content/posts/one.md", "content/a.json", "pelicanconf.py", "publishconf.py"),
                *("plugins/site/plugin.py", "tools/build.py", "theme/templates/base.html"),
                *("tasks.py", "invoke", "output/index.html", "output/posts/one/index.html"),
            ),
        ),
        *map(
            added,
            (
                *("content/posts/two.md", "content/images/a.jpg", "output/more.html"),
                *("plugins/new.py", ".venv/lib/python3.11/site-packages/more-1.0.dist-info/x"),
            ),
        ),
        renamed,
        lambda root: (root / "content/posts/one.md").unlink(),
        lambda root: (root / "output/index.html").unlink(),
        lambda root: (root / "output").rename(root / "other"),
    ],
)
def test_whatever_is_changed_is_noticed(project: Path, change: Callable[[Path], None]) -> None:
    time.sleep(0.02)
    change(project)
    assert nothing_changed(TYPED) is None


def test_a_theme_that_lies_elsewhere_counts(project: Path) -> None:
    (project / "pelicanconf.py").write_text('THEME = "../elsewhere"', encoding="utf-8")
    page = project.parent / "elsewhere/templates/base.html"
    page.parent.mkdir(parents=True)
    page.write_text("SITENAME = 'x'\n", encoding="utf-8")
    left(project)
    assert nothing_changed(TYPED)
    time.sleep(0.02)
    in_the_same_size_and_at_the_same_time(page)
    assert nothing_changed(TYPED) is None


def test_it_is_built_again_when_its_moment_has_come_or_the_clock_was_put_back(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    left(project, until=now + 100)
    assert nothing_changed(TYPED)
    for moment in (now + 100, now - 10):
        monkeypatch.setattr(unchanged.time, "time", lambda moment=moment: moment)
        assert nothing_changed(TYPED) is None


@pytest.mark.parametrize(
    "line",
    [
        "import os; SITENAME = os.environ['NAME']",
        "SITENAME = Path('name').read_text()",
        "COMMENTS_STORE = 'https://store.example/'",
        "from names import SITENAME",
        "PLUGINS = ['plugins.site', 'of_my_own']",
        "PLUGIN_PATHS = ['of_my_own']",
    ],
)
def test_settings_that_ask_somebody_are_asked_each_time(project: Path, line: str) -> None:
    (project / "pelicanconf.py").write_text(line, encoding="utf-8")
    (project / ".cache/unchanged").rename(project / "gone")
    left(project)
    assert nothing_changed(TYPED) is None
    (project / "pelicanconf.py").write_text(f"# {line}", encoding="utf-8")
    left(project)
    assert nothing_changed(TYPED)


@pytest.mark.parametrize("word", [b"", b"nonsense", b"\xe9\x00\x00\x00\x00"])
def test_a_word_that_cannot_be_read_is_none(project: Path, word: bytes) -> None:
    for path in (project / ".cache/unchanged").iterdir():
        path.write_bytes(word)
    assert nothing_changed(TYPED) is None


def test_a_build_that_is_typed_twice_is_done_once_with_the_same_warnings(site: Site) -> None:
    site.five_files()
    site.page("alone", title="Alone")
    typed = ["build", "--content", str(site.content), "--output", str(site.output)]

    def type_it() -> str:
        environment = {**os.environ, "LAUNCHED_FROM": str(site.folder)}
        command = [sys.executable, "-m", "tools.program", *typed]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    first = type_it()
    said = nothing_changed((str(site.folder), *typed))
    assert Path(unchanged.SITE) == SITE_FOLDER
    assert said is not None
    assert "Nothing has changed: 3 posts, 2 pages and 2 comments in 1 thread in " in said
    assert first.splitlines()[0] == said.splitlines()[0]
    assert first.startswith("Look at ")
    site.post("four")
    assert nothing_changed((str(site.folder), *typed)) is None
    assert "Built 4 posts" in type_it()
