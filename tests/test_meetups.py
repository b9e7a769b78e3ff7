"""A new meetup begins as a draft that a build takes, with what the last one of its name says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sites import Site
from tools.errors import ProjectError
from tools.meetups import new_meetup

NOW = datetime(2026, 12, 28, 3, 30, tzinfo=UTC)


def test_a_new_meetup_is_a_draft_named_by_its_title_and_month(site: Site) -> None:
    said = new_meetup("A  long table", "2027-02-10 18:00", site.content, now=NOW)
    path = site.content / "meetups/a-long-table-2027-02.md"
    assert path.read_text(encoding="utf-8") == (
        "Title: A long table\nDate: 2026-12-28 14:30\nStart: 2027-02-10 18:00\nEnd: 20:30\nVenue: \n"
        "Summary: \nStatus: draft\n\n"
    )
    assert str(path) in said
    assert "--drafts" in said
    assert "./invoke meetups.record" in said


def test_a_new_meetup_takes_over_place_host_and_cost_of_the_last_of_its_name(site: Site) -> None:
    site.venue("hall")
    old = {"series": "Third Place", "address": None, "venue": "hall", "host": "Ros"}
    site.meetup("old", **old, start="2026-10-01 18:00", cost="$5")
    site.meetup("new", **old, start="2026-11-01 18:00", end="21:00", cost="free", bring="Cake")
    site.meetup("other", start="2026-12-01 18:00", cost="$99")
    said = new_meetup("third place", "2027-02-10 18:00", site.content, now=NOW)
    text = (site.content / "meetups/third-place-2027-02.md").read_text(encoding="utf-8")
    for line in ("Venue: hall", "Host: Ros", "Cost: free", "Bring: Cake", "End: 21:00"):
        assert f"{line}\n" in text
    assert "Series: Third Place\n" in text
    assert "Recap" not in text
    assert ": as in meetups/new.md." in said
    assert site.build(drafts=True, at="2026-12-29").counts["meetups"] == 4


def test_a_meetup_of_a_series_has_its_month_in_its_title(site: Site) -> None:
    site.meetup("old", series="Third Place", start="2026-10-01 18:00")
    new_meetup("Third Place", "2027-02-10 18:00", site.content, now=NOW)
    text = (site.content / "meetups/third-place-2027-02.md").read_text(encoding="utf-8")
    assert text.startswith("Title: Third Place, February 2027\n")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("10 Feb 2027 6pm", 'The start: "10 Feb 2027 6pm" is not a date; write 2027-02-10 18:00'),
        ("2027-02-10", 'The start: "2027-02-10" has no time; write 2027-02-10 18:00'),
        ("2027-10-03 02:30", 'The start: "2027-10-03 02:30" does not exist in Australia/Sydney'),
        ("2027-04-04 02:30", 'The start: "2027-04-04 02:30" comes twice in Australia/Sydney'),
    ],
)
def test_a_start_that_is_none_is_told_and_nothing_is_written(
    site: Site, start: str, said: str
) -> None:
    with pytest.raises(ProjectError) as told:
        new_meetup("Tea", start, site.content, now=NOW)
    assert str(told.value).startswith(said)
    assert list(site.content.iterdir()) == []


def test_a_meetup_that_is_there_is_never_written_over(site: Site) -> None:
    path = site.meetup("tea-2027-02", "Mine.")
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="there is a meetup of this name; choose another title"):
        new_meetup("Tea", "2027-02-10 18:00", site.content)
    assert path.read_bytes() == before


def test_a_title_without_letters_and_a_folder_that_is_not_there_are_told(site: Site) -> None:
    with pytest.raises(ProjectError, match="has no letters or digits to name a file by"):
        new_meetup("!?", "2027-02-10 18:00", site.content)
    with pytest.raises(ProjectError, match="no such folder; name the one that holds meetups/"):
        new_meetup("Tea", "2027-02-10 18:00", site.content / "nowhere")
