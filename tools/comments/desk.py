"""What every command on comments works with: the store, the author as host of its threads, the zone, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.atomic import replace_file
from plugins.conversations.model import Author, Thread
from plugins.conversations.store import read_store
from plugins.faults import Report
from plugins.privacy import public_addresses
from tools.errors import ProjectError, as_project_error
from tools.settings import settings, zone_of

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Desk:
    """content, store: folders. root: the project, where the secret and .cache are. host: the author as
    she speaks in threads. now: aware, in the site's zone. names: what others may not seem to be called.
    public: addresses that are public on purpose."""

    content: Path
    store: Path
    root: Path
    host: Author
    zone: ZoneInfo
    now: datetime
    names: tuple[str, ...] = ()
    public: frozenset[str] = frozenset()

    @property
    def shown_as(self) -> str:
        """How messages name the store: content/comments."""
        return f"{self.content.name}/{self.store.name}"

    def threads(self) -> dict[str, Thread]:
        """Every thread by its entry's key. Raises ProjectError with all that is wrong in the store."""
        report = Report()
        threads = read_store(self.store, self.shown_as, report, self.host.key)
        with as_project_error():
            report.stop_if_faulty()
        return threads

    def keep_copy(self, key: str) -> Path:
        """Put a copy of a thread's file into .cache/backups/<time>/; where it is."""
        copy = self.root / ".cache" / "backups" / f"{self.now:%Y-%m-%d-%H%M%S}" / f"{key}.json"
        copy.parent.mkdir(parents=True, exist_ok=True)
        replace_file(copy, (self.store / f"{key}.json").read_bytes())
        return copy

    def shown(self, path: Path) -> str:
        """A path of the project as a person would type it."""
        inside = path.is_relative_to(self.root)
        return path.relative_to(self.root).as_posix() if inside else path.as_posix()


def desk(content: Path, root: Path = ROOT, now: datetime | None = None) -> Desk:
    """The desk for a content folder, by the settings in pelicanconf.py.

    now: aware; the present by default. Raises ProjectError when there is no such content, or when the
    settings do not say where the store is or who the host is.
    """
    if not content.is_dir():
        raise ProjectError(
            f"{content}: no such folder; name the one that holds posts/ and comments/"
        )
    given = settings()
    store = given.get("COMMENTS_STORE", "comments")
    if "://" in store:
        raise ProjectError(f"The store is at {store}; write in the copy that is published from")
    if not given.get("HOST_KEY"):
        raise ProjectError(
            "pelicanconf.py: HOST_KEY is missing; it is the key that you speak under"
        )
    zone = zone_of(given)
    return Desk(
        names=(given["AUTHOR"], given["SITENAME"]),
        public=public_addresses(given),
        content=content,
        store=content / store,
        root=root,
        host=Author(name=given["AUTHOR"], url=None, key=given["HOST_KEY"], host=True),
        zone=zone,
        now=(now or datetime.now(UTC)).astimezone(zone),
    )
