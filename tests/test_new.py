"""A new post begins as a draft that a build takes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sites import Site
from tools.errors import ProjectError
from tools.new import LONGEST, new_post

NOW = datetime(2026, 10, 3, 16, 30, tzinfo=UTC)


def test_a_new_post_is_a_draft_dated_now_in_sydney(site: Site) -> None:
    said = new_post("What  the café\n taught us", site.content, "Tea, Work", now=NOW)
    path = site.content / "posts/what-the-cafe-taught-us.md"
    assert path.read_text(encoding="utf-8") == (
        "Title: What the café taught us\nDate: 2026-10-04 03:30\nTopics: Tea, Work\n"
        "Summary: \nStatus: draft\n\n"
    )
    assert str(path) in said
    assert "--drafts" in said


def test_a_new_post_is_in_no_build_and_in_a_preview_as_it_is(site: Site) -> None:
    new_post('First: the "one" & only', site.content, now=NOW)
    assert site.build().posts == 0
    assert site.build(drafts=True).posts == 1
    assert site.tree("posts/first-the-one-only/").xpath("string(//h1)") == "First: the “one” & only"


@pytest.mark.parametrize("title", ["word " * 60, "x" * 300])
def test_a_long_title_makes_a_name_that_can_be_an_id(site: Site, title: str) -> None:
    new_post(title, site.content, now=NOW)
    (path,) = (site.content / "posts").iterdir()
    assert len(path.stem) <= LONGEST
    assert not path.stem.endswith("-")
    assert site.build(drafts=True).posts == 1


def test_a_post_that_is_there_is_never_written_over(site: Site) -> None:
    path = site.post("one", "Mine.")
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="there is a post of this name; choose another title"):
        new_post("One", site.content)
    assert path.read_bytes() == before


@pytest.mark.parametrize("title", ["", "  ", "!?"])
def test_a_title_without_letters_is_refused(site: Site, title: str) -> None:
    with pytest.raises(ProjectError, match="has no letters or digits to name a file by"):
        new_post(title, site.content)
    assert list(site.content.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no such folder; name the one that holds posts/"):
        new_post("One", tmp_path / "nowhere")
