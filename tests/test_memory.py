"""What builds remember: never out of date, bounded, and done without where it cannot be."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugins import memory
from plugins.memory import DAYS, FILE, Memory, recipe_of
from tests.sites import SITE_FOLDER
from tools.build import build


def keep(folder: Path, value: object, *parts: str, recipe: bytes = b"") -> None:
    kept = Memory(folder, recipe)
    kept.put(kept.key("text", *parts), value)
    kept.close()


def known(folder: Path, *parts: str, recipe: bytes = b"") -> Any:
    kept = Memory(folder, recipe)
    found = kept.get(kept.key("text", *parts))
    kept.close()
    return found


def test_what_was_kept_is_known_to_the_next_build_and_made_once(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> tuple[str, int]:
        made.append("x")
        return ("html", 3)

    for _ in range(2):
        one = Memory(tmp_path)
        assert one.made("text", ["a"], make) == ("html", 3)
        one.close()
    assert made == ["x"]


@dataclass(frozen=True, slots=True)
class Plain:
    one: int
    of: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Alone:
    one: str


@dataclass(frozen=True, kw_only=True)
class Named(Alone):
    other: datetime | None = None


@dataclass(frozen=True)
class Empty:
    pass


def test_dataclasses_of_every_form_come_back_as_they_were(tmp_path: Path) -> None:
    when = datetime(2026, 5, 1, 8, tzinfo=ZoneInfo("Australia/Sydney"))
    shared = Plain(1)
    value = (Plain(2, (shared, shared)), Alone("x"), Named(one="y", other=when), Empty(), {"a": 1})
    keep(tmp_path, value, "a")
    found = known(tmp_path, "a")
    assert found == value
    assert found[0].of[0] is found[0].of[1]


def test_a_second_build_finds_everything_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[bytes] = []
    keeps = Memory.put

    def noted(self: Memory, key: bytes, value: object) -> None:
        put.append(key)
        keeps(self, key, value)

    build(SITE_FOLDER / "content", tmp_path / "output", at="2026-11-26")
    monkeypatch.setattr(Memory, "put", noted)
    build(SITE_FOLDER / "content", tmp_path / "output", at="2026-11-26")
    assert put == []


def test_a_value_hangs_on_every_part_on_their_borders_on_the_kind_and_on_the_recipe(
    tmp_path: Path,
) -> None:
    keep(tmp_path, 1, "ab", "c", recipe=b"r")
    assert known(tmp_path, "ab", "c", recipe=b"r") == 1
    assert known(tmp_path, "a", "bc", recipe=b"r") is None
    assert known(tmp_path, "ab", "c", recipe=b"s") is None
    one = Memory(tmp_path, b"r")
    assert one.get(one.key("head", "ab", "c")) is None


def test_the_recipe_changes_with_any_code_that_is_not_a_template(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.py").write_text("1", encoding="utf-8")
    before = recipe_of([tmp_path])
    (tmp_path / "a/page.html").write_text("x", encoding="utf-8")
    assert recipe_of([tmp_path]) == before
    (tmp_path / "a/en.toml").write_text("x", encoding="utf-8")
    with_words = recipe_of([tmp_path])
    (tmp_path / "a/b.py").write_text("2", encoding="utf-8")
    assert len({before, with_words, recipe_of([tmp_path])}) == 3


def test_without_a_folder_nothing_is_remembered(tmp_path: Path) -> None:
    one = Memory(None)
    one.put(one.key("text", "a"), 1)
    assert one.get(one.key("text", "a")) is None
    one.close()
    assert list(tmp_path.iterdir()) == []


def test_many_are_read_at_once(tmp_path: Path) -> None:
    for number in range(700):
        keep(tmp_path, number, str(number))
    one = Memory(tmp_path)
    keys = [one.key("text", str(number)) for number in range(1000)]
    assert one.fetch(keys) == set(keys[:700])
    assert [one.get(key) for key in keys] == [*range(700), *[None] * 300]
    assert Memory(None).fetch(keys) == Memory(tmp_path / "none").fetch(keys) == set()


@pytest.mark.parametrize("raw", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_broken_is_begun_anew(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / FILE).write_bytes(raw)
    assert known(tmp_path, "a") is None
    keep(tmp_path, 1, "a")
    assert known(tmp_path, "a") == 1


def test_a_value_that_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    keep(tmp_path, 1, "a")
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE kept SET value = ?", (b"\x80\x05nonsense",))
    assert known(tmp_path, "a") is None


def test_a_folder_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    keep(tmp_path / "file", 1, "a")
    assert known(tmp_path / "file", "a") is None


def test_what_nobody_asked_for_in_a_month_goes_and_what_was_asked_for_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, 1, "used")
    keep(tmp_path, 2, "unused")
    day = memory.time.time()
    monkeypatch.setattr(memory.time, "time", lambda: day + (DAYS - 1) * 86_400)
    assert known(tmp_path, "used") == 1
    monkeypatch.setattr(memory.time, "time", lambda: day + (DAYS + 2) * 86_400)
    keep(tmp_path, 3, "new")
    assert [known(tmp_path, name) for name in ("used", "unused", "new")] == [1, None, 3]


@pytest.mark.slow
def test_the_file_is_bounded_and_the_least_used_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST_BYTES", 300_000)
    for number in range(60):
        keep(tmp_path, os.urandom(20_000), str(number))
    assert (tmp_path / FILE).stat().st_size <= 300_000 + 40_000
    assert known(tmp_path, "59") is not None
    assert known(tmp_path, "0") is None


def _keep_many(folder: Path, name: str) -> None:
    for number in range(30):
        keep(folder, name, name, str(number))


@pytest.mark.slow
def test_two_builds_at_once_share_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_keep_many, args=(tmp_path, name)) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert all(known(tmp_path, name, str(n)) == name for name in "ab" for n in range(30))


def _keep_without_end(folder: Path) -> None:
    number = 0
    while True:
        keep(folder, os.urandom(5_000), str(number))
        number += 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_build_that_is_killed_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    keep(tmp_path, 1, "a")
    context = multiprocessing.get_context("spawn")
    for wait in (0.3, 0.5, 0.7):
        writing = context.Process(target=_keep_without_end, args=(tmp_path,))
        writing.start()
        writing.join(wait)
        os.kill(writing.pid or 0, signal.SIGKILL)
        writing.join(60)
        assert known(tmp_path, "a") == 1
