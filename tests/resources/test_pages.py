"""The pages of resources say what the files say, and what the ledger says; nothing is asked for."""

from __future__ import annotations

import socket
from datetime import date
from typing import Any

import pytest
from lxml import etree, html

from plugins.resources.ledger import Ledger, Link, dump
from tests.absent import absent
from tests.sites import Site, comment

GONE = (date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 9))


def titles(tree: html.HtmlElement) -> list[str]:
    return [str(name) for name in tree.xpath('//ol[@class="entries"]//h3/a/text()')]


def groups(tree: html.HtmlElement) -> list[str]:
    return [str(name) for name in tree.xpath('//section[@class="group"]//h2/text()')]


def library(site: Site) -> Site:
    site.resource("wenger", title="Situated Learning", by="Jean Lave; Etienne Wenger", kind="book", topics="Practice, Social learning", added="2026-03-01")  # fmt: skip
    site.resource("jarche", title="Seek > Sense > Share", kind="article", topics="Social learning", added="2026-04-01")  # fmt: skip
    site.resource("cain", title="Introverts", kind="talk", topics="Practice", added="2026-05-01")
    site.resource("loose", title="Loose", kind="tool", added="2026-06-01")
    return site


def dies(site: Site, link: str) -> None:
    row = Link("dead", GONE[-1], why="410 Gone", failed=GONE, grave=True)
    site.write("links.json", dump(Ledger({link: row})))


def test_all_stand_under_their_first_topic_the_newest_first(site: Site) -> None:
    library(site).build()
    tree = site.tree("resources/")
    assert groups(tree) == ["Practice", "Social learning", "Other things"]
    assert titles(tree) == ["Introverts", "Situated Learning", "Seek > Sense > Share", "Loose"]


def test_each_topic_and_each_kind_has_a_page_that_the_choices_lead_to(site: Site) -> None:
    library(site).build()
    choices = site.tree("resources/").xpath('//nav[@id="choices"]//a/@href')
    assert choices == [
        *("/resources/", "/resources/topics/practice/", "/resources/topics/social-learning/"),
        *("/resources/", "/resources/kinds/articles/", "/resources/kinds/books/"),
        *("/resources/kinds/talks/", "/resources/kinds/tools/"),
    ]
    social = site.tree("resources/topics/social-learning/")
    assert titles(social) == ["Seek > Sense > Share", "Situated Learning"]
    assert social.xpath('//a[@aria-current="true"]/@data-value') == ["social-learning", ""]
    assert titles(site.tree("resources/kinds/talks/")) == ["Introverts"]
    assert "1 resource, the latest found first." in site.text("resources/kinds/talks/index.html")


def test_what_the_script_chooses_by_is_what_the_file_says(site: Site) -> None:
    library(site).build()
    rows = site.tree("resources/").xpath("//li[@data-kind]")
    assert [(row.get("data-kind"), row.get("data-topics")) for row in rows] == [
        *(("talk", "practice"), ("book", "practice social-learning")),
        *(("article", "social-learning"), ("tool", "")),
    ]


def test_a_long_list_goes_on_and_is_chosen_from_by_plain_links_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugins.resources import section

    listed = section.groups.resource_lists
    monkeypatch.setattr(section.groups, "resource_lists", lambda found, _: listed(found, 2))
    library(site).build()
    assert titles(site.tree("resources/")) == ["Introverts", "Situated Learning"]
    assert titles(site.tree("resources/page/1/")) == ["Seek > Sense > Share", "Loose"]
    assert site.tree("resources/").xpath('//nav[@id="choices"]') == []
    assert site.text("resources/bookmarks.txt").count("<A HREF=") == 4


def test_a_page_says_who_made_it_where_it_is_and_how_it_was_found(site: Site) -> None:
    site.resource("one", by="Jean Lave; Etienne Wenger", link="https://www.a.net/x", via="https://b.net/", archive="https://c.net/1", feed="https://a.net/feed", level="advanced", summary="What it is.")  # fmt: skip
    site.build()
    tree = site.tree("resources/one/")
    facts = " | ".join(" ".join(one.text_content().split()) for one in tree.xpath('//dl[@class="facts"]/*'))  # fmt: skip
    assert facts == (
        "By | Jean Lave and Etienne Wenger | Where | a.net, archived copy | Feed | What is new there"
        " | Found | by way of b.net"
    )
    assert tree.xpath('//a[@class="u-bookmark-of"]/@href') == ["https://www.a.net/x"]
    note = " ".join(tree.xpath('//div[contains(@class,"note")]')[0].text_content().split())
    assert note == "Article advanced"


