"""A hub is told of feeds: each once, again after a moment's failure, and in words when it will not have them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest

from tests.deploy.live_site import LiveSite, Reply, Request, serving, unused_port
from tools.deploy.after import hub as hubs
from tools.deploy.after.hub import MOST, tell_hub
from tools.deploy.after.web import Patience
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

QUICK = Patience(connect=2, silence=0.3, request=1, waits=(0.01, 0.02), parallel=4)
FEEDS = tuple(f"https://x.example/{folder}feed.atom" for folder in ("", "a/", "é b/"))


@pytest.fixture
def hub() -> Iterator[LiveSite]:
    with serving(LiveSite(replies={"*": Reply(204)})) as live:
        yield live


def told(hub: LiveSite) -> list[list[str]]:
    """The feeds of each request."""
    found = []
    for request in hub.asked:
        assert request.method == "POST"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        (mode, *feeds) = parse_qsl(request.body.decode(), strict_parsing=True)
        assert mode == ("hub.mode", "publish")
        assert {name for name, _ in feeds} == {"hub.url"}
        found.append([feed for _, feed in feeds])
    return found


def refused(hub: LiveSite, feeds: tuple[str, ...] = FEEDS, **more: float) -> str:
    with pytest.raises(ProjectError) as caught:
        tell_hub(hub.url, feeds, QUICK, **more)
    return str(caught.value)


def test_a_hub_is_told_of_each_feed_once(hub: LiveSite) -> None:
    assert tell_hub(hub.url, FEEDS, QUICK) == "told 127.0.0.1 of 3 feeds"
    assert sorted(told(hub)) == sorted([feed] for feed in FEEDS)
    assert told(hub)[0] == [FEEDS[0]]


def test_without_news_nobody_is_asked(hub: LiveSite) -> None:
    assert tell_hub(hub.url, (), QUICK) == "no feed has anything new"
    assert hub.asked == []


def test_a_hub_that_takes_several_is_told_of_several_at_once(
    hub: LiveSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hubs.SEVERAL, "127.0.0.1", 2)
    assert tell_hub(hub.url, FEEDS, QUICK) == "told 127.0.0.1 of 3 feeds"
    assert told(hub) == [list(FEEDS[:2]), [FEEDS[2]]]


def test_a_hub_that_refuses_several_is_told_one_by_one(
    hub: LiveSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hubs.SEVERAL, "127.0.0.1", 3)

    def one_only(request: Request) -> Reply:
        return Reply(204 if request.body.count(b"hub.url") == 1 else 400)

    hub.replies["*"] = one_only
    assert tell_hub(hub.url, FEEDS, QUICK) == "told 127.0.0.1 of 3 feeds"
    assert told(hub) == [list(FEEDS), *([feed] for feed in FEEDS)]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failure_of_a_moment_is_tried_again(hub: LiveSite, status: int) -> None:
    left = [status, status]

    def at_first(_: Request) -> Reply:
        return Reply(left.pop() if left else 202)

    hub.replies["*"] = at_first
    assert tell_hub(hub.url, FEEDS, QUICK) == "told 127.0.0.1 of 3 feeds"
    assert told(hub).count([FEEDS[0]]) == 3


def test_a_connection_that_is_cut_is_tried_again(hub: LiveSite) -> None:
    left = [Reply(200, b"x" * 100, cut=10)]
    hub.replies["*"] = lambda _: left.pop() if left else Reply(200)
    assert tell_hub(hub.url, FEEDS[:1], QUICK) == "told 127.0.0.1 of 1 feed"
    assert len(hub.asked) == 2


def test_a_wait_that_the_hub_asks_for_is_kept(hub: LiveSite) -> None:
    left = [Reply(429, headers={"Retry-After": "1"})]
    hub.replies["*"] = lambda _: left.pop() if left else Reply(204)
    began = time.monotonic()
    tell_hub(hub.url, FEEDS[:1], QUICK)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (
            Reply(400, b"Invalid value for\n hub.url\x1b"),
            'it refuses https://x.example/feed.atom (400) ("Invalid value for hub.url�")',
        ),
        (
            Reply(403, b"<html>No"),
            "it refuses https://x.example/feed.atom (403)",
        ),
        (
            Reply(404),
            "nothing of the kind is at that address (404); look at WEBSUB_HUB",
        ),
        (Reply(429), "it was asked too often (429)"),
        (Reply(502, b"bad"), 'it fails (502) ("bad")'),
        (
            Reply(301, headers={"Location": "https://new.example/hub"}),
            "it sends us to https://new.example/hub; write that as WEBSUB_HUB",
        ),
        (Reply(204, silence=0.6), "no answer came in time"),
    ],
)
def test_a_hub_that_takes_nothing_is_told_of_in_words(
    hub: LiveSite, reply: Reply, why: str
) -> None:
    hub.replies["*"] = reply
    assert refused(hub) == f"the hub 127.0.0.1 was not told of any feed: {why}"


def test_a_hub_that_takes_some_is_told_of_with_how_many(hub: LiveSite) -> None:
    def but_one(request: Request) -> Reply:
        return Reply(400, b"no") if b"%2Fa%2F" in request.body else Reply(204)

    hub.replies["*"] = but_one
    assert refused(hub) == (
        'the hub 127.0.0.1 took 2 of 3 feeds: it refuses https://x.example/a/feed.atom (400) ("no")'
    )


def test_a_hub_that_is_not_there_is_found_out_with_the_first_feed() -> None:
    absent = LiveSite(port=unused_port())
    many = tuple(f"https://x.example/{n}/feed.atom" for n in range(500))
    began = time.monotonic()
    assert refused(absent, many) == (
        "the hub 127.0.0.1 was not told of any feed: nobody answers there"
    )
    assert time.monotonic() - began < 1


def test_a_hub_that_refuses_everything_is_not_asked_for_all(hub: LiveSite) -> None:
    hub.replies["*"] = Reply(400)
    refused(hub, tuple(f"https://x.example/{n}/feed.atom" for n in range(500)))
    assert len(hub.asked) <= 5 + 4


def test_the_time_for_all_of_it_is_bounded(hub: LiveSite) -> None:
    hub.replies["*"] = Reply(204, silence=0.1)
    many = tuple(f"https://x.example/{n}/feed.atom" for n in range(500))
    said = refused(hub, many, within=0.5)
    assert said.startswith("the hub 127.0.0.1 took ")
    assert said.endswith(" of 500 feeds: the time was over after 0.5 s")
    assert len(hub.asked) < 60


def test_so_many_are_told_of_and_no_more(hub: LiveSite) -> None:
    many = tuple(f"https://x.example/{n}/feed.atom" for n in range(MOST + 200))
    said = tell_hub(hub.url, many, QUICK)
    assert said == "told 127.0.0.1 of 1,000 feeds (of 1,200, those nearest to the home page)"
    assert sorted(told(hub)) == sorted([feed] for feed in many[:MOST])
    assert hub.most_at_once <= 4
