"""One good build, as it is served: its files, its rules, and how each page can be told from another.

1. `Site.open` reads the rule files of a finished build.
2. `answer` says what an address gets: a file, a move, or the site's own 404 page.
3. `fingerprint` says what a page looks like, so that a browser reloads only what has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlsplit

from tools.serve import pages
from tools.serve.addresses import Moved, decoded, find
from tools.serve.rules import (
    HeaderRule,
    Redirect,
    headers_for,
    read_headers,
    read_redirects,
)

UNQUOTED = "/:?#[]@!$&'()*+,;=%~"

_LIVE_ONLY = ("access-control-", "strict-transport-security")


@dataclass(frozen=True)
class Answer:
    """What an address gets: a file with a status, or a `location` to go to; a bare status otherwise."""

    status: int
    file: Path | None = None
    location: str = ""


@dataclass(frozen=True)
class Site:
    """A build in `root` (resolved); `faults` are lines of its rule files that cannot be read."""

    root: Path
    generation: int
    headers: tuple[HeaderRule, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    faults: tuple[str, ...] = ()
    _prints: dict[str, pages.Fingerprint] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(cls, root: Path, generation: int) -> Site:
        """The site that a build has put into `root`."""
        headers, header_faults = read_headers(_text(root / "_headers"))
        redirects, redirect_faults = read_redirects(_text(root / "_redirects"))
        faults = (*header_faults, *redirect_faults)
        return cls(root.resolve(), generation, tuple(headers), tuple(redirects), faults)

    def answer(self, address: str, query: str = "") -> Answer:
        """What the address (a path as the browser sends it) gets."""
        path = decoded(address)
        if path is None:
            return self._missing
        if forced := self._redirect(path, query, forced=True):
            return forced
        match find(self.root, path):
            case Path() as file:
                return Answer(200, file)
            case Moved(location):
                return Answer(301, location=_with_query(location, query))
        return self._redirect(path, query, forced=False) or self._missing

    def headers_for(self, address: str) -> list[tuple[str, str]]:
        """What `_headers` adds to this address, but for what belongs to the live site alone: leave for
        other sites to read it (drafts may be in a preview), and the promise that there is https."""
        path = decoded(address)
        found = headers_for(self.headers, path) if path else []
        return [one for one in found if not one[0].lower().startswith(_LIVE_ONLY)]

    def fingerprint(self, address: str, host: str = "") -> pages.Fingerprint:
        """What the page at this address looks like; `host` is the name this server is called by."""
        if len(self._prints) > 5000:
            self._prints.clear()
        key = f"{host} {address}"
        if key not in self._prints:
            answer = self.answer(address)

            def read(link: str) -> bytes | None:
                found = self.answer(urlsplit(link).path).file
                return found.read_bytes() if found and found.suffix != ".html" else None

            html = answer.file.read_bytes() if answer.file else answer.location.encode()
            self._prints[key] = pages.fingerprint(html, address, host, read)
        return self._prints[key]

    def _redirect(self, path: str, query: str, forced: bool) -> Answer | None:
        for rule in self.redirects:
            target = rule.target_for(path) if rule.forced == forced else None
            if target is None:
                continue
            if rule.status in (200, 404, 410):
                inside = decoded(urlsplit(target).path) if target.startswith("/") else None
                file = find(self.root, inside) if inside else None
                return Answer(rule.status, file) if isinstance(file, Path) else self._missing
            if urlsplit(target).path.rstrip("/") == path.rstrip("/") and target.startswith("/"):
                continue
            return Answer(rule.status, location=_with_query(quote(target, safe=UNQUOTED), query))
        return None

    @cached_property
    def _missing(self) -> Answer:
        page = find(self.root, "/404.html")
        return Answer(404, page if isinstance(page, Path) else None)


def _with_query(location: str, query: str) -> str:
    return f"{location}?{query}" if query and "?" not in location else location


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""
