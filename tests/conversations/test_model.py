"""The store's rules: what a comment may hold, each refusal with the field, what was found, what is allowed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from plugins.conversations.model import Thread
from plugins.conversations.store import parse_thread
from plugins.faults import Report
from tests.sites import comment, thread, thread_text, tombstone

PLACE = "comments/posts/a.json"


def told(value: Any) -> list[str]:
    """What a thread file of this value is refused with, without place and line."""
    report = Report()
    made = parse_thread(thread_text(value).encode(), PLACE, report)
    assert (made is None) == bool(report.faults)
    return [fault.message for fault in report.faults]


def only(value: Any) -> str:
    (message,) = told(value)
    return message


def with_comment(**changed: Any) -> dict[str, Any]:
    return thread("posts/a", comment("c1", **changed))


def test_a_thread_as_writers_write_it_is_read_into_values() -> None:
    report = Report()
    text = thread_text(
        thread("posts/a", comment("c1", url="https://a.example/"), comment("c2", "c1"))
    )
    read = parse_thread(text.encode(), PLACE, report)
    assert report.faults == []
    assert isinstance(read, Thread)
    assert read.comments[0].date == datetime(2026, 5, 25, 23, tzinfo=UTC)
    assert (read.comments[1].parent, read.comments[0].author.url) == ("c1", "https://a.example/")
    with pytest.raises(ValueError, match="frozen"):
        read.state = "closed"


@pytest.mark.parametrize("field", ["version", "entry", "state", "comments"])
def test_a_thread_that_lacks_a_field_is_refused(field: str) -> None:
    value = thread("posts/a", comment("c1"))
    del value[field]
    assert only(value) == f"{field}: is missing"


@pytest.mark.parametrize("field", ["id", "parent", "date", "state", "author", "body"])
def test_a_comment_that_lacks_a_field_is_refused(field: str) -> None:
    value = with_comment()
    del value["comments"][0][field]
    subject = "comment number 1" if field == "id" else "comment c1"
    assert only(value) == f"{subject}: {field}: is missing"


@pytest.mark.parametrize("field", ["name", "url", "key", "host"])
def test_an_author_that_lacks_a_field_is_refused(field: str) -> None:
    value = with_comment()
    del value["comments"][0]["author"][field]
    assert only(value) == f"comment c1: author.{field}: is missing"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"version": 2}, "version: 2 is not allowed; write 1"),
        ({"version": True}, "version: true is not allowed; write 1"),
        ({"version": "1"}, 'version: "1" is not allowed; write 1'),
        ({"state": "Open"}, "state: \"Open\" is not allowed; write 'open' or 'closed'"),
        ({"entry": "a"}, 'entry: "a" is not allowed; write "<kind>/<id>", such as "posts/five'),
        ({"entry": "posts/../a"}, 'entry: "posts/../a" is not allowed; write "<kind>/<id>"'),
        ({"comments": {}}, "comments: found {}; input should be a valid "),
        ({"pinned": 1}, "pinned: is not a field of the store; take it out"),
        ({"comment": []}, 'comment: is not a field of the store; did you mean "comments"?'),
    ],
)
def test_a_thread_that_breaks_a_rule_is_refused(changed: dict[str, Any], said: str) -> None:
    assert only(thread("posts/a", comment("c1")) | changed).startswith(said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"date": "2026-05-25T08:15:00"}, 'date: "2026-05-25T08:15:00" has no offset; write it as'),
        ({"date": "2026-05-25"}, 'date: "2026-05-25" is not a date; write it as 2026-05-25T08:15'),
        ({"date": "2026-05-25T08:15:00+99:00"}, 'date: "2026-05-25T08:15:00+99:00" is not a date'),
        ({"date": "2026-02-30T08:15:00+10:00"}, 'date: "2026-02-30T08:15:00+10:00" is not a date'),
        ({"date": "0001-01-01T00:00:00+10:00"}, 'date: "0001-01-01T00:00:00+10:00" is not a date'),
        ({"date": 1700000000}, "date: 1700000000 is not a date; write it as 2026-05-25T08:15:00"),
        ({"date": "1700000000"}, 'date: "1700000000" is not a date'),
        ({"date": None}, "date: null is not a date"),
        ({"state": "pending"}, "state: \"pending\" is not allowed; write 'approved' or 'deleted'"),
        ({"state": "spam"}, 'state: "spam" is not allowed'),
        (
            {"key": "Ada@example.org"},
            'author.key: "Ada@example.org" is not allowed; write 16 to 64',
        ),
        ({"key": "ABCDEF0123456789"}, 'author.key: "ABCDEF0123456789" is not allowed; write 16'),
        ({"key": "0123"}, 'author.key: "0123" is not allowed; write 16 to 64 of 0-9 and a-f'),
        ({"name": ""}, 'author.name: found ""; string should have at least 1 character'),
        ({"name": "x" * 101}, 'author.name: found "xxx'),
        ({"name": 7}, "author.name: found 7; input should be a valid string"),
        ({"host": "yes"}, 'author.host: found "yes"; input should be a valid boolean'),
        ({"host": 1}, "author.host: found 1; input should be a valid boolean"),
        ({"url": "javascript:alert(1)"}, 'author.url: "javascript:alert(1)" is not a web address'),
        ({"url": "https://a b.example"}, 'author.url: "https://a b.example" is not a web address'),
        ({"url": ""}, 'author.url: "" is not a web address; it begins with https://'),
        ({"body": "x" * 50_001}, 'body: found "xxx'),
        ({"body": 5}, "body: found 5; input should be a valid string"),
        ({"likes": 3}, "likes: is not a field of the store; take it out"),
        ({"bodi": ""}, 'bodi: is not a field of the store; did you mean "body"?'),
    ],
)
def test_a_comment_that_breaks_a_rule_is_refused_with_field_found_and_allowed(
    changed: dict[str, Any], said: str
) -> None:
    assert only(with_comment(**changed)).startswith(f"comment c1: {said}")


@pytest.mark.parametrize("identity", ["", "a b", "a_b", "ä", "x" * 65, "a/b", "a\n"])
def test_an_id_is_of_letters_digits_and_hyphens(identity: str) -> None:
    (message,) = told(thread("posts/a", comment(identity, body="Words.")))
    assert f"id: {json.dumps(identity, ensure_ascii=False)[:40]}" in message
    assert "is not allowed; write 1 to 64 letters, digits and hyphens" in message


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066"])
@pytest.mark.parametrize("field", ["name", "body"])
def test_a_control_character_is_refused_and_never_shown_as_itself(
    field: str, character: str
) -> None:
    message = only(with_comment(**{field: f"Words {character} here"}))
    assert f"holds the control character U+{ord(character):04X}; take it out" in message
    assert message.isprintable()


def test_half_of_a_character_is_refused_in_a_message_that_can_be_printed() -> None:
    report = Report()
    text = thread_text(with_comment(body="HALF")).replace("HALF", "\\ud800")
    assert parse_thread(text.encode(), PLACE, report) is None
    (fault,) = report.faults
    assert fault.message.startswith('comment c1: body: found "\\ud800"')
    fault.message.encode()


def test_tabs_and_line_ends_are_words_of_a_body() -> None:
    assert told(with_comment(body="One\n\n\tTwo\r\nThree")) == []


def test_a_tombstone_has_neither_author_nor_words() -> None:
    rule = 'comment c1: is deleted, so its author is null and its body is ""'
    assert only(thread("posts/a", tombstone("c1", body="Words."))) == rule
    assert only(with_comment(state="deleted", body="")) == rule
    assert told(thread("posts/a", tombstone("c1"), comment("c2", "c1"))) == []


@pytest.mark.parametrize("changed", [{"author": None}, {"body": ""}, {"body": " \n\t"}])
def test_an_approved_comment_has_an_author_and_words(changed: dict[str, Any]) -> None:
    value = thread("posts/a", comment("c1") | changed)
    assert only(value) == "comment c1: is approved, so it has an author and a body"


@pytest.mark.parametrize("name", [" ", "\n", "\u200b", "\u200f\u3000", "\u0301"])
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="shows nothing"):
        Thread.model_validate(thread("posts/one", comment("a", name=name)))


@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_what_no_feed_can_hold_is_refused(character: str) -> None:
    with pytest.raises(ValidationError, match="U\\+FFF"):
        Thread.model_validate(thread("posts/one", comment("a", body=f"x{character}")))


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://user:word@x.example/", "https://x\u202e.example", "https://"]
)
def test_an_address_that_leads_astray_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="web address"):
        Thread.model_validate(thread("posts/one", comment("a", url=url)))
