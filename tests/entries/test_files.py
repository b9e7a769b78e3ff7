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


FOLDERS = (
    "posts",
    "pages",
    "meetups",
    "resources",
    "tips",
    "venues",
    "images",
    "files",
    "comments",
)


@pytest.mark.parametrize("target", ["nowhere", "loop.md", "."])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_link_that_cannot_be_followed_is_told(site: Site, folder: str, target: str) -> None:
    site.post("one", date="never")
    link = site.content / folder / "loop.md"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(target)
    told = site.refused()
    assert len([line for line in told if line.startswith(f"{folder}/loop.md: is a link ")]) == 1
    assert any(line.startswith("posts/one.md:2: Date: ") for line in told)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_lock_that_emacs_makes_while_a_file_is_edited_is_no_content(
    site: Site, folder: str
) -> None:
    site.post("one")
    link = site.content / folder / ".#one.md"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("user@host.42")
    site.build()
