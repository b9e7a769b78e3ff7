"""Bodies rendered by many processes are the bodies rendered in place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.entries.body import render
from plugins.entries.rendering import MANY, Rendering
from plugins.workers import Workers

TEXTS = [
    f'# Head {n}\n\nIt\'s "{n}".[^a]\n\n```python\nx = {n}\n```\n\n[^a]: Note {n}.\n'
    for n in range(MANY + 5)
]


@pytest.fixture(scope="module")
def in_place() -> dict[str, object]:
    return {text: render(text) for text in TEXTS}


@pytest.fixture
def many() -> Iterator[Rendering]:
    made = Rendering(TEXTS, Workers(2))
    assert made.workers.begun
    yield made
    made.workers.close()


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(TEXTS))
def test_a_pool_gives_the_same_bodies_as_in_place_in_any_order(
    in_place: dict[str, object], order: list[str]
) -> None:
    pool = Rendering(TEXTS, Workers(2))
    try:
        assert pool.workers.begun
        assert [pool.body(text) for text in order] == [in_place[text] for text in order]
    finally:
        pool.workers.close()


def test_a_text_that_stands_in_two_files_is_rendered_for_both(many: Rendering) -> None:
    assert many.body(TEXTS[3]) == many.body(TEXTS[3]) == render(TEXTS[3])


def test_a_text_that_was_not_announced_is_rendered_too(many: Rendering) -> None:
    assert many.body("Something *else*.") == render("Something *else*.")


def test_few_texts_or_one_processor_start_no_process() -> None:
    for texts, workers in ((TEXTS[: MANY - 1], Workers(8)), (TEXTS, Workers(1))):
        assert Rendering(texts, workers).body(TEXTS[0]) == render(TEXTS[0])
        assert not workers.begun
