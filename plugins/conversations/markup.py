"""A comment's Markdown as safe HTML, and as plain words.

1. comrak reads it as CommonMark with bare links and single line ends kept (what a commenter types is
   what is seen); raw HTML is shown as the text it is, never taken as HTML.
2. Headings become paragraphs (the page's outline is the author's) and images their description.
3. nh3 lets through a short list of elements and no others, whatever the parser answered; links lead
   to the web or to another page of the site and get rel="ugc nofollow".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

import comrak
import nh3
from markupsafe import Markup, escape

from plugins.entries.directions import with_directions

DEEPEST = 24
"""A comment nested deeper than this (twenty-five quotations in one another) is shown as plain text."""

_EXTENSION = comrak.ExtensionOptions()
_EXTENSION.autolink = True
_EXTENSION.strikethrough = True
_PARSE = comrak.ParseOptions()
_PARSE.smart = True
_RENDER = comrak.RenderOptions()
_RENDER.escape = True
_RENDER.hardbreaks = True

_CLEANER = nh3.Cleaner(
    tags={
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "ul",
    },
    attributes={
        "*": set(),
        "a": {"href"},
        "ol": {"start"},
    },  # nh3 lets title and lang through anywhere
    url_schemes={"http", "https", "id"},
    link_rel="ugc nofollow",
    strip_comments=True,
)
_HREF = re.compile(r'<a href="([^"]*)"')
_HEADING = re.compile(r"<(/?)h[1-6]>")
_IMAGE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_NESTING = re.compile(r"<(/?)(?:blockquote|ul|ol|li|em|strong|del)\b")
_LINE_END = re.compile(r"</(?:p|li|pre|blockquote)>|<br ?/?>")
_TAG = re.compile(r"<[^>]+>")


@lru_cache(
    maxsize=20_000
)  # a comment stands on its page, in its person's list, in JSON-LD and a feed
def to_html(body: str) -> Markup:
    """The HTML of one comment: only the elements above, balanced, bounded in depth."""
    html = comrak.render_markdown(
        body, extension_options=_EXTENSION, parse_options=_PARSE, render_options=_RENDER
    )
    if _depth(html) > DEEPEST:
        lines = escape(body.strip()).replace("\n", Markup("<br>\n"))
        return Markup("<p>{}</p>\n").format(lines)
    if "<h" in html:
        html = _HEADING.sub(r"<\1p>", html)
    if "<img" in html:
        html = _IMAGE.sub(r"\1", html)
    return Markup(with_directions(_CLEANER.clean(html)))  # noqa: S704 - nh3 has cleaned it


def links(body: str, bare: bool = False) -> tuple[str, ...]:
    """Where the links of a comment lead, as its author typed them; "" for an address that no reader can
    follow, which the parser takes away. bare: with addresses that are links by themselves."""
    marks = ("](", "]:", "<", "://", "www.") if bare else ("](", "]:", "<")
    if not any(mark in body for mark in marks):
        return ()
    html = comrak.render_markdown(
        body, extension_options=_EXTENSION, parse_options=_PARSE, render_options=_RENDER
    )
    return tuple(unescape(found) for found in _HREF.findall(html))


def led(html: Markup, leads: Mapping[str, str]) -> Markup:
    """The HTML of a comment with its links leading where `leads` says, by what was typed."""
    if not leads or "<a " not in html:
        return html

    def lead(match: re.Match[str]) -> str:
        typed = unescape(match[1])
        return f'<a href="{escape(leads[typed])}"' if typed in leads else match[0]

    return Markup(_HREF.sub(lead, str(html)))  # noqa: S704 - only addresses of this site are put in


def to_text(html: str) -> str:
    """The words of a comment's HTML, a paragraph or item a line, for JSON-LD, feeds and openings."""
    plain = unescape(_TAG.sub("", _LINE_END.sub("\n", html)))
    return "\n".join(
        line for line in (" ".join(part.split()) for part in plain.split("\n")) if line
    )


def _depth(html: str) -> int:
    deepest = depth = 0
    if html.count("</") <= DEEPEST:
        return 0
    for match in _NESTING.finditer(html):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest
