"""The made-up blog is the same each time, and every builder is given the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from bench import pictures
from bench.corpus import (
    DEEPEST,
    FLAVOURS,
    HOST,
    MANNERS,
    TOPICS,
    later_post,
    posts,
    write,
)
from bench.corpus import main as corpus

pytestmark = pytest.mark.slow

POSTS, COMMENTS = 20, 4


def lay_out(flavour: str, folder: Path, manner: str = "technical") -> Path:
    for post in posts(POSTS, COMMENTS, MANNERS[manner]):
        write(post, flavour, folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_same_corpus_is_written_each_time(tmp_path: Path, flavour: str) -> None:
    for name in ("one", "two"):
        arguments = ["--posts", "6", "--comments", "3", "--manner", "hers", "--for", flavour]
        assert corpus([*arguments, "--to", str(tmp_path / name)]) == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize("manner", MANNERS)
def test_every_flavour_has_the_same_posts_comments_and_pictures(
    tmp_path: Path, manner: str
) -> None:
    names = {
        flavour: sorted(
            Path(name).name for name in files(lay_out(flavour, tmp_path / flavour, manner))
        )
        for flavour in FLAVOURS
    }
    assert len({tuple(found) for found in names.values()}) == 1


def test_a_blog_like_hers_has_no_code_a_picture_in_every_second_post_and_longer_comments(
    tmp_path: Path,
) -> None:
    technical, hers = (list(posts(POSTS, 10, MANNERS[name])) for name in ("technical", "hers"))
    assert any("`" in post.body for post in technical)  # so it could be found
    assert not any("`" in post.body for post in hers)
    assert not any("`" in comment.body for post in hers for comment in post.comments)
    assert [bool(post.picture) for post in hers] == [True, False] * (POSTS // 2)
    assert {post.picture.partition("-")[0] for post in hers} == {"photo", "drawing", ""}
    assert not any(post.picture for post in technical)
    lengths = [
        sum(len(comment.body) for post in blog for comment in post.comments)
        for blog in (technical, hers)
    ]
    assert lengths[1] > 1.5 * lengths[0]
    lay_out("ours", tmp_path, "hers")
    assert all(
        f"../images/{post.picture}" in post.body
        and (tmp_path / "content/images" / post.picture).is_file()
        for post in hers
        if post.picture
    )


@pytest.mark.parametrize(("draw", "form"), [(pictures.photo, "JPEG"), (pictures.drawing, "PNG")])
def test_a_picture_is_as_large_as_ones_that_people_have(
    draw: Callable[[Random], bytes], form: str
) -> None:
    drawn = draw(Random(1))
    picture = Image.open(BytesIO(drawn))
    assert picture.format == form
    assert picture.width >= 1200
    assert draw(Random(1)) == drawn


def test_nearly_half_of_all_comments_are_by_people_who_speak_once() -> None:
    speakers = Counter(comment.name for post in posts(400, 10) for comment in post.comments)
    total = speakers.total()
    once = sum(1 for count in speakers.values() if count == 1)
    assert once / total == pytest.approx(0.45, abs=0.04)
    assert speakers[HOST] / total == pytest.approx(0.1, abs=0.02)


def test_a_later_post_is_newer_than_all_and_nobody_has_commented() -> None:
    newest = max(post.date for post in posts(POSTS, COMMENTS))
    first, second = later_post(POSTS), later_post(POSTS + 1)
    assert newest < first.date < second.date
    assert first.slug != second.slug
    assert not first.comments


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
