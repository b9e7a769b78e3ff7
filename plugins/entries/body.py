"""Markdown into HTML: one converter for a whole build.

1. `as_typed` looks at the text as it was typed: footnotes, references, what is meant otherwise;
2. Python-Markdown with its `extra` set, fences anywhere and bare addresses as links (pymdown-extensions),
   highlighted code without guessing the language, and what `markdown_extension` adds, makes HTML of it, without
   what of its work comes to nothing (`quick_markdown`);
3. `tags` finds what is wrong with tags that the author typed, and takes HTML comments out;
4. `typography` sets straight quotes and dashes, `directions` what runs from right to left.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from markdown import Markdown
from markupsafe import Markup

from plugins.entries import as_typed
from plugins.entries.directions import with_directions
from plugins.entries.markdown_extension import RESERVED, Composition, heading_id
from plugins.entries.model import Body, Heading, leads_in
from plugins.entries.tags import TAG, attributes, tag_faults, without_comments
from plugins.entries.typography import educate

EXTENSIONS: tuple[Any, ...] = (
    "abbr",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "codehilite",
    "toc",
    "sane_lists",
    "pymdownx.superfences",
    "pymdownx.magiclink",
    "pymdownx.tilde",
    Composition(),
)
CONFIGURATION: dict[str, dict[str, Any]] = {
    "codehilite": {"guess_lang": False, "css_class": "highlight"},
    "pymdownx.highlight": {"guess_lang": False, "css_class": "highlight"},
    "pymdownx.tilde": {"subscript": False},
    "toc": {"permalink": False, "slugify": heading_id},
    "footnotes": {
        "BACKLINK_TEXT": "\u21a9\ufe0e",
        "BACKLINK_TITLE": "Back to where footnote {} is mentioned",
    },
}

_WORD = re.compile(r"\w[\w'\u2019-]*")
_CODE, _CODE_SCROLLS = '<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">'
_OPENED_RAW = re.compile(r"<[a-zA-Z/]")
_ID = re.compile(r'\sid=["\']?([^"\'\s>]+)')


def render(text: str) -> Body:
    """The body of one entry. Links and image addresses stand in it as the author typed them; lines of
    what is told count from the first of `text`, which is 0."""
    typed = as_typed.masked(text)
    if deep := as_typed.too_deep(typed):
        return Body(f"<p>{escape(text[:200])}</p>", 0, (), faults=(deep,))
    markdown = _converter()
    markdown.reset()
    html = markdown.convert(text)
    faults = [*as_typed.faults(typed)]
    if _OPENED_RAW.search(typed) or "{" in typed:
        faults += _of_tags(html, typed)
    html = with_directions(educate(without_comments(html))).replace(_CODE, _CODE_SCROLLS)
    words = len(_WORD.findall(TAG.sub(" ", html)))
    tokens: list[dict[str, Any]] = getattr(markdown, "toc_tokens", [])
    doubts = tuple(as_typed.doubts(typed))
    return Body(html, words, _headings(tokens), tuple(faults), doubts, leads_in(html))


def _of_tags(html: str, typed: str) -> list[as_typed.Told]:
    """What is wrong with tags that were typed, each under the line of that one of its kind."""
    told: list[as_typed.Told] = []
    seen: dict[str, int] = {}
    for tag, message in tag_faults(html):
        at = -1
        for _ in range(seen.get(tag, 0) + 1):
            found = typed.find(tag, at + 1)
            at = found if found >= 0 else at
        seen[tag] = seen.get(tag, 0) + 1
        told.append((as_typed.line_at(typed, max(at, 0)), message))
    for match in TAG.finditer(html):
        identity = attributes(match[0]).get("id", "") if " id=" in match[0] else ""
        own = identity and RESERVED.fullmatch(identity) and not identity.startswith(("fn", "item-"))
        if own:
            at = max(typed.find(f"#{identity}"), typed.find(f'"{identity}"'), 0)
            message = f'the id "{identity}" is that of a part of the page; write another'
            told.append((as_typed.line_at(typed, at), message))
    return told


def _headings(tokens: list[dict[str, Any]]) -> tuple[Heading, ...]:
    return tuple(
        Heading(token["id"], Markup(educate(token["name"])), _headings(token["children"]))  # noqa: S704 - Markdown escaped it
        for token in tokens
    )


@cache
def _converter() -> Markdown:
    return Markdown(output_format="html", extensions=EXTENSIONS, extension_configs=CONFIGURATION)
