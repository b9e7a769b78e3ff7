"""Markdown into HTML: one converter for a whole build.

Python-Markdown with its `extra` set (tables, footnotes, fenced code, definition lists, abbreviations,
attributes), headings with ids, highlighted code by Pygments without guessing the language, and three
things of our own: an image alone in its paragraph is a figure with its title as caption; a quotation
whose last line begins with a dash has that line as its source; straight quotes become typographic.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from plugins.entries.model import Body, Heading
from plugins.entries.typography import educate
from plugins.entries.words import opening

_TAGS = re.compile(r"<[^>]+>")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_BLOCK = re.compile(r"<(blockquote|figure|ul|ol|dl|table)\b.*?</\1>", re.DOTALL)
IMG = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NOTE = re.compile(r'<sup id="fnref[^>]*>.*?</sup>')
_WORD = re.compile(r"\w[\w'\u2019-]*")
_CODE, _CODE_SCROLLS = '<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">'
_SOURCE_DASH = re.compile(r"\s*(?:\u2014|\u2013|--)\s*")


def render(text: str) -> Body:
    """The body of one entry. Links and image addresses stand in it as the author typed them."""
    markdown = _converter()
    markdown.reset()
    html = educate(markdown.convert(text)).replace(_CODE, _CODE_SCROLLS)
    words = len(_WORD.findall(_TAGS.sub(" ", html)))
    tokens: list[dict[str, Any]] = getattr(markdown, "toc_tokens", [])
    return Body(html, words, _headings(tokens))


def attributes(tag: str) -> dict[str, str]:
    """The attributes of one tag, as Markdown writes them or as an author types them."""
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def first_paragraph(html: str, limit: int = 200) -> str:
    """The plain text of the first paragraph, cut at a word."""
    text = _NOTE.sub("", html)
    match = _PARAGRAPH.search(_BLOCK.sub("", text)) or _PARAGRAPH.search(text)
    return opening(unescape(_TAGS.sub("", match[1])) if match else "", limit)


def _headings(tokens: list[dict[str, Any]]) -> tuple[Heading, ...]:
    return tuple(
        Heading(token["id"], Markup(educate(token["name"])), _headings(token["children"]))  # noqa: S704 - Markdown escaped it
        for token in tokens
    )


@cache
def _converter() -> Markdown:
    return Markdown(
        output_format="html",
        extensions=["extra", "codehilite", "toc", "sane_lists", _Composition()],
        extension_configs={
            "codehilite": {"guess_lang": False, "css_class": "highlight"},
            "toc": {"permalink": False},
            "extra": {
                "footnotes": {
                    "BACKLINK_TEXT": "\u21a9\ufe0e",
                    "BACKLINK_TITLE": "Back to where footnote {} is mentioned",
                },
            },
        },
    )


class _Composition(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        md.treeprocessors.register(_Figures(md), "figures", 5)


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
