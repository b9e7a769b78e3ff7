"""Maps a fault in a written file to the file and line of the content that it was made from.

A page, its feeds, its card and its calendar are made from the entry that stands at their address, and a
download or a picture from the file of that name. The line is found by the words that stand on the
line of the page; those of a comment lead to its thread, with its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

from plugins.entries.site import Site
from plugins.entries.tags import TAG
from plugins.faults import Fault, sorted_faults

_WORD = re.compile(r"[^\W_]+(?:['’.@][^\W_]+)*")
_FEWEST = 2
"""Words by which a line is known."""
_WINDOWS = 12
"""Beginnings that are tried, so that a thousand faults take a moment."""


class Origins:
    """Of one build. folder: where it was written."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site, self._folder = site, folder
        self._root = site.reading.report.root or "content"
        self._by_address = {entry.address.strip("/"): entry for entry in site.entries.values()}

    def traced(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Each fault at its source where that can be told, once for each source; the others as they are."""
        traced: dict[Fault, Fault] = {}
        for fault in sorted_faults(faults):
            place, line, said = self._source(fault)
            at_source = Fault(place, line, said + fault.message)
            where = fault.place if fault.line is None else f"{fault.place}:{fault.line}"
            told = Fault(place, line, f"{at_source.message} (in {where})")
            traced.setdefault(at_source, fault if place == fault.place else told)
        return sorted_faults(traced.values())

    def _source(self, fault: Fault) -> tuple[str, int | None, str]:
        """(file, line, what comes before the message)."""
        if fault.place.startswith("files/"):
            return f"{self._root}/{fault.place}", fault.line, ""
        entry = self._by_address.get(fault.place.rpartition("/")[0])
        if entry is None or not fault.place.endswith((".html", ".atom", ".rss", ".json")):
            return fault.place, fault.line, ""
        words = self._words(fault)
        at = _line(entry.source.text, words)
        if at is not None:
            return f"{self._root}/{entry.place}", entry.source.first_line + at, ""
        conversation = self._site.conversations.get(entry.key)
        for node in conversation.nodes if conversation and words else ():
            if _line(str(node.html), words) is not None:
                place, line = self._site.line_of(entry.key, node.id)
                return f"{self._root}/{place}", line, f"comment {node.id}: "
        return f"{self._root}/{entry.place}", None, ""

    def _words(self, fault: Fault) -> list[str]:
        """Those on the line of the page, without its tags."""
        if fault.line is None:
            return []
        try:
            lines = (self._folder / fault.place).read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            return []
        line = lines[fault.line - 1] if fault.line <= len(lines) else ""
        return _WORD.findall(unescape(TAG.sub(" ", line)))


def _line(text: str, words: list[str]) -> int | None:
    """The line, from 0, on which most words that follow one another stand."""
    plain = text.replace("’", "'")
    for count in (6, 3) if len(words) > _FEWEST else (_FEWEST,):
        for start in range(min(max(len(words) - count + 1, 0), _WINDOWS)):
            some = [re.escape(word.replace("’", "'")) for word in words[start : start + count]]
            if found := re.search(r"[\W_]+".join(some), plain):
                return text.count("\n", 0, found.start())
    return None
