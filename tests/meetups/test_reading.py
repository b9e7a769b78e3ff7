"""What hangs together in a meetup's lines is checked together, and told all at once with its line."""

from __future__ import annotations

import pytest

from tests.sites import Site

HEAD = 7  # Title, Date, Start, End, Venue and Address: the line after them


def refused(site: Site, **head: str | None) -> list[str]:
    site.meetup("a", **head)
    *faults, last = site.refused()
    assert last.endswith("to mend; nothing was written.")
    return faults


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            {"end": "17:00"},
            'meetups/a.md:4: End: 2026-12-02 17:00 is not after the start, 2026-12-02 18:00; write a later '
            'time, or "End: 2026-12-03 17:00" when it goes past midnight',
        ),
        (
            {"end": "2026-12-01 20:30"},
            "meetups/a.md:4: End: 2026-12-01 20:30 is not after the start, 2026-12-02 18:00; write a later time",
        ),
        (
            {"end": "18:00"},
            'meetups/a.md:4: End: 2026-12-02 18:00 is not after the start, 2026-12-02 18:00; write a later '
            'time, or "End: 2026-12-03 18:00" when it goes past midnight',
        ),
        (
            {"end": None},
            'meetups/a.md:3: Start: has no end; write "End: 20:30" or "Duration: 2 hours"',
        ),
        (
            {"duration": "2 hours"},
            "meetups/a.md:7: Duration: says again what End says; keep one of the two",
        ),
        (
            {"end": "2027-02-02 18:00"},
            "meetups/a.md:4: End: makes it last 62 days; write an end within a month",
        ),
        (
            {"timezone": "Sydney"},
            'meetups/a.md:7: Timezone: "Sydney" is no known time zone; did you mean "Australia/Sydney"?',
        ),
        (
            {"start": "2026-10-04 02:30", "end": "05:00"},
            'meetups/a.md:3: Start: "2026-10-04 02:30" does not exist in Australia/Sydney, where clocks go '
            "forward then; write 2026-10-04 01:30 or 2026-10-04 03:30",
        ),
        (
            {"start": "2026-04-05 02:30", "end": "05:00"},
            'meetups/a.md:3: Start: "2026-04-05 02:30" comes twice in Australia/Sydney, where clocks go back '
            "then; write 2026-04-05 02:30+11:00 for the first or 2026-04-05 02:30+10:00 for the second",
        ),
        (
            {"start": "2026-10-03 22:00", "end": "2026-10-04 02:30"},
            'meetups/a.md:4: End: "2026-10-04 02:30" does not exist in Australia/Sydney, where clocks go '
            "forward then; write 2026-10-04 01:30 or 2026-10-04 03:30",
        ),
        (
            {"start": "2026-12-02"},
            'meetups/a.md:3: Start: "2026-12-02" has no time; write 2026-12-02 18:00',
        ),
        (
            {"address": None},
            'meetups/a.md:5: Venue: "The Café" is not in venues/; write Venue and Address, or an Address too',
        ),
        (
            {"venue": None},
            'meetups/a.md:5: Address: has no venue; write "Venue: its name" too',
        ),
        (
            {"venue": None, "address": None},
            "meetups/a.md:3: Start: has no place; write Venue and Address, or Online: https://…",
        ),
        (
            {"repeats": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
            "meetups/a.md:7: Repeats: never happens: no day from 2026-12-02 on fits "
            '"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"; write "first Friday of the month", "every Wednesday", '
            '"every 2 weeks" or an RRULE',
        ),
        (
            {"repeats": "first Wednesday until 2026-11-01"},
            "meetups/a.md:7: Repeats: never happens: it ends on 2026-11-01, before it starts; write a later end",
        ),
        (
            {"repeats": "first Wednesday, 2 times", "except": "2026-12-02, 2027-01-06"},
            "meetups/a.md:8: Except: takes out every date, so that it never happens; leave one",
        ),
        (
            {"repeats": "first Wednesday", "except": "2026-12-09"},
            'meetups/a.md:8: Except: "2026-12-09" is no date on which it repeats; the next that is: 2027-01-06',
        ),
        (
            {"repeats": "first Wednesday", "also": "2027-01-06 18:00"},
            'meetups/a.md:8: Also: "2027-01-06 18:00" is a date on which it repeats anyway; take it out',
        ),
        (
            {"except": "2026-12-09"},
            "meetups/a.md:7: Except: is for a meetup that repeats; write Repeats, or take it out",
        ),
        (
            {"status": "moved"},
            'meetups/a.md:7: Status: moved from when or where? Write "Moved-From: 2026-11-30 18:00" too',
        ),
        (
            {"moved_from": "2026-12-01 18:00"},
            'meetups/a.md:7: Moved-From: is for what has moved; write "Status: moved" too',
        ),
        (
            {"status": "moved", "moved_from": "2026-12-02 18:00"},
            'meetups/a.md:8: Moved-From: "2026-12-02 18:00" is when it starts now; write when it was',
        ),
        (
            {"cost": "a trifle"},
            'meetups/a.md:7: Cost: "a trifle" says no amount; begin it with "free", or write $15',
        ),
        (
            {"capacity": "a few"},
            'meetups/a.md:7: Capacity: "a few" is not a number of people; write digits, such as 12',
        ),
        (
            {"online": "zoom"},
            'meetups/a.md:7: Online: "zoom" is not a web address; write it whole, such as https://example.org/',
        ),
        (
            {"status": "canceled"},
            'meetups/a.md:7: Status: "canceled" is not known; write one of: scheduled, tentative, moved, '
            'cancelled, past, draft; did you mean "cancelled"?',
        ),
        (
            {"venu": "x"},
            'meetups/a.md:7: "Venu" is not a known key; did you mean "Venue"?',
        ),
        (
            {"start": None},
            'meetups/a.md:1: Start is missing; write "Start: 2026-11-30 18:00"',
        ),
        (
            {"date": None},
            'meetups/a.md:1: Date is missing; write "Date: 2026-11-30 18:00"',
        ),
        (
            {"series": "!!"},
            'meetups/a.md:7: Series: "!!" has no letters or digits to make an address of',
        ),
    ],
)  # fmt: skip
def test_bad_input_is_told_with_its_line_what_was_found_and_what_to_write(
    site: Site, head: dict[str, str | None], said: str
) -> None:
    assert refused(site, **head) == [said]


