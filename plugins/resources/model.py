"""The values that resources are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

from plugins import words as interface
from plugins.entries.dates import day
from plugins.entries.model import Entry
from plugins.words import listed

_NOISE = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One resource. link: where it is, or was. gone: the day since which it is not there any more, as the
    ledger has it. archive, feed, via: addresses, or None; via may be words."""

    entry: Entry
    link: str
    by: tuple[str, ...]
    kind: str
    level: str | None
    via: str | None
    archive: str | None
    feed: str | None
    gone: date | None

    @property
    def reach(self) -> str | None:
        """Where a reader finds it now: the link, or the archived copy of what is gone; None when there
        is neither."""
        return self.archive if self.gone else self.link

    @property
    def host(self) -> str:
        """`jarche.com`: where it is, in a word."""
        return host_of(self.link)

    @property
    def makers(self) -> str:
        """`Jean Lave and Etienne Wenger`."""
        return listed(self.by)

    @property
    def byline(self) -> str:
        """`Book by Jean Lave and Etienne Wenger`."""
        return interface.text(f"resource.by_{self.kind}", makers=self.makers)

    @property
    def gone_since(self) -> str:
        """`25 May 2026`."""
        return day(self.gone) if self.gone else ""

    @property
    def via_host(self) -> str:
        return host_of(self.via or "")

    @property
    def via_address(self) -> str | None:
        return self.via if self.via and self.via.startswith(("http://", "https://")) else None


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def same_place(address: str) -> str:
    """What an address has in common with all that lead to the same: no scheme, no `www.`, no closing
    slash, no fragment, none of what campaigns hang on to count clicks. Not an address any more."""
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").lower().removeprefix("www."), parts.port
    except ValueError:
        return address
    query = [pair for pair in parse_qsl(parts.query, True) if not pair[0].startswith(_NOISE)]
    at = f":{port}" if port and port not in (80, 443) else ""
    tail = f"?{urlencode(sorted(query))}" if query else ""
    return f"{host}{at}{parts.path.rstrip('/')}{tail}"
