"""A thread keeps its order, loses nobody, and comes out as balanced lists however deep it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import html5lib
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plugins.conversations.model import Thread
from plugins.conversations.tree import Conversation, conversation, said_by
from tests.conversations.drawing import drawn
from tests.sites import HOST, KEY, comment, thread, tombstone

SYDNEY = ZoneInfo("Australia/Sydney")
START = datetime(2026, 5, 25, tzinfo=UTC)

# What each comment answers (the how-manieth before it, or nothing), whether it is a tombstone, and
# the hour it was said in.
Rows = list[tuple[int | None, bool, int]]
FORESTS = st.lists(
    st.tuples(st.none() | st.integers(1, 5), st.booleans(), st.integers(0, 9)), max_size=40
)
CHAIN: Rows = [(None, False, 0), *([(1, False, 0)] * 199)]
CHAIN_OF_STONES: Rows = [(None, True, 0), *([(1, True, 0)] * 198), (1, False, 0)]


def threaded(rows: Rows) -> Thread:
    made = []
    for number, (back, gone, hour) in enumerate(rows):
        parent = f"c{number - back}" if back and back <= number else None
        kind = tombstone if gone else comment
        date = (START + timedelta(hours=hour)).isoformat()
        made.append(kind(f"c{number}", parent, date=date))
    return Thread.model_validate(thread("posts/a", *made))


def expected(read: Thread) -> list[tuple[str, int]]:
    """(id, depth) in reading order, tombstones without living replies left out: the slow, plain way."""
    below: dict[str | None, list[str]] = {}
    states = {c.id: c.state for c in read.comments}
    for one in read.comments:
        below.setdefault(one.parent, []).append(one.id)

    def walk(parent: str | None, depth: int) -> list[tuple[str, int]]:
        found = []
        for identity in below.get(parent, []):
            inner = walk(identity, depth + 1)
            if states[identity] == "approved" or inner:
                found += [(identity, depth), *inner]
        return found

    return walk(None, 1)


def parsed(made: Conversation) -> html5lib.treebuilders.etree.Element:
    """The theme's own macro, read as a browser reads it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parseFragment(drawn(made))
    errors = [code for _, code, _ in parser.errors]
    assert errors == [], errors
    return root


def in_page(root: html5lib.treebuilders.etree.Element) -> list[tuple[str, int]]:
    """(id, depth) of every comment, by how the lists lie in one another."""
    found: list[tuple[str, int]] = []
    stack = [(root, 0)]
    while stack:
        element, depth = stack.pop()
        if element.tag == "li" and "comment" in element.get("class", "").split():
            found.append((element.get("id").removeprefix("comment-"), depth))
        inner = depth + (element.tag == "ol")
        stack.extend((child, inner) for child in reversed(list(element)))
    return found


@settings(deadline=None)
@given(FORESTS)
@example(CHAIN)
@example(CHAIN_OF_STONES)
def test_any_forest_keeps_the_order_of_the_store_and_loses_nobody_who_speaks(rows: Rows) -> None:
    read = threaded(rows)
    made = conversation(read, SYDNEY)
    assert [(node.id, node.depth) for node in made.nodes] == expected(read)
    assert made.count == sum(one.state == "approved" for one in read.comments)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(FORESTS)
@example(CHAIN)
@example(CHAIN_OF_STONES)
def test_the_page_shows_the_same_tree_in_balanced_lists(rows: Rows) -> None:
    read = threaded(rows)
    root = parsed(conversation(read, SYDNEY))
    assert in_page(root) == expected(read)


@settings(deadline=None)
@given(FORESTS)
@example(CHAIN)
def test_every_list_that_opens_is_closed_by_the_end(rows: Rows) -> None:
    nodes = conversation(threaded(rows), SYDNEY).nodes
    opened = sum(node.has_replies for node in nodes)
    assert sum(len(node.ends) for node in nodes) == opened
    open_lists: list[bool] = []
    for before, after in pairwise([*nodes, None]):
        if before.has_replies:
            open_lists.append(before.folds)
        for folds in before.ends:
            assert open_lists.pop() is folds
        assert after is None or after.depth == len(open_lists) + 1


@settings(deadline=None)
@given(FORESTS)
def test_a_tombstone_is_shown_only_where_a_living_reply_hangs_from_it(rows: Rows) -> None:
    for node in conversation(threaded(rows), SYDNEY).nodes:
        if node.deleted:
            assert node.replies > 0
            assert (node.author, node.body, node.key, str(node.html)) == ("", "", "", "")


@settings(deadline=None)
@given(FORESTS)
def test_each_comment_knows_what_it_answers_and_how_many_answer_it(rows: Rows) -> None:
    read = threaded(rows)
    made = conversation(read, SYDNEY)
    parents = {one.id: one.parent for one in read.comments}
    counted = dict.fromkeys(parents, 0)
    for one in read.comments:
        above = one.parent
        while above and one.state == "approved":
            counted[above] += 1
            above = parents[above]
    for node in made.nodes:
        assert (node.answers.id if node.answers else None) == parents[node.id]
        assert node.replies == counted[node.id]


