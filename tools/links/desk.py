"""Where the ledger is, what the site's addresses are, and what time it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.atomic import locked, locks_for, replace_file
from plugins.faults import Report
from plugins.resources import ledger
from plugins.resources.ledger import Ledger
from tools.errors import ProjectError, as_project_error
from tools.settings import live_settings, settings, zone_of

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Desk:
    """content, store: folders. site: the live address. sites: every address of the site. now: aware, in
    the site's zone."""

    content: Path
    store: Path
    site: str
    sites: tuple[str, ...]
    zone: ZoneInfo
    now: datetime

    @property
    def shown(self) -> str:
        """How messages name the ledger: content/links.json."""
        return f"{self.content.name}/{ledger.PLACE}"

    def read(self) -> Ledger:
        """The ledger; an empty one when there is none. Raises ProjectError when it is faulty."""
        path = self.content / ledger.PLACE
        report = Report(root=self.content.name)
        found = ledger.load(path.read_bytes(), report) if path.is_file() else Ledger()
        with as_project_error():
            report.stop_if_faulty()
        return found

    def change(self, change: Callable[[Ledger], Ledger]) -> Ledger:
        """Read the ledger, change it, and write it, while nobody else does; as it is afterwards."""
        path = self.content / ledger.PLACE
        with as_project_error(), locked(path, self.shown, locks_for(self.content)):
            before = self.read()
            after = change(before)
            if after != before or not path.exists():
                replace_file(path, ledger.dump(after).encode())
        return after


def desk(content: Path, now: datetime | None = None) -> Desk:
    """The desk for a content folder, by the settings of the project. now: aware; the present by default.
    Raises ProjectError when there is no such content."""
    if not content.is_dir():
        raise ProjectError(f"{content}: no such folder; name the one that holds resources/")
    given = settings()
    live = live_settings()["SITEURL"]
    zone = zone_of(given)
    store = given.get("COMMENTS_STORE", "comments")
    return Desk(
        content=content,
        # Comments that are kept elsewhere are checked where they are kept.
        store=content / ("comments" if "://" in store else store),
        site=live,
        sites=(given["SITEURL"], live),
        zone=zone,
        now=(now or datetime.now(UTC)).astimezone(zone),
    )
