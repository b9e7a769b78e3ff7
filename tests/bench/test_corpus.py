"""The made-up blog is the same each time, and every builder is given the same one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.corpus import DEEPEST, FLAVOURS, TOPICS, posts, write
from bench.corpus import main as corpus
from bench.sites import ROOT, Site
from tests.sites import Site as ProjectSite

pytestmark = pytest.mark.slow

POSTS, COMMENTS = 20, 4


def lay_out(flavour: str, folder: Path) -> Path:
    for post in posts(POSTS, COMMENTS):
        write(post, flavour, folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def comments_shown(output: Path) -> list[str]:
    """The id of each comment in the pages of posts, with its post."""
    return sorted(
        f"{page.parent.name} {identity}"
        for page in output.glob("posts/*/index.html")
        for identity in re.findall(r'<\w+ [^>]*?id="(comment-[\w-]+)"', page.read_text("utf-8"))
    )


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_same_corpus_is_written_each_time(tmp_path: Path, flavour: str) -> None:
    for name in ("one", "two"):
        arguments = ["--posts", "12", "--comments", "3", "--for", flavour]
        assert corpus([*arguments, "--to", str(tmp_path / name)]) == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_every_flavour_has_the_same_posts_and_comments(tmp_path: Path) -> None:
    stems = {
        flavour: sorted(Path(name).name for name in files(lay_out(flavour, tmp_path / flavour)))
        for flavour in FLAVOURS
    }
    assert stems["site"] == stems["pelican"] == stems["hugo"]


def test_most_posts_have_few_comments_and_some_have_hundreds() -> None:
    counts = sorted(len(post.comments) for post in posts(1000, 10))
    assert counts[500] < 5
    assert counts[-1] > 200
    assert sum(counts) == pytest.approx(10_000, rel=0.02)


def test_posts_are_as_long_and_threads_as_deep_as_promised() -> None:
    made = list(posts(60, 30))
    assert sum(len(post.body.split()) for post in made) / len(made) == pytest.approx(700, rel=0.1)
    depths = []
    for post in made:
        depth: dict[str | None, int] = {None: 0}
        for comment in post.comments:
            depth[comment.id] = depth[comment.parent] + 1
        depths.append(max(depth.values()))
    assert max(depths) == DEEPEST
    assert len(TOPICS) == 60
    assert all(4 <= len(set(post.topics)) <= 6 for post in made)


def test_our_build_and_plain_pelican_show_the_same_comments(
    tmp_path: Path, site: ProjectSite
) -> None:
    lay_out("site", site.folder)
    built = site.build()
    plain = tmp_path / "pelican"
    shutil.copytree(ROOT / "bench/peers/pelican", plain)
    lay_out("pelican", plain)
    command = [sys.executable, "-m", "pelican", "--fatal", "warnings"]
    done = subprocess.run(command, cwd=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert built.posts == POSTS
    assert len(comments_shown(site.output)) == built.comments > POSTS
    assert comments_shown(site.output) == comments_shown(plain / "output")


@pytest.mark.parametrize("flavour", ["site", "pelican"])
def test_the_edits_between_runs_are_made_to_the_same_post_of_every_site(
    tmp_path: Path, flavour: str
) -> None:
    lay_out(flavour, tmp_path)
    before = files(tmp_path)
    threads = "content/comments/posts" if flavour == "site" else "data/comments"
    edited = Site(flavour, tmp_path, [], [], threads)
    edited.edit_post()
    edited.add_comment()
    changed = {name for name, text in files(tmp_path).items() if text != before[name]}
    stem = next(p.slug for n, p in enumerate(posts(POSTS, COMMENTS)) if n >= 10 and p.comments)
    assert changed == {f"content/posts/{stem}.md", f"{threads}/{stem}.json"}
    thread = json.loads((tmp_path / threads / f"{stem}.json").read_text("utf-8"))
    comments = thread["comments"] if flavour == "site" else thread
    assert comments[-1]["parent"] == comments[0]["id"]
