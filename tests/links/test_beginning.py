"""A resource begins from its address, with what the page says of itself, or with why it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.entries.head import split
from tests.links import outer_web as odd
from tests.links.outer_web import QUICK, OuterWeb, fine, status, to
from tests.sites import Site
from tools.errors import ProjectError
from tools.links.desk import Desk
from tools.links.new_resource import new_resource

At = Callable[[int], Desk]


@pytest.fixture
def begin(site: Site, at: At) -> Callable[..., str]:
    def run(url: str, private: bool = True) -> str:
        return new_resource(url, at(0), private=private, limits=QUICK)

    return run


def lines(site: Site) -> dict[str, str]:
    (path,) = (site.content / "resources").glob("*.md")
    source = split(path.name, path.read_bytes())
    return {field.key: field.text for field in source.fields.values()}


def test_the_lines_are_those_of_the_page_and_the_site_builds_with_them(
    site: Site, web: OuterWeb, begin: Callable[..., str]
) -> None:
    head = (
        '<meta property="og:title" content="Slow Ideas: &quot;why&quot;"><meta name="author" content="Atul Gawande">'
        '<meta name="description" content="How things spread."><link rel="alternate" type="application/atom+xml" href="/feed">'
    )
    web.answers["/a"] = fine("x", head=head)
    told = begin(web.url("/a#part"))
    assert lines(site) == {
        "Title": 'Slow Ideas: "why"',
        "Link": web.url("/a"),
        "By": "Atul Gawande",
        "Kind": "article",
        "Topics": "",
        "Added": "2026-11-02",
        "Feed": web.url("/feed"),
        "Summary": "How things spread.",
        "Status": "draft",
    }
    assert "resources/slow-ideas-why.md\nStill to fill in: Topics, and below the lines why" in told
    path = site.content / "resources/slow-ideas-why.md"
    text = path.read_text("utf-8").replace(web.url("/a"), "https://example.net/a")
    path.write_text(text.replace(web.url("/feed"), "https://example.net/f") + "Worth it.\n")
    assert site.build().held == ("resources/slow-ideas-why",)


def test_a_link_that_has_moved_for_good_is_written_as_it_is_now(
    site: Site, web: OuterWeb, begin: Callable[..., str]
) -> None:
    web.answers |= {"/old": to("/new", 308), "/new": fine("New")}
    begin(web.url("/old"))
    assert lines(site)["Link"] == web.url("/new")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (status(403), "The page could not be read: it answers programs with 403."),
        (status(500), "The page could not be read: it answers programs with 500."),
        (odd.stalls, "The page could not be read: no answer came in time."),
        (odd.truncates, "The page could not be read: what it sent was damaged or cut short."),
        (status(200, b"%PDF-1.7", Content_Type="application/pdf"), "It is no page but application/pdf, which says nothing of itself."),
    ],
)  # fmt: skip
def test_what_says_nothing_begins_with_the_words_of_its_address(
    site: Site, web: OuterWeb, begin: Callable[..., str], answer: odd.Answering, why: str
) -> None:
    web.answers["/papers/as-we-may-think.pdf"] = answer
    told = begin(web.url("/papers/as-we-may-think.pdf"))
    assert lines(site)["Title"] == "as we may think"
    assert why in told
    assert "Still to fill in: Title, By, Summary, Topics" in told


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/a", status(404), "answers 404; look at the address in a browser"),
        ("/a", to("/a"), "redirects in a circle; look at the address in a browser"),
        ("/a", to("http://10.0.0.1/"), "redirects to where nobody else can follow: 10.0.0.1 is a private address"),
        ("/a", to("http://127.0.0.2/"), "redirects to where nobody else can follow: 127.0.0.2 is a private address"),
        ("/a", odd.no_http, "what came is not HTTP; look at the address in a browser"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_begins_nothing(
    site: Site, web: OuterWeb, begin: Callable[..., str], path: str, answer: odd.Answering, why: str
) -> None:
    web.answers[path] = answer
    with pytest.raises(ProjectError) as told:
        begin(web.url(path))
    assert str(told.value) == f"{web.url(path)}: {why}"
    assert not (site.content / "resources").exists()


def test_a_private_address_is_asked_only_when_that_was_said(
    web: OuterWeb, begin: Callable[..., str]
) -> None:
    with pytest.raises(ProjectError) as told:
        begin(web.url("/a"), private=False)
    why = (
        "127.0.0.1 is a private address, which readers cannot reach; --private asks it all the same"
    )
    assert str(told.value) == f"{web.url('/a')}: {why}"
    assert web.asked == []


@pytest.mark.parametrize("typed", ["ftp://example.net/", "jarche.com", "", "http://u:p@x.net/"])
def test_what_is_no_web_address_is_refused(begin: Callable[..., str], typed: str) -> None:
    with pytest.raises(ProjectError, match=r"web address|name or a password"):
        begin(typed)


def test_what_a_resource_is_about_already_is_not_begun_again(
    site: Site, web: OuterWeb, begin: Callable[..., str]
) -> None:
    path: Path = site.resource("one", link=web.url("/a/?utm_source=x"))
    with pytest.raises(ProjectError) as told:
        begin(web.url("/a"))
    assert str(told.value) == f"{path}:2: is about {web.url('/a')} already; write there"
    assert web.asked == []


def test_one_author_with_a_comma_in_the_name_is_one(
    site: Site, web: OuterWeb, begin: Callable[..., str]
) -> None:
    web.answers["/a"] = fine("x", head='<meta name="author" content="Tea, Ltd">')
    begin(web.url("/a"))
    assert lines(site)["By"] == "Tea, Ltd;"


def test_robots_txt_is_for_programs_and_not_for_one_page_that_a_person_names(
    web: OuterWeb, begin: Callable[..., str]
) -> None:
    web.answers |= {"/robots.txt": status(200, b"User-agent: *\nDisallow: /"), "/a": fine("x")}
    begin(web.url("/a"))
    assert [one.path for one in web.asked] == ["/a", "/a"]
