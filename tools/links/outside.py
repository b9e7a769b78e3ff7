"""Every address outside the site that its content leads to: in texts, in lines such as Link, and in
comments, each with the places where it stands.

Names that are set aside for examples (RFC 2606), and addresses of the site itself, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from plugins.conversations.markup import to_html
from plugins.conversations.store import read_store
from plugins.entries.body import render
from plugins.entries.files import markdown_below
from plugins.entries.head import split
from plugins.faults import Report
from tools.links.addresses import reserved

_HREF = re.compile(r"""<a\b[^>]*?\shref=["']([^"']*)["']""")
_WHOLE = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Location:
    """Where an address stands: the file, relative to the content, and the line or the comment's id."""

    file: str
    at: str

    def __str__(self) -> str:
        return f"{self.file}:{self.at}" if self.at else self.file


def outside_links(
    content: Path, store: Path, site_urls: tuple[str, ...]
) -> dict[str, tuple[Location, ...]]:
    """By address, without its fragment: where it stands. Drafts are read too.

    store: the folder of threads. site_urls: addresses at which the site itself stands. What is wrong with
    the files is not told here; `./invoke check` does.
    """
    found: dict[str, dict[Location, None]] = {}
    for address, place in (*_of_entries(content), *_of_comments(content, store)):
        whole = urldefrag(address.strip())[0]
        if _outside(whole, site_urls):
            found.setdefault(whole, {})[place] = None
    return {address: tuple(places) for address, places in sorted(found.items())}


def _outside(address: str, site_urls: tuple[str, ...]) -> bool:
    if not address.startswith(("http://", "https://")):
        return False
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return True  # to be told: it leads nowhere
    ours = any((address + "/").startswith(f"{url}/") for url in site_urls)
    return not ours and not reserved(host)


def _of_entries(content: Path) -> Iterator[tuple[str, Location]]:
    for path in markdown_below(content):
        name = path.relative_to(content).as_posix()
        source = split(name, path.read_bytes())
        for field in source.fields.values():
            if _WHOLE.fullmatch(field.text):
                yield field.text, Location(name, str(field.line))
        seen: dict[str, int] = {}
        for typed in _HREF.findall(render(source.text).html):
            address = unescape(typed)
            line = source.line_of(address, seen.get(address, 0))
            seen[address] = seen.get(address, 0) + 1
            yield address, Location(name, str(line or ""))


def _of_comments(content: Path, store: Path) -> Iterator[tuple[str, Location]]:
    if not store.is_dir():
        return
    shown = store.relative_to(content).as_posix() if store.is_relative_to(content) else store.name
    for key, thread in read_store(store, shown, Report()).items():
        name = f"{shown}/{key}.json"
        for comment in thread.comments:
            if comment.state != "approved":
                continue
            if comment.author and comment.author.url:
                yield comment.author.url, Location(name, comment.id)
            if "http" in comment.body or "www." in comment.body:
                for typed in _HREF.findall(str(to_html(comment.body))):
                    yield unescape(typed), Location(name, comment.id)
