"""The plan, in the terms of a reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tools.deploy.index import NOTHING, PublicEntry, SiteIndex
from tools.deploy.manifest import Changes, Stamp
from tools.deploy.plan import besides, news, plan, size
from tools.deploy.targets.target import Drift

POST = PublicEntry(
    "posts/a", "posts", "A", "/posts/a/", "tag:a", "2026-05-01", "1", {"c": "1", "d": "2"}
)
MEETUP = PublicEntry(
    "meetups/m", "meetups", "M", "/meetups/m/", "tag:m", "", "1", {}, "2026-12-02 café"
)


def index(*entries: PublicEntry) -> SiteIndex:
    return SiteIndex({one.key: one for one in entries}, frozenset())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (NOTHING, index(POST, MEETUP), "1 post, 1 meetup, 2 comments in 1 thread"),
        (index(POST), index(POST), ""),
        (index(POST), index(replace(POST, words="2")), "1 post changed"),
        (
            index(POST),
            index(replace(POST, comments={"c": "1", "d": "2", "e": "3"})),
            "1 comment in 1 thread",
        ),
        (index(POST), index(replace(POST, comments={"c": "9", "d": "2"})), "1 comment edited"),
        (index(POST), index(replace(POST, comments={"c": "1", "d": ""})), "1 comment taken away"),
        (index(POST), index(replace(POST, comments={"c": "1"})), "1 comment taken away"),
        (index(POST), index(replace(POST, address="/posts/b/")), "1 address new"),
        (index(POST), index(), "1 post gone"),
        (
            index(MEETUP),
            index(replace(MEETUP, words="2", happens="2026-12-03 café")),
            "1 meetup moved",
        ),
        (
            index(MEETUP),
            index(replace(MEETUP, happens="2026-12-02 café cancelled")),
            "1 meetup called off",
        ),
    ],
)
def test_what_a_reader_sees(before: SiteIndex, after: SiteIndex, said: str) -> None:
    assert ", ".join(news(before, after)) == said


def test_all_in_one_line() -> None:
    posts = [
        replace(POST, key=f"posts/{n}", address=f"/{n}/", feed_id=f"tag:{n}", comments={})
        for n in (1, 2)
    ]
    talk = [
        replace(POST, key=f"posts/t{n}", address=f"/t{n}/", feed_id=f"tag:t{n}", comments={})
        for n in (1, 2, 3)
    ]
    said = [
        replace(one, comments=dict.fromkeys(map(str, range(n)), "w"))
        for one, n in zip(talk, (2, 2, 1), strict=True)
    ]
    moved = replace(MEETUP, happens="2027-01-01 park", words="2")
    manifest = {f"f{n}": Stamp(412_000 // 17, str(n)) for n in range(17)}
    changes = Changes(("f0", "f1", "f2"), tuple(f"f{n}" for n in range(3, 17)), ())
    made = plan(
        index(*talk, MEETUP), index(*posts, *said, moved), manifest, changes, Drift(), False
    )
    assert str(made) == (
        "2 posts, 5 comments in 3 threads, 1 meetup moved; 0 feed entries sent again; "
        "14 files change, 3 new, 0 deleted, 412 kB"
    )


def test_feed_entries_that_come_again_are_counted_with_the_comments_below_them() -> None:
    changes = Changes((), ("x",), ())
    manifest = {"x": Stamp(1, "x")}
    other_id = plan(
        index(POST), index(replace(POST, feed_id="tag:z")), manifest, changes, Drift(), False
    )
    assert "1 feed entry sent again" in str(other_id)
    renamed = replace(POST, key="posts/b", feed_id="tag:b")
    assert "3 feed entries sent again" in str(
        plan(index(POST), index(renamed), manifest, changes, Drift(), False)
    )


def test_only_the_look_and_nothing_at_all() -> None:
    manifest = {"theme/x.css": Stamp(900, "x")}
    made = plan(
        index(POST), index(POST), manifest, Changes((), ("theme/x.css",), ()), Drift(), False
    )
    assert str(made).startswith(
        "the look of pages; 0 feed entries sent again; 1 file changes, 0 new"
    )
    assert made.files() == "  ~ theme/x.css"
    calendars = Changes(("x/feed.atom",), ("meetups.ics", "meetups/m.ics"), ())
    assert besides(calendars) == "2 calendars, 1 feed"
    assert besides(Changes((), ("a.ics", "x/index.html"), ())) == "the look of pages, 1 calendar"
    same = plan(index(POST), index(POST), manifest, Changes((), (), ()), Drift(), False)
    assert same.empty
    assert str(same) == "Nothing changes: what is live is what you have."
    torn = plan(
        index(POST),
        index(POST),
        manifest,
        Changes((), (), ()),
        Drift(missing=("theme/x.css",)),
        False,
    )
    assert not torn.empty
    assert torn.byte_count == 900
    assert "1 file taken away (theme/x.css); this publish puts it right" in str(torn)


def test_the_first_publish_and_its_files() -> None:
    paths = tuple(f"p{n:03}" for n in range(30))
    made = plan(
        NOTHING,
        index(POST),
        dict.fromkeys(paths, Stamp(100, "a")),
        Changes(paths, (), ()),
        Drift(),
        True,
    )
    assert str(made) == "The first publish: 1 post, 2 comments in 1 thread; 30 files, 3.0 kB"
    assert made.files().splitlines() == [f"  + {path}" for path in paths]


@pytest.mark.parametrize(
    ("byte_count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (412_300, "412 kB"),
        (999_900, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes(byte_count: int, said: str) -> None:
    assert size(byte_count) == said
