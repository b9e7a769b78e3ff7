"""Runs every case of cases.toml: a small site or a command line, and what must come of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.sites import ROOT, SITE_FOLDER, Site
from tools.build import Built
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

Case = dict[str, Any]
FILE = Path(__file__).with_name("cases.toml")
CASES: list[Case] = tomllib.loads(FILE.read_text(encoding="utf-8")).get("case", [])
KNOWN = {"kind", "title", "files", "settings", "drafts", "at", "faults", "no_faults", "warnings"}
KNOWN |= {"no_warnings", "once", "output", "command", "status", "says", "lacks"}


def laid(case: Case, site: Site) -> Site:
    site.page("about", title="About")
    site.post("first", title="First")
    for place, text in case.get("files", {}).items():
        if text:
            site.write(place, text)
        else:
            (site.content / place).unlink()
    return site


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['title']}")
def test_case(case: Case, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(case) <= KNOWN
    laid(case, site)
    if "command" in case:
        check_command(case, site)
    else:
        check_build(case, site, monkeypatch)


def check_command(case: Case, site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.program", *case["command"]],
        cwd=ROOT,
        env={**os.environ, "LAUNCHED_FROM": str(site.folder)},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed
    assert done.returncode == case.get("status", 0), printed
    for text in case.get("says", []):
        assert text in printed
    for text in case.get("lacks", []):
        assert text not in printed


def check_build(case: Case, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    if "settings" in case:
        differing = {"THEME": str(ROOT / "theme")} | case["settings"]
        lines = "".join(f"{name} = {value!r}\n" for name, value in differing.items())
        configuration = (
            SITE_FOLDER.joinpath("pelicanconf.py").read_text(encoding="utf-8") + "\n" + lines
        )
        site.folder.joinpath("pelicanconf.py").write_text(configuration, encoding="utf-8")
        monkeypatch.setattr("tools.build.ROOT", site.folder)
        monkeypatch.setattr("tools.build.SITE", site.folder)
    options = {key: case[key] for key in ("drafts", "at") if key in case}
    lines: list[str] = []
    built: Built | None = None
    try:
        built = site.build(**options)
    except ProjectError as refused:
        lines = str(refused).replace(f"{site.content.as_posix()}/", "").splitlines()
    assert bool(lines) == bool(case.get("faults")), "\n".join(lines) or "it was built"
    for text in case.get("faults", []):
        assert any(text in line for line in lines), "\n".join(lines)
    for text in case.get("no_faults", []):
        assert not any(text in line for line in lines), "\n".join(lines)
    told = [f"Look at {warning}" for warning in built.warnings] if built else []
    for text in case.get("warnings", []):
        assert any(text in line for line in told), told
    for text in case.get("no_warnings", []):
        assert not any(text in line for line in told), told
    for name, part in case.get("once", {}).items():
        page = site.output.joinpath(name).read_text(encoding="utf-8")
        assert page.count(part) == 1, f"{name} holds {part} {page.count(part)} times"
    for name, wanted in case.get("output", {}).items():
        path = site.output / name
        assert path.exists() != wanted.get("missing", False), name
        text = "" if wanted.get("missing") else path.read_text(encoding="utf-8")
        for part in wanted.get("holds", []):
            assert part in text, f"{name} lacks {part}"
        for part in wanted.get("lacks", []):
            assert part not in text, f"{name} holds {part}"
