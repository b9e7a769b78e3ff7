"""What a browser makes of meetups as time goes by and nobody builds the site again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.static_host import StaticHost
from tests.sites import Site

BUILT = "2026-11-20 12:00"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticHost]:
    """A site that was built on 20 November 2026 and never since."""
    site = Site(Path(tmp_path_factory.mktemp("old")))
    site.page("about", title="About")
    site.meetup("november", start="2026-11-18 18:00")
    site.meetup("off", start="2026-11-30 18:00", status="cancelled")
    site.meetup("december", rsvp="https://example.org/come")
    site.meetup(
        "breakfast", start="2026-12-01 07:00", end="08:00", repeats="first Tuesday, 3 times"
    )
    site.meetup("talk", start="2026-12-03 18:00", repeats="first Thursday")
    site.build(at=BUILT)
    host = StaticHost(site.output)
    yield host
    host.stop()


def at(open_tab: OpenTab, old: StaticHost, moment: str, address: str, **options: object) -> Page:
    """A page of that site as it is read at a moment."""
    page = open_tab(**options)
    if options.get("java_script_enabled", True):
        page.clock.set_fixed_time(moment)
    page.goto(old.url + address)
    return page


def listed(page: Page, identity: str) -> list[str]:
    return page.locator(f"#{identity}:visible > li h3").all_inner_texts()


def test_what_has_ended_stands_among_the_past_though_nobody_has_built_since(
    open_tab: OpenTab, old: StaticHost
) -> None:
    page = at(open_tab, old, "2026-11-21T12:00:00+11:00", "/meetups/")
    coming = [f"Meetup {name}" for name in ("breakfast", "december", "talk")]
    assert listed(page, "coming") == ["Cancelled: Meetup off", *coming]
    page = at(open_tab, old, "2026-12-02T20:30:00+11:00", "/meetups/")
    assert listed(page, "coming") == ["Meetup talk", "Meetup breakfast"]
    assert listed(page, "past") == ["Meetup december", "Cancelled: Meetup off", "Meetup november"]
    page = at(open_tab, old, "2026-12-02T20:29:00+11:00", "/meetups/")
    assert listed(page, "coming") == ["Meetup december", "Meetup talk", "Meetup breakfast"]


def test_the_word_next_stands_at_the_one_that_takes_place_next(
    open_tab: OpenTab, old: StaticHost
) -> None:
    for moment, name in (
        ("2026-11-21T12:00:00+11:00", "breakfast"),  # not the one that is cancelled
        ("2026-12-01T08:00:00+11:00", "december"),
        ("2026-12-03T09:00:00+11:00", "talk"),
    ):
        page = at(open_tab, old, moment, "/meetups/")
        (item,) = page.locator("#coming > li:has([data-next]:visible)").all()
        assert item.locator("h3").inner_text() == f"Meetup {name}"
        assert page.locator("h2").all_inner_texts() == ["To come", "Past"]


def test_a_repeat_goes_on_to_its_next_date(open_tab: OpenTab, old: StaticHost) -> None:
    for moment, shown in (
        ("2026-12-01T07:59:00+11:00", "Tue 1 December 2026"),
        ("2026-12-01T08:00:00+11:00", "Tue 5 January 2027"),
        ("2027-01-06T08:00:00+11:00", "Tue 2 February 2027"),
    ):
        page = at(open_tab, old, moment, "/meetups/")
        item = page.locator("li:has(a[href='/meetups/breakfast/'])")
        assert shown in item.inner_text()
        assert item.inner_text().count("to 8\u00a0am") == 1
        page = at(open_tab, old, moment, "/meetups/breakfast/")
        assert shown[4:] in page.locator("dl.facts dd").first.inner_text()


def test_when_all_is_past_nothing_is_to_come(open_tab: OpenTab, old: StaticHost) -> None:
    page = at(open_tab, old, "2027-02-02T08:00:00+11:00", "/meetups/")
    assert "Meetup breakfast" in listed(page, "past")
    assert listed(page, "coming") == ["Meetup talk"]


def test_what_can_no_longer_be_joined_is_no_longer_offered(
    open_tab: OpenTab, old: StaticHost
) -> None:
    page = at(open_tab, old, "2026-12-02T17:59:00+11:00", "/meetups/december/")
    expect(page.locator("dt", has_text="Reply")).to_be_visible()
    expect(page.locator("a", has_text="Google")).to_be_visible()
    page = at(open_tab, old, "2026-12-02T18:00:00+11:00", "/meetups/december/")
    expect(page.locator("dt", has_text="Reply")).to_be_hidden()
    expect(page.locator("a", has_text="Google")).to_be_hidden()


@pytest.mark.parametrize("moment", ["2026-11-21T12:00:00+11:00", "2028-01-01T12:00:00+11:00"])
def test_without_a_script_the_page_says_dates_and_nothing_that_passes(
    open_tab: OpenTab, old: StaticHost, moment: str
) -> None:
    page = at(open_tab, old, moment, "/meetups/", java_script_enabled=False)
    assert page.locator("h2").all_inner_texts() == [
        "From 30 November 2026",
        "Up to 18 November 2026",
    ]
    assert "Next" not in page.locator("main").inner_text()
    assert listed(page, "coming")[0] == "Cancelled: Meetup off"
    assert page.locator("#coming > li").first.inner_text().count("2026") == 1
