"""What is left out of Python-Markdown's work changes no byte of what it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.toc import TocTreeprocessor
from markdown.treeprocessors import InlineProcessor

from plugins.entries import as_typed, body, typography
from plugins.entries.body import render
from plugins.entries.quick_markdown import NEEDS, QuickContents
from tests.sites import ROOT

TEXTS = sorted(
    path
    for folder in ("content", "docs", "tests/site", "bench")
    for path in (ROOT / folder).rglob("*.md")
)
PIECES = [
    *"\\`*_~[]()<>!&|#:-=+\"'^{}.@/ \n\taB1é\u2022\u0002\u0003",
    *("\n\n", "  \n", "    ", "\n- ", "\n1. ", "\n> ", "\n    code\n", "\n***\n", "\n---\n", "\n===\n"),
    *("**so**", "*so*", "__so__", "~~so~~", "`so`", "``s`o``", "\\\\`so`", "&amp;", "&#39;", "<b>", "</b>", "<B id='<b>'>", "<bb/>"),
    *("[so](/there/)", "![so](x.png)", "[so][a]", "![so][a]", "[a]", "![a]", "[TOC]", "\n\n[a]: /x/ 'T'\n"),
    *("[^n]", "\n\n[^n]: A note.\n", "\n\n*[HTML]: Words\n", "HTML", "http://x.org/a", "WWW.x.org", "<http://x.org>"),
    *("<jo@x.org>", "jo@x.org", "\n\n```python\nx = '1'\n```\n", "\n~~~\n<b>\n~~~\n", "{: .so #that }", " {.so}"),
    *("\n\n| a | b |\n|---|---|\n| c | d |\n", "\nTerm\n: What it is\n", "\n\n<div markdown=\"1\">\n\n*so*\n\n</div>\n"),
    *("\n# One\n", "\n## Two [a] *b*\n", "<!-- note -->", "\nplain words\nand more", "Word ", "word, "),
]  # fmt: skip
TYPED = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.text(st.sampled_from(PIECES[:36]), max_size=60),
)


@cache
def plain() -> Markdown:
    """The converter without what is quick about it."""
    made = Markdown(
        output_format="html", extensions=body.EXTENSIONS, extension_configs=body.CONFIGURATION
    )
    toc = made.treeprocessors["toc"]
    assert type(toc) is QuickContents
    toc.__class__ = TocTreeprocessor
    made.treeprocessors.register(InlineProcessor(made), "inline", 20)
    made.parser.blockprocessors.deregister("plain_paragraph")
    made.preprocessors["fenced_code_block"].pygments_style = "default"  # type: ignore[attr-defined]
    return made


def made_by(markdown: Markdown, text: str) -> tuple[str, object]:
    """The HTML, and the headings; or what the converter raised, since not every text is one for it."""
    markdown.reset()
    try:
        return markdown.convert(text), markdown.toc_tokens  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 - the same of both is all that is asked for
        return repr(error), None


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_of_the_repository_comes_out_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert made_by(body._converter(), text) == made_by(plain(), text)


@given(TYPED)
def test_any_text_comes_out_the_same(text: str) -> None:
    assert made_by(body._converter(), text) == made_by(plain(), text)


def test_the_plain_way_is_another_one() -> None:
    quick = body._converter()
    assert type(quick.treeprocessors["inline"]) is not InlineProcessor
    assert type(plain().treeprocessors["inline"]) is InlineProcessor
    assert "plain_paragraph" not in plain().parser.blockprocessors
    assert type(plain().treeprocessors["toc"]) is not type(quick.treeprocessors["toc"])


def test_of_every_pattern_it_is_known_what_it_needs() -> None:
    """One that is not known costs time in each build: tell what it needs in NEEDS."""
    assert [p.pattern for p in body._converter().inlinePatterns if p.pattern not in NEEDS] == []


def test_a_table_of_contents_is_drawn_up_where_the_text_asks_for_it() -> None:
    assert '<a href="#one">' in render("[TOC]\n\n# One\n").html
    assert '<a href="#one">' not in render("# One\n").html


@given(TYPED)
def test_a_text_is_set_the_same_where_addresses_are_searched_for(text: str) -> None:
    assert typography.educate_text(f"{text}<www.x") == f"{typography.educate_text(text)}<www.x"


def _told(text: str) -> Iterator[object]:
    yield from as_typed.faults(text)
    yield from as_typed.doubts(text)


@given(TYPED)
def test_the_same_is_told_of_a_text_with_and_without_the_signs_of_more(text: str) -> None:
    more = "\n\nx é [^ \n\n]: x\n\nx ][ x \t\n"
    assert list(_told(f"{text}{more}")) == list(_told(f"{text}\n\nx x x\n\nx\n\nx x\n"))
    assert as_typed.too_deep(f"{text}\n\n{'[ ]' * 101}") == as_typed.too_deep(text)


@given(TYPED)
def test_what_is_masked_is_blank_and_each_line_is_where_it_was(text: str) -> None:
    wanted = text
    code = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
    for pattern in (as_typed._FENCED, code, as_typed._COMMENT):
        wanted = pattern.sub(
            lambda match: "".join("\n" if one == "\n" else " " for one in match[0]), wanted
        )
    assert as_typed.masked(text) == wanted
