"""Which files count, where links lead, and what a killed build leaves."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.sites import Site


@pytest.mark.parametrize(
    "place",
    [
        *(f"{kind}/key.md" for kind in ("posts", "pages", "meetups", "resources", "tips")),
        "files/key",
        "images/key.png",
        "venues/key.md",
        "comments/posts/key.json",
    ],
)
def test_a_link_that_leads_out_of_the_content_is_refused(site: Site, place: str) -> None:
    site.post("one")
    site.folder.joinpath("private").write_text("Title: Key\n\nSecret.", encoding="utf-8")
    path = site.content / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(site.folder / "private")
    told = [
        line
        for line in site.refused()
        if "outside the content, where what is private may lie" in line
    ]
    assert len(told) == 1
    assert place in told[0]


def test_what_a_killed_build_left_is_swept_and_that_of_a_living_one_is_not(site: Site) -> None:
    site.post("one")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = site.folder / f".output-{ended.pid}-abcd"
    living = site.folder / f".output-{os.getpid()}-abcd"
    for folder in (dead, living):
        folder.mkdir()
    site.build()
    assert not dead.exists()
    assert living.exists()


def test_an_output_that_a_killed_build_had_moved_aside_is_put_back(site: Site) -> None:
    site.post("one")
    site.build()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    aside = site.folder / f".output-{ended.pid}-old-abcd"
    aside.mkdir()
    site.output.rename(aside / "output")
    site.write("posts/one.md", "Title:x")
    site.refused()
    assert (site.output / "posts/one/index.html").exists()
    assert not aside.exists()


@pytest.mark.parametrize("target", ["nowhere", "loop", "."])
def test_a_link_that_cannot_be_followed_is_told(site: Site, target: str) -> None:
    site.post("one")
    link = site.content / "posts" / "loop"
    link.symlink_to(target)
    told = [line for line in site.refused() if line.startswith("posts/loop: is a link ")]
    assert len(told) == 1
