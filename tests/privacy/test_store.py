"""The comments of a thread."""

from __future__ import annotations

import json

from plugins.conversations.model import Thread
from plugins.privacy.store import store_faults

KEY = "8c51ea72c769b26f3cd27cba05f6e40d"
PLACE = "comments/posts/x.json"


def thread_text(name: str = "Jo", url: str | None = None, body: str = "Thank you.") -> str:
    author = {"name": name, "url": url, "key": KEY, "host": False}
    comment = {
        "id": "1",
        "parent": None,
        "date": "2026-05-25T08:15:00+10:00",
        "state": "approved",
        "author": {**author, "name": "Ann", "url": None},
        "body": "Hello.",
    }
    second = {**comment, "id": "2", "author": author, "body": body}
    third = {**comment, "id": "3", "state": "deleted", "author": None, "body": ""}
    thread = {
        "version": 1,
        "entry": "posts/x",
        "state": "open",
        "comments": [comment, second, third],
    }
    return json.dumps(thread, indent=2, sort_keys=True, ensure_ascii=False)


def faults(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    thread = Thread.model_validate_json(text)
    return [str(fault) for fault in store_faults(thread, PLACE, allowed, text)]


def test_a_thread_without_addresses_has_no_fault() -> None:
    assert faults(thread_text()) == []


def test_a_fault_names_file_line_comment_field_and_a_mask() -> None:
    text = thread_text(body="Write to me: jo@host.example")
    (fault,) = faults(text)
    line = 1 + text[: text.index("jo@host")].count("\n")
    assert fault.startswith(
        f"{PLACE}:{line}: comment 2: body: holds the e-mail address j***@h***.example; take it out"
    )
    assert "jo@host" not in fault


def test_every_field_is_looked_at_and_every_fault_told() -> None:
    found = faults(
        thread_text("jo@host.example", "https://203.0.113.9/", "From ::1, with curl/8.5.0")
    )
    assert [fault.split(": ")[2] for fault in found] == [
        "author.name",
        "author.url",
        "body",
        "body",
    ]


def test_what_is_public_on_purpose_may_be_said() -> None:
    assert faults(thread_text(body="hello@site.example"), ("hello@site.example",)) == []


def test_without_the_text_of_the_file_no_line_is_told() -> None:
    thread = Thread.model_validate_json(thread_text(body="jo@host.example"))
    (fault,) = store_faults(thread, PLACE)
    assert fault.line is None
