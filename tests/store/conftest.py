"""A store served at 127.0.0.1, of three threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.serving import Server, thread

KEYS = ("pages/about", "posts/five-questions", "posts/two-maps")


@pytest.fixture
def threads() -> dict[str, bytes]:
    return {key: thread(key, number + 1) for number, key in enumerate(KEYS)}


@pytest.fixture
def server(threads: dict[str, bytes]) -> Iterator[Server]:
    running = Server()
    running.holds(threads)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMMENTS_STORE_TOKEN", raising=False)
