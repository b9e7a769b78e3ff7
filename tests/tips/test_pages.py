"""The pages, lists and feeds of the campaign."""

from __future__ import annotations

import feedparser
import pytest

from tests.absent import absent
from tests.sites import Site, comment, with_settings
from tests.tips.issues import four, write_issue


@pytest.fixture
def campaign(site: Site) -> Site:
    for month in ("2025-12", "2026-06", "2026-07"):
        write_issue(site, month)
    site.thread("tips/2026-06", comment("a", date="2026-06-20T09:00:00+10:00"))
    site.build()
    return site


def test_each_item_has_an_anchor_its_kind_and_its_lines(campaign: Site) -> None:
    page = campaign.tree("tips/2026-06/")
    headings = page.xpath('//h2[starts-with(@id, "item-")]')
    assert [
        (h.get("id"), h.xpath("string(span)"), h.xpath("string(br/following::text())"))
        for h in headings
    ] == [
        ("item-1", "Tip", "one"),
        ("item-2", "Tool", "two"),
        ("item-3", "Idea", "three"),
        ("item-4", "Tip", "four"),
    ]
    assert page.xpath('string(//p[@class="try"])') == "Try: one, once."
    note = page.xpath('string(//p[@class="try"]/following-sibling::p)')
    assert note == "Takes five minutes. Needs nothing but a pencil. From somebody."
    assert page.xpath('//nav[@class="contents"]//a/@href') == [f"#item-{n}" for n in (1, 2, 3, 4)]


def test_an_issue_carries_its_thread_and_leads_to_its_neighbours(campaign: Site) -> None:
    page = campaign.tree("tips/2026-06/")
    assert page.xpath('//li[@id="comment-a"]')
    assert page.xpath('//a[@rel="prev"]/@href') == ["/tips/2025-12/"]
    assert page.xpath('//a[@rel="next"]/@href') == ["/tips/2026-07/"]
    assert "/tips/2026-06/feed.atom" in page.xpath("//link/@href")


def test_the_archive_lists_all_by_year_and_each_year_has_its_page(campaign: Site) -> None:
    page = campaign.tree("tips/")
    assert page.xpath("//h2//text()") == ["2026", "2025"]
    assert page.xpath("//h3/a/@href") == ["/tips/2026-07/", "/tips/2026-06/", "/tips/2025-12/"]
    assert page.xpath('//ol[@class="four quiet"]//a/@href')[:2] == [
        "/tips/2026-07/#item-1",
        "/tips/2026-07/#item-2",
    ]
    assert campaign.tree("tips/2025/").xpath("//h3/a/@href") == ["/tips/2025-12/"]
    steps = campaign.json_ld("tips/2025/")[0]["itemListElement"]
    assert [step["name"] for step in steps] == [
        "Activate Learning",
        "Activate My Learning",
        "Activate My Learning in 2025",
    ]


def test_the_feeds_hold_every_issue_whole(campaign: Site) -> None:
    for ending in ("atom", "rss"):
        feed = feedparser.parse(campaign.output / f"tips/feed.{ending}")
        assert [entry.title for entry in feed.entries] == [
            "Issue 2026-07",
            "Issue 2026-06",
            "Issue 2025-12",
        ]
        assert feed.entries[0].id == "tag:activatelearning.example,2014:tips/2026-07"
        assert "Try:" in feed.entries[0].content[-1].value
    assert '"Issue 2025-12"' in campaign.text("tips/feed.json")


def test_the_feed_for_mailing_services_holds_the_latest_as_the_mail_has_it(campaign: Site) -> None:
    feed = feedparser.parse(campaign.output / "tips/mail.rss")
    assert [entry.title for entry in feed.entries] == ["Issue 2026-07"]
    content = feed.entries[0].content[-1].value
    assert feed.entries[0].id == "tag:activatelearning.example,2014:tips/2026-07"
    assert "<h1" in content
    assert "leave.invalid" not in content
    assert "http://localhost:8000/tips/2026-07/" in feed.entries[0].link


def test_an_item_can_be_linked_to_from_anywhere(campaign: Site) -> None:
    campaign.post("linking", "See [the idea](../tips/2026-06.md#item-3).")
    campaign.build()
    assert 'href="/tips/2026-06/#item-3"' in campaign.text("posts/linking/index.html")
    assert "linking" in campaign.text("tips/2026-06/index.html")
    campaign.post("linking", "See [the idea](../tips/2026-06.md#item-5).")
    assert 'tips/2026-06.md has no "#item-5"' in campaign.refused()[0]


def test_a_site_without_tips_has_nothing_of_them(site: Site) -> None:
    site.five_files().build()
    assert not any("tips" in name for name in site.files())
    without = site.text("index.html")
    write_issue(site)
    site.build()
    absent("/tips/", without, control=site.text("index.html"))


def test_two_builds_in_a_row_are_the_same(campaign: Site) -> None:
    before = campaign.files()
    campaign.build()
    assert campaign.files() == before


def test_many_issues_go_on_over_pages(site: Site) -> None:
    for year in (2021, 2022, 2023, 2024):
        for month in range(1, 13):
            write_issue(site, f"{year}-{month:02}", items=four())
    site.build()
    assert len(site.tree("tips/").xpath("//h3")) == 24
    assert len(site.tree("tips/page/1/").xpath("//h3")) == 24
    assert len(site.tree("tips/2022/").xpath("//h3")) == 12


def test_there_is_a_form_only_where_the_settings_name_a_service(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("subscribe", title="Subscribe", template="subscribe")
    site.post("one")
    site.build()
    assert not site.tree("subscribe/").xpath("//form")
    assert not any("theme/form" in name for name in site.files())
    with_settings(
        monkeypatch,
        SUBSCRIBE_ACTION="https://list.example/join?u=1",
        SUBSCRIBE_HIDDEN=(("tag", "tips"),),
    )
    site.build()
    (form,) = site.tree("subscribe/").xpath("//form")
    assert (form.get("action"), form.get("method")) == ("https://list.example/join?u=1", "post")
    assert form.xpath('.//input[@type="hidden"]/@value') == ["tips"]
    assert form.xpath('.//input[@type="email"]/@name') == ["email"]
    policy = site.tree("subscribe/").xpath(
        '//meta[@http-equiv="Content-Security-Policy"]/@content'
    )[0]
    assert policy.endswith("form-action https://list.example")
    (sheet,) = site.tree("subscribe/").xpath('//link[@rel="stylesheet"]/@href')
    assert ".sign-up" in site.text(sheet.lstrip("/"))
    assert ".prose" in site.text(sheet.lstrip("/"))
    elsewhere = site.tree("posts/one/").xpath(
        '//meta[@http-equiv="Content-Security-Policy"]/@content'
    )[0]
    assert elsewhere.endswith("form-action 'self'")


def test_a_service_that_is_no_https_address_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.post("one")
    with_settings(monkeypatch, SUBSCRIBE_ACTION="http://list.example/join")
    assert site.refused()[0] == (
        'pelicanconf.py: SUBSCRIBE_ACTION: "http://list.example/join" is not an address that begins with https://'
    )
