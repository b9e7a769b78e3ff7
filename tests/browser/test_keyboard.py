"""With Tab, Space and Enter alone, all is within reach, in the order in which it is read, and seen."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.nasty_site import NASTY
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import Whereabouts

WALKED = (
    "home",
    "talked post",
    "topic",
    "topics",
    "archive",
    "conversations",
    "about",
    "contact",
    "missing",
)
MOST = 400
FOCUSED = """
() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const region = element.closest(".skip, .masthead, main, .footer");
  return {
    what: element.outerHTML.slice(0, 120),
    where: [...document.querySelectorAll("*")].indexOf(element),
    region: region ? region.classList[0] : "nowhere",
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    colours: [style.outlineColor, getComputedStyle(document.documentElement).backgroundColor],
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0,
  };
}
"""
FOCUSABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((element) => element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true }))
  .length
"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the top of the page until it is left; what had the focus at each step."""
    steps: list[dict[str, Any]] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step is None or (steps and step["where"] == steps[0]["where"]):
            return steps
        steps.append(step)
    raise AssertionError(f"Tab has not left the page after {MOST} steps")


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    return open_tab(reduced_motion="reduce", viewport={"width": 1280, "height": 800})


@pytest.mark.parametrize("kind", WALKED)
def test_tab_goes_once_through_all_that_can_be_used_in_the_order_of_reading(
    tab: Page, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    tab.goto(site.url + places.kinds[kind])
    steps = walk(tab)
    assert len(steps) == tab.evaluate(FOCUSABLE)
    assert [step["where"] for step in steps] == sorted(step["where"] for step in steps)
    regions = [region for region, _ in groupby(step["region"] for step in steps)]
    assert regions in (["skip", "masthead", "wrap", "footer"], ["skip", "masthead", "footer"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["home", "talked post", "archive"])
def test_whatever_has_the_focus_is_in_view_with_a_ring_around_it(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, kind: str, scheme: str
) -> None:
    tab = open_tab(color_scheme=scheme, reduced_motion="reduce")
    tab.goto(site.url + places.kinds[kind])
    for step in walk(tab):
        assert step["outlined"], step["what"]
        assert step["seen"], step["what"]
        ring, ground = step["colours"]
        assert ring != ground


def test_the_first_tab_shows_the_way_past_the_masthead_and_enter_takes_it(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    tab.goto(site.url + places.kinds["talked post"])
    skip = tab.get_by_role("link", name="Skip to the text")
    tab.keyboard.press("Tab")
    expect(skip).to_be_focused()
    assert skip.evaluate("element => getComputedStyle(element).clipPath") == "none"
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#main")
    tab.keyboard.press("Tab")
    step = tab.evaluate(FOCUSED)
    assert step["region"] == "wrap"


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_the_theme_switch_is_turned_by_a_key(tab: Page, site: StaticHost, key: str) -> None:
    tab.goto(site.url)
    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.evaluate("() => document.activeElement.id") == "theme":
            break
    expect(tab.locator("#theme")).to_be_focused()
    tab.keyboard.press(key)
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    expect(tab.locator("#theme")).to_be_focused()


def test_a_reader_gets_from_home_to_an_answer_and_back_up_by_keys_alone(
    tab: Page, site: StaticHost
) -> None:
    tab.goto(site.url)
    _tab_to(tab, ".talk h3 a")
    tab.keyboard.press("Enter")
    expect(tab.locator("li.comment:target > article")).to_be_in_viewport()
    _tab_to(tab, "a.u-in-reply-to")
    parent = tab.evaluate("() => document.activeElement.hash.slice(1)")
    tab.keyboard.press("Enter")
    expect(tab.locator("li.comment:target")).to_have_id(parent)


def test_wide_code_and_tables_take_the_focus_scroll_by_keys_and_let_go(
    tab: Page, nasty: StaticHost
) -> None:
    tab.set_viewport_size({"width": 600, "height": 800})
    tab.goto(nasty.url + NASTY["frames"])
    frames = tab.locator("pre, .table").count()
    stops = 0
    for _ in range(MOST):
        tab.keyboard.press("Tab")
        if tab.evaluate(FOCUSED) is None:
            break
        if not tab.evaluate("() => document.activeElement.matches('pre, .table')"):
            continue
        stops += 1
        tab.keyboard.press("ArrowRight")
        tab.evaluate(SCROLLED)
        expect(tab.locator(":focus")).to_have_js_property("localName", tab.evaluate(NAME))
    assert stops == frames > 4


def test_going_backwards_is_the_same_way(tab: Page, site: StaticHost, places: Whereabouts) -> None:
    tab.goto(site.url + places.kinds["archive"])
    forwards = [step["where"] for step in walk(tab)]
    tab.goto(site.url + places.kinds["archive"])
    backwards = []
    for _ in forwards:
        tab.keyboard.press("Shift+Tab")
        backwards.append(tab.evaluate(FOCUSED)["where"])
    assert backwards == forwards[::-1]


NAME = "() => document.activeElement.localName"
SCROLLED = """() => new Promise((done) => {
  const frame = document.activeElement;
  const look = () => frame.scrollLeft > 0 ? done() : requestAnimationFrame(look);
  look();
})"""
"""Until the frame that has the focus has moved sideways."""


def _tab_to(tab: Page, selector: str) -> None:
    """Press Tab until the focus is on what the selector names."""
    for _ in range(MOST):
        tab.keyboard.press("Tab")
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab has not come to {selector}")
