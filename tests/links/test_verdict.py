"""One look is judged by what came of it alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from tests.links.outer_web import page
from tools.links.follow import Trail
from tools.links.politeness import LeftAlone
from tools.links.verdict import Verdict, alike, judge
from tools.web_client import Answer, Trouble

ASKED = URL("https://a.net/2014/05/post/")
HTML = {"Content-Type": "text/html; charset=utf-8"}


def answered(status: int, body: bytes = b"", *steps: tuple[int, str]) -> Trail:
    walked = tuple((number, URL(to)) for number, to in steps)
    at = walked[-1][1] if walked else ASKED
    return Trail(ASKED, walked, Answer(at, status, HTML, body, True))


@pytest.mark.parametrize("status", [401, 403, 429, 999])
def test_a_refusal_is_no_failure(status: int) -> None:
    assert judge(answered(status)).state == "unsure"


@given(st.integers(200, 999))
def test_every_status_has_a_verdict_and_only_two_are_grave(status: int) -> None:
    verdict = judge(answered(status))
    assert verdict.grave == (status in {404, 410})
    assert (verdict.state == "failing") == (
        status in {404, 410} or (status >= 500 and status != 999)
    )


@pytest.mark.parametrize("kind", ["slow", "offline"])
def test_silence_is_no_failure(kind: str) -> None:
    assert judge(Trail(ASKED, trouble=Trouble(kind, "words"))).state == "unsure"
    assert judge(Trail(ASKED, left=LeftAlone("its robots.txt asks"))).state == "unsure"


@pytest.mark.parametrize("kind", ["unknown", "refused", "lost", "cut", "garbled", "loop"])
def test_what_does_not_answer_fails(kind: str) -> None:
    assert judge(Trail(ASKED, trouble=Trouble(kind, "words"))) == Verdict("failing", "words", grave=kind == "unknown")  # fmt: skip


@pytest.mark.parametrize(
    ("to", "state"),
    [
        ("https://a.net/", "suspect"),
        ("https://b.net", "suspect"),
        ("https://a.net/index.php", "suspect"),
        ("https://a.net/home/", "suspect"),
        ("https://a.net/errors/404.html", "suspect"),
        ("https://www.hugedomains.com/domain_profile.cfm?d=a", "suspect"),
        ("https://a.net/?p=12", "moved"),
        ("https://a.net/post/", "moved"),
        ("http://www.a.net/2014/05/post", "fine"),
    ],
)
def test_where_a_redirect_ends_tells_what_it_is(to: str, state: str) -> None:
    assert judge(answered(200, page("A post"), (301, to))).state == state


@pytest.mark.parametrize(
    ("title", "body", "state"),
    [
        ("a.net", "This domain is for sale! Buy this domain today.", "suspect"),
        ("a.net is parked", "The domain a.net may be for sale by its owner.", "suspect"),
        ("a.net", "This domain has expired. Renew now.", "suspect"),
        ("Page not found | A", "Sorry.", "suspect"),
        ("404 Not Found", "", "suspect"),
        ("Not found", "Sorry.", "suspect"),
        ("Not found in translation", "An essay.", "fine"),
        ("The 404 bus", "A story about a bus.", "fine"),
        ("Selling names", "Some domain is for sale. " + "An article that goes on. " * 4000, "fine"),
    ],
)
def test_a_page_that_is_no_page_is_suspect(title: str, body: str, state: str) -> None:
    assert judge(answered(200, page(title, body))).state == state


@given(st.text(max_size=40), st.text(max_size=20))
def test_a_title_is_like_itself_and_like_itself_with_the_name_of_its_site(title: str, site: str) -> None:  # fmt: skip
    assert alike(title, title)
    if any(len(word) > 2 and word.isalnum() for word in title.split()):
        assert alike(title, f"{title} | {site}")
