"""A page that somebody had open keeps its look when the site under it gets another."""

from __future__ import annotations

from pathlib import Path

from tests.deploy.small_sites import lay
from tools.deploy.address import parse_address
from tools.deploy.manifest import Manifest, manifest_of
from tools.deploy.previous_assets import home_of, keep
from tools.deploy.previous_assets import lay as lay_left


def look(*names: str) -> dict[str, bytes]:
    return {f"theme/{name}": name.encode() for name in names} | {"index.html": b"page"}


def published(site: Path, home: Path, live: Manifest, *names: str) -> tuple[Manifest, set[str]]:
    """What is live after a publish of that look, and the files of its theme."""
    lay(site, look(*names))
    laid = lay_left(site, home, live)
    manifest = manifest_of(site)
    keep(site, home, laid)
    return manifest, {path.removeprefix("theme/") for path in manifest if path.startswith("theme/")}


def test_the_look_before_stays_and_the_one_before_that_goes(tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    live, there = published(site, home, {}, "a.css", "x.js")
    assert there == {"a.css", "x.js"}
    live, there = published(site, home, live, "b.css", "x.js")
    assert there == {"a.css", "b.css", "x.js"}
    # Publishing again changes nothing, however often.
    for _ in range(2):
        live, there = published(site, home, live, "b.css", "x.js")
        assert there == {"a.css", "b.css", "x.js"}
    live, there = published(site, home, live, "c.css", "x.js")
    assert there == {"b.css", "c.css", "x.js"}
    # Back to a look that was: it is there once, as its own.
    live, there = published(site, home, live, "b.css", "x.js")
    assert there == {"b.css", "c.css", "x.js"}


def test_only_what_lies_at_the_host_can_stay_there(tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    live, _ = published(site, home, {}, "a.css")
    assert published(site, home, {}, "b.css")[1] == {"b.css"}
    other = home_of(tmp_path, parse_address("file:///srv/www"))
    assert other != home_of(tmp_path, parse_address("s3://bucket"))
    assert published(site, other, live, "c.css")[1] == {"c.css"}
    assert published(tmp_path / "bare", home, live, *())[1] <= {"a.css", "b.css"}