def test_every_fault_of_every_meetup_is_told_in_one_run(site: Site) -> None:
    site.meetup("a", end="17:00", timezone="Mars", cost="a trifle", capacity="0", recapp="x")
    site.meetup("b", start="2026-10-04 02:30", end="05:00", venue="Nowhere", address=None)
    site.venue("hall", position="over there")
    assert [fault.split(": ")[0:2] for fault in site.refused()[:-1]] == [
        ["meetups/a.md:9", "Capacity"],
        ["meetups/a.md:10", '"Recapp" is not a known key; did you mean "Recap"?'],
        ["meetups/b.md:3", "Start"],
        ["meetups/b.md:5", "Venue"],
        ["venues/hall.md:3", "Position"],
    ]


def test_what_hangs_together_is_told_when_the_lines_themselves_are_right(site: Site) -> None:
    assert [fault.split(": ")[0] for fault in refused(site, end="17:00", timezone="Mars", cost="x")] == [
        "meetups/a.md:4",
        "meetups/a.md:7",
        "meetups/a.md:8",
    ]  # fmt: skip


def test_what_is_wrong_by_itself_is_told_though_the_start_is_wrong_too(site: Site) -> None:
    assert refused(site, start="2 Dec 2026 6pm", end="8.30pm", repeats="now and then") == [
        'meetups/a.md:3: Start: "2 Dec 2026 6pm" is not a date; write 2026-12-02 18:00',
        'meetups/a.md:4: End: "8.30pm" is not a time; write it as 20:30',
        'meetups/a.md:7: Repeats: "now and then" is no repeat that is known; write "first Friday of the month", '
        '"every Wednesday", "every 2 weeks" or an RRULE',
    ]


def test_two_meetups_with_one_id_are_told(site: Site) -> None:
    site.meetup("one")
    site.meetup("two", id="one")
    assert site.refused()[:-1] == [
        'meetups/two.md:7: id "one" is taken by meetups/one.md; write another (threads and feed ids hang on it)'
    ]


def test_two_meetups_at_one_address_are_told(site: Site) -> None:
    site.meetup("one")
    site.meetup("two", slug="one")
    (fault,) = site.refused()[:-1]
    assert "address /meetups/one/ is taken by meetups/" in fault


