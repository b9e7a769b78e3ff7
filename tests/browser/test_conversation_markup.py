"""HTML, microformats, JSON-LD and the feeds tell the same conversation, which is the store's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import mf2py
import pytest
from lxml import etree, html

from tests.browser.static_host import StaticHost
from tests.sites import SITE_FOLDER

pytestmark = pytest.mark.slow

STORE = SITE_FOLDER / "content/comments"
COMMENT = 'li[contains(concat(" ", @class, " "), " comment ")]'

# A comment as all three tell it: its id, who wrote it ("" when it is removed), and the replies to it.
Told = tuple[str, str, tuple[Any, ...]]


@dataclass(frozen=True)
class Talk:
    """A thread of the store, and the page that shows it."""

    comments: list[dict[str, Any]]
    page: str

    @property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.page)

    @cached_property
    def mf2(self) -> list[dict[str, Any]]:
        return _top(mf2py.parse(doc=self.page, url="http://127.0.0.1/")["items"])


Talks = dict[str, Talk]


@pytest.fixture(scope="module")
def talks(site: StaticHost) -> Talks:
    """Every thread by its entry, with the page found by the ids of its comments, not by an address."""
    pages = {}
    for path in site.root.rglob("index.html"):
        page = path.read_text("utf-8")
        if ids := re.findall(r'<li class="comment[^>]* id="comment-([^"]+)"', page):
            pages[ids[0]] = page
    found: Talks = {}
    for path in sorted(STORE.rglob("*.json")):
        thread = json.loads(path.read_text("utf-8"))
        first = next(iter(_stored(thread["comments"])), None)
        if first is not None and first[0] in pages:
            found[thread["entry"]] = Talk(thread["comments"], pages[first[0]])
    assert len(found) == len(pages)
    return found


def test_there_are_a_dozen_threads_and_a_hundred_and_twenty_comments(talks: Talks) -> None:
    assert len(talks) >= 12
    assert sum(_count(_stored(talk.comments)) for talk in talks.values()) >= 120


def test_the_lists_of_a_page_nest_as_the_replies_do(talks: Talks) -> None:
    for entry, talk in talks.items():
        (top,) = talk.tree.xpath('//ol[@class="thread"]')
        assert tuple(map(_from_html, top)) == _stored(talk.comments), entry


def test_a_microformats_reader_finds_the_same_comments_in_the_same_places(talks: Talks) -> None:
    for entry, talk in talks.items():
        assert tuple(map(_from_mf2, talk.mf2)) == _stored(talk.comments), entry


def test_json_ld_tells_the_same_with_the_replies_to_a_removed_comment_moved_up(
    talks: Talks,
) -> None:
    for entry, talk in talks.items():
        told = _json_ld(talk.page)
        stored = _stored(talk.comments)
        assert tuple(map(_from_json_ld, told["comment"])) == _lifted(stored), entry
        assert told["commentCount"] == _count(stored), entry


def test_every_date_is_the_stores_in_all_three(talks: Talks) -> None:
    for talk in talks.values():
        stored = {c["id"]: datetime.fromisoformat(c["date"]) for c in talk.comments}
        shown = {
            _id(node.get("id")): datetime.fromisoformat(
                node.xpath("./article//time[1]/@datetime")[0]
            )
            for node in talk.tree.xpath(f"//{COMMENT}")
        }
        assert shown.items() <= stored.items()
        parsed = {
            _id(item["id"]): datetime.fromisoformat(item["properties"]["published"][0])
            for item in _flat(talk.mf2)
        }
        assert parsed == shown
        for comment in _comments(_json_ld(talk.page)):
            assert datetime.fromisoformat(comment["dateCreated"]) == shown[_id(comment["url"])]


THREADED = "{http://purl.org/syndication/thread/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_of_a_thread_tells_the_same_comments_with_what_each_answers_and_how_often_it_is_answered(
    talks: Talks, site: StaticHost
) -> None:
    for entry, talk in talks.items():
        (address,) = talk.tree.xpath("//link[contains(@title, 'Comments on')]/@href")
        feed = etree.fromstring((site.root / address.lstrip("/")).read_bytes())
        things = {_id(comment["url"]): comment for comment in _comments(_json_ld(talk.page))}
        stored = {c["id"]: c for c in talk.comments}
        told = {}
        for item in feed.findall(f"{ATOM}entry"):
            identity = _id(item.findtext(f"{ATOM}id"))
            answered = item.find(f"{THREADED}in-reply-to").get("ref")
            words = html.fromstring(f"<div>{item.findtext(f'{ATOM}content')}</div>")
            told[identity] = (
                item.findtext(f"{ATOM}author/{ATOM}name"),
                datetime.fromisoformat(item.findtext(f"{ATOM}published")),
                _id(answered) if "comment-" in answered else None,
                int(item.findtext(f"{THREADED}total") or 0),
                "".join(words.text_content().split()),
            )
            assert item.find(f"{ATOM}link").get("href").endswith(f"#comment-{identity}")
        assert told == {
            identity: (
                thing["author"]["name"],
                datetime.fromisoformat(thing["dateCreated"]),
                stored[identity]["parent"],
                _below(identity, talk.comments),
                "".join(thing["text"].split()),
            )
            for identity, thing in things.items()
        }, entry
        shown = {
            _id(node.get("id")): "".join(
                node.xpath('./article/div[@class="e-content"]')[0].text_content().split()
            )
            for node in talk.tree.xpath(f"//{COMMENT}[./article/header]")
        }
        assert shown == {identity: words for identity, (*_, words) in told.items()}, entry
        assert shown == {
            _id(item["id"]): "".join(item["properties"]["content"][0]["value"].split())
            for item in _flat(talk.mf2)
            if "content" in item["properties"]
        }, entry


def _below(identity: str, comments: list[dict[str, Any]]) -> int:
    """How many living comments answer it, at any depth."""
    answers = [c for c in comments if c["parent"] == identity]
    return sum((c["state"] == "approved") + _below(c["id"], comments) for c in answers)


def test_every_reply_says_and_links_what_it_answers(talks: Talks) -> None:
    for talk in talks.values():
        names = {c["id"]: (c["author"] or {}).get("name") for c in talk.comments}
        parents = {c["id"]: c["parent"] for c in talk.comments if c["author"]}
        for node in talk.tree.xpath(f"//{COMMENT}[./article/header]"):
            parent = parents[_id(node.get("id"))]
            links = node.xpath('./article/header/a[contains(@class, "u-in-reply-to")]')
            assert len(links) == (parent is not None)
            for link in links:
                assert link.get("href") == f"#comment-{parent}"
                assert link.text_content() == f"in reply to {names[parent] or 'a removed comment'}"


def test_the_host_and_nobody_else_wears_the_badge(talks: Talks) -> None:
    for talk in talks.values():
        hosts = {c["id"] for c in talk.comments if c["author"] and c["author"]["host"]}
        badges = f'//{COMMENT}[./article/header/span[@class="badge"]]/@id'
        assert {_id(identity) for identity in talk.tree.xpath(badges)} == hosts


def _stored(comments: list[dict[str, Any]]) -> tuple[Told, ...]:
    """A thread of the store as nested comments; a removed one stays where a living reply hangs from it."""
    below: dict[str | None, list[dict[str, Any]]] = {}
    for comment in comments:
        below.setdefault(comment["parent"], []).append(comment)

    def told(parent: str | None) -> tuple[Told, ...]:
        rows = [
            (c["id"], c["author"]["name"] if c["author"] else "", told(c["id"]))
            for c in below.get(parent, ())
        ]
        return tuple(row for row in rows if row[1] or row[2])

    return told(None)


def _lifted(told: tuple[Told, ...]) -> tuple[Told, ...]:
    lifted: list[Told] = []
    for identity, author, replies in told:
        above = _lifted(replies)
        lifted += [(identity, author, above)] if author else above
    return tuple(lifted)


def _count(told: tuple[Told, ...]) -> int:
    return sum(bool(author) + _count(replies) for _, author, replies in told)


def _from_html(node: html.HtmlElement) -> Told:
    author = "".join(
        node.xpath('./article/header/*[contains(@class, "p-author")]')[0].itertext()
        if not node.xpath('./article/p[@class="gone"]')
        else ()
    )
    replies = node.xpath(f"(./ol | ./details/ol)/{COMMENT}")
    return _id(node.get("id")), author, tuple(map(_from_html, replies))


def _top(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The comments on the entry: properties of the post's h-entry, or the items of a page without one."""
    (post,) = [item for item in items if "comment" in item["properties"]][:1] or [None]
    if post is not None and "comment-" not in str(post.get("id", "")):
        comments: list[dict[str, Any]] = post["properties"]["comment"]
        return comments
    return [item for item in items if str(item.get("id", "")).startswith("comment-")]


def _flat(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _flat(item["properties"].get("comment", []))


def _from_mf2(item: dict[str, Any]) -> Told:
    properties = item["properties"]
    (url,) = properties["url"]
    assert _id(url) == _id(item["id"])
    authors = properties.get("author", [])
    name = authors[0]["properties"]["name"][0] if authors else ""
    return _id(url), name, tuple(map(_from_mf2, properties.get("comment", [])))


def _json_ld(page: str) -> dict[str, Any]:
    (text,) = html.fromstring(page).xpath('//script[@type="application/ld+json"]/text()')
    entry: dict[str, Any] = json.loads(text)["@graph"][0]
    return entry


def _comments(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for comment in thing.get("comment", ()):
        yield comment
        yield from _comments(comment)


def _from_json_ld(comment: dict[str, Any]) -> Told:
    replies = tuple(map(_from_json_ld, comment.get("comment", ())))
    return _id(comment["url"]), comment["author"]["name"], replies


def _id(shown: str) -> str:
    return shown.rpartition("comment-")[2]
