"""What stops a publish: private data in it, faults in its files, public addresses and feed ids that it would
lose; and after a publish, what is public now is written down."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from plugins.entries.site import Site
from plugins.entries.words import counted
from plugins.faults import Fault, sorted_faults
from tools.deploy.before.checked import checked_output
from tools.deploy.before.leaks import leak_faults
from tools.deploy.before.ledger import ledger_faults, with_release
from tools.deploy.before.moved_dates import moved_dates
from tools.deploy.before.published import FILE, read_ledger, record
from tools.deploy.index import SiteIndex
from tools.errors import ProjectError
from tools.source_locations import Origins

CHECKED = Path(".cache") / "publish" / "checked"
LOOKED_THROUGH = Path(".cache") / "publish" / "looked-through"
"""Where, in the project, what was found of a file is remembered by its content."""
MOST = 100
"""Faults that are told one by one."""


def look_through(site: Site, folder: Path, site_url: str, root: Path) -> tuple[Fault, ...]:
    """What somebody should look at in a build that is to go live.

    folder: where it was written. root: the project's folder.
    Raises ProjectError with everything in it that is not public, or is wrong.
    """
    checks = checked_output(folder, site_url, root / CHECKED)
    leaks = leak_faults(site, folder, root, seen=root / LOOKED_THROUGH)
    refuse(Origins(site, folder).traced((*leaks, *checks.faults)))
    return (*checks.warnings, *moved_dates(site, read_ledger(site.settings.content)))


def look_in_ledger(content: Path, index: SiteIndex, live: SiteIndex | None) -> tuple[Fault, ...]:
    """What somebody should look at of what was public and would be no more.

    index: of what is to go live. live: of what is. Raises ProjectError with each feed id and address that
    readers hold on to and that would be lost.
    """
    past = with_release(read_ledger(content), live)
    faults, warnings = ledger_faults(past, index)
    refuse(faults)
    return warnings


def keep(content: Path, index: SiteIndex, now: datetime) -> str | None:
    """Write into the ledger what is public now; what to do about that, when it changed the file."""
    if not record(content, index, now):
        return None
    return f"{content.name}/{FILE} remembers what is public; commit it."


def refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        ordered = sorted_faults(faults)
        told = "\n".join(str(fault) for fault in ordered[:MOST])
        told += f"\n… and {len(ordered) - MOST:,} more" if len(ordered) > MOST else ""
        count = counted(len(faults), "thing")
        raise ProjectError(f"{told}\n{count} to mend; nothing was published.")
