"""What strangers write never runs, never leads anywhere that runs, and never breaks the page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page

from plugins.entries.head import split
from tests.browser.conftest import OpenTab
from tests.browser.hostile_site import UNREADABLE, Hostile
from tests.browser.payloads import PAYLOADS
from tests.browser.static_host import StaticHost
from tests.browser.watching import CANARY, LOOK

pytestmark = pytest.mark.slow

BODY = ["a.skip", "header.masthead", "main.wrap", "footer.footer"]
IN_A_COMMENT = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
OUR_IDS = {"theme", "main", "latest", "talk", "conversation", "conversation-title"}
CHUNKS = 4
WITH_AND_WITHOUT_POLICY = pytest.mark.parametrize(
    "bypass", [False, True], ids=["under the policy", "without the policy"]
)

Looked = dict[str, Any]


@pytest.fixture
def tab(open_tab: OpenTab, bypass: bool) -> Page:
    """A tab with the canary, with or without the site's Content-Security-Policy."""
    page = open_tab(bypass_csp=bypass, reduced_motion="reduce")
    page.context.add_init_script(CANARY)
    return page


def look(tab: Page, url: str) -> Looked:
    """Open a page and hold all that every page must be, whatever was written into it."""
    tab.goto(url, wait_until="load")
    seen: Looked = tab.evaluate(LOOK)
    assert tab.url == url
    assert seen["ran"] == [], f"{url}: something ran, or tried to"
    assert seen["handlers"] == []
    assert seen["styled"] == []
    assert seen["links"] == []
    assert seen["named"] == []
    assert seen["body"] == BODY
    assert (seen["main"], seen["headings"]) == (1, 1)
    assert len(seen["scripts"]) == 1
    assert re.fullmatch(r'<script src="/theme/site\.[0-9a-f]{8}\.js"></script>', seen["scripts"][0])
    assert set(seen["in_comments"]) <= IN_A_COMMENT
    assert set(seen["in_comments_attributes"]) <= {
        "a href",
        "a rel",
        "ol start",
        *(f"{name} dir" for name in ("p", "li", "ul", "ol", "blockquote")),
    }
    assert set(seen["rels"]) <= {"ugc nofollow"}
    assert len(seen["ids"]) == len(set(seen["ids"]))
    strange = [
        i
        for i in seen["ids"]
        if i not in OUR_IDS
        and not re.fullmatch(r"year-\d+|face-\d+|comment-[a-z]+-\d{3}(-[a-z]+)?", i)
    ]
    assert strange == []
    for text in seen["structured"]:
        json.loads(text)
    return seen


def test_the_payloads_are_many_and_each_is_another() -> None:
    assert len(PAYLOADS) >= 130
    assert len(set(PAYLOADS)) == len(PAYLOADS)


def test_what_the_store_refuses_it_refuses_with_the_comments_id_and_the_field(
    hostile_content: Hostile,
) -> None:
    fields = {"body": "body", "name": "author.name", "url": "author.url"}
    for said, faults in hostile_content.refused:
        assert len(faults) == 1
        assert f"comment {said.id}: {fields[said.place]}: " in faults[0]


def test_the_store_takes_no_address_but_of_the_web(hostile_content: Hostile) -> None:
    refused = {said.id for said, _ in hostile_content.refused}
    for number, payload in enumerate(PAYLOADS):
        if not re.match(r"https?://", payload):
            assert f"url-{number:03}-bare" in refused
    for thread in hostile_content.threads.values():
        for said in thread:
            assert said.url is None or re.fullmatch(r"https?://[^\s\"'<>`]+", said.url)


def test_a_title_that_no_page_or_feed_could_hold_is_told_with_its_file_and_line() -> None:
    lines = [payload for payload in PAYLOADS if UNREADABLE.search(payload)]
    assert len(lines) > 5
    for line in lines:
        raw = f"Date: 2026-01-01 08:00\nTitle: x{line}x\n\nWords.\n".encode(
            "utf-8", "surrogatepass"
        )
        faults = split("posts/payload.md", raw).faults
        assert faults
        assert faults[0].place == "posts/payload.md"
        assert faults[0].line == 2


