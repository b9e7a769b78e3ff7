"""Feeds read back by a reader: permanent ids, full text, absolute addresses, true counts."""

from __future__ import annotations

import json
import re
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from plugins.feeds.model import absolute
from tests.sites import Site, comment, tombstone, with_settings

FORMATS = ["feed.atom", "feed.rss"]
URL = "https://x.example/repo"


def parsed(site: Site, file: str) -> Any:
    read = feedparser.parse((site.output / file).read_bytes())
    assert not read.bozo, read.get("bozo_exception")
    return read


def ids(site: Site) -> list[list[str]]:
    documents = [[entry.id for entry in parsed(site, file).entries] for file in FORMATS]
    return [*documents, [item["id"] for item in json.loads(site.text("feed.json"))["items"]]]


def full_texts(site: Site) -> list[str]:
    """The text of the newest entry in each format."""
    texts = [parsed(site, file).entries[0].content[0].value for file in FORMATS]
    return [*texts, json.loads(site.text("feed.json"))["items"][0]["content_html"]]


def test_every_format_holds_the_same_entries_newest_first(site: Site) -> None:
    site.five_files().build()
    begin = "tag:activatelearning.example,2014:posts/"
    assert ids(site) == [[f"{begin}three", f"{begin}two", f"{begin}one"]] * 3


def test_ids_stay_when_everything_else_about_the_entries_changes(site: Site) -> None:
    site.five_files().build()
    before = ids(site)
    for number, name in enumerate(("one", "two", "three"), 1):
        site.post(name, title=f"New {name}", slug=f"new-{name}", date=f"2026-06-0{number}")
    site.build(site_url=URL)
    assert ids(site) == before
    assert parsed(site, "feed.atom").entries[0].link == f"{URL}/posts/new-three/"


def test_a_feed_holds_full_texts_in_which_every_address_is_absolute(site: Site) -> None:
    site.five_files()
    site.post(
        "latest",
        "[one](one.md), [below](#end), [note][1].[^n]\n\n## End\n\n[1]: id:pages/about#top\n[^n]: Note.",
        date="2026-06-01",
    )
    site.build(site_url=URL)
    for text in full_texts(site):
        found = html.fragment_fromstring(text, create_parent="div").xpath("//@href")
        assert f"{URL}/posts/one/" in found
        assert f"{URL}/posts/latest/#end" in found
        assert f"{URL}/about/#top" in found
        assert all(address.startswith("https://x.example/repo/") for address in found)
        assert "Note." in text


def test_an_address_in_code_stays_as_it_was_typed(site: Site) -> None:
    site.post("a", '`<a href="/x">` and `<img src="/y">`\n\n    <a href="#z">\n')
    site.build()
    for text in full_texts(site):
        shown = html.fragment_fromstring(text, create_parent="div").text_content()
        assert '<a href="/x"> and <img src="/y">' in shown
        assert '<a href="#z">' in shown


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ('<a href="/a/">', '<a href="https://x.example/a/">'),
        ('<a href="#b">', '<a href="https://x.example/repo/posts/p/#b">'),
        ('<a href="//y.example/">', '<a href="//y.example/">'),
        ('<a href="https://y.example/">', '<a href="https://y.example/">'),
        (
            '<img src="/i.png" srcset="/i.png 480w, /j.png 960w">',
            '<img src="https://x.example/i.png" '
            'srcset="https://x.example/i.png 480w, https://x.example/j.png 960w">',
        ),
        ('<blockquote cite="/q/">', '<blockquote cite="https://x.example/q/">'),
        (' href="/text"', ' href="/text"'),
    ],
)
def test_each_kind_of_address_is_made_absolute_in_tags_alone(typed: str, made: str) -> None:
    assert absolute(typed, f"{URL}/posts/p/") == made


def test_counts_of_comments_are_those_of_the_page(site: Site) -> None:
    site.five_files()
    site.thread("posts/two", tombstone("x"), comment("y", "x"))
    site.build()
    counts = {"one": 2, "two": 1, "three": 0}
    rss = {entry.link: entry.slash_comments for entry in parsed(site, "feed.rss").entries}
    atom = {entry.link: entry.get("thr_total", "0") for entry in parsed(site, "feed.atom").entries}
    feed = json.loads(site.text("feed.json"))["items"]
    for name, count in counts.items():
        url = f"http://localhost:8000/posts/{name}/"
        assert (rss[url], atom[url]) == (str(count), str(count))
        (item,) = (item for item in feed if item["url"] == url)
        assert item["_conversation"] == {"about": f"{url}#conversation", "comments": count}
        heads = site.tree(f"posts/{name}/").xpath('string(//section[@id="conversation"]//h2)')
        assert heads.split()[0] == (str(count) if count else "No")


def test_atom_links_to_the_replies_with_their_count(site: Site) -> None:
    site.five_files().build()
    spaces = {"a": "http://www.w3.org/2005/Atom", "thr": "http://purl.org/syndication/thread/1.0"}
    replies = site.xml("feed.atom").xpath('//a:link[@rel="replies"]', namespaces=spaces)
    assert [(link.get("href"), link.get(f"{{{spaces['thr']}}}count")) for link in replies] == [
        ("http://localhost:8000/posts/one/#conversation", "2")
    ]


def test_dates_in_feeds_are_instants_of_the_entries(site: Site) -> None:
    site.post("a", date="2026-05-25 08:15", modified="2026-10-04 03:00")
    site.build()
    for file in FORMATS:
        entry = parsed(site, file).entries[0]
        assert entry.published_parsed[:5] == (2026, 5, 24, 22, 15)
    assert parsed(site, "feed.atom").entries[0].updated_parsed[:5] == (2026, 10, 3, 16, 0)
    assert parsed(site, "feed.atom").feed.updated_parsed[:5] == (2026, 10, 3, 16, 0)
    item = json.loads(site.text("feed.json"))["items"][0]
    assert item["date_published"] == "2026-05-25T08:15:00+10:00"
    assert item["date_modified"] == "2026-10-04T03:00:00+11:00"


