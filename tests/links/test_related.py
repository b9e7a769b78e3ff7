"""What belongs together is found: series, neighbours, entries that share topics or people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugins.entries.head import split
from plugins.entries.model import Body, Entry, Topic, dated
from plugins.posts.kind import PostHead
from plugins.posts.related import NEAREST, SHOWN, surroundings, weighed


def entry(number: int, topics: str = "", series: str | None = None) -> Entry:
    """A post; a higher number is later."""
    return Entry(
        kind="posts",
        id=f"p{number}",
        title=f"Post {number}",
        address=f"/posts/p{number}/",
        feed_id=f"tag:x,2014:p{number}",
        place=f"posts/p{number}.md",
        author="me",
        summary="",
        date=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number),
        modified=None,
        topics=tuple(Topic(name, name) for name in topics.split()),
        series=series,
        aliases=(),
        image=None,
        image_alt=None,
        template="post",
        show_contents=False,
        body=Body("", 0, ()),
        source=split("posts/p.md", b""),
        head=PostHead(title="P", date=datetime(2026, 1, 1, tzinfo=UTC)),
    )


def newest_first(*entries: Entry) -> list[Entry]:
    return sorted(entries, key=dated, reverse=True)


def related_to(
    number: int, entries: list[Entry], people: dict[str, Any] | None = None
) -> list[str]:
    return [one.id for one in surroundings(entries, people or {})[f"posts/p{number}"].related]


def test_neighbours_are_the_entries_before_and_after_in_time() -> None:
    found = surroundings(newest_first(entry(1), entry(3), entry(2)), {})
    first, middle, last = (found[f"posts/p{n}"] for n in (1, 2, 3))
    assert (first.earlier, last.later) == (None, None)
    assert middle.earlier is not None
    assert middle.later is not None
    assert (middle.earlier.id, middle.later.id) == ("p1", "p3")


def test_a_series_is_told_first_part_first_and_which_part_this_is() -> None:
    entries = newest_first(*(entry(n, series="Tea") for n in (2, 1, 3)), entry(4))
    found = surroundings(entries, {})
    series = found["posts/p2"].series
    assert series is not None
    assert ([part.id for part in series.parts], series.number) == (["p1", "p2", "p3"], 2)
    assert found["posts/p4"].series is None


def test_a_series_of_one_part_is_none_yet() -> None:
    assert surroundings([entry(1, series="Tea")], {})["posts/p1"].series is None


def test_a_rare_topic_says_more_than_a_common_one() -> None:
    common = [entry(n, "work") for n in range(10, 20)]
    entries = newest_first(entry(1, "work tea"), *common, entry(40, "tea"))
    assert related_to(1, entries)[0] == "p40"


def test_of_two_equal_ones_the_nearer_in_time_comes_first() -> None:
    entries = newest_first(*(entry(n, "tea" if n in (1, 7, 9) else "") for n in (1, 5, 6, 7, 8, 9)))
    assert related_to(7, entries) == ["p9", "p1"]
    assert related_to(1, entries) == ["p7", "p9"]


def test_people_who_talked_in_both_relate_two_entries_that_share_no_topic() -> None:
    entries = newest_first(*(entry(n) for n in range(1, 8)))
    people = {"posts/p1": ("tom", "ada"), "posts/p7": ("ada",), "posts/p4": ("eve",)}
    assert related_to(1, entries, people) == ["p7"]
    assert related_to(7, entries, people) == ["p1"]
    assert related_to(4, entries, people) == []


def test_a_shared_topic_says_more_than_a_shared_person() -> None:
    entries = newest_first(entry(1, "tea"), entry(3), entry(5, "tea"), entry(6), entry(7))
    people = {"posts/p1": ("ada",), "posts/p7": ("ada",)}
    assert related_to(1, entries, people) == ["p5", "p7"]


def test_parts_of_the_same_series_are_not_shown_again_and_neighbours_come_last() -> None:
    entries = newest_first(
        entry(1, "tea", "Two parts"), entry(2, "tea", "Two parts"), entry(3, "tea"), entry(4, "tea")
    )
    assert related_to(2, entries) == ["p4", "p3"]


def test_no_entry_is_related_to_itself_and_few_are_shown() -> None:
    entries = newest_first(*(entry(n, "tea work") for n in range(20)))
    for n in range(20):
        shown = related_to(n, entries)
        assert len(shown) == SHOWN
        assert f"p{n}" not in shown


@pytest.mark.parametrize("shared", ["topics", "people"])
def test_the_pairs_that_are_weighed_grow_with_the_entries_and_not_with_their_square(
    shared: str,
) -> None:
    def pairs(count: int) -> int:
        entries = newest_first(
            *(entry(n, "tea" if shared == "topics" else "") for n in range(count))
        )
        people = {one.key: ("ada",) for one in entries} if shared == "people" else {}
        return sum(len(row) for row in weighed(entries, people))

    small, large = pairs(100), pairs(400)
    assert large <= 400 * 2 * NEAREST
    assert large - 4 * small <= 4 * NEAREST * (NEAREST + 1)
