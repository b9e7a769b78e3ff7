"""What follows once a release was seen live: when it is done, once, and what of it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.deploy.live_site import LiveSite, Reply, serving
from tests.deploy.small_sites import BEGAN, FILES
from tools.deploy.after.news import News
from tools.deploy.after.steps import STEPS, FollowUp, awaiting, done, due, follow
from tools.deploy.index import PublicEntry, SiteIndex
from tools.deploy.manifest import differences, stamp
from tools.deploy.release import EMPTY, Head, Release, new_release, noted
from tools.errors import ProjectError

URL = "https://x.example/blog"
LATER = BEGAN + timedelta(hours=1)


def now() -> datetime:
    return LATER


def entry(key: str, **comments: str) -> PublicEntry:
    words = {name.replace("_", "-"): said for name, said in comments.items()}
    return PublicEntry(key, "posts", key, f"/{key}/", f"tag:{key}", "", "w", words)


def release(
    minute: int, files: Mapping[str, bytes], *entries: PublicEntry, url: str = URL
) -> Release:
    index = SiteIndex({one.key: one for one in entries}, frozenset())
    manifest = {path: stamp(body) for path, body in files.items()}
    return new_release(manifest, index, BEGAN + timedelta(minutes=minute), url)


def news_of(release: Release, before: Release | None) -> News:
    old = before.manifest if before else EMPTY
    return News(release, before, differences(old, release.manifest))


def seen(release: Release, **after: str) -> Head:
    return noted(release.head, seen="2026-11-25T08:05:00+00:00", **after)


FIRST = release(0, FILES, entry("posts/one", a="x", b="", c="z"), entry("posts/two"))
CHANGED = {
    **FILES,
    "index.html": b"new home",
    "404.html": b"new",
    "posts/one/index.html": b"new",
    "posts/three/index.html": b"three",
    "posts/three/feed.json": b"{}",
    "feed.atom": b"new",
    "sitemap.xml": b"new",
    "tips/mail.rss": b"<rss/>",
    "theme/new.css": b"a{}",
}
del CHANGED["posts/two/index.html"]
SECOND = release(
    1,
    CHANGED,
    entry("posts/one", a="other", b="back", d="new", c="z"),
    entry("posts/three", e="x", f=""),
)
NEWS = news_of(SECOND, FIRST)


class Doing:
    """A step that does as it is told, and keeps what it was given. fails: by the number of the call."""

    def __init__(self, name: str = "work", fails: Mapping[int, Exception] | None = None) -> None:
        self.given: list[News] = []
        self.fails = fails or {}
        self.step = FollowUp(name, lambda settings: bool(settings.get("WANTED", True)), self.work)

    def work(self, news: News, settings: Mapping[str, Any]) -> str:
        self.given.append(news)
        if failure := self.fails.get(len(self.given)):
            raise failure
        return f"did it {len(self.given)} times"


# --- the news ---------------------------------------------------------------------------------------


def test_news_tell_what_came_since_the_release_before() -> None:
    assert not NEWS.first
    assert [one.key for one in NEWS.new_entries] == ["posts/three"]
    # Neither one whose words changed, nor a tombstone; in the order of the thread.
    assert NEWS.new_comments == {"posts/one": ("b", "d"), "posts/three": ("e",)}
    assert NEWS.pages == (f"{URL}/posts/one/", f"{URL}/posts/three/", f"{URL}/")
    assert NEWS.gone == (f"{URL}/posts/two/",)
    assert NEWS.feeds == (f"{URL}/feed.atom", f"{URL}/posts/three/feed.json")


def test_in_the_first_release_everything_is_new_and_it_says_so() -> None:
    news = news_of(FIRST, None)
    assert news.first
    assert [one.key for one in news.new_entries] == ["posts/one", "posts/two"]
    assert news.new_comments == {"posts/one": ("a", "c")}
    assert len(news.pages) == 4
    assert f"{URL}/posts/caf%C3%A9%20au%20lait/" in news.pages
    assert news.gone == ()


# --- when ---------------------------------------------------------------------------------------------


def test_nothing_follows_before_the_release_was_seen() -> None:
    doing = Doing()
    for head in (SECOND.head, noted(SECOND.head, seen="failed: /: shows the release before")):
        assert follow(NEWS, {}, head, now, steps=(doing.step,)) == head
        assert due(head, {}, (doing.step,)) == ()
        assert awaiting(head, {}, (doing.step,)) == head
    assert doing.given == []


def test_a_step_is_done_once_and_when_is_kept() -> None:
    doing = Doing()
    told: list[tuple[str, str]] = []
    head = follow(
        NEWS, {}, seen(SECOND), now, steps=(doing.step,), tell=lambda *said: told.append(said)
    )
    assert head.after["work"] == "2026-11-25T09:00:00+00:00"
    assert head.after["seen"] == "2026-11-25T08:05:00+00:00"
    assert told == [("work", "did it 1 times")]
    assert follow(NEWS, {}, head, now, steps=(doing.step,)) == head
    assert len(doing.given) == 1


def test_a_step_that_is_not_wanted_leaves_no_trace() -> None:
    doing = Doing()
    head = seen(SECOND)
    assert follow(NEWS, {"WANTED": False}, head, now, steps=(doing.step,)) == head
    assert doing.given == []


def test_one_that_fails_hinders_no_other_and_is_tried_again() -> None:
    first = Doing("first", {1: ProjectError("the hub is away"), 2: ValueError("a defect")})
    second = Doing("second")
    steps = (first.step, second.step)
    told: list[tuple[str, str]] = []
    head = follow(NEWS, {}, seen(SECOND), now, steps=steps, tell=lambda *said: told.append(said))
    assert head.after["first"] == "failed: the hub is away"
    assert done(head, "second")
    assert not done(head, "first")
    assert told == [("first", "failed: the hub is away"), ("second", "did it 1 times")]
    head = follow(NEWS, {}, head, now, steps=steps)
    assert head.after["first"] == "failed: ValueError: a defect"
    head = follow(NEWS, {}, head, now, steps=steps)
    assert done(head, "first")
    assert (len(first.given), len(second.given)) == (3, 1)


def test_what_is_written_of_a_failure_is_short() -> None:
    doing = Doing(fails={1: ProjectError("x" * 10_000)})
    assert len(follow(NEWS, {}, seen(SECOND), now, steps=(doing.step,)).after["work"]) == 500


def test_work_that_ends_the_program_is_not_swallowed() -> None:
    class Ended:
        def __call__(self, news: News, settings: Mapping[str, Any]) -> str:
            raise KeyboardInterrupt

    step = FollowUp("work", lambda _: True, Ended())
    with pytest.raises(KeyboardInterrupt):
        follow(NEWS, {}, seen(SECOND), now, steps=(step,))


def test_what_is_due_is_written_down_before_it_is_done() -> None:
    doing, other = Doing(), Doing("other")
    steps = (doing.step, other.step)
    head = awaiting(seen(SECOND, other="failed: why"), {}, steps)
    assert head.after["work"] == "failed: was not done yet"
    assert head.after["other"] == "failed: why"
    assert [step.name for step in due(head, {}, steps)] == ["work", "other"]
    assert done(follow(NEWS, {}, head, now, steps=steps), "work")


# --- what it is given ---------------------------------------------------------------------------------

THIRD = release(2, {**CHANGED, "index.html": b"third"}, entry("posts/one", d="new", g="newer"))
FOURTH = release(3, {**CHANGED, "index.html": b"fourth"}, entry("posts/one", d="new", g="newer"))
ALL = {one.id: one for one in (FIRST, SECOND, THIRD, FOURTH)}


@pytest.mark.parametrize(
    ("first", "second", "third", "since"),
    [
        # What went well last is where the news begin.
        ({"work": "t"}, {"work": "t"}, {"work": "t"}, THIRD),
        ({"work": "t"}, {"work": "failed: why"}, {"work": "failed: why"}, FIRST),
        ({"work": "t"}, {"work": "t"}, {"work": "failed: why"}, SECOND),
        # So is a release after which it was not wanted …
        ({"work": "t"}, {}, {"work": "failed: why"}, SECOND),
        ({}, {}, {}, THIRD),
        # … but not one that was never seen, since nothing followed it.
        ({"work": "t"}, None, None, FIRST),
        ({"work": "t"}, None, {"work": "failed: why"}, FIRST),
        ({"work": "failed: why"}, None, {"work": "failed: why"}, None),
    ],
)
def test_a_step_is_given_all_that_has_come_since_it_last_went_well(
    first: dict[str, str] | None,
    second: dict[str, str] | None,
    third: dict[str, str] | None,
    since: Release | None,
) -> None:
    doing = Doing()
    kept = [
        one.head if after is None else seen(one, **after)
        for one, after in zip((FIRST, SECOND, THIRD), (first, second, third), strict=True)
    ]
    later = replace(seen(FOURTH, work="t"), id="20991231-000000-abcdef")
    head = follow(
        news_of(FOURTH, THIRD),
        {},
        seen(FOURTH),
        now,
        earlier=[later, *reversed(kept), seen(FOURTH)],
        load=ALL.__getitem__,
        steps=(doing.step,),
    )
    assert done(head, "work")
    assert doing.given == [news_of(FOURTH, since)]


def test_a_record_that_cannot_be_read_is_a_failure_of_that_step() -> None:
    def broken(identity: str) -> Release:
        raise ProjectError(f"the record of release {identity} is broken")

    doing, other = Doing(), Doing("other")
    kept = [
        seen(FIRST, work="t", other="t"),
        seen(SECOND, work="failed: x", other="t"),
    ]
    news = news_of(THIRD, SECOND)
    steps = (doing.step, other.step)
    head = follow(news, {}, seen(THIRD), now, earlier=kept, load=broken, steps=steps)
    assert head.after["work"] == f"failed: the record of release {FIRST.id} is broken"
    assert done(head, "other")
    assert other.given == [news]


# --- the steps that there are -------------------------------------------------------------------------


def test_the_hub_and_the_engines_are_told_what_is_theirs() -> None:
    with serving(LiveSite(replies={"*": Reply(200)})) as live:
        settings = {
            "WEBSUB_HUB": f"{live.url}/hub",
            "INDEXNOW_KEY": "0123456789",
            "INDEXNOW_ENDPOINT": f"{live.url}/indexnow",
        }
        told: list[tuple[str, str]] = []
        head = follow(NEWS, settings, seen(SECOND), now, tell=lambda *said: told.append(said))
        assert told == [
            ("hub", "told 127.0.0.1 of 2 feeds"),
            ("indexnow", "told 127.0.0.1 of 4 pages"),
        ]
        feeds = [
            dict(parse_qsl(one.body.decode()))["hub.url"]
            for one in live.asked
            if one.path == "/hub"
        ]
        assert tuple(feeds) == NEWS.feeds
        assert json.loads(live.asked[-1].body)["urlList"] == [*NEWS.pages, *NEWS.gone]
        asked = len(live.asked)
        assert follow(NEWS, settings, head, now) == head
        assert len(live.asked) == asked
    assert set(head.after) == {"seen", "hub", "indexnow"}


def test_without_their_settings_nobody_is_told() -> None:
    head = seen(SECOND)
    for settings in ({}, {"WEBSUB_HUB": None, "INDEXNOW_KEY": None}):
        assert follow(NEWS, settings, head, now) == head
    assert [step.name for step in STEPS] == ["hub", "indexnow"]
