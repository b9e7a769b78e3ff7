"""What every verb of publishing works with, and the site as it would go out now."""

from __future__ import annotations

import getpass
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plugins.entries.site import Site
from plugins.faults import Fault
from tools.build import ROOT, Built, build
from tools.deploy import previous_assets
from tools.deploy.address import FORMS, Address, parse_address
from tools.deploy.before.gate import look_through
from tools.deploy.dressing import dress
from tools.deploy.index import NOTHING, SiteIndex, index_of
from tools.deploy.manifest import Manifest, manifest_of
from tools.deploy.release import EMPTY, Head, Release
from tools.deploy.source import Source, source_of
from tools.deploy.targets.target import Drift, Target
from tools.errors import ProjectError
from tools.settings import live_settings, zone_of

MOST_DELETED = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """root: the project's folder. settings: of the live site. site_url: its address, without a closing
    slash. zone: in which times are told. now: the moment, aware. wait: lets so many seconds pass."""

    root: Path
    content: Path
    address: Address
    settings: Mapping[str, Any]
    site_url: str
    zone: ZoneInfo
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    wait: Callable[[float], None] = time.sleep

    @property
    def most_deleted(self) -> int:
        return int(self.settings.get("PUBLISH_MOST_DELETED", MOST_DELETED))

    @property
    def stamp(self) -> str:
        """Now, as it is written into records."""
        return self.now().astimezone(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The site as it would go out: its folder, dressed for its host; what is in it; what of the content is
    not public yet; what somebody should look at in it, and should know of the host."""

    folder: Path
    manifest: Manifest
    index: SiteIndex
    held: int
    warnings: tuple[Fault, ...]
    notes: tuple[str, ...]
    left: frozenset[str] = frozenset()
    """What stays in it of the look before (`left`)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at the host. heads: the releases that have been live and are kept, the latest
    first. live: the one that is. drift: how what lies there differs from it."""

    heads: tuple[Head, ...]
    live: Release | None
    drift: Drift
    unfinished: str | None

    @property
    def manifest(self) -> Manifest:
        return self.live.manifest if self.live else EMPTY

    @property
    def index(self) -> SiteIndex:
        return self.live.index if self.live else NOTHING


def desk(content: Path, to: str | None = None, root: Path = ROOT) -> Desk:
    """By the settings of the live site. to: an address in place of PUBLISH_TO.

    Raises ProjectError when there is no address, or none that can be understood.
    """
    settings = live_settings()
    typed = to or settings.get("PUBLISH_TO")
    if not typed:
        forms = "\n".join(f"    {form}" for form in FORMS.values())
        raise ProjectError(
            "Nothing says where to publish to. Write PUBLISH_TO into publishconf.py, or give --to; it is "
            f"one of\n{forms}"
        )
    if not content.is_dir():
        raise ProjectError(
            f"{content}: no such folder; name the folder that holds posts/ and pages/"
        )
    zone = zone_of(settings)
    site_url = str(settings["SITEURL"]).rstrip("/")
    return Desk(root, content, parse_address(str(typed)), settings, site_url, zone)


@contextmanager
def outgoing(at: Desk) -> Iterator[Outgoing]:
    """A production build in a fresh folder, looked through; the folder is gone afterwards.

    Raises ProjectError with all that is wrong, or is not public, in one run.
    """
    seen: list[tuple[SiteIndex, tuple[Fault, ...]]] = []

    def look(site: Site, staging: Path) -> None:
        warnings = look_through(site, staging, at.site_url, at.root)
        names = [path.relative_to(staging).as_posix() for path in staging.rglob("*.*")]
        seen.append((index_of(site, names), warnings))

    with tempfile.TemporaryDirectory(prefix="publish-") as scratch:
        folder = Path(scratch) / "site"
        built: Built = build(at.content, folder, production=True, site_url=at.site_url, look=look)
        notes = dress(folder, at.address, at.site_url)
        ((index, warnings),) = seen
        manifest = manifest_of(folder)
        yield Outgoing(folder, manifest, index, len(built.held), built.warnings + warnings, notes)


def completed(at: Desk, site: Outgoing, live: Manifest) -> Outgoing:
    """With what is to stay of what lies at the host."""
    laid = previous_assets.lay(site.folder, previous_assets.home_of(at.root, at.address), live)
    return replace(site, manifest=manifest_of(site.folder), left=laid) if laid else site


def standing(target: Target) -> Standing:
    """Asks the host; writes nothing there."""
    current = target.current()
    heads = tuple(head for head in target.releases() if "live" in head.after or head.id == current)
    live = target.release(current) if current else None
    return Standing(heads, live, target.drift(live) if live else Drift(), target.unfinished())


def chosen(heads: tuple[Head, ...], typed: str) -> Head:
    """The release that somebody names by its id, or by how it begins."""
    found = [head for head in heads if head.id.startswith(typed)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ProjectError(
            f'"{typed}" may be {" or ".join(head.id for head in found[:4])}; write more of it'
        )
    kept = "".join(f"\n    {head.id}  {head.said}" for head in heads[:10])
    raise ProjectError(f'No release that is kept begins with "{typed}". There are{kept or " none"}')


def who() -> str:
    """Who holds a lock, for whoever finds it taken."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = "somebody"
    return f"{user} on {socket.gethostname()}"


def when(at: Desk, moment: datetime) -> str:
    """`25 November 2026, 5:52 pm`, in the site's zone."""
    from plugins.entries.dates import clock, day

    local = moment.astimezone(at.zone)
    return f"{day(local)}, {clock(local)}"


def source(at: Desk) -> Source:
    return source_of(at.content)
