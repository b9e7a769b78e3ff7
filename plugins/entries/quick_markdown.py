"""Python-Markdown without the part of its work that comes to nothing: the same HTML for less time.

It tries each of its patterns on each run of text and each of its block processors on each block. Most runs
hold no sign that a pattern begins with, and most blocks are paragraphs.

- `QuickInline` searches a run only for patterns of which it holds a sign;
- `PlainParagraphs` takes a block before others look at it when none of its lines can begin anything else;
- `QuickContents` draws up a table of contents only where the text asks for one;
- `NO_STYLE` is all that Pygments needs to know of colours when it names classes: nothing.

What a pattern needs is known by its text; one that is not known here is searched for as ever, so that another
release of Python-Markdown costs time at worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from markdown import inlinepatterns as inline
from markdown.blockprocessors import ParagraphProcessor
from markdown.extensions.toc import TocTreeprocessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString
from pymdownx import magiclink

NEEDS: dict[str, tuple[str, ...]] = {
    inline.BACKTICK_RE: ("`",),
    inline.ESCAPE_RE: ("\\",),
    inline.LINK_RE: ("[",),
    inline.REFERENCE_RE: ("[",),
    inline.IMAGE_LINK_RE: ("![",),
    inline.IMAGE_REFERENCE_RE: ("![",),
    inline.AUTOMAIL_RE: ("@",),
    inline.LINE_BREAK_RE: ("  \n",),
    inline.HTML_RE: ("<",),
    inline.ENTITY_RE: ("&",),
    magiclink.RE_AUTOLINK: ("://",),
    magiclink.RE_LINK: ("://", "w.", "W."),
    r"\[\^([^\]]*)\]": ("[^",),  # a footnote
    r"\*|_": ("*", "_"),
    r"\~": ("~",),
}
"""By the text of a pattern, signs of which all that it matches holds one at least."""
_ANY = ("",)
_REFERENCES = (
    inline.ReferenceInlineProcessor,
    inline.ShortReferenceInlineProcessor,
    inline.ImageReferenceInlineProcessor,
    inline.ShortImageReferenceInlineProcessor,
)
_PLAIN = re.compile(r"[^\W\d_][^\n]*(?:\n[^\W\d_][^\n]*)*")
"""Lines that begin with a letter each: no list, heading, rule, quotation, table, definition or note does."""


class QuickInline(InlineProcessor):
    """Overrides the one private method that decides which pattern is tried."""

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        self._rows = tuple(self._needs())
        return super().run(tree, ancestors)

    def _needs(self) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Each pattern with the signs that it needs; a reference to nothing needs more than there is."""
        for pattern in self.md.inlinePatterns:
            if type(pattern) in _REFERENCES and not self.md.references:
                yield pattern, ()
            else:
                yield pattern, NEEDS.get(pattern.pattern, _ANY)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - Markdown's names
        if isinstance(data, AtomicString):
            return data
        rows, index, start = self._rows, patternIndex, 0
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        while index < len(rows):
            pattern, needs = rows[index]
            matched = False
            for sign in needs:
                if data.find(sign, start) >= 0:
                    data, matched, start = apply(pattern, data, index, start)
                    break
            if not matched:
                index, start = index + 1, 0
        return data


class PlainParagraphs(ParagraphProcessor):
    """Comes before all other block processors."""

    def test(self, parent: Element, block: str) -> bool:
        return _PLAIN.fullmatch(block) is not None


class QuickContents(TocTreeprocessor):
    """Names and numbers the headings as ever."""

    def run(self, doc: Element) -> None:
        self._asked_for = any(self.marker in (element.text or "") for element in doc.iter())
        super().run(doc)

    def build_toc_div(self, toc_list: list[Any]) -> Element:
        return super().build_toc_div(toc_list) if self._asked_for else Element("div")

    def replace_marker(self, root: Element, elem: Element) -> None:
        if self._asked_for:
            super().replace_marker(root, elem)


class _NoStyle:
    """A style of Pygments that colours nothing: the style sheets of the theme do."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


NO_STYLE = _NoStyle()
