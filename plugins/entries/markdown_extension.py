"""An extension of Python-Markdown: lists and headings as in CommonMark, figures, sources of quotations.

- A list may follow a line of text, and what belongs to an item is known by where its text begins
  (CommonMark 0.31, sections 5.2 and 5.3), so that two spaces are enough.
- A heading has a space after its signs: `#hashtag` is a word.
- Braces at the end of a line are attributes only when they look like them.
- A heading takes no id of the page around the text.
- The last line of a quotation names its source when it begins with a dash; a picture alone in its
  paragraph is a figure; a wide table scrolls in its frame.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension
from markdown.extensions.toc import slugify as slugify_heading
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from plugins.entries.quick_markdown import NO_STYLE, PlainParagraphs, QuickContents, QuickInline

RESERVED = re.compile(
    r"main|theme|conversation(?:-title)?|contents|talk|choices|choose-.*|coming(?:-title)?|past(?:-title)?|"
    r"latest|left|group-.*|sign-up(?:-next)?|year-.*|comment-.*|item-\d+|top|fn.*"
)
"""Ids of the page around a text, of its comments, items and notes."""

_ITEM = re.compile(r"(?P<marker>[-+*]|\d{1,9}[.)])(?P<gap> +)(?=\S)")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_NO_TEXT = re.compile(r"[#|<>:]|={3,}|-{3,}|\x02|\[[^\]]+\]:|\*\[[^\]]+\]:|!!!")
_SOURCE = re.compile(r" {0,3}> ?[ ]*(?:\u2014|\u2013|--(?!-))\s*\S")
_SOURCE_DASH = re.compile(r"\s*(?:\u2014|\u2013|--)\s*")
_ATTRIBUTES = r"""(?:[#.][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'}]+))"""
_BRACES = rf"\{{:?[ ]*({_ATTRIBUTES}(?:[ ]+{_ATTRIBUTES})*)[ ]*\}}"


class Composition(Extension):
    """Comes last in the list of extensions, since it changes what others have registered."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        # After fences have been taken out (25), before HTML is (20).
        md.preprocessors.register(_Lines(md), "lists_and_sources", 24)
        md.parser.blockprocessors.register(_SpacedHeading(md.parser), "hashheader", 70)
        (toc,) = (one for one in md.registeredExtensions if isinstance(one, TocExtension))
        md.treeprocessors.register(QuickContents(md, toc.getConfigs()), "toc", 5)
        md.treeprocessors.register(_Figures(md), "figures", 5)
        md.parser.blockprocessors.register(PlainParagraphs(md.parser), "plain_paragraph", 110)
        md.treeprocessors.register(QuickInline(md), "inline", 20)
        fences = md.preprocessors["fenced_code_block"]
        fences.get_hl_settings()  # type: ignore[attr-defined] # as it would at its first text
        fences.pygments_style = NO_STYLE  # type: ignore[attr-defined]
        braces = md.treeprocessors["attr_list"]
        braces.HEADER_RE = re.compile(rf"[ ]+{_BRACES}[ ]*$")  # type: ignore[attr-defined]
        braces.BLOCK_RE = re.compile(rf"\n[ ]*{_BRACES}[ ]*$")  # type: ignore[attr-defined]
        braces.INLINE_RE = re.compile(rf"^{_BRACES}")  # type: ignore[attr-defined]
        # An address of a person never becomes a link by itself.
        md.inlinePatterns.deregister("magic-mail")


def heading_id(value: str, separator: str) -> str:
    """The id of a heading, which is never one that the page around the text has."""
    made = slugify_heading(value, separator)
    return f"{made}{separator}section" if RESERVED.fullmatch(made) else made


class _SpacedHeading(HashHeaderProcessor):
    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})(?:[ \t]+(?P<header>(?:\\.|[^\\\n])*?)|)[ \t]*#*[ \t]*(?:\n|$)"
    )


class _Lines(Preprocessor):
    """Lists as CommonMark reads them, in the four spaces a level that Python-Markdown wants."""

    def run(self, lines: list[str]) -> list[str]:
        made: list[str] = []
        levels: list[int] = []
        above = ""
        for number, line in enumerate(lines):
            text = line.lstrip(" \t")
            if not text.strip():
                made.append(line)
                above = ""
                continue
            indent = len(line[: len(line) - len(text)].expandtabs(4))
            item = None if _RULE.match(text) else _ITEM.match(text)
            if item and (levels or indent < 4):
                while levels and levels[-1] > indent:
                    levels.pop()
                follows_text = above and not _NO_TEXT.match(above) and not self._in_list(made)
                if not levels and follows_text and _interrupts(item):
                    made.append("")
                made.append(" " * 4 * len(levels) + text)
                gap = len(item["gap"])
                levels.append(indent + len(item["marker"]) + (gap if gap <= 4 else 1))
            else:
                if not above:
                    while levels and levels[-1] > indent:
                        levels.pop()
                if levels:
                    beyond = max(indent - levels[-1], 0)
                    made.append(" " * (4 * len(levels) + (beyond if beyond >= 4 else 0)) + text)
                else:
                    if _SOURCE.match(line) and above.lstrip().startswith(">") and above.strip(" >"):
                        following = lines[number + 1] if number + 1 < len(lines) else ""
                        if not following.lstrip().startswith(">"):
                            made.append(">")
                    made.append(line)
            above = line
        return made

    def _in_list(self, made: list[str]) -> bool:
        """Whether the paragraph above is an item that goes on."""
        for line in reversed(made):
            if not line.strip():
                return False
            if _ITEM.match(line.lstrip()) and not _RULE.match(line.strip()):
                return True
        return False


def _interrupts(item: re.Match[str]) -> bool:
    return item["marker"] in "-+*" or item["marker"][:-1] == "1"


class _Figures(Treeprocessor):
    """Runs after inline patterns: paragraphs of one image, quotations with a source, wide tables."""

    def run(self, root: ElementTree.Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "p":
                    _figure(child)
                elif child.tag == "blockquote":
                    self._attribute(parent, index, child)
                elif child.tag == "table":
                    frame = ElementTree.Element(
                        "div",
                        {"class": "table", "tabindex": "0", "role": "group", "aria-label": "Table"},
                    )
                    parent[index] = frame
                    frame.append(child)
                    frame.tail, child.tail = child.tail, None
                    _align(child)

    def _attribute(
        self, parent: ElementTree.Element, index: int, quote: ElementTree.Element
    ) -> None:
        if parent.tag == "figure" or len(quote) < 2 or quote[-1].tag != "p":
            return
        source = quote[-1]
        dash = _SOURCE_DASH.match(source.text or "")
        if dash is None:
            return
        source.text = (source.text or "")[dash.end() :]
        quote.remove(source)
        source.tag, source.tail = "figcaption", None
        figure = ElementTree.Element("figure", {"class": "quotation"})
        figure.tail, quote.tail = quote.tail, None
        link = source.find(".//a")
        if link is not None and link.get("href", "").startswith("http"):
            quote.set("cite", link.get("href", ""))
        figure.extend([quote, source])
        parent[index] = figure


def _align(table: ElementTree.Element) -> None:
    """The alignment of columns as classes: the site's policy lets no style attribute through."""
    for cell in table.iter():
        style = cell.attrib.pop("style", "")
        if style.startswith("text-align:"):
            cell.set("class", style.removeprefix("text-align:").strip(" ;"))


def _figure(paragraph: ElementTree.Element) -> None:
    if len(paragraph) != 1 or (paragraph.text or "").strip() or (paragraph[0].tail or "").strip():
        return
    only = paragraph[0]
    image = (
        only[0] if only.tag == "a" and len(only) == 1 and not (only.text or "").strip() else only
    )
    if image.tag != "img":
        return
    paragraph.tag = "figure"
    paragraph.text = only.tail = None
    caption = image.attrib.pop("title", None)
    if caption:
        ElementTree.SubElement(paragraph, "figcaption").text = caption
