"""Page, calendar, JSON-LD, h-event and feeds say the same of a meetup: they come from one record."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser
import mf2py
import pytest
from lxml import html

from plugins.entries.dates import clock, day
from tests.meetups.reading_back import event, utc
from tests.sites import Site

URL = "https://x.example"


@dataclass(frozen=True)
class Said:
    """What one of the forms says. Moments are instants; status is schema.org's word."""

    title: str
    address: str
    start: datetime
    end: datetime
    place: str


def of_page(page: html.HtmlElement) -> Said:
    """By what a person reads, the hours as words."""
    facts = page.xpath('//dl[@class="facts"]')[0]
    start, end = (datetime.fromisoformat(one) for one in facts.xpath(".//time/@datetime")[:2])
    words = " ".join(facts.xpath("string(dd[1])").replace("\u00a0", " ").split())
    assert f"{day(start)}, {clock(start)} to {clock(end)}" in words
    return Said(
        page.xpath("string(//h1)"),
        page.xpath('string(//link[@rel="canonical"]/@href)'),
        utc(start),
        utc(end),
        facts.xpath('string(.//*[contains(@class,"p-location")])'),
    )


def of_h_event(text: str) -> Said:
    read = mf2py.parse(doc=text, url=URL)
    (found,) = [item for item in read["items"] if "h-event" in item["type"]]
    properties = found["properties"]
    place = properties["location"][0]["properties"]
    return Said(
        properties["name"][0],
        properties["url"][0],
        utc(datetime.fromisoformat(properties["start"][0])),
        utc(datetime.fromisoformat(properties["end"][0])),
        f"{place['name'][0]}, {place['adr'][0]}",
    )


def of_json_ld(thing: dict[str, Any]) -> Said:
    if thing["@type"] == "EventSeries":
        thing = thing["subEvent"][0]
    return Said(
        thing["name"],
        thing["url"],
        utc(datetime.fromisoformat(thing["startDate"])),
        utc(datetime.fromisoformat(thing["endDate"])),
        f"{thing['location']['name']}, {thing['location']['address']}",
    )


def of_calendar(found: Any) -> Said:
    return Said(
        str(found["SUMMARY"]),
        str(found["URL"]),
        utc(found["DTSTART"].dt),
        utc(found["DTEND"].dt),
        str(found["LOCATION"]),
    )


def of_feed(title: str, link: str, content: str) -> Said:
    body = html.fragment_fromstring(content, create_parent=True)
    start, end = (datetime.fromisoformat(one) for one in body.xpath(".//time/@datetime")[:2])
    place = body.xpath('string(.//*[contains(@class,"p-location")])')
    return Said(title, link, utc(start), utc(end), place)


def every_form(site: Site, name: str) -> dict[str, Said]:
    address = f"meetups/{name}/"
    (thing,) = [t for t in site.json_ld(address) if t["@type"] in ("Event", "EventSeries")]
    found = {
        "page": of_page(site.tree(address)),
        "h-event": of_h_event(site.text(f"{address}index.html")),
        "json-ld": of_json_ld(thing),
        "calendar": of_calendar(event(site, name)),
    }
    for form in ("atom", "rss"):
        feed = feedparser.parse((site.output / f"meetups/feed.{form}").read_bytes())
        (entry,) = [one for one in feed.entries if one.id.endswith(f"meetups/{name}")]
        found[form] = of_feed(entry.title, entry.link, entry.content[0].value)
    items = json.loads(site.text("meetups/feed.json"))["items"]
    (item,) = [one for one in items if one["id"].endswith(f"meetups/{name}")]
    found["json feed"] = of_feed(item["title"], item["url"], item["content_html"])
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("one-record"))
    site.venue("hall", name="The Hall", address="2 High Street", position="-33.87, 151.21")
    site.meetup("plain")
    site.meetup("summer", start="2026-01-14 18:00", venue="hall", address=None)
    site.meetup("winter", start="2026-07-15 17:45", end="19:15", title='It\'s "so" & <b>so</b>')
    site.meetup("perth", timezone="Australia/Perth", status="tentative")
    site.meetup("moved", status="moved", moved_from="2026-11-30 18:00; hall")
    site.meetup("cancelled", status="cancelled", cost="$15")
    site.meetup("night", start="2026-12-31 22:00", end="2027-01-01 02:00", cost="free")
    site.meetup("repeats", repeats="first Wednesday until 2027-06-30", **{"except": "2027-01-06"})
    site.build(site_url=URL)
    return site


NAMES = ("plain", "summer", "winter", "perth", "moved", "cancelled", "repeats")


@pytest.mark.parametrize("name", NAMES)
def test_every_form_says_the_same(built: Site, name: str) -> None:
    found = every_form(built, name)
    assert len(found) == 7
    assert set(found.values()) == {found["page"]}
    assert found["page"].address == f"{URL}/meetups/{name}/"


