"""Pages of meetups: what is to come, what is past, series, and what each page shows and hides."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lxml import html

from tests.absent import absent
from tests.sites import ROOT, SITE_FOLDER, Site, comment

pytestmark = pytest.mark.slow


def titles(page: html.HtmlElement, identity: str) -> list[str]:
    return [str(one) for one in page.xpath(f'//ol[@id="{identity}"]/li/h3/a/text()')]


def evenings(site: Site) -> Site:
    site.meetup("spring", start="2026-09-16 18:00", series="Evenings", recap="On tea.")
    site.meetup("november", start="2026-11-18 18:00", series="Evenings", came="Nine")
    site.meetup("december", start="2026-12-02 18:00", series="Evenings", bring="Cake")
    site.meetup("off", start="2026-12-01 18:00", status="cancelled", series="Evenings")
    site.meetup("breakfast", start="2026-12-04 07:00", end="08:00", repeats="first Friday")
    return site


def test_the_list_has_what_is_to_come_by_date_and_what_is_past_the_latest_first(
    site: Site,
) -> None:
    evenings(site).build()
    page = site.tree("meetups/")
    assert titles(page, "coming") == [
        "Cancelled: Meetup off",
        "Meetup december",
        "Meetup breakfast",
    ]
    assert titles(page, "past") == ["Meetup november", "Meetup spring"]
    headings = page.xpath("//main//section//h2/text()")
    assert headings == ["From 1 December 2026", "Up to 18 November 2026"]


def test_a_meetup_is_to_come_until_it_ends_and_past_from_that_second(site: Site) -> None:
    evenings(site)
    for at, there in (("2026-12-02 20:29", "coming"), ("2026-12-02 20:30", "past")):
        site.build(at=at)
        assert "Meetup december" in titles(site.tree("meetups/"), there)


def test_a_repeat_stays_with_its_next_date_and_is_past_after_its_last(site: Site) -> None:
    site.meetup("a", repeats="first Wednesday, 3 times")
    for at, shown in (
        ("2026-12-02 20:00", "2026-12-02"),
        ("2026-12-02 20:30", "2027-01-06"),
        ("2027-02-03 20:29", "2027-02-03"),
    ):
        site.build(at=at)
        item = site.tree("meetups/").xpath('//ol[@id="coming"]/li')[0]
        visible = item.xpath(".//span[@data-starts][not(@hidden)]")
        assert [one.get("data-starts")[:10] for one in visible] == [shown]
    site.build(at="2027-02-03 20:30")
    assert titles(site.tree("meetups/"), "past") == ["Meetup a"]


def test_a_page_shows_what_one_needs_in_order_to_come(site: Site) -> None:
    site.venue("hall", position="-33.87, 151.21", access="Step-free.", finding="Upstairs.")
    site.meetup(
        "a",
        venue="hall",
        address=None,
        host="Ros",
        cost="free; buy your own coffee",
        capacity="12",
        bring="a question",
        rsvp="https://example.org/come",
    )
    site.build()
    page = site.tree("meetups/a/")
    facts = {
        str(term.text): " ".join(term.getnext().text_content().replace("\u00a0", " ").split())
        for term in page.xpath('//dl[@class="facts"]/dt')
    }
    assert facts == {
        "When": "Wednesday 2 December 2026, 6 pm to 8.30 pm, Sydney time",
        "Where": "Venue hall, 1 Hall Street Upstairs. Step-free.",
        "Host": "Ros",
        "Cost": "Free; buy your own coffee",
        "Places": "12",
        "To bring": "A question",
        "Reply": "example.org/come",
        "Calendar": "Calendar file, Google, Outlook",
    }
    (place,) = page.xpath('//a[contains(@class,"p-adr")]/@href')
    assert place == "https://www.openstreetmap.org/?mlat=-33.87&mlon=151.21#map=18/-33.87/151.21"
    assert page.xpath('//a[@href="https://example.org/come"]')


@pytest.mark.parametrize(
    ("at", "head"),
    [("2026-12-02 18:00", {}), ("2027-01-01", {}), ("2026-11-20", {"status": "cancelled"})],
)
def test_what_can_no_longer_be_joined_offers_no_way_to(
    site: Site, at: str, head: dict[str, str]
) -> None:
    site.meetup("a", rsvp="https://example.org/come", **head)
    site.build(at=at)
    terms = site.tree("meetups/a/").xpath('//dl[@class="facts"]/dt/text()')
    assert terms == ["When", "Where", "Host"]


def test_photos_and_words_of_a_recap_come_with_the_end_and_who_came_too(site: Site) -> None:
    site.write("images/x.png", (SITE_FOLDER / "content/images/round-table.png").read_bytes())
    site.meetup(
        "a",
        "Come.\n\n## Recap\n\nTea.\n\n![A table](../images/x.png)\n\n### More\n\nCake.",
        came="nine",
    )
    site.build(at="2026-12-02 20:29")
    before = site.text("meetups/a/index.html")
    assert not [name for name in site.files() if name.startswith("images/") and "cards" not in name]
    site.build(at="2026-12-02 20:30")
    page = site.tree("meetups/a/")
    assert page.xpath('string(//h2[@id="recap"]/following-sibling::p[1])') == "Tea."
    assert page.xpath('//img[@alt="A table"]')
    absent("Recap", before, control=site.text("meetups/a/index.html"))
    assert page.xpath('string(//dt[text()="Who came"]/following-sibling::dd[1])') == "Nine"
    assert "Tea." in site.tree("meetups/").xpath('string(//ol[@id="past"])')


def test_a_note_of_the_announcement_stays_when_the_recap_is_not_there_yet(site: Site) -> None:
    site.meetup("a", "Come.[^n]\n\n## Recap\n\nTea.\n\n[^n]: In any case.")
    site.build()
    before = site.text("meetups/a/index.html")
    assert "In any case." in before
    site.build(at="2027-01-01")
    absent("Tea.", before, control=site.text("meetups/a/index.html"))


def test_each_page_leads_to_the_one_of_its_series_before_it_with_its_recap(site: Site) -> None:
    evenings(site).build()
    before = site.tree("meetups/december/").xpath('//h2[text()="The time before"]/..')[0]
    assert "Meetup november, 18 November 2026" in before.text_content()
    before = site.tree("meetups/november/").xpath('//h2[text()="The time before"]/..')[0]
    assert "On tea." in before.text_content()
    assert not site.tree("meetups/breakfast/").xpath('//h2[text()="The time before"]')
    site.build(at="2026-12-02 08:00")
    assert "Meetup november" in site.text("meetups/december/index.html")
    assert "Cancelled: Meetup off" not in site.tree("meetups/december/").xpath("string(//main)")


def test_a_series_has_a_page_and_a_calendar_of_its_own(site: Site) -> None:
    evenings(site).build()
    page = site.tree("meetups/series/evenings/")
    assert titles(page, "coming") == ["Cancelled: Meetup off", "Meetup december"]
    assert titles(page, "past") == ["Meetup november", "Meetup spring"]
    links = page.xpath('//link[@type="text/calendar"]/@href')
    assert links == ["/meetups/series/evenings.ics"]
    assert (site.output / "meetups/series/evenings.ics").is_file()
    assert site.tree("meetups/november/").xpath('//a[@href="/meetups/series/evenings/"]')
    assert site.tree("meetups/").xpath('//a[@href="/meetups/series/evenings/"]')


def test_past_meetups_go_on_over_pages_and_what_is_to_come_stands_on_the_first(site: Site) -> None:
    for month in range(1, 13):
        for day in (3, 10, 17, 24):
            start = f"2025-{month:02}-{day:02} 18:00"
            site.meetup(f"m{month:02}-{day:02}", start=start)
    site.meetup("next")
    site.build()
    first, second = site.tree("meetups/"), site.tree("meetups/page/1/")
    assert (len(titles(first, "past")), len(titles(second, "past"))) == (18, 30)
    assert titles(first, "coming") == ["Meetup next"]
    assert not second.xpath('//ol[@id="coming"]')
    assert second.xpath('//a[@rel="prev"]/@href') == ["/meetups/"]


def test_the_home_page_leads_to_the_next_that_takes_place(site: Site) -> None:
    evenings(site)
    site.page("about")
    site.build()
    notice = site.tree("").xpath('//section[contains(@class,"h-event")]')[0]
    assert "Meetup december" in notice.text_content()
    assert "Wednesday 2 December 2026, 6\u00a0pm to 8.30\u00a0pm" in notice.text_content()
    site.build(at="2026-12-02 20:30")
    assert "Meetup breakfast" in site.tree("").xpath(
        'string(//section[contains(@class,"h-event")])'
    )


def test_a_thread_hangs_on_a_meetup_as_on_a_post(site: Site) -> None:
    site.meetup("a")
    site.thread("meetups/a", comment("x"), comment("y", "x"))
    site.build()
    page = site.tree("meetups/a/")
    assert [one.get("id") for one in page.xpath('//ol[@class="thread"]//li')] == [
        "comment-x",
        "comment-y",
    ]
    assert "2 comments" in site.tree("meetups/").xpath("string(//main)")
    assert site.tree("conversations/").xpath(
        '//main//a[starts-with(@href, "/meetups/a/#comment-")]'
    )
    assert site.json_ld("meetups/a/")[0]["commentCount"] == 2


def test_a_link_names_a_meetup_by_file_or_id_and_is_checked(site: Site) -> None:
    site.meetup("a", "## What\n\nWords.", slug="tea")
    site.post(
        "p", "[one](../meetups/a.md#what) [two](id:meetups/a) [three](/meetups/) [x](/meetups.ics)"
    )
    site.build()
    links = site.tree("posts/p/").xpath('//div[contains(@class,"e-content")]//a/@href')
    assert links == ["/meetups/tea/#what", "/meetups/tea/", "/meetups/", "/meetups.ics"]
    assert site.tree("meetups/tea/").xpath('//h2[text()="Mentioned in"]/..//a[@href="/posts/p/"]')
    site.post("p", "[one](../meetups/b.md)")
    assert 'link "../meetups/b.md": no such file' in site.refused()[0]


def test_a_meetup_that_is_a_draft_or_announced_later_is_nowhere(site: Site) -> None:
    site.meetup("secret", title="Wombat", status="draft")
    site.meetup("later", title="Wombat", date="2026-11-30")
    site.meetup("a")
    site.build()
    assert not [name for name, raw in site.files().items() if b"Wombat" in raw or "secret" in name]
    site.build(drafts=True)
    page = site.tree("meetups/secret/")
    assert page.xpath('string(//*[contains(@class,"banner")])').strip().startswith("Draft: ")


def test_the_sitemap_and_the_old_addresses_know_meetups(site: Site) -> None:
    site.meetup("a", aliases="/events/old/", series="S")
    site.build()
    sitemap = site.text("sitemap.xml")
    for address in ("meetups/", "meetups/a/", "meetups/series/s/"):
        assert f"<loc>http://localhost:8000/{address}</loc>" in sitemap
    assert "/events/old/ /meetups/a/ 301" in site.text("_redirects")
    assert 'url=/meetups/a/"' in site.text("events/old/index.html")


def test_a_meetup_cannot_take_the_place_of_a_list(site: Site) -> None:
    site.page("meetups")
    site.meetup("a")
    assert "is where the site writes /meetups/" in site.refused()[0]


def test_the_card_of_a_meetup_shows_the_day_it_takes_place(site: Site) -> None:
    site.meetup("a")
    site.build()
    before = site.tree("meetups/a/").xpath('string(//meta[@property="og:image"]/@content)')
    site.meetup("a", start="2026-12-03 18:00")
    site.build()
    assert site.tree("meetups/a/").xpath('string(//meta[@property="og:image"]/@content)') != before


def test_a_site_without_meetups_loads_nothing_for_them_and_shows_nothing_of_them(
    site: Site,
) -> None:
    site.five_files()
    code = (
        "import sys; from pathlib import Path; from tools.build import build; "
        f"build(Path({str(site.content)!r}), Path({str(site.output)!r})); "
        "print([name for name in ('icalendar', 'dateutil.rrule', 'plugins.meetups.zones') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert not [name for name in site.files() if "meetup" in name or name.endswith(".ics")]
    without = site.text("index.html").lower()
    site.meetup("first")
    site.build()
    absent("meetup", without, control=site.text("index.html").lower())


def test_two_builds_of_meetups_in_far_zones_give_the_same_bytes(site: Site) -> None:
    evenings(site)
    site.venue("hall", position="-33.87, 151.21")
    outputs = []
    for zone, seed in (("Pacific/Kiritimati", "1"), ("Pacific/Pago_Pago", "2")):
        folder = site.folder / seed
        done = site.command(
            "--output", str(folder), "--at", "2026-11-20 12:00", TZ=zone, PYTHONHASHSEED=seed
        )
        assert done.returncode == 0, done.stderr
        outputs.append(site.files(folder))
    assert outputs[0] == outputs[1]
