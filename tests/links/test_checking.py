"""Every kind of answer is judged rightly, by real servers; hosts are asked politely; bounds hold."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from plugins.resources.ledger import Link
from tests.links import outer_web as odd
from tests.links.outer_web import QUICK, OuterWeb, fine, status, to
from tests.sites import Site, comment
from tools.errors import ProjectError
from tools.links.checking import check, look
from tools.links.desk import Desk

pytestmark = pytest.mark.slow

Looked = Callable[..., Link]
At = Callable[[int], Desk]
HOSTS = frozenset({"127.0.0.1"})


def _quiet(done: int, of: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize(
    ("path", "answer", "state", "why"),
    [
        ("/a", fine(), "fine", ""),
        ("/a.pdf", status(200, b"%PDF", Content_Type="application/pdf"), "fine", ""),
        ("/a", status(404), "failing", "404 Not Found"),
        ("/a", status(410), "failing", "410 Gone"),
        ("/a", status(401), "unsure", "does not let programs in (401 Unauthorized)"),
        ("/a", status(403), "unsure", "does not let programs in (403 Forbidden)"),
        ("/a", status(999), "unsure", "does not let programs in (999)"),
        ("/a", status(429), "unsure", "it asked to be left alone for a while (429)"),
        ("/a", status(500), "failing", "500 Internal Server Error"),
        ("/a", status(503), "failing", "503 Service Unavailable"),
        ("/a", odd.silent, "unsure", "no answer came in time"),
        ("/a", odd.stalls, "unsure", "no answer came in time"),
        ("/a", odd.drips, "unsure", "no answer came in time"),
        ("/a", odd.truncates, "failing", "what it sent was damaged or cut short"),
        ("/a", odd.hangs_up, "failing", "the connection was lost"),
        ("/a", odd.no_http, "failing", "what came is not HTTP"),
        ("/a", odd.endless_headers, "failing", "what came is not HTTP"),
        ("/a", odd.endless, "fine", ""),
        ("/a", odd.zipped(odd.page()), "fine", ""),
        ("/a", odd.zipped(b"\0" * 50_000_000), "fine", ""),
        ("/a", to("/a"), "failing", "redirects in a circle"),
        ("/a", to("javascript:alert(1)"), "failing", 'redirects to "javascript:alert(1)", which is no web address'),
        ("/a", to("http://u:p@127.0.0.1/"), "failing", 'redirects to "http://u:p@127.0.0.1/", which is no web address'),
        ("/a", fine("404 - page not found"), "suspect", 'is titled "404 - page not found"'),
        ("/a", fine("example-name.org is for sale", "Buy this domain."), "suspect", "looks like a name that is for sale"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_for_what_it_is(
    web: OuterWeb, looked: Looked, path: str, answer: odd.Answering, state: str, why: str
) -> None:
    web.answers[path] = answer
    found = looked(web.url(path))
    assert (found.state, found.why) == (state, why)


def test_what_has_moved_for_good_is_told_with_where_it_is_now(
    web: OuterWeb, looked: Looked
) -> None:
    web.answers |= {"/old": to("/new", 301), "/new": to("/newest", 308), "/newest": fine()}
    found = looked(web.url("/old"))
    assert (found.state, found.to) == ("moved", web.url("/newest"))


def test_what_has_moved_for_now_is_fine_where_it_is(web: OuterWeb, looked: Looked) -> None:
    web.answers |= {"/old": to("/new", 302), "/new": fine()}
    assert looked(web.url("/old")).state == "fine"


def test_a_closing_slash_is_no_move(web: OuterWeb, looked: Looked) -> None:
    web.answers |= {"/old": to("/old/"), "/old/": fine()}
    assert looked(web.url("/old")).state == "fine"


def test_a_redirect_to_the_front_page_is_suspect(web: OuterWeb, looked: Looked) -> None:
    web.answers |= {"/2014/05/post": to("/"), "/": fine("Home")}
    found = looked(web.url("/2014/05/post"))
    assert found.state == "suspect"
    assert found.why == f"redirects to a front page, {web.url('/')}"


def test_a_front_page_that_moves_to_a_front_page_is_not(web: OuterWeb, looked: Looked) -> None:
    web.answers |= {"/": to("/index.html", 302), "/index.html": fine("Home")}
    assert looked(web.url("/")).state == "fine"


def test_many_redirects_end_somewhere(web: OuterWeb, looked: Looked) -> None:
    web.answers |= {f"/{number}": to(f"/{number + 1}") for number in range(50)}
    assert looked(web.url("/0")).why == "redirects again and again"
    assert len(web.paths("HEAD")) <= QUICK.redirects + 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.2/",
        "http://10.0.0.1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://0x7f.1/",
    ],
)
def test_a_redirect_to_a_private_address_is_not_followed_and_suspect(
    web: OuterWeb, looked: Looked, address: str
) -> None:
    web.answers["/a"] = to(address)
    found = looked(web.url("/a"))
    assert found.state == "suspect"
    assert found.why.startswith("redirects to where only its owner can reach: ")
    assert found.why.endswith("is a private address")


@pytest.mark.parametrize("address", ["http://2130706433/", "http://0177.0.0.1/", "http://127.1/"])
def test_a_number_in_disguise_is_not_followed(web: OuterWeb, looked: Looked, address: str) -> None:
    web.answers["/a"] = to(address)
    found = looked(web.url("/a"))
    assert (found.state, found.why) == (
        "failing",
        f'redirects to "{address}", which is no web address',
    )


def test_a_name_that_means_a_private_host_is_not_asked(web: OuterWeb, at: At) -> None:
    address = web.url("/a", host="localhost")
    verdict = look([address], {}, at(0), frozenset(), QUICK, _quiet).verdicts[address]
    assert verdict.state == "suspect"
    assert re.search(
        r"leads to where .*: localhost \((::1|127\.0\.0\.1)\) is a private", verdict.why
    )
    assert web.asked == []


def test_the_same_name_is_asked_when_it_was_allowed(web: OuterWeb, at: At) -> None:
    web.answers["/a"] = fine()
    address = web.url("/a", host="localhost")
    allowed = frozenset({"localhost"})
    assert look([address], {}, at(0), allowed, QUICK, _quiet).verdicts[address].state == "fine"


def test_a_name_that_nobody_has_is_a_failure_and_the_lookup_that_fails_is_not(
    web: OuterWeb, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    import socket

    async def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(code, "as it is")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", unknown)
    code = socket.EAI_NONAME
    found = looked("http://no-such-name.net/a")
    assert (found.state, found.grave) == ("failing", True)
    code = socket.EAI_AGAIN
    assert looked("http://other-name.net/a").state == "unsure"


def test_head_is_asked_first_and_what_is_no_page_is_not_sent(web: OuterWeb, looked: Looked) -> None:
    web.answers["/a.mp3"] = status(200, b"x" * 1000, Content_Type="audio/mpeg")
    looked(web.url("/a.mp3"))
    assert [(one.method, one.path) for one in web.asked] == [("GET", "/robots.txt"), ("HEAD", "/a.mp3")]  # fmt: skip


@pytest.mark.parametrize("refusal", [status(405), status(404), status(501), odd.hangs_up])
def test_a_server_that_does_not_know_head_is_asked_with_get(
    web: OuterWeb, looked: Looked, refusal: odd.Answering
) -> None:
    web.answers["/a"] = odd.by_method(HEAD=refusal, GET=fine())
    assert looked(web.url("/a")).state == "fine"


def test_what_fails_once_is_asked_again(web: OuterWeb, looked: Looked) -> None:
    web.answers["/a"] = odd.first(status(500), fine())
    assert looked(web.url("/a")).state == "fine"
    web.answers["/b"] = odd.by_method(HEAD=fine(), GET=odd.first(odd.truncates, fine()))
    assert looked(web.url("/b")).state == "fine"


def test_a_short_retry_after_is_waited_for(web: OuterWeb, looked: Looked) -> None:
    limits = replace(QUICK, retry_after=2)
    web.answers["/a"] = odd.first(status(429, Retry_After="1"), fine())
    assert looked(web.url("/a"), limits=limits).state == "fine"
    head, again = (one.at for one in web.asked if one.path == "/a" and one.method == "HEAD")
    assert again - head >= 1


def test_a_long_retry_after_closes_the_host_until_then(web: OuterWeb, site: Site, at: At) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    web.answers["/a"] = status(429, Retry_After=format_datetime(later, usegmt=True))
    web.answers["/b"] = fine()
    site.post("one", f"[a]({web.url('/a')}) [b]({web.url('/b')})")
    checked = check(at(0), allowed=HOSTS, limits=QUICK)
    assert {link.state for link in checked.links.values()} == {"unsure"}
    # The page of the host that was asked first said it for both; nothing was asked after that.
    assert web.paths() == ["/a"]
    rows = json.loads((site.content / "links.json").read_text("utf-8"))["links"]
    for path in ("/a", "/b"):
        until = datetime.fromisoformat(rows[web.url(path)]["until"])
        assert abs(until - later) < timedelta(seconds=5)


@pytest.mark.parametrize("number", [429, 503])
def test_who_asked_to_be_left_alone_is_not_asked_before(
    web: OuterWeb, site: Site, at: At, number: int
) -> None:
    web.answers["/a"] = status(number, Retry_After="7200")
    site.post("one", f"[a]({web.url('/a')})")
    now = replace(at(0), now=datetime.now(UTC))
    check(now, allowed=HOSTS, limits=QUICK)
    asked = len(web.asked)
    again = check(replace(now, now=now.now + timedelta(hours=1)), allowed=HOSTS, limits=QUICK)
    assert (again.waiting, len(web.asked)) == (1, asked)
    check(replace(now, now=now.now + timedelta(hours=3)), allowed=HOSTS, limits=QUICK)
    assert len(web.asked) > asked


@pytest.mark.parametrize(
    ("robots", "states"),
    [
        (status(200, b"User-agent: *\nDisallow: /a", Content_Type="text/plain"), ["unsure", "fine"]),
        (status(200, b"User-agent: activate-learning-site\nDisallow: /b*", Content_Type="text/plain"), ["fine", "unsure"]),
        (status(200, b"User-agent: other\nDisallow: /", Content_Type="text/plain"), ["fine", "fine"]),
        (status(404), ["fine", "fine"]),
        (status(500), ["unsure", "unsure"]),
        (to("/real-robots.txt"), ["unsure", "fine"]),
        (status(200, b"\xff\xfe\x00Disallow" * 5000, Content_Type="text/plain"), ["fine", "fine"]),
    ],
)  # fmt: skip
def test_robots_txt_is_heeded(
    web: OuterWeb, site: Site, at: At, robots: odd.Answering, states: list[str]
) -> None:
    web.answers |= {"/robots.txt": robots, "/a": fine(), "/b": fine()}
    web.answers["/real-robots.txt"] = status(200, b"User-agent: *\nDisallow: /a")
    site.post("one", f"[a]({web.url('/a')}) [b]({web.url('/b')})")
    checked = check(at(0), allowed=HOSTS, limits=QUICK)
    assert [checked.links[web.url(path)].state for path in ("/a", "/b")] == states
    for path, state in zip(("/a", "/b"), states, strict=True):
        assert (path in web.paths()) == (state == "fine")


def test_between_two_requests_to_one_host_there_is_a_pause(
    web: OuterWeb, site: Site, at: At
) -> None:
    limits = replace(QUICK, pause=0.15)
    web.answers |= {f"/{n}": fine() for n in range(4)}
    site.post("one", " ".join(f"[{n}]({web.url(f'/{n}')})" for n in range(4)))
    check(at(0), allowed=HOSTS, limits=limits)
    times = web.times()
    assert len(times) == 9
    assert min(after - before for before, after in pairwise(times)) >= 0.15
    assert web.most == 1


def test_a_crawl_delay_is_kept_as_far_as_we_wait(web: OuterWeb, site: Site, at: At) -> None:
    web.answers["/robots.txt"] = status(200, b"User-agent: *\nCrawl-delay: 900")
    web.answers |= {"/a": fine(), "/b": fine()}
    site.post("one", f"[a]({web.url('/a')}) [b]({web.url('/b')})")
    check(at(0), allowed=HOSTS, limits=QUICK)
    times = web.times()[1:]
    assert min(b - a for a, b in pairwise(times)) >= QUICK.crawl_delay


def test_a_host_that_never_answers_does_not_cost_its_time_for_each_link(
    web: OuterWeb, site: Site, at: At
) -> None:
    links = " ".join(f"[{n}]({web.url(f'/{n}')})" for n in range(30))
    web.answers |= {f"/{n}": odd.silent for n in range(30)}
    site.post("one", links)
    begun = time.monotonic()
    checked = check(at(0), allowed=HOSTS, limits=QUICK)
    assert time.monotonic() - begun < 6
    assert {link.state for link in checked.links.values()} == {"unsure"}


def test_five_hundred_links_are_asked_for_at_once_within_the_bounds(site: Site, at: At) -> None:
    web = OuterWeb()
    web.start(50)
    try:
        slow = odd.slowly(0.02, fine())
        web.answers |= {f"/{n}": slow for n in range(9)}
        web.answers["/9"] = status(404)
        links = [web.url(f"/{n}", server) for server in range(50) for n in range(10)]
        for server in range(50):
            own = links[server * 10 : server * 10 + 10]
            site.post(f"p{server}", " ".join(f"[x]({link})" for link in own))
        told: list[tuple[int, int]] = []
        # A machine that is busy for a moment is no slow host, which would be asked again.
        patient = replace(QUICK, connect=10, silence=10, request=20)
        tracemalloc.start()
        begun = time.monotonic()
        checked = check(
            at(0),
            allowed=HOSTS,
            limits=patient,
            progress=lambda done, of: told.append((done, of)),
        )
        took, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        web.stop()
    assert len(checked.links) == 500
    assert sum(link.state == "fine" for link in checked.links.values()) == 450
    assert sum(link.state == "failing" for link in checked.links.values()) == 50
    assert max(web.most_of_one.values()) == QUICK.per_host
    assert QUICK.parallel / 2 < web.most <= QUICK.parallel
    assert len(web.asked) == 50 * (1 + 9 * 2 + 2)
    assert told == [(done, 500) for done in range(501)]
    # One host after the other would take fifty times ten times 0.04 s, and more.
    assert took < 20
    assert peak < 60_000_000


def test_a_page_is_read_no_further_than_the_limit(web: OuterWeb, looked: Looked) -> None:
    sent = 0

    async def counted(one: odd.Asked, writer: odd.asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing() and sent < 2**30:
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    web.answers["/a"] = odd.by_method(HEAD=fine(), GET=counted)
    assert looked(web.url("/a")).state == "fine"
    assert sent < 32_000_000  # of a gigabyte: what the system's own buffers took


def test_nothing_is_remembered_when_no_server_answers(site: Site, at: At) -> None:
    web = OuterWeb()
    web.start()
    web.stop()
    site.post("one", f"[a]({web.url('/a')}) [b]({web.url('/b')})")
    with pytest.raises(ProjectError, match="it is this machine that is not connected"):
        check(at(0), allowed=HOSTS, limits=QUICK)
    assert not (site.content / "links.json").exists()


def test_what_is_stopped_keeps_what_it_has(web: OuterWeb, site: Site, at: At) -> None:
    web.answers |= {f"/{n}": fine() for n in range(5)}
    site.post("one", " ".join(f"[{n}]({web.url(f'/{n}')})" for n in range(5)))

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    checked = check(at(0), allowed=HOSTS, limits=QUICK, progress=stop)
    assert checked.stopped
    kept = json.loads((site.content / "links.json").read_text("utf-8"))["links"]
    assert len(kept) == len(checked.links) == 2


def test_only_what_is_named_is_asked_and_the_rest_is_kept(
    web: OuterWeb, site: Site, at: At
) -> None:
    web.answers |= {"/a": fine(), "/b": fine()}
    site.post("one", f"[a]({web.url('/a')})")
    site.post("two", f"[b]({web.url('/b')})")
    check(at(0), allowed=HOSTS, limits=QUICK)
    check(at(1), only="posts/two", allowed=HOSTS, limits=QUICK)
    kept = json.loads((site.content / "links.json").read_text("utf-8"))["links"]
    assert [kept[web.url(path)]["checked"] for path in ("/a", "/b")] == ["2026-11-02", "2026-11-03"]
    with pytest.raises(ProjectError, match='no link, and no file with one, has "three" in it'):
        check(at(1), only="three", allowed=HOSTS, limits=QUICK)


def test_a_whole_check_forgets_links_that_are_gone_from_the_site(
    web: OuterWeb, site: Site, at: At
) -> None:
    web.answers |= {"/a": fine(), "/b": fine()}
    site.post("one", f"[a]({web.url('/a')})")
    check(at(0), allowed=HOSTS, limits=QUICK)
    site.post("one", f"[b]({web.url('/b')})")
    check(at(1), allowed=HOSTS, limits=QUICK)
    kept = json.loads((site.content / "links.json").read_text("utf-8"))["links"]
    assert list(kept) == [web.url("/b")]


def test_what_wants_a_person_is_told_by_file_and_line_the_worst_first(
    web: OuterWeb, site: Site, at: At
) -> None:
    web.answers |= {"/moved": to("/new"), "/new": fine(), "/x/y": to("/"), "/": fine(), "/gone": status(410)}  # fmt: skip
    links = [web.url("/moved"), web.url("/x/y"), web.url("/gone")]
    site.post("one", f"[a]({links[0]})\n\n[b]({links[1]})")
    site.page("about")
    site.thread("pages/about", comment("a", body=f"See {links[2]}"))
    checked = check(at(0), allowed=HOSTS, limits=QUICK)
    assert checked.notes == (
        f"content/comments/pages/about.json:a: {links[2]} fails: 410 Gone (1 day so far); it may come back",
        f"content/posts/one.md:6: {links[1]} redirects to a front page, {web.url('/')}; look at it, ./invoke resources.review takes your word for it",
        f"content/posts/one.md:4: {links[0]} has moved to {web.url('/new')}; write that",
    )
    assert str(checked).splitlines()[-2].startswith("Asked for 3 links in ")
    assert str(checked).splitlines()[-2].endswith(": 1 moved, 1 suspect, 1 failing.")
