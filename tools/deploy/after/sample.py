"""What of the live site is asked for: all that changed, up to a bound, and what shows that the host is set up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import quote

from tools.deploy.index import address_of
from tools.deploy.manifest import Changes, Stamp
from tools.deploy.release import Release

T = TypeVar("T")
MOST = 200
"""Changed and new pages, feeds and calendars."""
MOST_GONE = 20
_ASSET = 2_000_000
"""Octets of the largest asset that is fetched."""
_ANY = "gzip, br"
HOME = "index.html"
NOT_FOUND = "404.html"


@dataclass(frozen=True, slots=True)
class Question:
    """One address, and what is to be found there.

    address: below the site's, "/posts/x/". path: the file that it is, or was. want: what is to be there; of
    `nowhere` the page for what is not there. was: what was there before. wants: a file; `gone` and `nowhere`:
    none, since it was deleted, or never was. coding: the Accept-Encoding to ask with.
    """

    address: str
    path: str
    wants: Literal["file", "gone", "nowhere"]
    want: Stamp | None
    was: Stamp | None
    coding: str = _ANY

    @property
    def shown(self) -> str:
        return (
            self.address if self.coding == _ANY else f"{self.address} (asked for as {self.coding})"
        )


def address(path: str) -> str:
    """Where a file of the site is, as a browser writes it (RFC 3986): "/posts/caf%C3%A9/"."""
    short = path.removesuffix(HOME) if path == HOME or path.endswith(f"/{HOME}") else path
    return quote(f"/{short}", safe="/~!$&'()*+,;=:@")


def sample(release: Release, before: Release | None, changes: Changes) -> tuple[Question, ...]:
    """The home page first, in each coding, since a host may keep packed copies; then what changed."""
    old = before.manifest if before else {}

    def there(path: str, coding: str = _ANY) -> Question:
        return Question(address(path), path, "file", release.manifest[path], old.get(path), coding)

    asked: list[Question] = []
    if HOME in release.manifest:
        asked += [there(HOME), *(there(HOME, coding) for coding in ("identity", "gzip", "br"))]
    known = [path for path in changes.sent if path != HOME and address_of(path)]
    asked += [there(path) for path in spread(_by_use(known, release), MOST)]
    asset = _asset(release, changes)
    asked += [there(asset)] if asset else []
    gone = sorted(path for path in changes.deleted if address_of(path))
    asked += [
        Question(address(path), path, "gone", None, old.get(path))
        for path in spread(gone, MOST_GONE)
    ]
    # New with each release, so that no cache has an answer to it.
    made_up = f"/no-such-page-{release.id.rpartition('-')[2]}/"
    asked.append(Question(made_up, NOT_FOUND, "nowhere", release.manifest.get(NOT_FOUND), None))
    return tuple(asked)


def spread(things: Sequence[T], most: int) -> tuple[T, ...]:
    """All, or so many of them, evenly from the first to the last."""
    if len(things) <= most:
        return tuple(things)
    return tuple(things[round(n * (len(things) - 1) / (most - 1))] for n in range(most))


def _by_use(paths: Iterable[str], release: Release) -> list[str]:
    """What entries are and what tells of them before lists of them: of one kind, the nearest to the top
    of the site first."""
    entries = {entry.address for entry in release.index.entries.values()}
    return sorted(paths, key=lambda path: (address_of(path) not in entries, path.count("/"), path))


def _asset(release: Release, changes: Changes) -> str | None:
    """What pages need: one that travelled, or else a style sheet."""
    fit = [path for path in changes.sent if _is_asset(path, release)]
    fit += sorted(path for path in release.manifest if path.endswith(".css"))
    return next(iter(fit), None)


def _is_asset(path: str, release: Release) -> bool:
    return (
        path.startswith(("theme/", "images/", "icon"))
        and not path.endswith((".gz", ".br"))
        and release.manifest[path].size <= _ASSET
    )