def test_a_venue_is_found_by_its_file_or_its_name_and_a_slip_is_told(site: Site) -> None:
    site.venue("blue-door", name="The Blue Door")
    for typed in ("blue-door", "Blue-Door", "the blue door", "blue-door.md"):
        site.meetup("a", venue=typed, address=None)
        site.build()
        assert "The Blue Door" in site.text("meetups/a/index.html")
    site.meetup("a", venue="bleu-door", address=None)
    assert site.refused()[0] == (
        'meetups/a.md:5: Venue: "bleu-door" is not in venues/; did you mean "blue-door"?'
    )
    site.meetup("a", venue="blue-door")
    assert site.refused()[0] == (
        "meetups/a.md:6: Address: stands in venues/blue-door.md; take it out here"
    )


def test_a_venue_is_checked_as_an_entry_is(site: Site) -> None:
    site.write("venues/a.md", "Nme: A\nPosition: 1, 2, 3\nMap: here\n\nText.\n")
    site.write("venues/b.txt", "x")
    assert site.refused()[:-1] == [
        'venues/a.md:1: "Nme" is not a known key; did you mean "Name"?',
        'venues/a.md:1: Address is missing; write "Address: 12 Station Street, Newtown NSW 2042"',
        'venues/a.md:1: Name is missing; write "Name: what readers will see"',
        'venues/a.md:2: Position: "1, 2, 3" is no latitude and longitude; write them as a map gives them: '
        "-33.8688, 151.2093",
        'venues/a.md:3: Map: "here" is not a web address; write it whole, such as https://example.org/',
        "venues/a.md:4: a venue is its lines alone; write what helps to find the table as Finding: …",
        "venues/b.txt: is not Markdown, so nothing shows it; take it out of venues/",
    ]


def test_a_repeat_that_meets_a_missing_hour_says_which_date_to_leave_out(site: Site) -> None:
    head = {"start": "2026-09-06 02:30", "end": "04:00", "repeats": "first Sunday, 3 times"}
    assert refused(site, **head) == [
        'meetups/a.md:7: Repeats: "2026-10-04 02:30" does not exist in Australia/Sydney, where clocks go '
        'forward then; write "Except: 2026-10-04" and another time as Also: …'
    ]
    site.meetup("a", **head, **{"except": "2026-10-04"}, also="2026-10-04 03:30")
    site.build()
    assert "4 October 2026, 3.30 am" in site.text("meetups/a/index.html")


def test_what_says_what_has_been_before_it_has_is_left_out_and_told(site: Site) -> None:
    site.meetup("a", "Come.\n\n## Recap\n\nA wombat.", came="Nine numbats", recap="A quoll.")
    told = [str(warning).split("meetups/", 1)[1] for warning in site.build().warnings]
    assert told == [
        'a.md: "## Recap" says what has been; before it ends on 2026-12-02 20:30, it is left out',
        "a.md: is not in the ledger yet; run ./invoke meetups.record and commit what it writes",
        "a.md:7: Came: says what has been; before it ends on 2026-12-02 20:30, it is left out",
        "a.md:8: Recap: says what has been; before it ends on 2026-12-02 20:30, it is left out",
    ]
    for secret in (b"wombat", b"numbat", b"quoll"):
        assert not [name for name, raw in site.files().items() if secret in raw]
    assert len(site.build(at="2026-12-02 20:30").warnings) == 1
    page = site.text("meetups/a/index.html")
    assert "wombat" in page
    assert "numbats" in page
    assert "quoll" in site.text("meetups/index.html")


def test_another_time_zone_and_its_own_offset_are_taken(site: Site) -> None:
    site.meetup("a", timezone="Australia/Perth")
    site.build()
    page = site.tree("meetups/a/")
    assert page.xpath('string(//time[@class="dt-start"]/@datetime)') == "2026-12-02T18:00:00+08:00"
    assert "Perth time" in page.xpath('string(//dl[@class="facts"])')


def test_a_tentative_meetup_may_have_no_place_yet(site: Site) -> None:
    site.meetup("a", status="tentative", venue=None, address=None)
    site.build()
    assert "The place is to be announced" in site.text("meetups/a/index.html")