@pytest.mark.parametrize(
    ("name", "status", "mode"),
    [
        ("plain", "EventScheduled", "OfflineEventAttendanceMode"),
        ("perth", "EventScheduled", "OfflineEventAttendanceMode"),
        ("moved", "EventRescheduled", "OfflineEventAttendanceMode"),
        ("cancelled", "EventCancelled", "OfflineEventAttendanceMode"),
    ],
)
def test_search_engines_are_told_what_has_become_of_it(
    built: Site, name: str, status: str, mode: str
) -> None:
    (thing,) = [t for t in built.json_ld(f"meetups/{name}/") if t["@type"] == "Event"]
    assert thing["eventStatus"] == f"https://schema.org/{status}"
    assert thing["eventAttendanceMode"] == f"https://schema.org/{mode}"
    assert thing.get("previousStartDate") == (
        "2026-11-30T18:00:00+11:00" if name == "moved" else None
    )
    article = built.json_ld(f"meetups/{name}/")[0]
    assert article["@type"] == "BlogPosting"
    assert article["about"] == {"@id": thing["@id"]}


def test_what_it_costs_is_an_offer_and_what_is_free_says_so(built: Site) -> None:
    (paid,) = [t for t in built.json_ld("meetups/cancelled/") if t["@type"] == "Event"]
    assert (paid["offers"]["price"], paid["offers"]["priceCurrency"]) == ("15", "AUD")
    assert paid["isAccessibleForFree"] is False
    assert paid["offers"]["availability"] == "https://schema.org/Discontinued"
    (free,) = [t for t in built.json_ld("meetups/night/") if t["@type"] == "Event"]
    assert (free["offers"]["price"], free["isAccessibleForFree"]) == ("0", True)


def test_what_has_moved_says_from_where_and_when_in_every_form(built: Site) -> None:
    was = "it was to be on Monday 30 November 2026, 6 pm, at The Hall"
    assert was in built.tree("meetups/moved/").xpath('string(//p[@class="series"])')
    assert f"Moved: {was}." in str(event(built, "moved")["DESCRIPTION"])
    assert was in built.text("meetups/feed.json")


def test_a_repeat_is_a_series_with_its_rule_and_its_exceptions(built: Site) -> None:
    (thing,) = [t for t in built.json_ld("meetups/repeats/") if t["@type"] == "EventSeries"]
    schedule = thing["eventSchedule"]
    assert schedule["repeatFrequency"] == "P1M"
    assert schedule["byDay"] == ["1WE"]
    assert schedule["exceptDate"] == ["2027-01-06"]
    assert schedule["endDate"] == "2027-06-02"
    assert [one["startDate"][:10] for one in thing["subEvent"]][:2] == ["2026-12-02", "2027-02-03"]
    words = built.tree("meetups/repeats/").xpath("string(//dl)")
    assert "First Wednesday of each month, until 2 June 2027; not on 6 January 2027" in words


def test_a_meetup_that_goes_past_midnight_says_both_days(built: Site) -> None:
    words = built.tree("meetups/night/").xpath("string(//dl/dd[1])").replace("\u00a0", " ")
    assert "Thursday 31 December 2026, 10 pm to Friday 1 January 2027, 2 am" in words


@pytest.mark.parametrize(
    ("head", "mode", "places"),
    [
        ({"online": "https://talk.example/x"}, "Mixed", ["Place", "VirtualLocation"]),
        ({"online": "https://talk.example/x", "venue": None, "address": None}, "Online", "VirtualLocation"),
    ],
)  # fmt: skip
def test_a_meetup_online_says_so(
    site: Site, head: dict[str, str | None], mode: str, places: Any
) -> None:
    site.meetup("a", **head)
    site.build()
    (thing,) = [t for t in site.json_ld("meetups/a/") if t["@type"] == "Event"]
    assert thing["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    where = thing["location"]
    kinds = [one["@type"] for one in where] if isinstance(where, list) else where["@type"]
    assert kinds == places
    assert str(event(site, "a")["CONFERENCE"]) == "https://talk.example/x"
    assert site.tree("meetups/a/").xpath('//dl//a[@href="https://talk.example/x"]')


def test_links_into_other_calendars_carry_the_same_instants_and_place(site: Site) -> None:
    site.meetup("a", title="Tea & cake", repeats="first Wednesday, 3 times")
    site.build(site_url=URL)
    links = site.tree("meetups/a/").xpath("//dl//a/@href")
    google = next(one for one in links if "calendar.google.com" in one)
    outlook = next(one for one in links if "outlook.live.com" in one)
    assert "dates=20261202T070000Z%2F20261202T093000Z" in google
    assert "text=Tea%20%26%20cake" in google
    assert "recur=RRULE%3AFREQ%3DMONTHLY" in google
    assert "startdt=2026-12-02T07%3A00%3A00Z&enddt=2026-12-02T09%3A30%3A00Z" in outlook
    for link in (google, outlook):
        assert "location=The%20Caf%C3%A9%2C%201%20High%20Street%2C%20Newtown" in link
        assert f"{URL}/meetups/a/".replace(":", "%3A").replace("/", "%2F") in link
    lists = site.tree("meetups/").xpath("//main//a/@href")
    assert "webcal://x.example/meetups.ics" in lists
    assert any(
        re.search(r"google.*cid=webcal%3A%2F%2Fx.example%2Fmeetups.ics", one) for one in lists
    )
    assert any("addfromweb?url=https%3A%2F%2Fx.example%2Fmeetups.ics" in one for one in lists)
