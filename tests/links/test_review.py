"""Reviewing goes through what is in doubt or a year old, and keeps each answer at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from plugins.resources.ledger import Ledger, Link, dump
from tests.links.conftest import DAY
from tests.links.outer_web import OuterWeb
from tests.sites import Site
from tools.links.desk import Desk
from tools.links.review import due, review

At = Callable[[int], Desk]


def gone_through(desk: Desk, *answers: str) -> tuple[str, list[str], list[str]]:
    """(what is said at the end, what was shown, what was opened) when these are the answers."""
    shown: list[str] = []
    opened: list[str] = []
    left: Iterable[str] = iter(answers)
    said = review(desk, lambda _: next(left, ""), shown.append, opened.append)  # type: ignore[call-overload]
    return said, shown, opened


def ledger(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.content / "links.json").read_text("utf-8"))
    return found


def test_nothing_is_due_within_a_year(site: Site, at: At) -> None:
    site.resource("one", added="2025-11-03")
    said, *_ = gone_through(at(0))
    assert said.startswith("Nothing to look at")


def test_what_nobody_looked_at_for_a_year_is_due_the_longest_first(site: Site, at: At) -> None:
    site.resource("one", added="2025-11-01")
    site.resource("two", added="2024-01-01")
    site.resource("new", added="2026-10-01")
    site.resource("draft", added="2020-01-01", status="draft")
    assert [one.key for one in due(at(0))] == ["resources/two", "resources/one"]


def test_what_is_kept_is_not_due_for_another_year(site: Site, at: At) -> None:
    site.resource("one", added="2024-01-01")
    said, shown, _ = gone_through(at(0), "k")
    assert said == "Kept 1 of 1 resource that were due. Commit content/links.json."
    assert "its link has not been checked yet" in "".join(shown)
    assert ledger(site)["reviewed"] == {"resources/one": "2026-11-02"}
    assert due(at(365)) == ()
    assert [one.key for one in due(at(366))] == ["resources/one"]


def test_stopping_in_the_middle_keeps_what_was_answered(site: Site, at: At) -> None:
    for name in ("a", "b", "c"):
        site.resource(name, added="2024-01-01")
    said, _, opened = gone_through(at(0), "o", "what?", "k", "q")
    assert opened == ["https://a.example.net/page"]
    assert said.startswith("Kept 1 of 3 resources")
    assert [one.key for one in due(at(0))] == ["resources/b", "resources/c"]
    said, *_ = gone_through(at(0), "s", "")
    assert said == "Kept 0 of 2 resources that were due."


def test_a_suspicion_is_first_and_a_person_s_word_ends_it(site: Site, at: At) -> None:
    site.resource("old", added="2024-01-01")
    site.resource("one", added="2026-10-01")
    link = "https://one.example.net/page"
    row = Link("suspect", DAY.date(), why="redirects to a front page, x", title="A page")
    site.write("links.json", dump(Ledger({link: row})))
    assert [one.key for one in due(at(0))] == ["resources/one", "resources/old"]
    _, shown, _ = gone_through(at(0), "k")
    assert "suspect: redirects to a front page, x" in "".join(shown)
    assert ledger(site)["links"][link] == {
        "state": "fine",
        "checked": "2026-11-02",
        "title": "A page",
        "accepted": "redirects to a front page, x",
    }
    assert [one.key for one in due(at(0))] == ["resources/old"]


def test_what_is_dead_is_in_doubt_until_it_has_an_archived_copy(site: Site, at: At) -> None:
    row = Link("dead", DAY.date(), why="410 Gone", failed=(DAY.date(),), grave=True)
    site.write("links.json", dump(Ledger({"https://one.example.net/page": row})))
    site.resource("one", added="2026-10-01")
    assert len(due(at(0))) == 1
    site.resource("one", added="2026-10-01", archive="https://archive.net/1")
    assert due(at(0)) == ()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_link_that_has_moved_can_be_moved_and_nothing_else_of_the_file_changes(
    site: Site, at: At, ends: str
) -> None:
    path = site.resource("one", "Worth it. https://one.example.net/page too.", added="2026-10-01")
    path.write_bytes(path.read_bytes().replace(b"\n", ends.encode()))
    before = path.read_bytes()
    row = Link("moved", DAY.date(), why="has moved for good", to="https://new.net/")
    site.write("links.json", dump(Ledger({"https://one.example.net/page": row})))
    gone_through(at(0), "m")
    moved = before.replace(b"Link: https://one.example.net/page", b"Link: https://new.net/")
    assert path.read_bytes() == moved
    assert ledger(site)["links"] == {"https://new.net/": {"state": "fine", "checked": "2026-11-02"}}


def test_a_review_leaves_the_network_alone(site: Site, at: At, web: OuterWeb) -> None:
    site.resource("one", link=web.url("/a"), added="2024-01-01")
    gone_through(at(0), "k")
    assert web.asked == []
