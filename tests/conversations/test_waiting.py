"""Who waits for the host, and what the conversations come to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plugins.conversations.waiting import asks, stats, waiting
from tests.conversations.threads import GUEST, SYDNEY, WHEN, gone, said, thread_of

LATER = WHEN + timedelta(days=9)


def waits(*comments: Any, **changed: Any) -> list[tuple[str, bool]]:
    thread = thread_of(*comments, **changed)
    return [(one.comment.id, one.question) for one in waiting({thread.entry: thread}, LATER)]


def test_a_guests_last_word_waits() -> None:
    assert waits(said("a"), said("b", "a", 1, host=True)) == []
    assert waits(said("a"), said("b", "a", 1, host=True), said("c", "b", 2)) == [("c", False)]


def test_the_hosts_word_anywhere_in_the_branch_answers_what_was_said_before() -> None:
    branch = [said("a"), said("b", "a", 1), said("c", "a", 2), said("d", "c", 3, host=True)]
    assert waits(*branch) == []
    assert waits(*branch, said("e", "b", 4)) == [("e", False)]


def test_each_comment_on_the_entry_waits_for_itself() -> None:
    assert waits(said("a"), said("b", minutes=5), said("c", "b", 6, host=True)) == [("a", False)]


def test_an_answer_counts_though_a_clock_was_wrong() -> None:
    assert waits(said("a", minutes=10), said("b", "a", 0, host=True)) == []


def test_questions_come_first_and_the_oldest_first_among_each() -> None:
    found = waits(
        said("a"),
        said("b", minutes=1, body="Really?"),
        said("c", minutes=2, body="Why?"),
        said("d", "c", minutes=3, body="So do I wonder."),
        said("e", minutes=4),
    )
    assert found == [("b", True), ("d", True), ("a", False), ("e", False)]


def test_closed_threads_tombstones_and_what_is_still_to_come_do_not_wait() -> None:
    assert waits(said("a"), state="closed") == []
    assert waits(gone("a"), said("b", "a", host=True)) == []
    assert waits(said("a", minutes=60 * 24 * 10)) == []


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("And you?", True),
        ("See https://example.org/?p=1 for it.", False),
        ("> Why?\n\nThat is what I ask.", False),
        ("`a ? b : c` it is.", False),
        ("```\nwhy?\n```\nSo.", False),
        ("> Why?\n\nHow?", True),
        ("なぜ？", True),
    ],
)
def test_a_question_is_asked_in_ones_own_words(body: str, question: bool) -> None:
    assert asks(body) == question


def test_the_figures() -> None:
    other = GUEST.model_dump() | {"key": "f" * 16}
    thread = thread_of(
        said("a"),
        said("b", "a", 10, host=True),
        said("c", "a", 20, author=other),
        said("d", "c", 50, host=True),
        gone("e", minutes=60),
        said("f", "e", 60 * 24 * 8),
        state="closed",
    )
    found = stats({thread.entry: thread}, SYDNEY)
    assert (found.threads, found.closed, found.comments, found.deleted) == (1, 1, 5, 1)
    assert (found.people, found.host, found.host_share) == (2, 2, 0.4)
    assert (found.answered, found.answer_time) == (2, timedelta(minutes=20))
    assert [(m.month, m.comments, m.host, m.people) for m in found.months] == [
        ("2026-11", 4, 2, 2),
        ("2026-12", 1, 0, 1),
    ]
    assert stats({}, SYDNEY).host_share == 0.0
