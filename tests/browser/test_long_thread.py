"""A thousand comments stay usable: laid out where they are looked at, folded without a script, and every
link into them arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NOWHERE_ELSE, OpenTab
from tests.browser.static_host import StaticHost
from tests.sites import HOST, Site, comment
from tools.browser import require_chromium
from tools.build import build

COUNT = 1000
LAST = f"c{COUNT - 1}"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticHost]:
    """A post with a thousand comments: one in seven the host's, branches of up to forty, to depth nine."""
    folder: Path = tmp_path_factory.mktemp("crowd")
    site = Site(folder)
    site.post("crowd", "Words.")
    rows = []
    for number in range(COUNT):
        within = number % 40
        parent = None if within == 0 else f"c{number - (1 if within % 9 else within)}"
        author = {"host": True, "key": HOST, "name": "Host"} if number % 7 == 3 else {}
        if not author:
            author = {"key": f"{number % 90:032x}", "name": f"Guest {number % 90}"}
        body = "Words that go on for a line or two, as they do. " * (1 + number % 5)
        rows.append(comment(f"c{number}", parent, body=body, **author))
    site.thread("posts/crowd", *rows)
    build(site.content, site.output, at="2026-11-20 12:00")
    host = StaticHost(site.output)
    yield host
    host.stop()


def in_view(page: Page, identity: str) -> bool:
    return bool(
        page.evaluate(
            """(id) => { const box = document.getElementById(id).getBoundingClientRect();
                 return box.top >= -1 && box.top < innerHeight; }""",
            f"comment-{identity}",
        )
    )


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("identity", ["c0", "c437", LAST])
def test_a_link_to_any_comment_arrives_there(
    open_tab: OpenTab, crowd: StaticHost, identity: str, script: bool
) -> None:
    page = open_tab(viewport={"width": 360, "height": 800}, java_script_enabled=script)
    page.goto(f"{crowd.url}/posts/crowd/#comment-{identity}")
    target = page.locator(f"#comment-{identity} > article")
    expect(target).to_be_in_viewport(timeout=10_000)


def test_only_what_is_near_the_screen_is_laid_out(open_tab: OpenTab, crowd: StaticHost) -> None:
    page = open_tab(viewport={"width": 360, "height": 800})
    page.goto(f"{crowd.url}/posts/crowd/")
    skipped = page.evaluate(
        """() => [...document.querySelectorAll(".thread article .e-content")]
             .filter((e) => !e.checkVisibility({ contentVisibilityAuto: true })).length"""
    )
    assert skipped > 0.9 * COUNT


def test_what_is_not_laid_out_is_found_on_the_page_all_the_same(
    open_tab: OpenTab, crowd: StaticHost
) -> None:
    page = open_tab(viewport={"width": 1280, "height": 900})
    page.goto(f"{crowd.url}/posts/crowd/")
    assert page.evaluate("() => window.find('Guest 89')")


def test_a_screen_reader_has_every_comment_laid_out_or_not(
    browser: Browser, crowd: StaticHost
) -> None:
    # As a browser is when a screen reader has asked for its tree; without one it spares what is skipped.
    listening = browser.browser_type.launch(
        executable_path=require_chromium(install=False),
        args=["--no-sandbox", "--disable-gpu", NOWHERE_ELSE, "--force-renderer-accessibility"],
    )
    page = listening.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{crowd.url}/posts/crowd/")
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    listening.close()
    articles = [n for n in nodes if n.get("role", {}).get("value") == "article"]
    assert sum(n["name"]["value"].startswith(("Guest ", "Host")) for n in articles) == COUNT
    answers = [n for n in nodes if n.get("name", {}).get("value", "").startswith("in reply to ")]
    assert (
        len({n["backendDOMNodeId"] for n in answers if n["role"]["value"] == "link"}) == COUNT - 25
    )


def test_a_branch_folds_and_opens_by_keyboard_and_without_script(
    open_tab: OpenTab, crowd: StaticHost
) -> None:
    page = open_tab(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page.goto(f"{crowd.url}/posts/crowd/")
    fold = page.locator("#comment-c0 > details > summary")
    expect(page.locator("#comment-c1")).to_be_visible()
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#comment-c1")).to_be_hidden()
    expect(page.locator("#comment-c40")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#comment-c1")).to_be_visible()


def test_a_link_into_a_folded_branch_unfolds_it(open_tab: OpenTab, crowd: StaticHost) -> None:
    page = open_tab(viewport={"width": 1280, "height": 900})
    page.goto(f"{crowd.url}/posts/crowd/")
    page.locator("#comment-c0 > details > summary").click()
    expect(page.locator("#comment-c5")).to_be_hidden()
    page.evaluate("() => { location.hash = '#comment-c5' }")
    expect(page.locator("#comment-c5 > article")).to_be_in_viewport()


def test_the_hosts_answers_are_skimmed_from_the_first_to_the_last(
    open_tab: OpenTab, crowd: StaticHost
) -> None:
    page = open_tab(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(f"{crowd.url}/posts/crowd/")
    page.get_by_role("link", name="answers by the host").click()
    seen = []
    for _ in range(12):
        identity = page.url.rpartition("#comment-")[2]
        assert in_view(page, identity)
        assert "host" in (page.locator(f"#comment-{identity}").get_attribute("class") or "")
        seen.append(identity)
        page.locator(f"#comment-{identity} > article").get_by_role(
            "link", name="next by the host"
        ).click()
    assert len(set(seen)) == 12


def test_a_thousand_comments_do_not_scroll_sideways(open_tab: OpenTab, crowd: StaticHost) -> None:
    page = open_tab(viewport={"width": 320, "height": 800})
    page.goto(f"{crowd.url}/posts/crowd/")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
