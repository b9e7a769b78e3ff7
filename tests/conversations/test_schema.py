"""The committed JSON Schema is what the model generates, and says what the model says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from plugins.conversations.model import Thread
from plugins.conversations.schema import PATH, schema, schema_text
from tests.sites import SITE_FOLDER, comment, thread, tombstone

THREADS = sorted((SITE_FOLDER / "content/comments").glob("*/*.json"))
Mutation = Callable[[dict[str, Any]], object]

WRONG: dict[str, Mutation] = {
    "another version": lambda t: t.update(version=2),
    "a version in words": lambda t: t.update(version="1"),
    "true for a version": lambda t: t.update(version=True),
    "no state": lambda t: t.pop("state"),
    "an unknown state": lambda t: t.update(state="archived"),
    "no comments": lambda t: t.pop("comments"),
    "comments by name": lambda t: t.update(comments={}),
    "an entry without a kind": lambda t: t.update(entry="five-questions"),
    "an entry outside": lambda t: t.update(entry="posts/../x"),
    "an unknown field": lambda t: t.update(pinned=True),
    "an unknown field of a comment": lambda t: t["comments"][0].update(likes=1),
    "an unknown field of an author": lambda t: t["comments"][0]["author"].update(
        email="a@b.example"
    ),
    "a comment without an id": lambda t: t["comments"][0].pop("id"),
    "an empty id": lambda t: t["comments"][0].update(id=""),
    "a long id": lambda t: t["comments"][0].update(id="x" * 65),
    "an id with a space": lambda t: t["comments"][0].update(id="a b"),
    "a number for an id": lambda t: t["comments"][0].update(id=7),
    "a number for a parent": lambda t: t["comments"][0].update(parent=7),
    "no parent at all": lambda t: t["comments"][0].pop("parent"),
    "a date without an offset": lambda t: t["comments"][0].update(date="2026-05-25T08:15:00"),
    "a day": lambda t: t["comments"][0].update(date="2026-05-25"),
    "seconds since 1970": lambda t: t["comments"][0].update(date=1700000000),
    "seconds since 1970 in words": lambda t: t["comments"][0].update(date="1700000000"),
    "a comment that waits": lambda t: t["comments"][0].update(state="pending"),
    "an author who is a name": lambda t: t["comments"][0].update(author="Ada"),
    "an address for a key": lambda t: t["comments"][0]["author"].update(key="ada@b.example"),
    "a key in capitals": lambda t: t["comments"][0]["author"].update(key="ABCDEF0123456789"),
    "no name": lambda t: t["comments"][0]["author"].update(name=""),
    "a long name": lambda t: t["comments"][0]["author"].update(name="x" * 101),
    "a long web address": lambda t: t["comments"][0]["author"].update(url="https://" + "x" * 500),
    "yes for true": lambda t: t["comments"][0]["author"].update(host="yes"),
    "no body": lambda t: t["comments"][0].pop("body"),
    "a long body": lambda t: t["comments"][0].update(body="x" * 50_001),
    "null for a body": lambda t: t["comments"][0].update(body=None),
}


@pytest.fixture(scope="module")
def committed() -> Draft202012Validator:
    read = json.loads(PATH.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read)


def model_takes(value: Any) -> bool:
    try:
        Thread.model_validate(value)
    except ValidationError:
        return False
    return True


def good() -> dict[str, Any]:
    return thread("posts/a", comment("c1", url="https://a.example/"), tombstone("c2", "c1"))


def test_the_committed_schema_is_what_the_model_generates() -> None:
    assert PATH.read_text(encoding="utf-8") == schema_text()
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_there_are_threads_to_hold_it_against() -> None:
    assert len(THREADS) >= 12


@pytest.mark.parametrize("path", THREADS, ids=lambda path: path.stem)
def test_schema_and_model_take_every_thread_of_the_content(
    committed: Draft202012Validator, path: Path
) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    assert list(committed.iter_errors(value)) == []
    assert model_takes(value)


def test_schema_and_model_take_a_good_thread(committed: Draft202012Validator) -> None:
    assert committed.is_valid(good())
    assert model_takes(good())


@pytest.mark.parametrize("name", WRONG)
def test_schema_and_model_both_refuse(committed: Draft202012Validator, name: str) -> None:
    value = good()
    WRONG[name](value)
    assert not model_takes(value)
    assert not committed.is_valid(value)


@pytest.mark.parametrize(
    "date",
    ["2026-05-25T08:15:00Z", "2026-05-25T08:15:00.25+10:00", "1999-12-31T23:59:59-03:30"],
)
def test_schema_and_model_take_each_form_of_a_date(
    committed: Draft202012Validator, date: str
) -> None:
    value = thread("posts/a", comment("c1", date=date))
    assert committed.is_valid(value)
    assert model_takes(value)