def test_each_topic_has_one_feed_of_its_own_and_the_site_three(site: Site) -> None:
    site.five_files().build(site_url=URL)
    for file, titles in (
        ("topics/work/feed.atom", ["Post three", "Post one"]),
        *((name, ["Post three", "Post two", "Post one"]) for name in FORMATS),
    ):
        read = parsed(site, file)
        assert [entry.title for entry in read.entries] == titles
        own = [link.href for link in read.feed.links if link.rel == "self"]
        assert own == [f"{URL}/{file}"]
        assert read.feed.language == "en-AU"
    assert not (site.output / "topics/work/feed.rss").exists()
    feed = json.loads(site.text("feed.json"))
    assert feed["feed_url"] == f"{URL}/feed.json"
    assert feed["home_page_url"] == f"{URL}/"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"


def test_titles_with_marks_of_xml_are_read_back_as_typed(site: Site) -> None:
    site.post("a", title="The <b> & ]]> of <script>alert(1)</script>", topics="R & D")
    site.build()
    for file in FORMATS:
        root = etree.fromstring((site.output / file).read_bytes())
        title = root.xpath('string(//*[local-name()="entry" or local-name()="item"]/*[1])')
        assert title == "The <b> & ]]> of <script>alert(1)</script>"
    item = json.loads(site.text("feed.json"))["items"][0]
    assert item["title"] == "The <b> & ]]> of <script>alert(1)</script>"
    assert item["tags"] == ["R & D"]


def test_a_site_without_posts_has_feeds_without_entries(site: Site) -> None:
    site.build()
    assert ids(site) == [[], [], []]
    first = site.files()
    site.build()
    assert site.files() == first


def test_a_feed_holds_the_twenty_latest(site: Site) -> None:
    for number in range(1, 26):
        site.post(f"p{number}", date=f"2026-05-{number:02}")
    site.build()
    for found in ids(site):
        assert [identity.rsplit("/p")[1] for identity in found] == [
            str(n) for n in range(25, 5, -1)
        ]


def test_a_page_names_the_feeds_and_they_are_there(site: Site) -> None:
    site.five_files().build()
    for address in ("", "posts/one/", "topics/work/"):
        links = site.tree(address).xpath('//link[@rel="alternate"]/@href')
        assert "/feed.atom" in links
        assert {link[1:] for link in links} <= set(site.files())
    links = set(site.tree("").xpath('//link[@rel="alternate"]/@href'))
    assert {"/feed.atom", "/feed.rss", "/feed.json"} <= links
    assert "/topics/work/feed.atom" in site.tree("topics/work/").xpath("//link/@href")


def with_hub(monkeypatch: pytest.MonkeyPatch, hub: object) -> None:
    with_settings(monkeypatch, WEBSUB_HUB=hub)


def test_every_feed_names_the_hub_beside_its_own_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files()
    with_hub(monkeypatch, "https://hub.example/?a=1&b=2")
    site.build(site_url=URL)
    feeds = [name for name in site.files() if re.search(r"(^|/)feed\.(atom|rss|json)$", name)]
    # The site and all that is said in three formats; two topics and a thread in one.
    assert len(feeds) == 3 * 2 + 3
    for name in feeds:
        if name.endswith(".json"):
            document = json.loads(site.text(name))
            assert document["hubs"] == [{"type": "WebSub", "url": "https://hub.example/?a=1&b=2"}]
            assert document["feed_url"] == f"{URL}/{name}"
            continue
        links = [(link.rel, link.href) for link in parsed(site, name).feed.links]
        assert ("hub", "https://hub.example/?a=1&b=2") in links
        assert ("self", f"{URL}/{name}") in links
        assert len(links) == 3


@pytest.mark.parametrize("none", [None, ""])
def test_without_a_hub_feeds_are_as_they_were_to_the_octet(
    site: Site, monkeypatch: pytest.MonkeyPatch, none: object
) -> None:
    site.five_files().build()
    before = site.files()
    assert not any(b"hub" in before[name] for name in (*FORMATS, "feed.json"))
    with_hub(monkeypatch, none)
    site.build()
    assert site.files() == before
    # With one, that is all that is new.
    with_hub(monkeypatch, "https://hub.example/")
    site.build()
    added = {
        "feed.atom": b'<link href="https://hub.example/" rel="hub"/>',
        "feed.rss": b'<atom:link href="https://hub.example/" rel="hub"/>',
        "feed.json": b', "hubs": [{"type": "WebSub", "url": "https://hub.example/"}]',
    }
    for name, content in site.files().items():
        more = added.get(name.rpartition("/")[2], b"")
        assert content == before[name] or (
            more in content and content.replace(more, b"") == before[name]
        )
        assert bool(more) == (content != before[name])


@pytest.mark.parametrize(
    "hub",
    [
        *("hub.example", "ftp://hub.example/", "https://", "https://hub example/", "https://[hub/"),
        *(
            "https://hub.example/#a",
            'https://hub.example/"',
            "https://hub.example/\n",
            "https://h:x/",
        ),
    ],
)
def test_what_is_no_address_of_a_hub_stops_the_build(
    site: Site, monkeypatch: pytest.MonkeyPatch, hub: str
) -> None:
    site.post("a")
    with_hub(monkeypatch, hub)
    told = "\n".join(site.refused())
    assert told.startswith(
        f'publishconf.py: WEBSUB_HUB: "{hub}" is no address of a hub; write one such as "https://hub.example/"'
    )