def test_without_a_summary_the_note_is_not_said_twice(site: Site) -> None:
    site.resource("one", "The note itself.")
    site.build()
    body = site.tree("resources/one/").xpath('//p[contains(., "The note itself.")]')
    assert len(body) == 1


def test_what_is_dead_shows_its_archived_copy_and_says_so(site: Site) -> None:
    site.resource("one", link="https://a.net/x#part", archive="https://archive.net/1", feed="https://a.net/feed")  # fmt: skip
    site.build()
    alive = site.text("resources/one/index.html")
    dies(site, "https://a.net/x")
    assert site.build().warnings == ()
    page = site.tree("resources/one/")
    (said,) = page.xpath('//p[@class="series"]')
    assert " ".join(said.text_content().split()) == (
        "The original has been gone since 1 October 2026. The link is to an archived copy, made while it was there."
    )
    assert page.xpath('//a[@class="u-bookmark-of"]/@href') == ["https://archive.net/1"]
    absent('href="https://a.net/x', site.text("resources/one/index.html"), control=alive)
    assert "(the original is gone)" in site.tree("resources/").text_content()
    feed = site.text("resources/feed.json")
    assert (
        '<a href=\\"https://archive.net/1\\">archived copy</a>. The original has been gone' in feed
    )
    assert 'HREF="https://archive.net/1"' in site.text("resources/bookmarks.txt")
    assert not (site.output / "resources/feeds.opml").exists()


def test_what_is_dead_without_a_copy_is_no_link_and_the_author_is_told(site: Site) -> None:
    site.resource("one", link="https://a.net/x")
    site.build()
    alive, bookmarks = site.text("resources/one/index.html"), site.text("resources/bookmarks.txt")
    dies(site, "https://a.net/x")
    (told,) = site.build().warnings
    assert "resources/one.md:2: Link: has been dead since 2026-10-01 and has no archived" in str(
        told
    )
    assert "I know of no copy" in site.tree("resources/one/").text_content()
    absent('href="https://a.net/x', site.text("resources/one/index.html"), control=alive)
    absent("<A ", site.text("resources/bookmarks.txt"), control=bookmarks)


@pytest.mark.parametrize("state", ["failing", "suspect", "unsure", "moved", "fine"])
def test_what_is_not_dead_shows_as_it_always_did(site: Site, state: str) -> None:
    site.resource("one", link="https://a.net/x", archive="https://c.net/1")
    site.build()
    before = site.files()
    failed = GONE[:2] if state == "failing" else ()
    row = Link(state, GONE[-1], why="as it is", failed=failed, to="https://b.net/")
    site.write("links.json", dump(Ledger({"https://a.net/x": row})))
    site.build()
    assert site.files() == before


def test_a_build_asks_nobody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a build looked for a server")

    library(site)
    dies(site, "https://jarche.example.net/page")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    site.build()


def test_mentions_of_posts_comments_and_other_resources_are_found(site: Site) -> None:
    site.resource("one", link="https://www.a.net/x")
    site.post("by-file", "See [it](../resources/one.md).", title="By file")
    site.post("by-link", "See [it](http://a.net/x/?utm_medium=mail).", title="By link")
    site.post("both", "[it](id:resources/one) and [there](https://www.a.net/x)", title="Both")
    site.post("none", "See [another](https://www.a.net/y).", title="None")
    site.resource("two", "Like [one](one.md).", title="Two")
    site.thread(
        "posts/none",
        comment("c1", body="I liked https://www.a.net/x a lot", name="Mei"),
        comment("c2", body="And [this](/resources/one/) too", name="Ruth"),
    )
    site.thread("resources/one", comment("c3", body="https://www.a.net/x"))
    site.build()
    found = site.tree("resources/one/").xpath('//section[h2="Mentioned in"]//a')
    assert [(one.text_content(), one.get("href")) for one in found] == [
        *(("Both", "/posts/both/"), ("By file", "/posts/by-file/"), ("Two", "/resources/two/")),
        ("By link", "/posts/by-link/"),
        ("Mei, on None", "/posts/none/#comment-c1"),
        ("Ruth, on None", "/posts/none/#comment-c2"),
    ]


def test_a_resource_carries_a_thread(site: Site) -> None:
    site.resource("one")
    site.thread("resources/one", comment("c1", body="Thanks for this."))
    site.build()
    assert "Thanks for this." in site.text("resources/one/index.html")
    assert "/resources/one/" in site.text("conversations/index.html")
    assert (site.output / "resources/one/feed.atom").exists()


