"""Search engines are told which pages changed, and what they answer is told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.deploy.live_site import LiveSite, Reply, Request, serving, unused_port
from tools.deploy.after import indexnow
from tools.deploy.after.indexnow import tell_engines
from tools.deploy.after.web import Patience
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

QUICK = Patience(connect=2, silence=0.3, request=1, waits=(0.01, 0.02))
KEY = "0123456789abcdef"
SITE = "https://x.example:8443/blog"
PAGES = (f"{SITE}/", f"{SITE}/posts/caf%C3%A9/")


@pytest.fixture
def engine() -> Iterator[LiveSite]:
    with serving(LiveSite(replies={"*": Reply(200)})) as live:
        yield live


def calls(engine: LiveSite) -> list[Any]:
    for request in engine.asked:
        assert (request.method, request.path) == ("POST", "/indexnow")
        assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    return [json.loads(request.body) for request in engine.asked]


def tell(engine: LiveSite, pages: tuple[str, ...] = PAGES) -> str:
    return tell_engines(SITE, KEY, pages, f"{engine.url}/indexnow", QUICK)


def refused(engine: LiveSite, pages: tuple[str, ...] = PAGES) -> str:
    with pytest.raises(ProjectError) as caught:
        tell(engine, pages)
    return str(caught.value)


def test_an_engine_is_told_as_the_protocol_has_it(engine: LiveSite) -> None:
    assert tell(engine) == "told 127.0.0.1 of 2 pages"
    assert calls(engine) == [
        {
            "host": "x.example:8443",
            "key": KEY,
            "keyLocation": f"{SITE}/{KEY}.txt",
            "urlList": list(PAGES),
        }
    ]


def test_without_news_nobody_is_told(engine: LiveSite) -> None:
    assert tell(engine, ()) == "no page has changed"
    assert engine.asked == []


def test_ten_thousand_go_into_a_call_and_the_rest_into_the_next(engine: LiveSite) -> None:
    many = tuple(f"{SITE}/{n}/" for n in range(20_001))
    assert tell(engine, many) == "told 127.0.0.1 of 20,001 pages"
    lists = [call["urlList"] for call in calls(engine)]
    assert [len(one) for one in lists] == [10_000, 10_000, 1]
    assert [one for several in lists for one in several] == list(many)
    assert indexnow.A_CALL == 10_000


def test_a_key_that_will_be_looked_at_is_fine(engine: LiveSite) -> None:
    engine.replies["*"] = Reply(202)
    assert tell(engine) == "told 127.0.0.1 of 2 pages; it will look at the key first"


def test_a_failure_of_a_moment_is_tried_again(engine: LiveSite) -> None:
    left = [Reply(503), Reply(200, b"x" * 50, cut=5), Reply(200)]
    engine.replies["*"] = lambda _: left.pop(0)
    assert tell(engine) == "told 127.0.0.1 of 2 pages"
    assert calls(engine)[0] == calls(engine)[2]


@pytest.mark.parametrize(
    ("reply", "why", "tries"),
    [
        (Reply(400, b"bad"), 'cannot read what it was sent (400) ("bad")', 1),
        (
            Reply(403, b'{"code":\n"SiteVerificationNotCompleted"}'),
            'does not believe the key (403) ("{"code": "SiteVerificationNotCompleted"}"); look whether '
            f"{SITE}/{KEY}.txt shows INDEXNOW_KEY, and whether its robots may read it",
            1,
        ),
        (
            Reply(422),
            "says that the pages are not of this host, or the key is none (422); look at SITEURL",
            1,
        ),
        (Reply(429), "was told too much lately (429); the next publish tries again", 3),
        (Reply(500), "fails (500); the next publish tries again", 3),
        (
            Reply(307, headers={"Location": "https://other.example/indexnow"}),
            "sends us to https://other.example/indexnow; write that as INDEXNOW_ENDPOINT",
            1,
        ),
        (Reply(404), "answers 404; look at INDEXNOW_ENDPOINT", 1),
        (Reply(200, silence=0.6), "was not told: no answer came in time", 3),
    ],
)
def test_what_an_engine_refuses_is_told_in_words(
    engine: LiveSite, reply: Reply, why: str, tries: int
) -> None:
    engine.replies["*"] = reply
    assert refused(engine) == f"127.0.0.1 {why}"
    assert len(engine.asked) == tries


def test_a_refusal_of_a_later_call_says_how_many_were_taken(engine: LiveSite) -> None:
    def first_only(request: Request) -> Reply:
        return Reply(200 if b"/blog/0/" in request.body else 422)

    engine.replies["*"] = first_only
    said = refused(engine, tuple(f"{SITE}/{n}/" for n in range(10_001)))
    assert said.startswith("127.0.0.1 took 10,000 of 10,001 pages: says that the pages")


def test_an_engine_that_is_not_there_is_told_of() -> None:
    absent = LiveSite(port=unused_port())
    assert refused(absent) == "127.0.0.1 was not told: nobody answers there"
