"""The metadata lines at the top of a file are split from its text, with the right line numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.entries.head import Source, split


def taken(text: str | bytes) -> Source:
    return split("posts/a.md", text if isinstance(text, bytes) else text.encode())


def told(text: str | bytes) -> list[str]:
    return [str(fault) for fault in taken(text).faults]


def test_lines_up_to_the_first_empty_one_are_the_head() -> None:
    source = taken("Title: A\nDate: 2026-05-25\n\nHello: this is text.\n")
    assert {key: field.text for key, field in source.fields.items()} == {
        "title": "A",
        "date": "2026-05-25",
    }
    assert source.text.strip() == "Hello: this is text."


@pytest.mark.parametrize("fence", ["---", "---  "])
@pytest.mark.parametrize("closing", ["---", "..."])
def test_fences_may_stand_around_the_head_and_hold_empty_lines(fence: str, closing: str) -> None:
    source = taken(f"{fence}\nTitle: A\n\nDate: x\n{closing}\nText\n")
    assert source.faults == ()
    assert (source.fields["title"].line, source.fields["date"].line) == (2, 4)
    assert source.text == "Text\n"
    assert source.first_line == 6


def test_a_line_in_the_text_is_known_by_its_number_in_the_file() -> None:
    assert taken("Title: A\n\none\ntwo\n").line_of("two") == 4
    assert taken("---\nTitle: A\n---\none\ntwo\n").line_of("two") == 5


def test_the_line_of_an_address_is_where_it_is_linked_and_not_where_it_is_only_named() -> None:
    source = taken("Title: A\n\n`x.md` and far-x.md\n[x](x.md)\n[y]: x.md\n<a href='x.md'>\n")
    assert [source.line_of("x.md", nth) for nth in range(4)] == [4, 5, 6, 6]
    assert source.line_of("nowhere.md") is None


def test_a_line_that_begins_with_white_space_goes_on_with_the_value_above() -> None:
    source = taken("Title: A long\n  title of\n\ttwo more lines\nDate: x\n\n")
    assert source.fields["title"].text == "A long title of two more lines"
    assert source.fields["title"].line == 1
    assert source.fields["date"].line == 4


def test_an_indented_first_line_continues_nothing_and_is_told() -> None:
    assert told("  Title: A\n\nText\n")[0].startswith("posts/a.md:1: ")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("fence", ["", "---\n"])
def test_line_ends_of_other_systems_change_nothing(end: str, fence: str) -> None:
    text = f"{fence}Title: A\nDate: x\n{fence}\nText\nmore\n"
    assert taken(text.replace("\n", end)) == taken(text)


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert taken(b"\xef\xbb\xbfTitle: A\n\nText") == taken("Title: A\n\nText")


def test_a_file_that_is_not_utf_8_is_told_with_the_line_of_the_first_wrong_byte() -> None:
    assert told(b"Title: A\n\nok\ncaf\xe9\n") == [
        "posts/a.md:4: byte 0xe9 is not UTF-8; save the file as UTF-8"
    ]
    assert taken(b"Title: A\n\ncaf\xe9\n").fields == {}


def test_a_key_that_stands_twice_is_told_whatever_its_letters_and_the_first_counts() -> None:
    source = taken("Title: A\nDate: x\nTITLE: B\n\n")
    assert [str(fault) for fault in source.faults] == [
        "posts/a.md:3: TITLE: stands twice, first on line 1; keep one"
    ]
    assert source.fields["title"].text == "A"


def test_text_without_an_empty_line_before_it_is_told_line_by_line() -> None:
    assert told("Title: A\nThis is text.\nAnd more.\n\nText\n") == [
        'posts/a.md:2: "This is text." is not a metadata line; write "Key: value", '
        "or leave an empty line before the text",
        'posts/a.md:3: "And more." is not a metadata line; write "Key: value", '
        "or leave an empty line before the text",
    ]


def test_a_value_needs_a_space_after_its_colon() -> None:
    assert "posts/a.md:2:" in told("Title: A\nDate:2026-05-25\n\n")[0]


def test_an_empty_file_has_no_fields_and_no_text() -> None:
    for empty in (b"", b"\n", b"\xef\xbb\xbf", b"\n\n\n"):
        source = taken(empty)
        assert (source.fields, source.text.strip(), source.faults) == ({}, "", ())


def test_a_file_of_text_alone_is_told_once_with_how_to_begin() -> None:
    (message,) = told("Just a thought.\nAnd another.\n\nMore.\n")
    assert message.startswith('posts/a.md:1: the file begins with "Just a thought."; begin it with')
    assert "Title: …" in message


def test_a_file_may_be_a_head_and_nothing_else() -> None:
    for text in ("Title: A\nDate: x", "Title: A\nDate: x\n", "---\nTitle: A\nDate: x\n---"):
        source = taken(text)
        assert source.faults == ()
        assert set(source.fields) == {"title", "date"}
        assert source.text == ""


def test_a_fence_that_is_not_closed_is_told_once_however_long_the_text_is() -> None:
    message = 'posts/a.md:1: the metadata is not closed; write "---" on a line after it'
    assert told("---\nTitle: A\n\nText that goes on.\n\nAnd on.\n") == [message]
    assert told("---") == [message]


def test_a_key_without_a_value_is_a_field_with_empty_text() -> None:
    source = taken("Title:\nSummary:   \n\n")
    assert [source.fields[key].text for key in ("title", "summary")] == ["", ""]


@pytest.mark.parametrize("control", ["\x00", "\x08", "\x0c", "\x1b", "\x7f", "\x9b"])
def test_a_control_character_is_told_with_its_line_because_no_feed_can_hold_it(
    control: str,
) -> None:
    shown = f"U+{ord(control):04X}"
    assert told(f"Title: A\n\nfine\nnot {control} fine\n") == [
        f"posts/a.md:4: holds the control character {shown}; take it out"
    ]
    assert shown in " ".join(told(f"Title: A {control}\n\nfine\n"))


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=8))
def test_every_file_in_utf_8_is_taken_apart_and_its_text_is_the_rest_of_it(
    lines: list[str],
) -> None:
    text = "\n".join(lines)
    source = taken(text)
    normal = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert normal.endswith(source.text)
    assert all(fault.line and 1 <= fault.line <= normal.count("\n") + 1 for fault in source.faults)