@WITH_AND_WITHOUT_POLICY
@pytest.mark.parametrize("place", ["body", "name", "url"])
def test_no_payload_in_a_comment_runs_or_breaks_the_page(
    tab: Page, hostile: StaticHost, hostile_content: Hostile, place: str
) -> None:
    threads = {a: t for a, t in hostile_content.threads.items() if t[0].place == place}
    assert sum(map(len, threads.values())) > 200
    for address, thread in threads.items():
        seen = look(tab, hostile.url + address)
        assert seen["comments"] == [f"comment-{said.id}" for said in thread]
        assert seen["misplaced"] == 0
        assert seen["counted"] == f"{len(thread)} comments"
        assert [_words(name) for name in seen["authors"]] == [_words(said.name) for said in thread]
        assert seen["addresses"] == [said.url for said in thread if said.url]
        graph = json.loads(seen["structured"][0])["@graph"]
        told = list(_told(graph[0]))
        assert graph[0]["commentCount"] == len(told) == len(thread)
        assert [one["author"]["name"] for one in told] == [said.name for said in thread]


# Only without the policy: what it would have kept out runs then, and the lists hold each title too.
@pytest.mark.parametrize("bypass", [True], ids=["without the policy"])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_payload_in_a_title_runs_or_breaks_the_page(
    tab: Page, hostile: StaticHost, hostile_content: Hostile, chunk: int
) -> None:
    for address in list(hostile_content.titles)[chunk::CHUNKS]:
        seen = look(tab, hostile.url + address)
        headline = json.loads(seen["structured"][0])["@graph"][0]["headline"]
        assert seen["heading"] == headline == seen["shared"] == seen["description"]
        assert _words(seen["title"]) == _words(f"{headline} · Activate Learning")


@WITH_AND_WITHOUT_POLICY
def test_no_payload_runs_in_a_list(tab: Page, hostile: StaticHost) -> None:
    lists = [
        path
        for path in hostile.root.rglob("index.html")
        if path.relative_to(hostile.root).parts[0] not in {"posts", "people"}
    ]
    assert len(lists) > 25
    for path in lists:
        look(tab, _address(hostile, path))


@pytest.mark.parametrize("bypass", [True], ids=["without the policy"])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_payload_runs_on_the_page_of_whoever_said_it(
    tab: Page, hostile: StaticHost, hostile_content: Hostile, chunk: int
) -> None:
    pages = sorted((hostile.root / "people").rglob("index.html"))
    said = sum(map(len, hostile_content.threads.values()))
    assert len(pages) > said
    # One of those who said a body or gave an address stands for all: their names are alike.
    for path in [p for p in pages if not p.parent.name.startswith("a-reader-")][chunk::CHUNKS]:
        look(tab, _address(hostile, path))
    for path in [p for p in pages if p.parent.name.startswith("a-reader-")][chunk :: 8 * CHUNKS]:
        look(tab, _address(hostile, path))


def test_every_feed_holds_every_title_as_it_is_and_nothing_that_runs(
    hostile: StaticHost, hostile_content: Hostile
) -> None:
    shown: dict[str, set[str]] = {address: set() for address in hostile_content.titles}
    for path in hostile.root.rglob("feed.*"):
        for link, title, content in _items(path.read_bytes(), path.suffix):
            address = link.removeprefix(hostile.url)
            if address in shown:
                shown[address].add(title)
                assert not re.search(r"<script|\son\w+\s*=|(?:javascript|data):", content)
    for address, titles in shown.items():
        assert len(titles) == 1, f"{address}: {titles or 'in no feed'}"


def test_every_page_is_the_same_tree_to_another_parser(
    hostile: StaticHost, hostile_content: Hostile
) -> None:
    import html5lib

    for address, thread in hostile_content.threads.items():
        text = (hostile.root / address.strip("/") / "index.html").read_text("utf-8")
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        nodes = [e.get("id") for e in tree.iter("li") if "comment" in e.get("class", "").split()]
        assert nodes == [f"comment-{said.id}" for said in thread]
        assert [e.tag for e in tree.find("body")] == ["a", "header", "main", "footer"]


def _address(hostile: StaticHost, path: Path) -> str:
    folder = path.parent.relative_to(hostile.root).as_posix()
    return f"{hostile.url}/{'' if folder == '.' else f'{folder}/'}"


def _words(text: str) -> list[str]:
    return text.split()


def _told(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The comments of JSON-LD, in reading order."""
    for comment in thing.get("comment", ()):
        yield comment
        yield from _told(comment)


def _items(raw: bytes, ending: str) -> Iterator[tuple[str, str, str]]:
    """Link, title and HTML of each item of a feed."""
    if ending == ".json":
        for item in json.loads(raw)["items"]:
            yield item["url"], item["title"], item["content_html"]
        return
    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    for item in root.iter("{*}entry", "item"):
        content = item.findtext("{*}content") or item.findtext("{*}encoded") or ""
        link = item.find("{*}link")
        assert link is not None
        title = item.find("{*}title")
        assert title is not None
        text = title.text or ""
        as_html = title.get("type") == "html"
        yield link.get("href") or link.text or "", html.unescape(text) if as_html else text, content
