"""How a text begins, where no summary is written."""

from __future__ import annotations

import re
from html import unescape

from plugins.entries.tags import TAG
from plugins.entries.words import opening

_PARAGRAPH = re.compile(r'<p(?: dir="auto")?>(.*?)</p>', re.DOTALL)
_BLOCK = re.compile(r"<(blockquote|figure|ul|ol|dl|table)\b.*?</\1>", re.DOTALL)
_NOTE = re.compile(r'<sup id="fnref[^>]*>.*?</sup>')


def first_paragraph(html: str, limit: int = 200) -> str:
    """The plain text of the first paragraph, cut at a word."""
    text = _NOTE.sub("", html)
    match = _PARAGRAPH.search(_BLOCK.sub("", text)) or _PARAGRAPH.search(text)
    return opening(unescape(TAG.sub("", match[1])) if match else "", limit)
