"""The next moment at which a page would become wrong: the first of all that are ahead, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from plugins.entries.reading import Change
from plugins.schedule.next_build import next_build
from tests.sites import Site, comment

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def said(site: Site, **options: str) -> tuple[str | None, list[str]]:
    built = site.build(**options)
    document = json.loads(site.text("next-build.json"))
    told = str(built).splitlines()[1:]
    assert bool(told) == (document["at"] is not None)
    if told:
        assert told[0].startswith("To be built again on ")
    return document["at"], document["because"]


def test_nothing_is_ahead_of_a_site_that_does_not_change_by_itself(site: Site) -> None:
    site.five_files()
    assert said(site) == (None, [])


def test_the_first_of_all_moments_is_told_with_all_that_changes_then() -> None:
    early, late = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    due = next_build(
        [
            Change(late, "c"),
            Change(early, "b", in_public="x"),
            Change(early, "a"),
            Change(AT, "now"),
        ],
        AT,
    )
    assert due is not None
    assert (due.at, due.because, due.in_public) == (early, ("a", "b"), ("a", "x"))
    assert next_build([Change(AT, "now")], AT) is None


def test_a_meetup_is_a_moment_when_it_starts_and_when_it_ends(site: Site) -> None:
    site.meetup("a")
    assert said(site) == ("2026-12-02T18:00:00+11:00", ["meetups/a starts"])
    assert said(site, at="2026-12-02 18:00") == ("2026-12-02T20:30:00+11:00", ["meetups/a ends"])
    assert said(site, at="2026-12-02 20:30") == (None, [])


def test_what_waits_for_its_day_is_a_moment_and_not_named_in_public(site: Site) -> None:
    site.post("wombat", date="2026-11-25 07:30")
    site.page("quokka", date="2026-11-26")
    site.meetup("numbat", date="2026-11-27")
    moment = ("2026-11-25T07:30:00+11:00", ["an entry is published"])
    assert said(site) == moment
    assert "posts/wombat is published" in str(site.build())
    assert b"wombat" not in b"".join(site.files().values())
    assert said(site, at="2026-11-25 07:30")[0] == "2026-11-26T00:00:00+11:00"
    assert said(site, at="2026-11-26")[0] == "2026-11-27T00:00:00+11:00"


def test_a_draft_is_no_moment(site: Site) -> None:
    site.post("a", date="2026-11-25", status="draft")
    assert said(site) == (None, [])


def test_a_conversation_is_a_moment_when_it_closes_and_when_a_comment_is_due(site: Site) -> None:
    site.post("a")
    site.post("b")
    site.thread(
        "posts/a",
        comment("x"),
        state="closed",
        closed={"date": "2026-12-24T12:00:00+11:00", "reason": "Enough."},
    )
    site.thread("posts/b", comment("x"), comment("y", date="2026-12-01T00:30:00+14:00"))
    assert said(site) == ("2026-11-30T21:30:00+11:00", ["a comment is due"])
    assert said(site, at="2026-11-30 21:30") == (
        "2026-12-24T12:00:00+11:00",
        ["a conversation closes"],
    )
    assert said(site, at="2026-12-24 12:00") == (None, [])


def test_a_removed_comment_is_no_moment(site: Site) -> None:
    site.post("a")
    later = {"date": "2026-12-01T09:00:00+11:00", "state": "deleted", "author": None, "body": ""}
    site.thread("posts/a", comment("x"), comment("y", **later))
    assert said(site) == (None, [])


def test_no_entry_takes_the_place_of_the_file(site: Site) -> None:
    site.page("a", slug="next-build.json")
    assert "is where the site writes /next-build.json" in site.refused()[0]
