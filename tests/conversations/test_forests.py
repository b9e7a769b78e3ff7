"""Threads as large and as deep as they come, and files that somebody's hand slipped in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugins.conversations.form import plain_thread
from plugins.conversations.model import Thread
from plugins.conversations.store import parse_thread
from plugins.conversations.tree import conversation
from plugins.faults import Report
from tests.conversations.drawing import Nesting, drawn
from tests.conversations.threads import HOST_KEY, SYDNEY, said, text_of, thread_texts
from tests.sites import comment, thread, tombstone

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 1, tzinfo=UTC)
DEEPEST = 200
PIECES = ['"', "{", "}", "[", "]", ",", ":", "null", "true", "1", "\n", "é", '"c-0"', "\\", " "]


def forest(size: int, seed: int) -> Thread:
    """`size` comments, to depth DEEPEST at most; some chains, some crowds, one in twenty removed."""
    random = Random(seed)
    depths: list[int] = []
    rows = []
    for number in range(size):
        parent = None
        # A line at first, as deep as it may be; then whatever comes.
        line = 0 < number < min(size // 2, DEEPEST + 20)
        if line or (number and random.random() < 0.97):
            at = number - 1 if line or random.random() < 0.7 else random.randrange(number)
            parent = at if depths[at] < DEEPEST else None
        depths.append(1 if parent is None else depths[parent] + 1)
        make = tombstone if random.random() < 0.05 else comment
        when = (START + timedelta(minutes=number)).isoformat()
        rows.append(make(f"c{number}", None if parent is None else f"c{parent}", date=when))
    assert size < DEEPEST * 5 or max(depths) == DEEPEST
    return Thread.model_validate(thread("posts/a", *rows))


def expected(read: Thread) -> list[tuple[str, int]]:
    """(id, depth) in reading order, the slow and plain way: each comment sorted by its whole descent."""
    index = {c.id: number for number, c in enumerate(read.comments)}
    descent: dict[str, tuple[int, ...]] = {}
    alive: set[str] = set()
    parents = {c.id: c.parent for c in read.comments}
    for one in read.comments:
        above = descent[one.parent] if one.parent else ()
        descent[one.id] = (*above, index[one.id])
        step: str | None = one.id
        while step and one.state == "approved" and step not in alive:
            alive.add(step)
            step = parents[step]
    shown = sorted(alive, key=lambda identity: descent[identity])
    return [(identity, len(descent[identity])) for identity in shown]


@pytest.mark.parametrize("size", [1, 8, 60, 1000, 5000])
@pytest.mark.parametrize("seed", [1, 2])
def test_any_forest_to_depth_200_and_5000_comments_renders_in_order_and_loses_none(
    size: int, seed: int
) -> None:
    read = forest(size, seed)
    made = conversation(read, SYDNEY)
    page = Nesting(drawn(made))
    assert page.balanced
    assert page.found == expected(read)
    assert made.count == sum(c.state == "approved" for c in read.comments)


@pytest.mark.parametrize("size", [60, 1000, 5000])
def test_a_forest_is_read_back_from_its_file_as_it_was(size: int) -> None:
    read = forest(size, 3)
    text = json.dumps(plain_thread(read))
    report = Report()
    again = parse_thread(text.encode(), "a.json", report)
    assert report.faults == []
    assert again == read


Slip = tuple[str, int, int, str]
SLIPS = st.tuples(
    st.sampled_from(["insert", "remove", "replace", "repeat line", "drop line", "swap lines"]),
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.sampled_from(PIECES),
)


def slipped(text: str, slip: Slip) -> str:
    kind, at, length, piece = slip
    if "line" in kind:
        lines = text.split("\n")
        n = at % len(lines)
        if kind == "repeat line":
            lines.insert(n, lines[n])
        elif kind == "drop line":
            del lines[n]
        else:
            other = (n + length) % len(lines)
            lines[n], lines[other] = lines[other], lines[n]
        return "\n".join(lines)
    at %= len(text) + 1
    if kind == "insert":
        return text[:at] + piece + text[at:]
    return text[:at] + (piece if kind == "replace" else "") + text[at + length :]


CHAIN = text_of(said("c-0"), said("c-1", "c-0", 1), said("c-2", "c-1", 2), said("c-3", minutes=3))


@settings(max_examples=600, deadline=None)
@given(thread_texts() | st.just(CHAIN), st.lists(SLIPS, min_size=1, max_size=3))
@example(CHAIN, [("swap lines", 5, 12, "")])
@example(CHAIN, [("remove", 0, 1, "")])
def test_a_slip_of_the_hand_is_told_with_its_place_or_read_as_it_now_stands(
    text: str, slips: list[Slip]
) -> None:
    for slip in slips:
        text = slipped(text, slip)
    report = Report()
    read = parse_thread(text.encode("utf-8", "surrogatepass"), "a.json", report, HOST_KEY)
    if read is None:
        assert report.faults
        lines = text.count("\n") + 1
        for fault in report.faults:
            assert fault.place == "a.json"
            assert fault.message
            assert fault.line is None or 1 <= fault.line <= lines
        # What concerns the whole file has no line; all else has.
        assert any(fault.line for fault in report.faults) or _whole(report)
        return
    assert report.faults == []
    value = json.loads(text)
    assert plain_thread(read) == value
    shown = [(node.id, node.depth) for node in conversation(read, SYDNEY).nodes]
    assert shown == _tree(value["comments"])


def _whole(report: Report) -> bool:
    return all(
        fault.message.startswith(("version", "entry", "state", "comments", "found", "broken JSON"))
        or "is missing" in fault.message
        for fault in report.faults
    )


def _tree(comments: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """(id, depth) in reading order out of the JSON alone."""

    def below(parent: str | None, depth: int) -> list[tuple[str, int]]:
        rows = [c for c in comments if c["parent"] == parent]
        rows.sort(key=lambda c: not c.get("pinned"))
        found = []
        for row in rows:
            inner = below(row["id"], depth + 1)
            if row["state"] == "approved" or inner:
                found += [(row["id"], depth), *inner]
        return found

    return below(None, 1)
