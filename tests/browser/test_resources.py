"""Choosing among resources: at once with the script, by plain links without it, the same result."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import OpenTab
from tests.browser.static_host import StaticHost


def shown(page: Page) -> list[str]:
    """The titles that can be seen, in order."""
    return page.locator(".entries h3:visible").all_inner_texts()


def marked(page: Page) -> list[str]:
    return page.locator('.choices a[aria-current="true"]').all_inner_texts()


def test_what_is_chosen_at_once_is_what_the_plain_link_leads_to(
    site: StaticHost, open_tab: OpenTab
) -> None:
    page, plain = open_tab(), open_tab(java_script_enabled=False)
    page.goto(f"{site.url}/resources/")
    for name in ("Curation", "Third places", "Social learning"):
        page.get_by_role("navigation", name="Choose resources").get_by_role(
            "link", name=name
        ).click()
        plain.goto(f"{site.url}/resources/")
        plain.get_by_role("link", name=name, exact=True).first.click()
        assert plain.url.startswith(f"{site.url}/resources/topics/")
        assert sorted(shown(page)) == sorted(shown(plain))
        assert name in marked(page)
        assert name in marked(plain)


def test_nothing_is_loaded_anew_and_topic_and_kind_hold_together(
    site: StaticHost, open_tab: OpenTab
) -> None:
    page = open_tab()
    page.goto(f"{site.url}/resources/")
    every = shown(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choices = page.get_by_role("navigation", name="Choose resources")
    choices.get_by_role("link", name="Communities of practice").click()
    practice = shown(page)
    choices.get_by_role("link", name="Books").click()
    both = shown(page)
    assert asked == []
    assert 0 < len(both) < len(practice) < len(every)
    assert page.url == f"{site.url}/resources/?topic=communities-of-practice&kind=book"
    assert page.locator("#left").inner_text() == f"{len(both)} of {len(every)}"
    assert [one.is_visible() for one in page.locator(".group").all()].count(True) < 7
    page.go_back()
    assert shown(page) == practice
    page.go_forward()
    page.reload()
    assert shown(page) == both
    assert marked(page) == ["Communities of practice", "Books"]
    choices.get_by_role("link", name="All").first.click()
    choices.get_by_role("link", name="All").last.click()
    assert shown(page) == every
    assert page.locator("#left").inner_text() == ""


def test_what_leaves_nothing_says_so(site: StaticHost, open_tab: OpenTab) -> None:
    page = open_tab()
    page.goto(f"{site.url}/resources/?topic=third-places&kind=podcast")
    assert shown(page) == []
    assert page.locator("#left").inner_text().startswith("None of ")


def test_an_address_with_what_nobody_can_choose_shows_all(
    site: StaticHost, open_tab: OpenTab
) -> None:
    page = open_tab()
    page.goto(f"{site.url}/resources/?topic=%3Cscript%3E&kind=__proto__&x=1")
    assert page.locator(".entries h3:visible").count() == page.locator(".entries h3").count()


def test_a_choice_opens_in_a_tab_of_its_own_when_that_is_asked_for(
    site: StaticHost, open_tab: OpenTab
) -> None:
    page = open_tab()
    page.goto(f"{site.url}/resources/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Books").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{site.url}/resources/kinds/books/"


def test_a_choice_is_made_with_the_keyboard_and_heard(site: StaticHost, open_tab: OpenTab) -> None:
    page = open_tab()
    page.goto(f"{site.url}/resources/")
    page.get_by_role("link", name="Talks").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Talks"
    assert page.get_by_role("status").filter(has_text="2 of 30").count() == 1
