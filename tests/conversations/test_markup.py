"""Whatever a commenter types, the page gets a short list of elements, balanced and bounded."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from plugins.conversations.markup import DEEPEST, to_html, to_text

ALLOWED = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul")
}
SCHEME = re.compile(r"[\x00-\x20]*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SAFE = re.compile(r"https?:", re.IGNORECASE)
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.deepest = self.depth = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.depth += tag not in ("br", "hr")
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def links(typed: str) -> list[str | None]:
    return [attributes.get("href") for tag, attributes in Tags(to_html(typed)).found if tag == "a"]


PIECES = st.lists(
    st.sampled_from(
        [
            *("<script>", "</script>", "<b onclick=x>", "<!--", "-->", "]]>", "&lt;", "&#60;"),
            *("> ", "- ", "1. ", "    ", "\n", "\n\n", "`", "```\n", "***", "**", "*", "~~", "#"),
            *("[a](javascript:x)", "[a](https://a.example)", "![x](y)", "<https://b.example>"),
            *('[a]: data:x "', "'", '"', "<", ">", "&", "\\", "|", "word", " ", "\x0b", "\u202e"),
        ]
    ),
    max_size=60,
).map("".join)


@settings(deadline=None)
@given(PIECES | st.text(max_size=200))
@example("> " * 500 + "x")
@example("- " * 300 + "x")
@example("*a **b " * 200)
@example("[" * 2000)
@example("\u0590")
def test_any_text_gives_only_allowed_elements_and_attributes_in_bounded_depth(typed: str) -> None:
    made = to_html(typed)
    tags = Tags(made)
    for tag, attributes in tags.found:
        assert tag in ALLOWED
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | {"dir"}
        assert attributes.get("dir", "auto") in {"auto", "rtl"}
        if tag == "a":
            assert attributes.get("rel") == "ugc nofollow"
            href = attributes.get("href")
            assert SCHEME.match(href or "") is None or SAFE.match(href or "")
    assert tags.depth == 0
    assert tags.deepest <= DEEPEST * 2


@settings(deadline=None)
@given(PIECES | st.text(max_size=200))
def test_any_text_gives_html_that_a_browser_reads_as_it_is_written(typed: str) -> None:
    made = to_html(typed)
    tree = html5lib.parseFragment(f"<div>{made}</div><i></i>", namespaceHTMLElements=False)
    assert [child.tag for child in tree] == ["div", "i"]
    assert {element.tag for element in tree[0].iter()} - {"div"} <= ALLOWED


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b>bold</b>",
        "a <!-- hidden --> b",
        "<iframe src='https://a.example'></iframe>",
        "<svg onload=x>",
        "<a href='https://a.example'>x</a>",
        "<style>*{}</style>",
    ],
)
def test_raw_html_is_shown_as_the_text_that_it_is(typed: str) -> None:
    made = to_html(typed)
    tags = {tag for tag, _ in Tags(made).found}
    assert tags <= {"p"}
    shown = lxml_html.fragment_fromstring(made, create_parent="div").text_content().strip()
    assert re.sub(r"[‘’“”]", "'", shown) == typed


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "jav&#97;script:alert(1)",
        "&#x6A;avascript:alert(1)",
        "\\javascript:alert(1)",
        "data:text/html,x",
        "data:image/svg+xml;base64,AA",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "ftp://a.example/",
        "blob:https://a.example/1",
    ],
)
def test_a_link_that_leads_to_no_web_page_leads_nowhere(address: str) -> None:
    for typed in (f"[x]({address})", f"[x](<{address}>)", f"[x][y]\n\n[y]: {address}"):
        for href in links(typed):
            assert href is None or SCHEME.match(href) is None or SAFE.match(href)


def test_a_link_to_a_web_page_is_kept_and_vouched_for_by_nobody() -> None:
    assert links("[x](https://a.example/?a=1&b=2) and http://b.example/y") == [
        "https://a.example/?a=1&b=2",
        "http://b.example/y",
    ]
    assert str(to_html("https://a.example")).count('rel="ugc nofollow"') == 1


def test_an_image_is_its_description() -> None:
    made = str(to_html('Look: ![a "cup" & saucer](https://a.example/x.png "t") here'))
    assert "<img" not in made
    assert "example" not in made
    assert to_text(made) == "Look: a “cup” & saucer here"


@pytest.mark.parametrize("level", range(1, 7))
def test_a_heading_is_a_paragraph_because_the_outline_is_the_author_s(level: int) -> None:
    assert str(to_html(f"{'#' * level} Big *news*\n")) == "<p>Big <em>news</em></p>\n"


def test_what_a_commenter_writes_is_what_is_seen() -> None:
    assert str(to_html("One\ntwo -- *three* ~~four~~ `five`")) == (
        "<p>One<br>\ntwo – <em>three</em> <del>four</del> <code>five</code></p>\n"
    )
    assert str(to_html("3. c\n4. d")).startswith('<ol start="3">')
    assert "<pre><code>x &lt; y\n</code></pre>" in str(to_html("```python\nx < y\n```"))


def test_nesting_to_the_bound_is_kept_and_beyond_it_shown_as_text() -> None:
    kept = to_html("> " * DEEPEST + "words")
    assert Tags(kept).deepest == DEEPEST + 1
    beyond = to_html("> " * (DEEPEST + 1) + "words <b>")
    assert Tags(beyond).found == [("p", {})]
    assert "&gt; words &lt;b&gt;" in beyond


def test_the_words_of_a_comment_are_a_paragraph_or_item_a_line() -> None:
    made = to_html("One & *two*\nthree\n\n- four\n- five\n\n> six <i>")
    assert to_text(made) == "One & two\nthree\nfour\nfive\nsix <i>"
    assert to_text("") == ""
