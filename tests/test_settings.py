"""The time zone of the site is said once, and every command follows it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sites import ROOT, SITE_FOLDER, Site
from tools import build as building
from tools import meetups, new
from tools.errors import ProjectError
from tools.settings import run_settings, settings, zone_of

NOW = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


@pytest.fixture
def london(monkeypatch: pytest.MonkeyPatch) -> None:
    given: Mapping[str, Any] = {**settings(), "ENTRY_TIMEZONE": "Europe/London"}
    for module in (building, new, meetups):
        monkeypatch.setattr(module, "settings", lambda: given)


def test_a_post_that_is_begun_in_london_has_londons_time(london: None, tmp_path: Path) -> None:
    new.new_post("A post", tmp_path, now=NOW)
    assert "Date: 2026-07-02 00:30" in (tmp_path / "posts/a-post.md").read_text("utf-8")


def test_an_issue_that_is_begun_in_london_is_of_londons_month(london: None, tmp_path: Path) -> None:
    new.new_issue(tmp_path, now=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert (tmp_path / "tips/2026-07.md").exists()


def test_a_moment_that_is_typed_in_london_is_londons(london: None, site: Site) -> None:
    site.five_files().post("late", date="2026-07-02T01:00+01:00")
    assert "posts/late" in building.build(site.content, site.output, at="2026-07-02 00:59").held
    assert "posts/late" not in building.build(site.content, site.output, at="2026-07-02 01:00").held


@pytest.mark.parametrize("name", ["Europe/Londn", "", 3, "../etc"])
def test_a_zone_that_there_is_not_is_told(name: object) -> None:
    with pytest.raises(ProjectError, match=r"ENTRY_TIMEZONE: .* is no known time zone; write one"):
        zone_of({"ENTRY_TIMEZONE": name})


@pytest.mark.parametrize("language", [None, "", "english", ["de"], " de ", "../en", 5])
def test_a_language_that_is_none_is_told_by_a_build(site: Site, language: object) -> None:
    site.five_files()
    folder = site.folder / "settings"
    shutil.copytree(SITE_FOLDER, folder, ignore=shutil.ignore_patterns("content"))
    path = folder / "pelicanconf.py"
    text = path.read_text(encoding="utf-8").replace("../../theme", (ROOT / "theme").as_posix())
    path.write_text(text.replace('DEFAULT_LANG = "en-AU"', f"DEFAULT_LANG = {language!r}"), "utf-8")
    done = site.command(SITE_FOLDER=str(folder))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"pelicanconf.py: DEFAULT_LANG: {language!r} is no language (BCP 47); write one such as "
        '"en-AU" or "de"',
        "1 thing to mend; nothing was written.",
    ]


def test_settings_that_publishconf_imports_are_read_as_they_are_now(tmp_path: Path) -> None:
    own, live = tmp_path / "pelicanconf.py", tmp_path / "publishconf.py"
    shutil.copy(SITE_FOLDER / "publishconf.py", live)
    for name in ("One", "Another"):
        own.write_text(f"SITENAME = {name!r}\n", encoding="utf-8")
        assert run_settings(live)["SITENAME"] == name
