"""Whether what was written holds together: the checks that `check` and `publish` share.

1. Each file by itself (`facts`): parses, has what its format must have, holds no script of its own.
2. All of them: every address within the site leads somewhere, and to a place that is there; nobody else
   is asked for anything; a feed says where it is; the same id is the same item in every feed.
3. What weighs much (`budgets`), which is no fault: pictures, and apart from them the first view of
   pages, since long posts are heavy by nature and no publish has to say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.faults import Fault, sorted_faults
from tools.deploy.before.budgets import budget_warnings, picture_warnings
from tools.deploy.before.facts import Facts, facts_of_site
from tools.deploy.before.others import redirect_targets, robots_faults

_FEEDS = (".atom", ".rss", "feed.json")


@dataclass(frozen=True, slots=True)
class Checks:
    """What was found. heavy: warnings of pages that weigh much, for whoever works on the theme.
    pages, references: how many were looked at."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    heavy: tuple[Fault, ...]
    pages: int
    references: int


def checked_output(site: Path, site_url: str, cache: Path | None = None) -> Checks:
    """Every fault of a built site, and what its author should look at; places are paths in it.

    site_url: the address that it was built for, without a closing slash. cache: a file in which what was
    found of each file is remembered by its content; None remembers nothing.
    """
    facts = facts_of_site(site, cache)
    whole = _Whole(site, site_url.rstrip("/"), facts)
    pages = {name: one for name, one in facts.items() if name.endswith((".html", ".htm"))}
    return Checks(
        faults=sorted_faults(whole.faults()),
        warnings=picture_warnings(facts),
        heavy=budget_warnings(facts, whole.file_of),
        pages=len(pages),
        references=sum(len(page.references) for page in pages.values()),
    )


class _Whole:
    def __init__(self, site: Path, site_url: str, facts: Mapping[str, Facts]) -> None:
        self.site, self.url, self.facts = site, site_url, facts
        self.base = urlsplit(site_url).path
        self.host = urlsplit(site_url).netloc
        self.known: dict[str, str | None] = {}
        self.ids = {name: frozenset(one.ids) for name, one in facts.items() if one.ids}

    def faults(self) -> Iterator[Fault]:
        for name, one in self.facts.items():
            yield from (Fault(name, line, message) for line, message in one.faults)
            for line, address in one.references:
                if why := self._fault_of(name, address):
                    yield Fault(name, line, f'"{address}"{why}')
            for line, address in one.fetched:
                if host := self._elsewhere(address):
                    yield Fault(
                        name,
                        line,
                        f'"{address}" would have every reader\'s browser ask {host}; keep a copy of it '
                        "in content/images/ or content/files/",
                    )
            if name.endswith("sitemap.xml"):
                yield from self._in_sitemap(name, one)
        yield from self._feeds()
        yield from robots_faults(self.site, self.url)
        for line, address in redirect_targets(self.site):
            if why := self._fault_of("_redirects", address):
                yield Fault("_redirects", line, f'"{address}"{why}')

    def file_of(self, name: str, address: str) -> str | None:
        """The file that an address in the file `name` leads to; None when it leads elsewhere."""
        inside = self._inside(name, address)
        return inside[0] if inside else None

    def _inside(self, name: str, address: str) -> tuple[str, str] | None:
        """File and fragment. Raises ValueError for what is no address."""
        if address == self.url or address.startswith((f"{self.url}/", f"{self.url}#")):
            address = self.base + address[len(self.url) :] or "/"
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        if not path:
            return name, unquote(parts.fragment)
        if path.startswith("/"):
            if not f"{path}/".startswith(f"{self.base}/"):
                return None  # another site at the same host
            path = path[len(self.base) :]
        else:
            path = f"{name.rpartition('/')[0]}/{path}"
        kept: list[str] = []
        for part in path.split("/"):
            if part == "..":
                kept = kept[:-1]
            elif part not in {"", "."}:
                kept.append(part)
        file = "/".join(kept)
        if not file or path.endswith(("/", "/.", "/..")):
            file = f"{file}/index.html".lstrip("/")
        return file, unquote(parts.fragment)

    def _fault_of(self, name: str, address: str) -> str | None:
        """What is wrong with an address in the file `name`, as it follows on it in a message."""
        if not address.startswith(("/", "http")):
            return self._looked_up(name, address)
        if address not in self.known:  # the same wherever it stands
            self.known[address] = self._looked_up(name, address)
        return self.known[address]

    def _looked_up(self, name: str, address: str) -> str | None:
        try:
            inside = self._inside(name, address)
        except ValueError:
            return " is no address"
        if inside is None:
            return None
        file, fragment = inside
        if file not in self.facts:
            return " leads nowhere"
        if fragment and file.endswith((".html", ".htm")) and fragment not in self.ids.get(file, ()):
            return ": no such place on that page"
        return None

    def _elsewhere(self, address: str) -> str | None:
        """The other host that an address leads to, if it does."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return None  # told as no address
        if parts.netloc and parts.netloc != self.host and parts.scheme in {"", "http", "https"}:
            return parts.netloc
        return None

    def _in_sitemap(self, name: str, one: Facts) -> Iterator[Fault]:
        for address, _ in one.items:
            file = self.file_of(name, address) if address.startswith(self.url) else None
            if file is None or file not in self.facts:
                yield Fault(name, None, f'lists "{address}", which is no page of this site')

    def _feeds(self) -> Iterator[Fault]:
        leads: dict[str, tuple[str, str]] = {}
        for name, one in self.facts.items():
            if not name.endswith(_FEEDS):
                continue
            if one.own and one.own != f"{self.url}/{name}":
                yield Fault(name, None, f'says that it stands at "{one.own}"')
            for identity, address in one.items:
                first, place = leads.setdefault(identity, (address, name))
                if first != address:
                    yield Fault(
                        name,
                        None,
                        f'item "{identity}" leads to {address}, and to {first} in {place}',
                    )
                if address and (why := self._fault_of(name, address)):
                    yield Fault(name, None, f'"{address}"{why}')