def test_the_feeds_have_the_newest_first_with_who_made_what_above_the_note(site: Site) -> None:
    library(site).build()
    feed = site.xml("resources/feed.atom")
    names = {"a": "http://www.w3.org/2005/Atom"}
    found = feed.xpath("a:entry/a:title/text()", namespaces=names)
    assert found == ["Loose", "Introverts", "Seek > Sense > Share", "Situated Learning"]
    (content,) = feed.xpath("a:entry[4]/a:content/text()", namespaces=names)
    assert content.startswith('<p>Book by Jean Lave and Etienne Wenger: <a href="https://wenger.')
    assert feed.xpath("a:entry[4]/a:id/text()", namespaces=names) == [
        "tag:activatelearning.example,2014:resources/wenger"
    ]
    for ending in ("rss", "json"):
        assert "Situated Learning" in site.text(f"resources/feed.{ending}")


def test_the_opml_has_those_with_a_feed_by_title(site: Site) -> None:
    site.resource("b", title='B & "co"', feed="https://b.net/feed?a=1&b=2")
    site.resource("a", title="A", feed="https://a.net/feed")
    site.resource("c", title="C")
    site.build()
    opml = site.xml("resources/feeds.opml")
    rows = [(one.get("type"), one.get("text"), one.get("xmlUrl"), one.get("htmlUrl")) for one in opml.iter("outline")]  # fmt: skip
    assert rows == [
        ("rss", "A", "https://a.net/feed", "https://a.example.net/page"),
        ("rss", "B & “co”", "https://b.net/feed?a=1&b=2", "https://b.example.net/page"),
    ]
    assert opml.get("version") == "2.0"


def test_the_bookmark_file_is_what_browsers_read(site: Site) -> None:
    site.resource("one", title="<b>Bold</b> & more", topics="Practice", kind="book", link="https://a.net/?x=1&y=2", added="2026-03-01", summary="It's <i>so</i>.")  # fmt: skip
    site.build()
    text = site.text("resources/bookmarks.txt")
    assert text.startswith("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n")
    tree = etree.fromstring(text, etree.HTMLParser())
    (link,) = tree.xpath("//a")
    assert link.get("href") == "https://a.net/?x=1&y=2"
    assert link.get("tags") == "Practice,book"
    assert link.get("add_date") == "1772283600"  # midnight in Sydney
    assert link.text == "<b>Bold</b> & more"
    assert tree.xpath("//h3/text()") == ["Practice"]
    assert tree.xpath("//b | //i") == []


def test_machines_are_told_what_the_note_is_about(site: Site) -> None:
    library(site).build()
    posting, crumbs = site.json_ld("resources/wenger/")
    assert posting["about"] == {
        "@type": "Book",
        "name": "Situated Learning",
        "url": "https://wenger.example.net/page",
        "author": [{"@type": "Person", "name": "Jean Lave"}, {"@type": "Person", "name": "Etienne Wenger"}],
    }  # fmt: skip
    assert [step["name"] for step in crumbs["itemListElement"]] == ["Activate Learning", "Resources", "Situated Learning"]  # fmt: skip
    (crumbs,) = site.json_ld("resources/kinds/books/")
    assert [step["name"] for step in crumbs["itemListElement"]] == ["Activate Learning", "Resources", "Books"]  # fmt: skip


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "</title><img src=x onerror=alert(1)>", "{{ 7 * 7 }}"])  # fmt: skip
def test_markup_in_a_line_is_shown_as_the_text_it_is(site: Site, typed: str) -> None:
    site.resource(
        "one", title=f"A {typed}", by=typed, via=typed, summary=typed, topics=f"B {typed}"
    )
    site.build()
    for file, tree in site.pages():
        scripts = [script.get("src", "") for script in tree.xpath("//script[not(@type)]")]
        assert all(source.startswith("/theme/") for source in scripts), file
        assert tree.xpath("//*[@onerror]") == [], file
    shown = site.tree("resources/one/").text_content()
    assert typed.replace('"', "”") in shown.replace("“", "”")


def test_drafts_and_what_is_added_later_stay_out(site: Site) -> None:
    site.resource("one")
    site.resource("draft", status="draft")
    site.resource("later", added="2027-01-01")
    assert site.build().held == ("resources/draft", "resources/later")
    everything = b"".join(site.files().values())
    assert b"draft.example.net" not in everything
    assert b"later.example.net" not in everything


def test_two_builds_are_the_same_bytes_and_the_order_of_files_means_nothing(site: Site) -> None:
    library(site).build()
    first = site.files()
    for path in sorted((site.content / "resources").iterdir(), reverse=True):
        raw = path.read_bytes()
        path.unlink()
        path.write_bytes(raw)
    site.build()
    assert site.files() == first


def test_a_site_without_resources_has_nothing_of_them(site: Site) -> None:
    site.five_files().build()
    files = site.files()
    assert not [name for name in files if "resources" in name]
    assert b"/resources/" not in b"".join(files.values())
