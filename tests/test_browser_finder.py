"""Where tools.browser looks for a Chromium, in what order, and what it says when there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import browser
from tools.errors import ProjectError


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment without any browser: an empty PATH, an empty home."""
    monkeypatch.setattr(browser, "usual_places", lambda environment: iter(()))
    return {"PATH": str(tmp_path / "bin"), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "playwright")}


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def test_the_browser_named_in_the_environment_comes_first(
    nothing: dict[str, str], tmp_path: Path
) -> None:
    program(tmp_path / "bin/chromium")
    mine = program(tmp_path / "mine")

    assert browser.find_chromium(nothing | {"CHROMIUM": str(mine)}) == mine


def test_a_browser_named_wrongly_is_an_error_even_when_there_are_others(
    nothing: dict[str, str], tmp_path: Path
) -> None:
    program(tmp_path / "bin/chromium")

    with pytest.raises(ProjectError, match="CHROMIUM is /nowhere, and there is no such program"):
        browser.find_chromium(nothing | {"CHROMIUM": "/nowhere"})


@pytest.mark.parametrize("name", browser.NAMES)
def test_each_known_name_on_the_path_is_found(
    name: str, nothing: dict[str, str], tmp_path: Path
) -> None:
    expected = program(tmp_path / "bin" / name)

    assert browser.find_chromium(nothing) == expected


def test_the_usual_places_of_macos_and_windows_are_known() -> None:
    mac = list(browser.usual_places({"HOME": "/Users/ana"}, "darwin"))
    windows = list(browser.usual_places({"PROGRAMFILES": "C:/Program Files"}, "win32"))

    assert Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in mac
    assert Path("/Users/ana/Applications/Chromium.app/Contents/MacOS/Chromium") in mac
    assert Path("C:/Program Files/Microsoft/Edge/Application/msedge.exe") in windows
    assert list(browser.usual_places({}, "linux")) == []


def test_where_there_is_none_none_is_found(nothing: dict[str, str]) -> None:
    assert browser.find_chromium(nothing) is None


def test_a_browser_that_is_required_and_missing_is_an_error_that_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "find_chromium", lambda: None)

    with pytest.raises(ProjectError, match=r"apt install chromium.*--no-browser"):
        browser.require_chromium(install=False)


def test_an_install_that_fails_is_told_with_what_the_installer_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = [sys.executable, "-c", "print('no such package'); raise SystemExit(100)"]
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(browser, "ways_to_install", lambda: iter([("apt-get", [failing])]))

    with pytest.raises(ProjectError, match="apt-get: no such package"):
        browser.require_chromium()
    assert "No Chromium here; installing one with apt-get …" in capsys.readouterr().out


def test_after_an_install_that_works_its_browser_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "chromium"
    working = [sys.executable, "-c", f"open({str(place)!r}, 'w')"]
    monkeypatch.setattr(browser, "find_chromium", lambda: place if place.exists() else None)
    monkeypatch.setattr(browser, "ways_to_install", lambda: iter([("apt-get", [working])]))

    assert browser.require_chromium() == place
