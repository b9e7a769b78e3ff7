"""Light and dark: the system's wish, the reader's own, and never a flash of the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenTab
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import KINDS, Whereabouts

Scheme = Literal["light", "dark"]
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
NO_STORAGE = """
Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("denied", "SecurityError"); } });
"""
EVERY_FRAME = """
globalThis.frames_seen = [];
const frame = () => {
  if (document.body)
    frames_seen.push(getComputedStyle(document.documentElement).backgroundColor);
  if (frames_seen.length < 30) requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
new MutationObserver((_, observer) => {
  if (!document.body) return;
  globalThis.theme_before_body = document.documentElement.dataset.theme;
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
"""The ground of the page just before each frame is painted, and the choice when <body> begins."""
SOME_FRAMES = """() => new Promise((done) => {
  const look = () => frames_seen.length < 5 ? requestAnimationFrame(look) : done();
  look();
})"""


def shown(page: Page) -> Scheme:
    """Which of the two the page is painted in."""
    ground, ink = page.evaluate(
        "() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (_light(ground) > 600) != (_light(ink) > 600)
    return "light" if _light(ground) > 600 else "dark"


def switch(page: Page) -> None:
    page.locator("#theme").click()


@SCHEMES
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_page_follows_the_system(
    open_tab: OpenTab, site: StaticHost, scheme: Scheme, script: bool
) -> None:
    page = open_tab(color_scheme=scheme, java_script_enabled=script)
    page.goto(site.url)
    assert shown(page) == scheme
    page.emulate_media(color_scheme=OTHER[scheme])
    assert shown(page) == OTHER[scheme]


@SCHEMES
def test_the_switch_turns_the_page_and_is_remembered_over_pages_and_reloads(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, scheme: Scheme
) -> None:
    page = open_tab(color_scheme=scheme)
    page.goto(site.url)
    switch(page)
    assert shown(page) == OTHER[scheme]
    page.reload()
    assert shown(page) == OTHER[scheme]
    for kind in KINDS:
        page.goto(site.url + places.kinds[kind])
        assert shown(page) == OTHER[scheme]
    switch(page)
    assert shown(page) == scheme


def test_turning_back_to_what_the_system_shows_follows_the_system_again(
    open_tab: OpenTab, site: StaticHost
) -> None:
    page = open_tab(color_scheme="light")
    page.goto(site.url)
    switch(page)
    switch(page)
    page.emulate_media(color_scheme="dark")
    assert shown(page) == "dark"
    page.reload()
    assert shown(page) == "dark"


@SCHEMES
def test_the_label_says_what_the_switch_will_do(
    open_tab: OpenTab, site: StaticHost, scheme: Scheme
) -> None:
    page = open_tab(color_scheme=scheme)
    page.goto(site.url)
    button = page.get_by_role("button")
    expect(button).to_have_accessible_name(f"Switch to {OTHER[scheme]} colours")
    switch(page)
    expect(button).to_have_accessible_name(f"Switch to {scheme} colours")
    page.reload()
    expect(button).to_have_accessible_name(f"Switch to {scheme} colours")
    switch(page)
    page.emulate_media(color_scheme=OTHER[scheme])
    expect(button).to_have_accessible_name(f"Switch to {scheme} colours")


@SCHEMES
def test_no_frame_is_painted_in_the_other_colours_even_when_the_script_is_slow(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, scheme: Scheme
) -> None:
    page = open_tab(color_scheme=OTHER[scheme])
    page.goto(site.url)
    switch(page)
    page.context.add_init_script(EVERY_FRAME)
    page.route("**/theme/*.js", _late(page))
    page.goto(site.url + places.kinds["talked post"])
    page.evaluate(SOME_FRAMES)
    assert page.evaluate("theme_before_body") == scheme
    grounds = page.evaluate("frames_seen")
    assert {_light(ground) > 600 for ground in grounds} == {scheme == "light"}


def test_the_script_stands_in_the_head_before_the_style_and_holds_the_page_up(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts
) -> None:
    page = open_tab()
    for kind in KINDS:
        page.goto(site.url + places.kinds[kind])
        order = page.evaluate(
            """() => [...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((element) =>
                 [element.localName, element.parentNode.localName])"""
        )
        assert order == [["script", "head"], ["link", "head"]]
        waits = "script => !script.async && !script.defer && script.type === ''"
        assert page.locator("script[src]").evaluate(waits)


def test_two_tabs_agree(open_tab: OpenTab, site: StaticHost, places: Whereabouts) -> None:
    one = open_tab(color_scheme="light")
    one.goto(site.url)
    other = open_tab(beside=one)
    other.goto(site.url + places.kinds["archive"])
    switch(one)
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.get_by_role("button")).to_have_accessible_name("Switch to light colours")
    switch(other)
    expect(one.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert shown(one) == "light"


def test_a_page_that_comes_back_from_the_browsers_memory_shows_the_latest_choice(
    open_tab: OpenTab, site: StaticHost
) -> None:
    page = open_tab(color_scheme="light")
    page.goto(site.url)
    page.evaluate(
        """() => { localStorage.setItem("theme", "dark");
             dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })); }"""
    )
    assert shown(page) == "dark"
    expect(page.get_by_role("button")).to_have_accessible_name("Switch to light colours")


def test_the_switch_works_where_nothing_may_be_stored(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts
) -> None:
    page = open_tab(color_scheme="light")
    page.context.add_init_script(NO_STORAGE)
    page.goto(site.url)
    switch(page)
    assert shown(page) == "dark"
    switch(page)
    assert shown(page) == "light"
    page.goto(site.url + places.kinds["about"])
    assert shown(page) == "light"


@pytest.mark.parametrize("stored", ["purple", "", "DARK", '"><script>', "null"])
def test_a_choice_that_makes_no_sense_is_none(
    open_tab: OpenTab, site: StaticHost, stored: str
) -> None:
    page = open_tab(color_scheme="dark")
    page.goto(site.url)
    page.evaluate("stored => localStorage.setItem('theme', stored)", stored)
    page.reload()
    assert shown(page) == "dark"
    expect(page.locator("html[data-theme]")).to_have_count(0)


def _light(colour: str) -> float:
    """How light, from 0 to 765."""
    return sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def _late(page: Page) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    return answer
