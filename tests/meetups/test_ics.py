"""Calendars keep to RFC 5545 and RFC 7986, byte by byte."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from plugins.meetups.ics import _Text
from tests.meetups.reading_back import calendar, event, events
from tests.sites import Site

NASTY = r"C:\New, \n; a\\b \N 100% – “so”, naïve 🙂"


def unfolded(raw: bytes) -> list[str]:
    return raw.replace(b"\r\n ", b"").decode().split("\r\n")


def of_components(raw: bytes) -> dict[str, list[str]]:
    """The first word of each line, by the component it stands in."""
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in unfolded(raw)[:-1]:
        name = re.split("[:;]", line)[0]
        if name == "BEGIN":
            inside.append(line[6:])
        elif name == "END":
            inside.pop()
        else:
            found.setdefault(inside[-1], []).append(name)
    return found


def test_every_calendar_is_folded_at_75_octets_and_ends_its_lines_with_crlf(site: Site) -> None:
    site.meetup("a", title="é" * 90, summary="🙂" * 60 + NASTY, series="S", bring="ö" * 80)
    site.build()
    for file in ("meetups.ics", "meetups/a.ics", "meetups/series/s.ics"):
        raw = (site.output / file).read_bytes()
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
        for line in raw.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # no character is split


def test_an_event_says_all_that_it_must_once(site: Site) -> None:
    site.venue("hall", position="-33.87, 151.21")
    site.meetup("a", venue="hall", address=None, online="https://talk.example/x", host="Ros")
    site.build()
    words = of_components((site.output / "meetups/a.ics").read_bytes())
    for component, must in {
        "VCALENDAR": "PRODID VERSION NAME X-WR-CALNAME DESCRIPTION URL SOURCE REFRESH-INTERVAL "
        "X-PUBLISHED-TTL LAST-MODIFIED CALSCALE",
        "VTIMEZONE": "TZID",
        "VEVENT": "UID DTSTAMP DTSTART DTEND SEQUENCE SUMMARY DESCRIPTION LOCATION GEO URL IMAGE "
        "CONFERENCE CONTACT STATUS CREATED LAST-MODIFIED TRANSP",
    }.items():
        for word in must.split():
            assert words[component].count(word) == 1, (component, word)
    assert "METHOD" not in words["VCALENDAR"]
    # Programs that sort events by UID would keep one event of all that a calendar with a UID has.
    assert "UID" not in words["VCALENDAR"]
    raw = (site.output / "meetups/a.ics").read_bytes().decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in raw
    assert "SOURCE;VALUE=URI:http" in raw
    assert "DTSTART;TZID=Australia/Sydney:20261202T180000\r\n" in raw
    assert "GEO:-33.87;151.21\r\n" in raw
    assert re.search(r"DTSTAMP:\d{8}T\d{6}Z\r\n", raw)


def test_the_same_content_makes_the_same_calendar_whenever_it_is_built(site: Site) -> None:
    site.meetup("a", repeats="first Wednesday, 3 times")
    site.build(at="2026-06-01")
    before = (site.output / "meetups.ics").read_bytes()
    site.build(at="2030-06-01")
    assert (site.output / "meetups.ics").read_bytes() == before


def test_a_uid_hangs_on_the_id_and_on_nothing_else(site: Site) -> None:
    site.meetup("a")
    site.build()
    before = str(event(site, "a")["UID"])
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", before
    )
    path = site.meetup(
        "a",
        id="a",
        title="Another",
        start="2027-01-01 09:00",
        end="10:00",
        host="Ros",
        venue="Hall",
    )
    path.rename(path.with_name("renamed.md"))
    site.build(site_url="https://new.example/here")
    assert str(event(site, "renamed")["UID"]) == before
    site.meetup("b")
    site.build()
    assert len({str(one["UID"]) for one in events(site)}) == 2


def test_icalendar_alone_would_read_a_backslash_before_n_as_a_line_break() -> None:
    """The reason for `_Text`; when this fails, icalendar has been mended and it may go."""
    theirs, ours = Event(), Event()
    theirs.add("summary", r"C:\New")
    ours.add("summary", _Text(r"C:\New"))
    assert rb"SUMMARY:C:\new" in theirs.to_ical()
    assert rb"SUMMARY:C:\\New" in ours.to_ical()


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
        | st.sampled_from('\\nN;,:\n"'),
        max_size=200,
    )
)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    made = Event()
    made.add("summary", _Text(text))
    read: Any = Calendar.from_ical(made.to_ical())
    assert str(read["SUMMARY"]) == text


def test_what_an_author_types_is_read_back_well_set(site: Site) -> None:
    site.meetup("a", title=r"C:\New, \n; a\\b", summary=NASTY)
    site.build()
    assert str(event(site, "a")["SUMMARY"]) == r"C:\New, \n; a\\b"
    assert str(event(site, "a")["DESCRIPTION"]).startswith(NASTY)


def test_the_calendar_of_all_has_every_meetup_and_those_of_series_their_own(site: Site) -> None:
    site.meetup("a", series="Evenings")
    site.meetup("b", series="Evenings", start="2026-01-02 18:00", status="cancelled")
    site.meetup("c", timezone="Australia/Perth")
    site.build()
    assert [str(one["URL"]).split("/")[-2] for one in events(site)] == ["b", "a", "c"]
    assert len(events(site, "meetups/series/evenings.ics")) == 2
    zones = {str(zone["TZID"]) for zone in calendar(site).walk("VTIMEZONE")}
    assert zones == {"Australia/Sydney", "Australia/Perth"}


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ({}, "CONFIRMED"),
        ({"status": "tentative"}, "TENTATIVE"),
        ({"status": "cancelled"}, "CANCELLED"),
    ],
)
def test_a_status_is_the_calendars_own_word(
    site: Site, head: dict[str, str | None], status: str
) -> None:
    site.meetup("a", **head)
    site.build()
    assert str(event(site, "a")["STATUS"]) == status


def test_an_hour_in_utc_needs_no_zone(site: Site) -> None:
    site.meetup("a", timezone="UTC")
    site.build()
    raw = (site.output / "meetups/a.ics").read_bytes()
    assert b"DTSTART:20261202T180000Z\r\n" in raw
    assert b"VTIMEZONE" not in raw
