"""HTML into plain text that reads well, for the part of a mail that has none: lines of 72, links with
their address behind them, lists and quotations by their marks.
"""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

WIDTH = 72
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "pre", "dt", "dd", "figcaption", "div", "tr", "caption"}
_FRAMES = {"blockquote", "ul", "ol", "li", "figure", "dl", "table"}


def plain(html: str, width: int = WIDTH) -> str:
    """The text of a piece of HTML, its paragraphs parted by empty lines."""
    reader = _Reader(width)
    reader.feed(html)
    reader.close()
    return "\n\n".join(reader.finished())


def filled(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """A paragraph in lines; `first` stands before its first line, `rest` before the others."""
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


class _Reader(HTMLParser):
    def __init__(self, width: int) -> None:
        super().__init__(convert_charrefs=True)
        self._width = width
        self._blocks: list[tuple[str, bool]] = []
        self._text: list[str] = []
        self._frames: list[str] = []
        self._counts: list[int] = []
        self._mark = ""
        self._links: list[tuple[str, int]] = []
        self._pre = 0
        self._row_at = -1
        """Which block is the last row of a table: the next one stands close to it."""

    def finished(self) -> list[str]:
        self._end_block()
        joined: list[str] = []
        for text, tight in self._blocks:
            if tight and joined:
                joined[-1] += f"\n{text}"
            else:
                joined.append(text)
        return joined

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS or tag in _FRAMES:
            self._end_block()
        match tag:
            case "blockquote" | "ul" | "ol":
                self._frames.append(tag)
                self._counts.append(0)
            case "li":
                self._counts = self._counts or [0]
                self._counts[-1] += 1
                ordered = self._frames[-1:] == ["ol"]
                self._mark = f"{self._counts[-1]}. " if ordered else "- "
            case "pre":
                self._pre += 1
            case "br":
                self._text.append("\n" if self._pre else " ")
            case "img":
                self._text.append(f"[{given.get('alt') or 'picture'}] ")
            case "a":
                self._links.append((given.get("href") or "", len(self._text)))
            case "em" | "i":
                self._text.append("*")
            case "strong" | "b":
                self._text.append("**")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "td" | "th":
                self._text.append(" | ")
            case "a" if self._links:
                href, at = self._links.pop()
                shown = "".join(self._text[at:]).strip()
                if href and href not in (shown, f"mailto:{shown}"):
                    self._text.append(f" ({href.removeprefix('mailto:')})")
            case "em" | "i":
                self._text.append("*")
            case "strong" | "b":
                self._text.append("**")
            case _:
                pass
        before = len(self._blocks)
        if tag in _BLOCKS or tag in _FRAMES:
            self._end_block()
        if tag == "tr" and len(self._blocks) > before:
            if self._row_at == before - 1 and before:
                self._blocks[-1] = (self._blocks[-1][0], True)
            self._row_at = before
        if tag in ("blockquote", "ul", "ol") and self._frames:
            self._frames.pop()
            self._counts.pop()
        if tag == "pre":
            self._pre -= 1

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _end_block(self) -> None:
        text, self._text, self._links = "".join(self._text), [], []
        text = text.removesuffix(" | ") if text.endswith(" | ") else text
        if not text.strip():
            return
        quote = "> " * self._frames.count("blockquote")
        lists = [frame for frame in self._frames if frame != "blockquote"]
        depth = "   " * (len(lists) - 1) if lists else ""
        before = quote + depth
        if self._pre:
            lines = text.strip("\n").split("\n")
            self._blocks.append(
                ("\n".join(f"{before}    {line}".rstrip() for line in lines), False)
            )
            return
        hang = before + (" " * len(self._mark or "   ") if lists else "")
        first = before + self._mark if self._mark else hang
        # An item stands close to the one before it.
        tight = bool(self._mark) and bool(self._blocks) and not re.match(r"1\. ", self._mark)
        tight = tight and self._counts[-1:] != [1]
        self._mark = ""
        self._blocks.append((filled(text, first, hang, self._width), tight))
