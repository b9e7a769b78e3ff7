"""What a real browser does, untouched, while files are saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serve.running import Running, page, until

FAULT = "content/posts/first/index.html:1: Dat: unknown key; <b>did</b> you mean Date?"


def mark(tab: Page) -> None:
    """Leave a mark that a reload wipes out."""
    tab.evaluate("window.untouched = true")


def is_untouched(tab: Page) -> bool:
    return bool(tab.evaluate("window.untouched === true"))


def settle(tab: Page) -> None:
    """Give a reload that should not happen the time to happen."""
    tab.wait_for_timeout(600)


def test_an_edit_is_seen_without_anybody_touching_the_browser(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/posts/first/")
    (server.content / "posts/first/index.html").write_text(page("A better title"))
    expect(tab.locator("h1")).to_have_text("A better title")
    (server.content / "posts/first/index.html").write_text(page("The best title"))
    expect(tab.locator("h1")).to_have_text("The best title")


def test_a_reload_keeps_the_place(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/")
    tab.evaluate("window.scrollTo(0, 700)")
    tab.wait_for_timeout(100)
    server.save("index.html", page("Changed"))
    expect(tab.locator("h1")).to_have_text("Changed")
    until(lambda: tab.evaluate("window.scrollY") == 700)


def test_a_page_that_did_not_change_is_not_reloaded(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/posts/first/")
    mark(tab)
    server.save("posts/second/index.html", page("Changed"))
    settle(tab)
    assert is_untouched(tab)
    server.save("posts/first/index.html", page("Now this one"))
    expect(tab.locator("h1")).to_have_text("Now this one")
    assert not is_untouched(tab)


def test_a_new_stylesheet_is_put_on_without_a_reload(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/")
    mark(tab)
    for number in (9, 8):
        server.save("style.css", f"body {{ color: rgb({number}, {number}, {number}) }}")
        expect(tab.locator("body")).to_have_css("color", f"rgb({number}, {number}, {number})")
    (server.content / "style.7.css").write_text("body { color: rgb(7, 7, 7) }")
    (server.content / "index.html").write_text(page("Home", "/style.7.css"))
    expect(tab.locator("body")).to_have_css("color", "rgb(7, 7, 7)")
    expect(tab.locator("link[rel=stylesheet]")).to_have_count(1)
    assert is_untouched(tab)


def test_a_fault_is_laid_over_the_page_and_goes_when_it_is_mended(
    server: Running, tab: Page
) -> None:
    tab.goto(f"{server.url}/posts/first/")
    mark(tab)
    (server.content / "fault.txt").write_text(FAULT)
    sheet = tab.get_by_role("alertdialog")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("content/posts/first/index.html")
    expect(sheet).to_contain_text("line 1")
    expect(sheet).to_contain_text("Dat: unknown key; <b>did</b> you mean Date?")
    expect(sheet).to_contain_text("The last good version is shown below.")
    expect(sheet.locator("b")).to_have_count(0)
    expect(tab.locator("h1")).to_have_text("First post")
    (server.content / "fault.txt").unlink()
    expect(sheet).to_have_count(0)
    assert is_untouched(tab)


def test_another_fault_takes_the_place_of_the_first(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/")
    (server.content / "fault.txt").write_text("content/index.html:1: first")
    expect(tab.get_by_role("alertdialog")).to_contain_text("first")
    (server.content / "fault.txt").write_text(
        "content/style.css:1: two\ncontent/index.html:1: three"
    )
    expect(tab.get_by_role("alertdialog")).to_contain_text("2 faults stop the build")
    expect(tab.get_by_role("alertdialog")).to_contain_text("two")
    expect(tab.get_by_role("alertdialog")).not_to_contain_text("first")


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_a_fault_can_be_dismissed_and_the_focus_goes_back(
    server: Running, tab: Page, way: str
) -> None:
    server.save("index.html", page("Home").replace("<p>", '<p><a href="/x">link</a> '))
    tab.goto(f"{server.url}/")
    tab.locator("a").focus()
    (server.content / "fault.txt").write_text(FAULT)
    sheet = tab.get_by_role("alertdialog")
    expect(sheet).to_be_focused()
    if way == "Escape":
        tab.keyboard.press("Escape")
    else:
        tab.keyboard.press("Tab")
        expect(tab.get_by_role("button", name="Dismiss")).to_be_focused()
        tab.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    expect(tab.locator("a")).to_be_focused()
    tab.goto(f"{server.url}/posts/first/")
    settle(tab)
    expect(sheet).to_have_count(0)
    (server.content / "fault.txt").write_text(FAULT + " Again.")
    expect(sheet).to_be_visible()


def test_a_page_opened_during_a_fault_shows_it(server: Running, tab: Page) -> None:
    (server.content / "fault.txt").write_text(FAULT)
    server.says("The last good version stays up")
    tab.goto(f"{server.url}/posts/second/")
    expect(tab.get_by_role("alertdialog")).to_be_visible()
    expect(tab.locator("h1")).to_have_text("Second post")


def test_a_faulty_first_build_fills_the_page_and_becomes_the_site(site: Path, tab: Page) -> None:
    (site / "content/fault.txt").write_text("content/index.html:1: one")
    server = Running(site).start()
    try:
        tab.goto(f"{server.url}/posts/first/")
        expect(tab.get_by_role("alert")).to_contain_text("one")
        (site / "content/fault.txt").write_text("content/index.html:1: two")
        expect(tab.get_by_role("alert")).to_contain_text("two")
        (site / "content/fault.txt").unlink()
        expect(tab.locator("h1")).to_have_text("First post")
        expect(tab.get_by_role("alert")).to_have_count(0)
    finally:
        server.stop()


def test_a_missing_page_appears_once_it_is_written(server: Running, tab: Page) -> None:
    tab.goto(f"{server.url}/new/")
    expect(tab.locator("h1")).to_have_text("Nothing here")
    (server.content / "new").mkdir()
    (server.content / "new/index.html").write_text(page("New"))
    expect(tab.locator("h1")).to_have_text("New")


@pytest.mark.parametrize("changed", [True, False])
def test_a_restarted_server_is_found_again(server: Running, tab: Page, changed: bool) -> None:
    tab.goto(f"{server.url}/")
    mark(tab)
    server.stop()
    if changed:
        (server.content / "index.html").write_text(page("While it was down"))
    server.start()
    if changed:
        expect(tab.locator("h1")).to_have_text("While it was down")
    else:
        server.says("Built in")
        tab.wait_for_timeout(1500)
        assert is_untouched(tab)
        server.save("index.html", page("After"))
        expect(tab.locator("h1")).to_have_text("After")


def test_many_tabs_that_are_not_looked_at_do_not_hold_up_the_next(
    server: Running, tab: Page
) -> None:
    others = [tab.context.new_page() for _ in range(8)]
    for other in others:
        other.goto(f"{server.url}/")
        other.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    tab.goto(f"{server.url}/", timeout=5000)
    (server.content / "index.html").write_text(page("Changed"))
    expect(tab.locator("h1")).to_have_text("Changed")
    expect(others[0].locator("h1")).to_have_text("Home")
    others[0].evaluate(
        "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(others[0].locator("h1")).to_have_text("Changed")