@settings(deadline=None)
@given(FORESTS, st.integers(0, 9))
def test_at_a_moment_only_what_was_said_by_then_is_there_and_never_a_reply_alone(
    rows: Rows, hour: int
) -> None:
    read = threaded(rows)
    at = START + timedelta(hours=hour)
    kept = said_by(read.comments, at)
    ids = {one.id for one in kept}
    assert all(one.date <= at for one in kept)
    assert all(one.parent is None or one.parent in ids for one in kept)
    left_out = [one for one in read.comments if one.id not in ids]
    assert all(one.date > at or one.parent not in ids for one in left_out)
    shown = conversation(read, SYDNEY, at)
    assert {node.id for node in shown.nodes} <= ids
    assert shown.last is None or shown.last <= at


def test_a_thread_ten_thousand_replies_deep_is_read_in_order() -> None:
    rows: Rows = [(None, False, 0), *([(1, False, 0)] * 9_999)]
    made = conversation(threaded(rows), SYDNEY)
    assert [node.depth for node in made.nodes] == list(range(1, 10_001))
    assert len(made.nodes[-1].ends) == 9_999


def test_people_are_told_once_each_in_the_order_of_their_first_word_and_the_host_not_by_name() -> (
    None
):
    other = "a" * 16
    read = thread(
        "posts/a",
        comment("a", key=other, name="Tom"),
        comment("b", "a", key=HOST, name="Host", host=True),
        comment("c", key=KEY, name="Priya"),
        comment("d", key=other, name="Tom"),
        tombstone("e"),
        state="closed",
    )
    made = conversation(Thread.model_validate(read), SYDNEY)
    assert made.people == (other, HOST, KEY)
    assert made.closed


def test_the_latest_comment_and_the_span_of_days_leave_tombstones_out() -> None:
    read = thread(
        "posts/a",
        comment("a", date="2026-05-25T23:30:00+10:00"),
        comment("b", date="2026-05-27T23:30:00Z"),
        tombstone("c", "a", date="2026-06-27T23:30:00Z"),
        comment("d", "c", date="2026-05-26T23:30:00Z"),
    )
    made = conversation(Thread.model_validate(read), SYDNEY)
    assert made.latest is not None
    assert made.latest.id == "b"
    assert made.span == "25 to 28 May 2026"
    assert made.last == made.latest.date
    assert made.last.tzinfo is SYDNEY


def test_a_thread_without_a_word_is_empty() -> None:
    made = conversation(Thread.model_validate(thread("posts/a", tombstone("a"))), SYDNEY)
    empty = SimpleNamespace(nodes=(), count=0, last=None, people=(), span="", latest=None)
    for name, value in vars(empty).items():
        assert getattr(made, name) == value


@pytest.mark.parametrize("gone", [True, False])
def test_a_reply_says_whom_it_answers_even_when_they_are_gone(gone: bool) -> None:
    first = tombstone("a") if gone else comment("a", name="Tom & Ada")
    made = conversation(Thread.model_validate(thread("posts/a", first, comment("b", "a"))), SYDNEY)
    (link,) = parsed(made).findall(".//a[@class='u-in-reply-to']")
    assert link.get("href") == "#comment-a"
    assert link.text == f"in reply to {'a removed comment' if gone else 'Tom & Ada'}"


def test_the_pinned_comment_is_read_first_and_the_others_in_their_order() -> None:
    made = conversation(
        Thread.model_validate(
            thread("posts/one", comment("a"), comment("b", pinned=True), comment("c"))
        ),
        SYDNEY,
    )
    assert [node.id for node in made.nodes] == ["b", "a", "c"]
    assert [node.pinned for node in made.nodes] == [True, False, False]


def test_a_closed_thread_says_since_when_and_why_but_not_before_its_day() -> None:
    closing = {"date": "2026-06-01T09:00:00+10:00", "reason": "All said."}
    closed = Thread.model_validate(
        thread("posts/one", comment("a"), state="closed", closed=closing)
    )
    then = conversation(closed, SYDNEY, datetime(2026, 5, 30, tzinfo=SYDNEY))
    now = conversation(closed, SYDNEY, datetime(2026, 6, 2, tzinfo=SYDNEY))
    assert (then.closed, then.closed_why) == (False, "")
    assert (now.closed, now.closed_why) == (True, "All said.")
    assert "closed since 1 June 2026: All said." in "".join(parsed(now).itertext())


def test_an_edited_comment_says_when() -> None:
    edited = Thread.model_validate(
        thread("posts/one", comment("a", edited="2026-05-28T09:00:00+10:00"))
    )
    assert "edited 28 May 2026" in "".join(parsed(conversation(edited, SYDNEY)).itertext())
