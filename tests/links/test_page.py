"""What a page says of itself is found, in the order of who knows best, and nothing in it does harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from tools.links.page import LONGEST, About, read_page

AT = URL("https://example.net/a/page")


def read(html: str, media_type: str = "text/html") -> About:
    return read_page(html.encode(), media_type, AT)


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_citation_tags_come_first_with_every_author_the_right_way_round() -> None:
    about = read(
        '<title>Journal site</title><meta name="citation_title" content="Visitors and Residents">'
        '<meta name="citation_author" content="White, David S."><meta name="citation_author" content="Alison Le Cornu">'
        '<meta property="og:title" content="Other">'
    )
    assert about.title == "Visitors and Residents"
    assert about.authors == ("David S. White", "Alison Le Cornu")


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Article", "headline": "A title", "author": {"@type": "Person", "name": "Ada"}},
        {"@type": ["Thing", "BlogPosting"], "name": "A title", "author": [{"name": "Ada"}]},
        {"@graph": [{"@type": "WebSite", "name": "The site", "author": "Nobody"}, {"@type": "http://schema.org/Article", "headline": "A title", "author": "Ada"}]},
        [{"@type": "WebPage", "name": "x", "mainEntity": {"@type": "Article", "headline": ["A title"], "author": ["Ada"]}}],
    ],
)  # fmt: skip
def test_json_ld_is_read_wherever_the_work_stands_in_it(value: object) -> None:
    about = read(ld(value))
    assert (about.title, about.authors, about.kind) == ("A title", ("Ada",), "article")


def test_open_graph_is_read_and_html_itself_last() -> None:
    about = read(
        '<title>Plain | Site</title><meta property="og:title" content="Well &amp; good">'
        '<meta property="og:description" content="What it\nis."><meta property="og:type" content="book">'
        '<meta name="author" content="Ada">'
    )
    assert about == About("Well & good", ("Ada",), "What it is.", "book", "")
    assert read("<h1>Only a heading</h1>").title == "Only a heading"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Book", "book"), ("Course", "course"), ("PodcastEpisode", "podcast"), ("VideoObject", "talk"), ("WebApplication", "tool")],
)  # fmt: skip
def test_the_kind_follows_from_the_type(kind: str, expected: str) -> None:
    assert read(ld({"@type": kind, "name": "x"})).kind == expected


def test_the_first_feed_is_found_and_made_absolute() -> None:
    html = (
        '<link rel="alternate" hreflang="de" href="/de/"><link rel="alternate stylesheet" href="/x.css">'
        '<link rel=alternate type="application/rss+xml; charset=utf-8" href="../feed/">'
        '<link rel="alternate" type="application/atom+xml" href="/comments/feed/">'
    )
    assert read(html).feed == "https://example.net/feed/"
    assert read('<link rel="alternate" type="application/rss+xml" href="javascript:x">').feed == ""


def test_an_author_that_is_an_address_is_none() -> None:
    about = read('<meta property="article:author" content="https://facebook.com/ada">')
    assert about.authors == ()


def test_the_title_of_a_drawing_is_not_the_pages() -> None:
    assert read("<svg><title>Menu</title></svg><title>The page</title>").title == "The page"


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        ("<title>Café</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="windows-1252"><title>Café</title>'.encode("cp1252"), "text/html"),
        (b"\xef\xbb\xbf" + "<title>Café</title>".encode(), "text/html; charset=latin-1"),
        ("<title>Café</title>".encode(), 'text/html; charset="no-such"'),
        ("<title>Café</title>".encode(), "text/html"),
    ],
)
def test_the_encoding_is_what_the_answer_or_the_page_says(raw: bytes, media_type: str) -> None:
    assert read_page(raw, media_type, AT).title == "Café"


def test_what_comes_out_is_one_bounded_line_without_control_characters() -> None:
    about = read(f"<title>A\u202e\x00\x1b[2J title\n\n{'long ' * 500}</title>")
    assert "\n" not in about.title
    assert about.title.isprintable()
    assert len(about.title) <= LONGEST + 1


@pytest.mark.parametrize(
    "block",
    ["{", "[" * 100_000, "null", '"x"', json.dumps({"@graph": {"@graph": []}}), json.dumps([[[1]]]), json.dumps({"@type": 5, "author": {"name": {"a": 1}}})],
)  # fmt: skip
def test_json_ld_that_is_none_is_passed_over(block: str) -> None:
    html = f'<script type="application/ld+json">{block}</script><title>Still here</title>'
    assert read(html).title == "Still here"


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_are_too_odd_to_be_read(raw: bytes, media_type: str) -> None:
    about = read_page(b"<meta name=author content='" + raw, media_type, AT)
    assert all(name.isprintable() for name in about.authors)


@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@type", "@graph", "name", "author", "headline", "mainEntity", "@value"]), inner, max_size=4)))  # fmt: skip
def test_no_json_ld_is_too_odd_to_be_read(value: object) -> None:
    about = read(ld(value))
    assert isinstance(about.title, str)
