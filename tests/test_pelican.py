"""`pelican content -s pelicanconf.py`, which every user of Pelican types first, writes what `./invoke build` writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.sites import ROOT, SITE_FOLDER, Site, comment
from tools.build import MARKER

pytestmark = pytest.mark.slow


def test_pelican_writes_what_a_build_writes(site: Site) -> None:
    site.five_files()
    site.meetup("m")
    site.resource("r")
    site.thread("posts/two", comment("a"))
    done = by_pelican(site)
    assert done.returncode == 0, done.stdout + done.stderr
    site.build(at=None)
    built = site.files()
    assert built.pop(MARKER)
    assert site.files(site.folder / "project/output") == built


def test_pelican_refuses_a_store_at_an_address_which_it_does_not_fetch(site: Site) -> None:
    done = by_pelican(site.five_files(), 'COMMENTS_STORE = "https://x.example/comments/"\n')
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert 'COMMENTS_STORE: "https://x.example/comments/" is an address, which' in said
    assert not (site.folder / "project/output/index.html").exists()


def by_pelican(site: Site, more: str = "") -> subprocess.CompletedProcess[str]:
    """A project of its own for the site's content, built by Pelican's own command."""
    project = site.folder / "project"
    for name in ("plugins", "theme"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (SITE_FOLDER / "pelicanconf.py").read_text(encoding="utf-8")
    (project / "pelicanconf.py").write_text(
        settings.replace("../../theme", "theme") + more, encoding="utf-8"
    )
    shutil.copytree(site.content, project / "content")
    return subprocess.run(
        [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "--fatal", "warnings"],
        cwd=project,
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
