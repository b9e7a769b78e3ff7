"""What machines read on a page says what the page says, and no comment can break out of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from plugins.structured.json_ld import DEEPEST, script
from tests.sites import HOST, Site, comment, tombstone

URL = "https://x.example/repo"
ATTACKS = [
    "</script><script>alert(1)</script>",
    "<!-- <script> -->",
    "]]></script >",
    "\u2028</ScRiPt\t>",
    "&lt;/script&gt;",
    '","text":"other',
]


def nested(things: list[dict[str, Any]]) -> list[Any]:
    """The comments of JSON-LD as (id, replies)."""
    return [
        [thing["url"].split("#comment-")[1], nested(thing.get("comment", []))] for thing in things
    ]


def in_page(lists: list[html.HtmlElement]) -> list[Any]:
    """The comments of the page as (id, replies), what hangs from a removed one handed up."""
    found: list[Any] = []
    for item in (item for part in lists for item in part.xpath("li")):
        replies = in_page(item.xpath("ol | details/ol"))
        gone = bool(item.xpath('article/p[@class="gone"]'))
        found += replies if gone else [[item.get("id").removeprefix("comment-"), replies]]
    return found


def of_type(site: Site, file: str, kind: str) -> dict[str, Any]:
    (thing,) = (thing for thing in site.json_ld(file) if thing["@type"] == kind)
    return thing


def test_comments_are_nested_as_in_the_page(site: Site) -> None:
    site.post("a")
    site.thread(
        "posts/a",
        comment("a"),
        tombstone("b", "a"),
        comment("c", "b"),
        comment("d", "c"),
        comment("e", "a"),
        tombstone("f"),
        comment("g", "f"),
        comment("h"),
        tombstone("i", "h"),
    )
    site.build()
    posting = of_type(site, "posts/a/", "BlogPosting")
    page = in_page(site.tree("posts/a/").xpath('//ol[@class="thread"]'))
    assert nested(posting["comment"]) == page
    assert page == [["a", [["c", [["d", []]]], ["e", []]]], ["g", []], ["h", []]]
    assert posting["commentCount"] == 6


def test_a_comment_says_who_said_what_and_when(site: Site) -> None:
    site.page("about")
    site.post("a")
    site.thread(
        "posts/a",
        comment("a", name="Tom & Ada", url="https://tom.example/", body="One *two*.\n\n- three"),
        comment("b", host=True, key=HOST, name="Me", url="https://me.example/"),
    )
    site.build(site_url=URL)
    first, second = of_type(site, "posts/a/", "BlogPosting")["comment"]
    assert first == {
        "@type": "Comment",
        "url": f"{URL}/posts/a/#comment-a",
        "dateCreated": "2026-05-26T09:00:00+10:00",
        "author": {"@type": "Person", "name": "Tom & Ada", "url": "https://tom.example/"},
        "text": "One two.\nthree",
    }
    assert second["author"]["url"] == f"{URL}/about/"


def test_a_thread_of_any_depth_is_told_whole(site: Site) -> None:
    site.post("a")
    count = 1_500
    site.thread("posts/a", *(comment(f"c{n}", f"c{n - 1}" if n else None) for n in range(count)))
    site.build()
    things = of_type(site, "posts/a/", "BlogPosting")["comment"]
    depth = told = 0
    while things:
        depth, told = depth + 1, told + len(things)
        things = [reply for thing in things for reply in thing.get("comment", [])]
    assert (depth, told) == (DEEPEST, count)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_comment_name_or_title_can_close_the_script(site: Site, attack: str) -> None:
    site.post("a", title=attack, summary=attack, topics=attack.replace(",", ""))
    site.thread("posts/a", comment("a", name=attack, body=attack))
    site.build()
    tree = site.tree("posts/a/")
    assert len(tree.xpath("//script")) == 2
    posting = of_type(site, "posts/a/", "BlogPosting")
    assert posting["comment"][0]["author"]["name"] == attack
    assert not [
        line for line in site.text("posts/a/index.html").splitlines() if "alert(1)</s" in line
    ]


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5))
def test_any_words_stay_within_the_script_and_are_read_back_as_they_were(value: Any) -> None:
    text = script([{"@type": "Thing", "value": value}])
    assert not set("<>&") & set(text)
    page = (
        html.document_fromstring(f"<script>{text}</script><p>after</p>") if text.isascii() else None
    )
    assert page is None or page.xpath("string(//p)") == "after"
    assert json.loads(text)["@graph"][0]["value"] == value


def test_a_post_is_a_blog_posting_with_its_author_publisher_and_dates(site: Site) -> None:
    site.post("a", title='It\'s "so"', modified="2026-06-01", topics="Tea, Work", summary="Short.")
    site.build(site_url=URL)
    posting = of_type(site, "posts/a/", "BlogPosting")
    assert posting["headline"] == "It’s “so”"
    assert (posting["@id"], posting["url"]) == (f"{URL}/posts/a/", f"{URL}/posts/a/")
    assert posting["datePublished"] == "2026-05-25T08:15:00+10:00"
    assert posting["dateModified"] == "2026-06-01T00:00:00+10:00"
    assert posting["keywords"] == ["Tea", "Work"]
    assert posting["author"] == {"@type": "Person", "name": "activatelearning", "url": f"{URL}/"}
    assert posting["publisher"]["@type"] == "Organization"
    assert posting["image"].removeprefix(f"{URL}/") in site.files()
    assert posting["publisher"]["logo"]["url"].removeprefix(f"{URL}/") in site.files()
    assert "comment" not in posting


def test_a_page_is_a_web_page(site: Site) -> None:
    site.page("about", title="About")
    site.build()
    assert of_type(site, "about/", "WebPage")["name"] == "About"


@pytest.mark.parametrize(
    ("file", "way"),
    [
        ("posts/one/", ["/", "/archive/", "/posts/one/"]),
        ("about/", ["/", "/about/"]),
        ("archive/", ["/", "/archive/"]),
        ("topics/", ["/", "/topics/"]),
        ("topics/work/", ["/", "/topics/", "/topics/work/"]),
    ],
)
def test_each_page_tells_the_way_to_it(site: Site, file: str, way: list[str]) -> None:
    site.five_files().build(site_url=URL)
    steps = of_type(site, file, "BreadcrumbList")["itemListElement"]
    assert [step["item"] for step in steps] == [f"{URL}{address}" for address in way]
    assert [step["position"] for step in steps] == list(range(1, len(way) + 1))


def test_home_tells_what_site_this_is(site: Site) -> None:
    site.five_files().build(site_url=URL)
    assert of_type(site, "", "WebSite")["url"] == f"{URL}/"
