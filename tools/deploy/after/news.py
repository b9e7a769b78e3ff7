"""What a release brought to readers, for those who are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.deploy.after.sample import address
from tools.deploy.index import PublicEntry
from tools.deploy.manifest import Changes, differences
from tools.deploy.release import EMPTY, Release

_FEEDS = ("feed.atom", "feed.rss", "feed.json")


@dataclass(frozen=True, slots=True)
class News:
    """From one release to another. before: None when there was none; then everything is new, which the one
    who tells people had better look at (`first`)."""

    release: Release
    before: Release | None
    changes: Changes

    @property
    def first(self) -> bool:
        return self.before is None

    @property
    def site_url(self) -> str:
        """Absolute, without a closing slash."""
        return self.release.head.site_url.rstrip("/")

    @property
    def new_entries(self) -> tuple[PublicEntry, ...]:
        """Those whose key was not there, by key."""
        old = self.before.index.entries if self.before else {}
        now = self.release.index.entries
        return tuple(now[key] for key in sorted(now.keys() - old.keys()))

    @property
    def new_comments(self) -> Mapping[str, tuple[str, ...]]:
        """By the key of the entry ("posts/x"): the ids of comments that were not there, or were tombstones,
        in the order of the thread."""
        old = self.before.index.entries if self.before else {}
        found = {}
        for key, entry in sorted(self.release.index.entries.items()):
            known = old[key].comments if key in old else {}
            fresh = tuple(
                one for one, words in entry.comments.items() if words and not known.get(one)
            )
            if fresh:
                found[key] = fresh
        return found

    @property
    def pages(self) -> tuple[str, ...]:
        """Absolute addresses of pages that are new or changed, those of entries first."""
        return self._addresses(path for path in self.changes.sent if _is_page(path))

    @property
    def gone(self) -> tuple[str, ...]:
        """Absolute addresses of pages that were deleted."""
        return self._addresses(path for path in self.changes.deleted if _is_page(path))

    @property
    def feeds(self) -> tuple[str, ...]:
        """Absolute addresses of feeds that are new or changed, the nearest to the home page first."""
        return self._addresses(
            path for path in self.changes.sent if path.rpartition("/")[2] in _FEEDS
        )

    def since(self, before: Release | None) -> News:
        """The same, from another release on."""
        old = before.manifest if before else EMPTY
        return News(self.release, before, differences(old, self.release.manifest))

    def _addresses(self, paths: Iterable[str]) -> tuple[str, ...]:
        entries = {entry.address for entry in self.release.index.entries.values()}
        found = sorted(
            (address(path) for path in paths),
            key=lambda one: (one not in entries, one.count("/"), one),
        )
        return tuple(f"{self.site_url}{one}" for one in found)


def _is_page(path: str) -> bool:
    return path.endswith(".html") and path != "404.html"
