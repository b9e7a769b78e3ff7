"""An issue has exactly four items, each with something to try; every fault is told with its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sites import Site
from tests.tips.issues import four, item, write_issue
from tools.errors import ProjectError
from tools.new import new_issue

NOW = datetime(2026, 11, 4, tzinfo=UTC)
FIRST = 7
"""The line on which the first item begins."""
LONG = 9
"""Lines from one item to the next."""


def test_four_items_are_an_issue(site: Site) -> None:
    write_issue(site)
    assert site.build().issues == ("2026-06",)


def test_three_items_are_told(site: Site) -> None:
    write_issue(site, items=four()[:3])
    assert site.refused()[0] == (
        "tips/2026-06.md:25: has three items; an issue has exactly four: write one more, each under a "
        'heading such as "## Tip: …", "## Tool: …" or "## Idea: …"'
    )


def test_no_item_is_told_where_the_text_begins(site: Site) -> None:
    write_issue(site, items=[])
    assert site.refused()[0].startswith(
        "tips/2026-06.md:4: has no items; an issue has exactly four"
    )


def test_a_fifth_item_is_told_at_its_heading_and_once(site: Site) -> None:
    write_issue(site, items=[*four(), item("five"), item("six")])
    assert site.refused()[0] == (
        f"tips/2026-06.md:{FIRST + 4 * LONG}: a fifth item; an issue has exactly four: keep one for "
        "another month"
    )
    assert len(site.refused()) == 2


def test_everything_that_is_wrong_with_items_is_told_at_once(site: Site) -> None:
    no_try = item("one").replace("Try: one, once.\n", "")
    misspelt = item("two", "Tol")
    twice = item("three", "Idea").replace("From: somebody", "Try: again\nForm: somebody")
    other = (
        item("four")
        .replace("Needs: pencil", "Needs: pensil")
        .replace("Takes: five minutes", "Takes:")
    )
    write_issue(site, items=[no_try, misspelt, twice, other])
    told = [line.removeprefix("tips/2026-06.md:") for line in site.refused()]
    assert told == [
        '7: item 1 ("one") does not say what to try; write a line "Try: …" below its text',
        '15: "## Tol: two" is no item; begin its heading with Tip:, Tool: or Idea:; did you mean "Tool"?',
        "31: Try: stands twice, first on line 28; keep one",
        '32: "Form:" is not a known line; did you mean "From"?',
        '39: Takes: is empty; write it as "Takes: …", or take the line out',
        '40: Needs: "pensil" is not known; write one of: pencil, browser, installing, nothing; '
        'did you mean "pencil"?',
        "6 things to mend; nothing was written.",
    ]


def test_an_item_without_text_or_title_is_told(site: Site) -> None:
    empty = "## Tip: one\n\nTry: it."
    untitled = "## Tip:\n\nText.\n\nTry: it."
    write_issue(site, items=[empty, untitled, *four()[2:]])
    told = site.refused()
    assert told[0].endswith(
        'item 1 ("one") has no text; say above its Try line why it is worth the time'
    )
    assert told[1].endswith(":11: item 2 has no title; write it behind Tip:")


def test_text_below_the_lines_is_told_unless_a_rule_ends_the_items(site: Site) -> None:
    write_issue(site, closing="Goodbye.")
    assert ':43: stands below the Try line of item 4 ("four"); put it above' in site.refused()[0]
    write_issue(site, closing="* * *\n\nGoodbye.")
    assert site.build().issues


@pytest.mark.parametrize(
    ("name", "date", "told"),
    [
        ("june", "2026-06-01", '"june" is not a month; name the file 2026-06.md'),
        ("2026-6", "2026-06-01", '"2026-6" is not a month; name the file 2026-06.md'),
        ("2026-00", "2026-06-01", '"2026-00" is not a month; name the file 2026-06.md'),
        ("2026-06", "2026-07-01", "Date: 2026-07-01 is not in 2026-06; write a day of that month"),
    ],
)
def test_a_file_is_named_for_its_month(site: Site, name: str, date: str, told: str) -> None:
    write_issue(site, name, date=date)
    assert told in site.refused()[0]


def test_the_date_is_in_its_month_in_sydney(site: Site) -> None:
    write_issue(site, date="2026-05-31 20:00+00:00")
    assert site.build().issues == ("2026-06",)


def test_a_month_twice_is_told(site: Site) -> None:
    write_issue(site)
    text = (site.content / "tips/2026-06.md").read_text()
    site.write("tips/again/2026-06.md", text)
    assert any('id "2026-06" is taken by tips/' in line for line in site.refused())


def test_an_issue_can_stand_nowhere_but_at_its_month(site: Site) -> None:
    write_issue(site, slug="elsewhere")
    assert site.refused()[0].startswith("tips/2026-06.md:4: Slug: an issue stands at its month")


def test_headings_in_code_are_no_items(site: Site) -> None:
    items = four()
    items[1] = items[1].replace("Why two", "```\n## Tip: not one\n```\n\nWhy two")
    write_issue(site, items=items)
    assert site.build().issues


def test_a_draft_and_what_is_dated_later_are_held_back_and_checked_all_the_same(site: Site) -> None:
    write_issue(site)
    write_issue(site, "2027-01")
    write_issue(site, "2026-07", status="draft")
    built = site.build()
    assert built.issues == ("2026-06",)
    assert built.held == ("tips/2026-07", "tips/2027-01")
    assert not any("2027-01" in name or "2026-07" in name for name in site.files())
    write_issue(site, "2027-01", items=four()[:2])
    assert "has two items" in site.refused(drafts=True)[0]


def test_a_misspelt_try_is_one_fault_and_not_two(site: Site) -> None:
    items = four()
    items[0] = items[0].replace("Try: one", "Tri: one")
    write_issue(site, items=items)
    assert site.refused() == [
        'tips/2026-06.md:11: "Tri:" is not a known line; did you mean "Try"?',
        "1 thing to mend; nothing was written.",
    ]


def test_a_draft_is_shown_as_far_as_it_is_written_and_told_what_it_lacks(site: Site) -> None:
    write_issue(site)
    new_issue(site.content, "2026-07")
    assert site.build().issues == ("2026-06",)
    built = site.build(drafts=True)
    assert built.issues == ("2026-07", "2026-06")
    assert len([one for one in built.warnings if one.place.endswith("2026-07.md")]) == 20
    assert built.mail_of is not None
    assert "2. Tool:" in built.mail_of("2026-07").text
    page = site.content / "tips/2026-07.md"
    page.write_text(page.read_text().replace("Status: draft\n", ""))
    assert "20 things to mend; nothing was written." in site.refused()


def test_a_new_issue_is_the_month_after_the_latest(site: Site) -> None:
    write_issue(site, "2026-12")
    assert new_issue(site.content).startswith(str(site.content / "tips/2027-01.md"))
    with pytest.raises(ProjectError, match=r"there is a tips issue of this name; write in that"):
        new_issue(site.content, "2027-01")
    with pytest.raises(ProjectError, match=r'"soon" is not a month; write it as 2026-11'):
        new_issue(site.content, "soon", NOW)
