"""`pelican content -s pelicanconf.py`, which every user of Pelican types first, writes what `./invoke build` writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.sites import ROOT, SITE_FOLDER, Site, comment
from tools.build import MARKER


def test_pelican_writes_what_a_build_writes(site: Site) -> None:
    site.five_files()
    site.meetup("m")
    site.resource("r")
    site.thread("posts/two", comment("a"))
    project = site.folder / "project"
    for name in ("plugins", "theme"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (SITE_FOLDER / "pelicanconf.py").read_text(encoding="utf-8")
    (project / "pelicanconf.py").write_text(
        settings.replace("../../theme", "theme"), encoding="utf-8"
    )
    shutil.copytree(site.content, project / "content")
    done = subprocess.run(
        [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "--fatal", "warnings"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    site.build(at=None)
    built = site.files()
    assert built.pop(MARKER)
    assert site.files(Path(project / "output")) == built
