"""Straight quotes, dashes and dots are set well; code, tags and attributes stay as they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.entries.gather import plain
from plugins.entries.typography import educate

PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            "'",
            "-",
            "--",
            "---",
            "...",
            " ",
            "a",
            "word",
            "90s",
            "&quot;",
            "&#39;",
            "&amp;",
            "<em>",
            "</em>",
            "<code>",
            "</code>",
            "<p>",
            "</p>",
            "<a title=\"'--'\">",
            "</a>",
            "\n",
        ]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("typed", "set_well"),
    [
        ('"So," she said.', "“So,” she said."),
        ("'So,' she said.", "‘So,’ she said."),
        ("It's Priya's, isn't it?", "It’s Priya’s, isn’t it?"),
        ("the '90s and rock 'em", "the ’90s and rock ’em"),
        ("'Tis so", "’Tis so"),
        ('("quoted")', "(“quoted”)"),
        ("\"'Yes,' he said,\" she said", "“‘Yes,’ he said,” she said"),
        ("a--b, a---b, a-b", "a–b, a—b, a-b"),
        ("wait...", "wait…"),
        ("said &quot;yes&quot; and it&#39;s", "said “yes” and it’s"),
        ('"<em>so</em>"', "“<em>so</em>”"),
        ('<em>"so"</em>, he', "<em>“so”</em>, he"),
        ('<p>"One.</p>\n<p>"Two."</p>', "<p>“One.</p>\n<p>“Two.”</p>"),
        ("'<em>so</em>'", "‘<em>so</em>’"),
        ("<em>\"</em>'a'\"", "<em>“</em>‘a’”"),
        ("<code>x</code>'s", "<code>x</code>’s"),
    ],
)
def test_what_is_typed_straight_is_set_as_in_a_book(typed: str, set_well: str) -> None:
    assert educate(typed) == set_well


@pytest.mark.parametrize("tag", ["pre", "code", "kbd", "samp", "script", "style", "textarea"])
def test_what_must_stay_as_typed_does(tag: str) -> None:
    html = f"<{tag}>\"a\" -- 'b'...</{tag}>"
    assert educate(html) == html


def test_setting_goes_on_after_code_in_code() -> None:
    assert educate("<pre><code>'a'</code></pre>\n<p>'b'</p>") == (
        "<pre><code>'a'</code></pre>\n<p>‘b’</p>"
    )


@given(PIECES)
def test_tags_are_never_changed(html: str) -> None:
    assert re.findall(r"<[^>]*>", educate(html)) == re.findall(r"<[^>]*>", html)


@given(PIECES)
def test_what_is_well_set_stays_so(html: str) -> None:
    once = educate(html)
    assert educate(once) == once


@given(PIECES)
def test_outside_code_no_straight_mark_is_left(html: str) -> None:
    outside = educate(re.sub(r"</?code>", "", html))
    text = re.sub(r"<[^>]*>", " ", outside)
    assert not re.search(r"[\"']|&quot;|&#39;|---|\.\.\.", text)


@given(st.text(max_size=60))
def test_a_title_is_text_and_nothing_in_it_is_taken_for_a_tag(title: str) -> None:
    made = plain(title.replace("\x00", ""))
    assert made.count("<") == title.count("<")
    assert made.count(">") == title.count(">")


def test_a_title_with_a_tag_in_it_is_set_in_and_around_it() -> None:
    assert plain('The "<b>" tag isn\'t "bold"') == "The “<b>” tag isn’t “bold”"
