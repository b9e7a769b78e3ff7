"""What is a draft or dated later leaves the reader only for previews; no two entries share an id."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.entries.dates import parse_date
from plugins.entries.reading import Reading
from plugins.entries.rendering import Rendering
from plugins.kinds import KINDS

SYDNEY = ZoneInfo("Australia/Sydney")
NOW = parse_date("2026-06-01 18:00", SYDNEY)


def reading(previews: bool = False) -> Reading:
    return Reading(KINDS, SYDNEY, NOW, previews, Rendering([]))


def file(title: str = "A", date: str | None = "2026-05-25", **head: str) -> bytes:
    lines = {"Title": title} | ({"Date": date} if date else {}) | head
    return ("".join(f"{key}: {value}\n" for key, value in lines.items()) + "\nText.\n").encode()


def told(of: Reading) -> list[str]:
    of.check_ids()
    return [str(fault) for fault in of.report.faults]


@pytest.mark.parametrize("place", ["posts/a.md", "pages/a.md"])
def test_a_draft_waits_and_its_key_is_known_with_the_reason(place: str) -> None:
    now = reading()
    assert now.read(place, file(Status="Draft")) is None
    assert now.held[place[:-3]][0] == place
    assert now.held[place[:-3]][1].startswith("Draft: ")
    assert told(now) == []
    assert now.by_place == {}


@pytest.mark.parametrize("place", ["posts/a.md", "pages/a.md"])
def test_what_is_dated_later_waits_until_its_minute(place: str) -> None:
    now = reading()
    assert now.read(place, file(date="2026-06-01 18:01")) is None
    assert now.held["posts/a" if "posts" in place else "pages/a"][1] == (
        "Scheduled: published by the first build after 1 June 2026, 6.01 pm."
    )
    assert reading().read(place, file(date="2026-06-01 18:00")) is not None


def test_the_moment_is_compared_as_an_instant_whatever_its_offset() -> None:
    assert reading().read("posts/a.md", file(date="2026-06-01 08:00Z")) is not None
    assert reading().read("posts/a.md", file(date="2026-06-01 08:01Z")) is None
    assert reading().read("posts/a.md", file(date="2026-06-01 17:59-01:00")) is None


def test_a_preview_shows_both_with_a_banner_that_says_why() -> None:
    now = reading(previews=True)
    draft = now.read("posts/a.md", file(Status="draft"))
    later = now.read("posts/b.md", file(date="2027-01-01"))
    public = now.read("posts/c.md", file())
    assert draft is not None
    assert later is not None
    assert public is not None
    assert draft.banner == "Draft: no build publishes this until its Status line is gone."
    assert (later.banner or "").startswith("Scheduled: published by the first build after 1 Jan")
    assert public.banner is None
    assert now.held == {}


def test_a_held_file_with_a_fault_is_told_before_its_day() -> None:
    now = reading()
    assert now.read("posts/a.md", file(date="2027-01-01", Slug="A b")) is None
    assert told(now) == ['posts/a.md:3: Slug: "A b" cannot be part of an address; write a-b']
    assert now.faulty == {"posts/a.md", "posts/a"}


@pytest.mark.parametrize("case", ["a", "A"])
def test_two_entries_with_one_id_are_told_whatever_the_letters(case: str) -> None:
    now = reading()
    now.read("posts/a.md", file())
    now.read("posts/b.md", file(Id=case))
    assert told(now) == [
        f'posts/b.md:3: id "{case}" is taken by posts/a.md; write another '
        "(threads and feed ids hang on it)"
    ]


@pytest.mark.parametrize("order", [("One", "one"), ("one", "One")])
def test_names_that_differ_in_case_alone_are_one_id_in_whatever_order_they_are_read(
    order: tuple[str, str],
) -> None:
    now = reading()
    for name in order:
        now.read(f"posts/{name}.md", file())
    (fault,) = told(now)
    assert fault.startswith('posts/one.md:1: id "one" is taken by posts/One.md; rename the file')


def test_a_held_entry_keeps_its_id_to_itself() -> None:
    now = reading()
    now.read("posts/a.md", file(Status="draft"))
    now.read("posts/b.md", file(Id="a"))
    assert len(told(now)) == 1


def test_a_post_and_a_page_may_have_one_id() -> None:
    now = reading()
    assert now.read("posts/a.md", file()) is not None
    assert now.read("pages/a.md", file()) is not None
    assert told(now) == []


def test_the_id_is_the_name_of_the_file_unless_a_line_says_another() -> None:
    now = reading()
    stem, named = now.read("posts/Stem.md", file()), now.read("posts/x.md", file(Id="Own"))
    assert stem is not None
    assert named is not None
    assert (stem.key, stem.slug) == ("posts/Stem", "stem")
    assert (named.key, named.slug) == ("posts/Own", "x")


@pytest.mark.parametrize(
    ("stem", "better"),
    [("two words", "two-words"), ("Über", "uber"), ("-x", "x"), ("!!", "a-plain-name")],
)
def test_a_file_name_that_cannot_be_an_id_is_told_with_a_better_one(stem: str, better: str) -> None:
    now = reading()
    assert now.read(f"posts/{stem}.md", file()) is None
    assert told(now) == [
        f'posts/{stem}.md:1: "{stem}" cannot be an id; '
        f'rename the file to {better}.md or write "Id: {better}"'
    ]
    assert reading().read(f"posts/{stem}.md", file(Id="fine", Slug="fine")) is not None


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=300))
def test_the_name_that_is_proposed_can_be_an_id(stem: str) -> None:
    now = reading()
    if now.read(f"posts/{stem}.md", file()) is None:
        (fault,) = told(now)
        proposed = fault.rsplit('"Id: ', 1)[1].rstrip('"')
        assert reading().read(f"posts/{proposed}.md", file()) is not None


def test_a_text_that_changed_before_it_was_written_is_told() -> None:
    now = reading()
    assert now.read("posts/a.md", file(Modified="2026-05-24")) is None
    assert told(now) == [
        "posts/a.md:3: Modified is earlier than Date; write when the text last changed, "
        "or leave it out"
    ]


@pytest.mark.parametrize("place", ["a.md", "post/a.md"])
def test_markdown_in_no_folder_of_entries_is_told(place: str) -> None:
    now = reading()
    assert now.read(place, file()) is None
    folders = ", ".join(f"{folder}/" for folder in KINDS)
    assert told(now) == [
        f"{place}: Markdown outside the folders of entries; move it into one of: {folders}"
    ]
