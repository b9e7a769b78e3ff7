"""Nothing hangs over the edge: every kind of page, from the narrowest telephone to a wide desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab
from tests.browser.nasty_site import NASTY
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import KINDS, Whereabouts

WIDTHS = (320, 360, 414, 600, 768, 832, 992, 1280, 1920)
OVER_THE_EDGE = """
() => {
  const root = document.documentElement, width = root.clientWidth;
  const scrolls = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.right > width + 1 || box.left < -1) && !scrolls(element)
      && !element.closest(".skip, .hidden, svg");
  }).map((element) => `${element.localName}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`);
  if (root.scrollWidth > width) out.unshift(`the page scrolls to ${root.scrollWidth}`);
  return out.slice(0, 6);
}
"""
CROWDED = """
() => {
  const boxes = [...document.querySelectorAll(".comment .e-content")].map((element) => element.clientWidth);
  return boxes.length ? Math.min(...boxes) : null;
}
"""


def over_the_edge(page: Page, url: str) -> dict[int, list[str]]:
    """What hangs over at each width, the widths without a fault left out."""
    found = {}
    page.goto(url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if over := page.evaluate(OVER_THE_EDGE):
            found[width] = over
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways_from_320_to_1920(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    assert over_the_edge(open_tab(), site.url + places.kinds[kind]) == {}


@pytest.mark.parametrize("kind", NASTY)
def test_no_word_table_code_or_thread_makes_a_page_scroll_sideways(
    open_tab: OpenTab, nasty: StaticHost, kind: str
) -> None:
    assert over_the_edge(open_tab(), nasty.url + NASTY[kind]) == {}


@pytest.mark.parametrize("kind", ["talked post", "home", "archive"])
def test_a_page_holds_its_text_at_twice_the_size(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    page = open_tab(viewport={"width": 1280, "height": 800})
    page.goto(site.url + places.kinds[kind])
    before = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    _twice_the_size(page)
    after = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    assert after >= 1.6 * before
    assert page.evaluate(OVER_THE_EDGE) == []


@pytest.mark.parametrize("kind", ["words", "frames", "thread", "home"])
def test_a_nasty_page_holds_its_text_at_twice_the_size(
    open_tab: OpenTab, nasty: StaticHost, kind: str
) -> None:
    page = open_tab(viewport={"width": 1280, "height": 800})
    page.goto(nasty.url + NASTY[kind])
    _twice_the_size(page)
    assert page.evaluate(OVER_THE_EDGE) == []


@pytest.mark.parametrize("width", [320, 360])
def test_the_deepest_reply_has_room_for_words_on_a_telephone(
    open_tab: OpenTab, nasty: StaticHost, width: int
) -> None:
    page = open_tab(viewport={"width": width, "height": 800})
    page.goto(nasty.url + NASTY["thread"])
    assert page.evaluate(CROWDED) >= 0.6 * width


def test_wide_code_and_tables_scroll_in_their_own_frames(
    open_tab: OpenTab, nasty: StaticHost
) -> None:
    page = open_tab(viewport={"width": 360, "height": 800})
    page.goto(nasty.url + NASTY["frames"])
    frames = page.evaluate(
        """() => [...document.querySelectorAll("pre, .table")].map((frame) =>
             [frame.localName, frame.scrollWidth > frame.clientWidth, frame.tabIndex])"""
    )
    assert {name for name, _, _ in frames} == {"pre", "div"}
    assert all(scrolls and tab_index == 0 for _, scrolls, tab_index in frames)


def test_pictures_keep_their_place_before_they_come(open_tab: OpenTab, nasty: StaticHost) -> None:
    page = open_tab(viewport={"width": 360, "height": 800})
    page.goto(nasty.url + NASTY["frames"])
    pictures = page.evaluate(
        """() => [...document.querySelectorAll("main img")].map((img) =>
             [img.getAttribute("width"), img.getAttribute("height"), img.alt,
              img.getBoundingClientRect().width / img.getBoundingClientRect().height - img.width / img.height])"""
    )
    assert len(pictures) == 3
    for width, height, alternative, distortion in pictures:
        assert int(width) > 0
        assert int(height) > 0
        assert alternative
        assert abs(distortion) < 0.02


@pytest.mark.parametrize("kind", ["words", "frames", "thread", "home", "archive"])
def test_a_page_prints_dark_on_white_within_the_paper(
    open_tab: OpenTab, nasty: StaticHost, kind: str
) -> None:
    page = open_tab(color_scheme="dark", viewport={"width": 718, "height": 1000})
    page.goto(nasty.url + NASTY[kind])
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="print")
    assert page.evaluate(OVER_THE_EDGE) == []
    colours = page.evaluate(
        "() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours[0] == "rgb(255, 255, 255)"
    assert max(int(part) for part in colours[1].strip("rgb()").split(",")) < 100
    for selector in (".masthead nav", "#theme", ".footer"):
        assert not page.locator(selector).is_visible()


def _twice_the_size(page: Page) -> None:
    """As a reader does in the browser's settings: every font size that is not set in pixels."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.reload()
