"""The pages about conversations, as they are built."""

from __future__ import annotations

import json

import feedparser

from tests.absent import absent
from tests.sites import HOST, Site, comment, tombstone

ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"


def talking(site: Site) -> Site:
    site.five_files()
    site.thread(
        "posts/two",
        comment("x", name="Arjun", key="a" * 32, date="2026-06-01T09:00:00+10:00"),
        comment("y", "x", name="Host", key=HOST, host=True, date="2026-06-02T09:00:00+10:00"),
        state="closed",
    )
    site.thread(
        "pages/about", tombstone("gone"), comment("after", "gone", date="2026-05-27T09:00:00+10:00")
    )
    return site


def test_conversations_stand_by_their_last_comment_with_its_opening(site: Site) -> None:
    talking(site).build()
    rows = site.tree("conversations/").xpath("//ol[@class='talk']/li")
    assert [row.xpath("string(h2)") for row in rows] == ["Post two", "About", "Post one"]
    assert rows[0].xpath("string(h2/a/@href)") == "/posts/two/#comment-y"
    assert "Words of y." in rows[0].text_content()
    assert "closed" in rows[0].text_content()
    absent("closed", rows[1].text_content(), control=rows[0].text_content())


def test_a_thread_of_nothing_but_removed_comments_is_no_conversation(site: Site) -> None:
    site.five_files()
    site.thread("posts/two", tombstone("gone"))
    site.build()
    assert site.tree("conversations/").xpath("//ol[@class='talk']//h2//text()") == ["Post one"]


def test_long_lists_go_on_over_pages(site: Site) -> None:
    for number in range(80):
        site.post(f"p{number}")
        site.thread(f"posts/p{number}", comment("a"))
    site.build()
    first, second = site.tree("conversations/"), site.tree("conversations/page/1/")
    assert len(first.xpath("//ol[@class='talk']/li")) == 30
    assert len(second.xpath("//ol[@class='talk']/li")) == 50
    assert first.xpath("string(//a[@rel='next']/@href)") == "/conversations/page/1/"
    assert second.xpath("string(//a[@rel='prev']/@href)") == "/conversations/"


def test_nobody_of_a_draft_s_thread_is_shown(site: Site) -> None:
    site.five_files()
    site.post("four", status="draft")
    site.thread("posts/four", comment("s", name="Secretive", key="e" * 32))
    site.build(drafts=True)
    with_drafts = site.text("conversations/index.html")
    site.build()
    absent("Secretive", site.text("conversations/index.html"), control=with_drafts)


def test_the_feed_of_all_conversations_has_every_living_comment_once_latest_first(
    site: Site,
) -> None:
    talking(site).build()
    items = json.loads(site.text("conversations/feed.json"))["items"]
    assert [item["url"].rsplit("-", 1)[1] for item in items] == ["y", "x", "after", "b", "a"]
    for file in ("conversations/feed.atom", "conversations/feed.rss"):
        read = feedparser.parse((site.output / file).read_bytes())
        assert [entry.id for entry in read.entries] == [item["id"] for item in items]


def test_comments_in_the_feed_say_what_they_answer(site: Site) -> None:
    talking(site).build()
    entries = site.xml("conversations/feed.atom").findall(f"{ATOM}entry")
    begin = "tag:activatelearning.example,2014:posts/two"
    answered = [entry.find(f"{THR}in-reply-to").get("ref") for entry in entries[:2]]
    assert answered == [f"{begin}/comment-x", begin]
    assert [entry.findtext(f"{THR}total") for entry in entries[:2]] == [None, "1"]


def test_the_feed_holds_the_latest_fifty_of_all_threads(site: Site) -> None:
    for number in range(60):
        name = f"p{number:02}"
        site.post(name)
        when = f"2026-06-{1 + number // 24:02}T{number % 24:02}:00:00+10:00"
        site.thread(f"posts/{name}", comment("old"), comment("new", date=when))
    site.build()
    urls = [item["url"] for item in json.loads(site.text("conversations/feed.json"))["items"]]
    assert len(urls) == 50
    assert all(url.endswith("#comment-new") for url in urls)
    assert urls[0].endswith("/posts/p59/#comment-new")
