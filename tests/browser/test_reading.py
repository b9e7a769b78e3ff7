"""A reader without any script: from the home page into a conversation, along it, and back up."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import KINDS, Whereabouts


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    """A tab that runs no script."""
    return open_tab(java_script_enabled=False)


def test_a_post_is_one_click_from_home_and_a_comment_one_more(tab: Page, site: StaticHost) -> None:
    tab.goto(site.url)
    post = tab.locator(".entries h3 a").first
    title = post.inner_text()
    post.click()
    expect(tab.locator("h1")).to_have_text(title)
    tab.goto(site.url)
    talked = tab.locator(".talk h3 a").first
    talked.click()
    expect(tab).to_have_url(re.compile(r"#comment-[A-Za-z0-9-]+$"))
    expect(tab.locator("li.comment:target > article")).to_be_in_viewport()


def test_a_permalink_shows_its_comment_and_in_reply_to_leads_to_the_one_above(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    tab.goto(site.url + places.kinds["talked post"])
    replies = tab.locator("li.comment:has(> article > header > a.u-in-reply-to)")
    for number in range(min(replies.count(), 6)):
        reply = replies.nth(number)
        parent = reply.locator("xpath=ancestor::li[1]")
        header = reply.locator("> article > header")
        header.locator("a.u-url").click()
        _is_the_target(tab, reply.get_attribute("id"))
        header.locator("a.u-in-reply-to").click()
        _is_the_target(tab, parent.get_attribute("id"))


def test_a_permalink_opened_from_elsewhere_shows_its_comment(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    address = site.url + places.kinds["talked post"]
    tab.goto(address)
    last = tab.locator("li.comment").last.get_attribute("id")
    tab.goto("about:blank")
    tab.goto(f"{address}#{last}")
    _is_the_target(tab, last)


def test_the_target_looks_unlike_its_neighbours(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    tab.goto(site.url + places.kinds["talked post"])
    article = tab.locator("li.comment > article").first
    ground = "element => getComputedStyle(element).backgroundColor"
    before = article.evaluate(ground)
    article.locator("a.u-url").click()
    assert article.evaluate(ground) != before


@pytest.mark.parametrize("listed", ["home", "archive", "topic"])
def test_a_list_the_head_of_a_post_and_its_conversation_count_the_same_comments(
    tab: Page, site: StaticHost, places: Whereabouts, listed: str
) -> None:
    tab.goto(site.url + places.kinds[listed])
    counts = {
        link.get_attribute("href") or "": link.inner_text() for link in tab.locator("a.count").all()
    }
    assert counts
    for href, text in counts.items():
        tab.goto(site.url + href)
        if href.startswith("/posts/"):
            expect(tab.locator(".entry-head a.count")).to_have_text(text)
        expect(tab.locator("#conversation-title")).to_have_text(text)
        living = tab.locator("li.comment:not(:has(> article > .gone))").count()
        assert text == f"{living} comment{'' if living == 1 else 's'}"


def test_a_post_that_nobody_has_answered_is_in_no_list_with_a_count(
    tab: Page, site: StaticHost, places: Whereabouts
) -> None:
    quiet = places.kinds["quiet post"]
    assert places.talked[quiet] == 0
    tab.goto(site.url + quiet)
    expect(tab.locator("#conversation h2")).to_have_text("No comments yet")
    expect(tab.locator("a.count")).to_have_count(0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_whole_without_script(
    tab: Page, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    answered = tab.goto(site.url + places.kinds[kind])
    assert answered is not None
    assert answered.status == (404 if kind == "missing" else 200)
    expect(tab.locator("h1")).to_be_visible()
    expect(tab.locator(".footer")).to_be_visible()
    expect(tab.locator("#theme")).to_be_hidden()


def test_an_old_address_leads_to_the_page_that_has_moved(tab: Page, site: StaticHost) -> None:
    lines = (site.root / "_redirects").read_text("utf-8").split("\n")
    old, new, status = lines[0].split()
    assert status == "301"
    tab.goto(site.url + old)
    expect(tab).to_have_url(site.url + new)


def _is_the_target(tab: Page, identity: str | None) -> None:
    assert identity
    assert tab.url.endswith(f"#{identity}")
    expect(tab.locator("li.comment:target")).to_have_id(identity)
    expect(tab.locator("li.comment:target > article > header")).to_be_in_viewport()
