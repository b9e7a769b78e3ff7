"""What a page is to somebody who hears it: names, landmarks, headings, and enough contrast to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab
from tests.browser.nasty_site import NASTY
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import KINDS, Whereabouts
from tests.sites import SITE_FOLDER

NAMED = {"link", "button", "image", "img", "heading", "navigation", "region", "group"}
FAINT = """
() => {
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
  const light = (rgb) => rgb.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let up = element; up; up = up.parentElement) {
      const { rgb, a } = parse(getComputedStyle(up).backgroundColor);
      if (a === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })
      || element.closest("script, svg, .hidden")) continue;
    const [lighter, darker] = [light(parse(style.color).rgb), light(ground(element))].sort((a, b) => b - a);
    const contrast = (lighter + 0.05) / (darker + 0.05);
    if (contrast < 4.5) faint.add(`${contrast.toFixed(2)} ${element.localName}.${element.className}`);
  }
  return [...faint];
}
"""
"""Texts whose contrast with what lies behind them is under 4.5 : 1 (WCAG 2.2, 1.4.3)."""
SMALL = """
() => [...document.querySelectorAll("a[href], button, summary")].filter((element) => {
  if (getComputedStyle(element).display === "inline" || !element.checkVisibility({ visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  return (box.width < 24 || box.height < 24) && !element.closest(".skip");
}).map((element) => element.outerHTML.slice(0, 100))
"""
"""Targets that are no part of a sentence and smaller than 24 by 24 (WCAG 2.2, 2.5.8)."""


def heard(page: Page) -> list[dict[str, Any]]:
    """The accessibility tree in reading order: role, name and level of what is not ignored."""
    nodes = _tree(page)
    return list(_in_order(next(iter(nodes.values())), nodes))


def _tree(page: Page) -> dict[str, dict[str, Any]]:
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return {node["nodeId"]: node for node in nodes}


Heard = tuple[str, int, int, int, str | None]
"""Of a comment: its name, its level, its place among how many, and the id of what it answers."""


def _comments(page: Page) -> dict[str, Heard]:
    """Every comment of the thread by its id, as the accessibility tree has it."""
    nodes = _tree(page)

    def role(node: dict[str, Any]) -> str:
        return str(node.get("role", {}).get("value", ""))

    def below(node: dict[str, Any], *roles: str) -> Iterator[dict[str, Any]]:
        """The nearest nodes of these roles, in reading order, lists of further comments left out."""
        for child in (nodes[i] for i in node.get("childIds", ()) if i in nodes):
            if role(child) in roles:
                yield child
            elif role(child) != "list":
                yield from below(child, *roles)

    def target(link: dict[str, Any]) -> str:
        url = next(p["value"]["value"] for p in link["properties"] if p["name"] == "url")
        return str(url).rpartition("#comment-")[2]

    found: dict[str, Heard] = {}
    for items in (node for node in nodes.values() if role(node) == "list"):
        comments = [(item, next(below(item, "article"), None)) for item in below(items, "listitem")]
        for place, (item, article) in enumerate(comments, 1):
            if article is None:
                continue
            level = next(p["value"]["value"] for p in item["properties"] if p["name"] == "level")
            links = list(below(article, "link"))
            own = next(link for link in links if "20" in link["name"]["value"])
            answers = [
                target(link) for link in links if link["name"]["value"].startswith("in reply to ")
            ]
            name = article["name"]["value"]
            found[target(own)] = (name, level, place, len(comments), *(answers or [None]))
    return found


def _stored(address: str) -> dict[str, Heard]:
    """The same, out of the store: no comment of that thread is removed."""
    key = address.strip("/")
    thread = json.loads((SITE_FOLDER / f"content/comments/{key}.json").read_text("utf-8"))
    parents = {c["id"]: c["parent"] for c in thread["comments"]}
    siblings: dict[str | None, list[str]] = {}
    for identity, parent in parents.items():
        siblings.setdefault(parent, []).append(identity)

    def level(identity: str) -> int:
        parent = parents[identity]
        return 1 if parent is None else 1 + level(parent)

    return {
        c["id"]: (
            c["author"]["name"],
            level(c["id"]),
            siblings[c["parent"]].index(c["id"]) + 1,
            len(siblings[c["parent"]]),
            c["parent"],
        )
        for c in thread["comments"]
    }


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    return open_tab(viewport={"width": 360, "height": 800})


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_its_landmarks_one_first_heading_and_names_for_all_that_needs_one(
    tab: Page, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    tab.goto(site.url + places.kinds[kind])
    _is_well_made(tab)


@pytest.mark.parametrize("kind", NASTY)
def test_so_has_a_page_of_nasty_content(tab: Page, nasty: StaticHost, kind: str) -> None:
    tab.goto(nasty.url + NASTY[kind])
    _is_well_made(tab)


def test_a_thread_is_heard_as_a_list_of_articles_with_who_when_and_to_whom(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    tab.goto(site.url + places.kinds["talked post"])
    thread = tab.get_by_role("region", name="comments")
    articles = thread.get_by_role("article")
    assert articles.count() == places.talked[places.kinds["talked post"]] >= 30
    reply = thread.locator("article", has=tab.locator("a.u-in-reply-to")).first
    names = [link.inner_text() for link in reply.locator("header").get_by_role("link").all()]
    assert names[-1].startswith("in reply to ")
    assert tab.get_by_text("host", exact=True).count() > 0


def test_each_comment_is_heard_with_its_name_level_position_and_what_it_answers(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    address = places.kinds["talked post"]
    tab.goto(site.url + address)
    stored = _stored(address)
    assert len(stored) == places.talked[address]
    assert _comments(tab) == stored


def test_so_is_each_comment_of_a_thread_that_is_deep_and_long(tab: Page, nasty: StaticHost) -> None:
    tab.goto(nasty.url + NASTY["thread"])
    heard_of = _comments(tab)
    assert len(heard_of) == tab.locator("li.comment").count() > 20
    for identity, (_, level, place, of, answers) in heard_of.items():
        assert 1 <= place <= of, identity
        assert level == (heard_of[answers][1] + 1 if answers else 1), identity


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, scheme: str
) -> None:
    page = open_tab(color_scheme=scheme)
    faint = {}
    for kind, address in places.kinds.items():
        page.goto(site.url + address)
        faint[kind] = page.evaluate(FAINT)
    assert faint == {kind: [] for kind in KINDS}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_the_comment_that_a_link_led_to_stands_out(
    open_tab: OpenTab, nasty: StaticHost, scheme: str
) -> None:
    page = open_tab(color_scheme=scheme)
    for name in ("deep-3", "deep-5", "link", "inline", "code", "quotes"):
        page.goto(f"{nasty.url}{NASTY['thread']}#comment-{name}")
        assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_and_tables_stand_out(open_tab: OpenTab, nasty: StaticHost, scheme: str) -> None:
    page = open_tab(color_scheme=scheme)
    page.goto(nasty.url + NASTY["frames"])
    assert page.evaluate(FAINT) == []


def test_what_is_tapped_is_large_enough_for_a_finger(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    small = {}
    for kind, address in places.kinds.items():
        tab.goto(site.url + address)
        small[kind] = tab.evaluate(SMALL)
    assert small == {kind: [] for kind in KINDS}


def test_these_looks_do_find_what_is_faint_and_small(tab: Page, site: StaticHost) -> None:
    tab.goto(site.url)
    tab.evaluate(
        """() => { const link = document.querySelector(".masthead .name");
             Object.assign(link.style, { color: "#aaa", fontSize: "8px", padding: 0 });
             link.querySelector("svg").remove(); }"""
    )
    assert len(tab.evaluate(FAINT)) == 1
    assert len(tab.evaluate(SMALL)) == 1


def test_nothing_moves_for_a_reader_who_wants_no_motion(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts
) -> None:
    page = open_tab(reduced_motion="reduce")
    page.goto(site.url + places.kinds["talked post"])
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) => {
             const style = getComputedStyle(element);
             return style.scrollBehavior !== "auto" || style.animationName !== "none"
               || parseFloat(style.transitionDuration) > 0;
           }).map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def _is_well_made(tab: Page) -> None:
    nodes = heard(tab)
    roles = [node["role"] for node in nodes]
    for landmark in ("banner", "main", "contentinfo"):
        assert roles.count(landmark) == 1, landmark
    assert roles.index("banner") < roles.index("main") < roles.index("contentinfo")
    navigations = [node["name"] for node in nodes if node["role"] == "navigation"]
    assert len(navigations) == len(set(navigations)) >= 1
    levels = [node["level"] for node in nodes if node["role"] == "heading"]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels
    nameless = [
        node
        for node, after in pairwise([*nodes, {"role": "", "name": ""}])
        if node["role"] in NAMED
        and not node["name"].strip()
        # What folds is named by the word that folds it.
        and (node["role"], after["role"]) != ("group", "DisclosureTriangle")
    ]
    assert nameless == []
    assert tab.evaluate("() => document.documentElement.lang") == "en-AU"
    assert tab.title().strip()
    assert tab.evaluate(BROKEN_REFERENCES) == []


BROKEN_REFERENCES = """
() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  const lost = [...document.querySelectorAll("[aria-labelledby], [aria-describedby], a[href^='#']")]
    .flatMap((element) => [element.getAttribute("aria-labelledby"), element.getAttribute("aria-describedby"),
      element.getAttribute("href")?.startsWith("#") ? decodeURIComponent(element.hash.slice(1)) : null])
    .filter((id) => id && !ids.includes(id));
  return [...twice, ...lost];
}
"""


def _in_order(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    stack = [node]
    while stack:
        node = stack.pop()
        if not node.get("ignored"):
            properties = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
            yield {
                "role": node.get("role", {}).get("value", ""),
                "name": node.get("name", {}).get("value", ""),
                "level": properties.get("level"),
            }
        stack.extend(by_id[i] for i in reversed(node.get("childIds", ())) if i in by_id)
