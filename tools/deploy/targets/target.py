"""What every kind of host can do for a publish.

The order of a publish is `open`, the questions, `locked`, within it `send` and then notes, `close`. The
questions write nothing at the host. Whatever goes wrong is a ProjectError that says what to do; lines
that break for a moment are tried again within a call (`retrying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools.deploy.address import Address
from tools.deploy.manifest import Changes
from tools.deploy.progress import Progress
from tools.deploy.release import Head, Release


def foreign_files(names: Sequence[str]) -> str:
    """That a place holds somebody else's files, which no publish overwrites; sorted names."""
    more = ", …" if names[3:] else ""
    return f"holds what no publish put there ({', '.join(names[:3])}{more})"


@dataclass(frozen=True, slots=True)
class Drift:
    """How what lies at the host differs from the release that it should be: somebody else changed it, or
    a publish stopped on the way. Paths as in a manifest, sorted."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.extra)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be live: the folder of the site as `dress` left it, the release that it is, the one that
    is live (None before the first), how that which lies there differs from it, and what changes between
    the two manifests."""

    site: Path
    release: Release
    before: Release | None
    drift: Drift
    changes: Changes


@dataclass(frozen=True, slots=True)
class Sent:
    """What travelled, for the summary: bytes of content as the line carried them (as near as the kind
    can tell), and files."""

    byte_count: int
    files: int


class Target(Protocol):
    """One host. `atomic`: whether a site goes live in one step, so that no reader ever sees a mixed one."""

    address: Address
    atomic: bool

    def __init__(self, address: Address, root: Path) -> None: ...

    def open(self) -> None:
        """Reach the host, and see that it lets us in. Writes nothing there."""

    def close(self) -> None:
        """Let go of what `open` holds; never raises."""

    # --- questions -------------------------------------------------------------------------------

    def releases(self) -> tuple[Head, ...]:
        """Those that are kept and can be gone back to, the latest first."""

    def current(self) -> str | None:
        """The id of the one that is live, None before the first."""

    def release(self, identity: str) -> Release:
        """All that was recorded of one of `releases`. Raises ProjectError when there is none of that id."""

    def drift(self, release: Release) -> Drift:
        """How what is live differs from the release that it should be."""

    def unfinished(self) -> str | None:
        """A publish that stopped on the way and left something to be completed, in a sentence; None
        when there is none. The next publish completes it."""

    # --- what changes the host -------------------------------------------------------------------

    def locked(self, who: str) -> AbstractContextManager[None]:
        """Hold the host's lock against another publish. who: "jo on laptop", told to whoever finds it
        taken. Raises ProjectError that names the holder and since when. It is free again however its
        holder ends."""

    def send(self, job: Job, progress: Progress) -> Sent:
        """Bring what differs to the host, all of it before any of it is live, and make it live; then
        record the release, and forget those beyond `address.keep`. What is deleted goes last, and only
        when all else is there. Stopped at any moment, the old site is whole, or (where the host has no
        atomic step) in a state that the same call completes; what has arrived is not sent again."""

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        """Make a release that is kept live again."""

    def note(self, head: Head) -> None:
        """Write what has been done since a release went live (`head.after`) into its record."""
