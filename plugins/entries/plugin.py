"""The Pelican side: a reader for Markdown entries, and a generator that makes entries of what was read.

`EntryReader` is what Pelican's own article and page generators call for each file, so that what they
hold has been checked and holds no draft and nothing dated later. `EntriesGenerator` runs after them
and leaves in the context:

    reading   the build's Reading (report, zone, moment, what is held back)
    entries   every public Entry by key, posts newest first
    posts     the posts, newest first
    topics    each Topic with its posts, newest first
    renamed   by the slug of its old name, each Topic that has been renamed
    addresses a set to which every plugin adds the addresses that it will write
    followed  a list to which a plugin adds what shall have feeds: (address, title, description, entries)
    bylines   by key, what stands on an entry's card in place of its author and date
    facts     by key, HTML that stands above an entry's text in a feed

and on each Article and Page its `entry`. When every generator has gathered, faults stop the build.
"""

from __future__ import annotations

import glob
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pelican import Pelican, signals
from pelican.readers import BaseReader

from plugins.entries import dates, words
from plugins.entries.beside import wait_for_all
from plugins.entries.files import (
    LEFT_BEHIND,
    check_files,
    counts,
    files_below,
    is_markdown,
    markdown_below,
)
from plugins.entries.gather import entries_of, renamed_to, topics_of
from plugins.entries.head import split
from plugins.entries.kinds import KINDS
from plugins.entries.reading import Reading
from plugins.entries.renaming import renamed_topics
from plugins.entries.rendering import Rendering
from plugins.faults import Report
from plugins.privacy import public_addresses

_READING = "ENTRIES_READING"
_REFUSED = "ENTRIES_REFUSED"
_FOLDERS = {
    **dict.fromkeys(KINDS, "entries"),
    "venues": "places of meetups",
    "images": "pictures",
    "people": "pictures of persons",
    "files": "downloads",
    "comments": "threads",
}
_BESIDE = ("links.json", "published.json")


class EntryReader(BaseReader):
    """Markdown with a checked head. A file that is faulty or not public is skipped without a trace."""

    enabled = True
    file_extensions = ["md", "markdown", "MD", "Md", "MARKDOWN"]  # noqa: RUF012 - Pelican's own form

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        reading: Reading = self.settings[_READING]
        path = Path(source_path)
        place = path.relative_to(self.settings["PATH"]).as_posix()
        found = reading.read(place, path.read_bytes()) if self._counts(place) else None
        if found is None:
            return "", {"status": "skip", "title": "-", "date": datetime.now(UTC)}
        head: Any = found.head
        metadata: dict[str, Any] = {
            "title": head.title,
            "slug": found.slug,
            "status": "published",
            "summary": head.summary or "",
            "template": getattr(head, "template", "post"),
        }
        if head.date is not None:
            metadata["date"] = head.date
        if head.modified is not None:
            metadata["modified"] = head.modified
        # The body goes with the entry; an empty one spares Pelican's own passes over the HTML.
        return "", metadata

    def _counts(self, place: str) -> bool:
        parts = place.split("/")
        inside = {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
        return all(map(counts, parts)) and not inside & self.settings[_REFUSED]


class EntriesGenerator:
    """Gathers only; Pelican's own generators write the entries' pages."""

    def __init__(self, context: dict[str, Any], settings: dict[str, Any], **_: Any) -> None:
        self.context = context
        self.settings = settings

    def generate_context(self) -> None:
        reading: Reading = self.settings[_READING]
        others = self._read_other_kinds(reading)
        reading.rendering.close()
        reading.check_ids()
        contents = {
            place: content
            for place, content in self.context["generated_content"].items()
            if content is not None
        }
        read = [reading.by_place[p] for p in (*contents, *others) if p in reading.by_place]
        addresses = {one.key: f"/{one.kind.folder}/{one.slug}/" for one in read}
        addresses |= {
            reading.by_place[place].key: f"/{content.url}"
            for place, content in contents.items()
            if place in reading.by_place
        }
        renamed = renamed_topics(self.settings.get("RENAMED_TOPICS", {}), reading.report)
        entries = entries_of(
            read,
            addresses,
            self.settings["FEED_ID_AUTHORITY"],
            self.settings["AUTHOR"],
            reading.report,
            renamed,
        )
        for place, content in contents.items():
            if place in reading.by_place:
                content.entry = entries[reading.by_place[place].key]
        self._tell_other_files(reading.report)
        posts = tuple(entry for entry in entries.values() if entry.kind == "posts")
        self.context["reading"] = reading
        self.context["entries"] = entries
        self.context["posts"] = posts
        self.context["topics"] = topics_of(posts)
        self.context["renamed"] = renamed_to(renamed, entries.values()) if renamed else {}
        self.context["addresses"] = set()
        self.context["followed"] = []
        self.context["bylines"] = {}
        self.context["facts"] = {}

    def _read_other_kinds(self, reading: Reading) -> list[str]:
        """Reads what none of Pelican's generators does; the files."""
        root = Path(self.settings["PATH"])
        found = []
        for folder, kind in KINDS.items():
            if not kind.by_pelican:
                for path in markdown_below(root / folder):
                    place = path.relative_to(root).as_posix()
                    if place not in self.settings[_REFUSED]:
                        found.append(place)
                        reading.read(place, path.read_bytes())
        return found

    def _tell_other_files(self, report: Report) -> None:
        """What lies among the entries and is no Markdown would be left out in silence."""
        root = Path(self.settings["PATH"])
        for folder, kind in KINDS.items():
            for path in files_below(root / folder):
                beside = path.relative_to(root / folder).as_posix() in kind.beside
                if not is_markdown(path) and not beside:
                    message = "is not Markdown, so nothing shows it; pictures belong in images/, downloads in files/"
                    report.fault(path.relative_to(root).as_posix(), None, message)


def connect() -> None:
    signals.generator_init.connect(_filters)
    signals.get_generators.connect(_generators)
    signals.readers_init.connect(_readers)
    signals.all_generators_finalized.connect(_stop_if_faulty)
    signals.finalized.connect(_wait)


def _generators(pelican: Pelican) -> type[EntriesGenerator]:
    """Called once a build, before any generator exists: the build's Reading begins here."""
    settings = pelican.settings
    at = settings.get("BUILD_AT") or datetime.now(UTC)
    zone = ZoneInfo(settings.get("ENTRY_TIMEZONE", dates.DEFAULT_ZONE))
    report = Report(root=settings.get("CONTENT_SHOWN_AS", "content"))
    previews = bool(settings.get("BUILD_DRAFTS", False))
    content = Path(settings["PATH"])
    store = str(settings.get("COMMENTS_STORE", "comments")).split("/")[0]
    folders = {**_FOLDERS, **({store: "threads"} if store not in ("..", "") else {})}
    settings[_REFUSED] = check_files(content, folders, _BESIDE, report)
    # Pelican looks at each file that it finds before it asks whether it counts.
    names = [glob.escape(place.rpartition("/")[2]) for place in settings[_REFUSED]]
    settings["IGNORE_FILES"] = [*settings.get("IGNORE_FILES", ()), *LEFT_BEHIND, *names]
    rendering = Rendering(_texts(content))
    settings[_READING] = Reading(
        zone, at.astimezone(zone), previews, rendering, public_addresses(settings), report
    )
    return EntriesGenerator


def _texts(content: Path) -> list[str]:
    """The Markdown of every entry, in the order in which files are found."""
    files = (path for folder in KINDS for path in markdown_below(content / folder))
    return [split("", path.read_bytes()).text for path in files if os.access(path, os.R_OK)]


def _readers(readers: Any) -> None:
    """Only checked Markdown is read (Pelican's readers for HTML and reStructuredText check nothing),
    and what is copied as it is."""
    readers.reader_classes.clear()
    readers.reader_classes.update(dict.fromkeys(EntryReader.file_extensions, EntryReader))
    readers.reader_classes.update(dict.fromkeys(BaseReader.file_extensions, BaseReader))


def _stop_if_faulty(generators: list[Any]) -> None:
    """Everything has been gathered and nothing written: the one place where a build stops."""
    report = generators[0].settings[_READING].report
    if report.faults:
        for generator in generators:
            if hasattr(generator, "abandon"):
                generator.abandon()
    report.stop_if_faulty()


def _wait(pelican: Pelican) -> None:
    """The build is done when all is written that others write for it."""
    wait_for_all(pelican.settings)


def _filters(generator: Any) -> None:
    generator.env.filters.update(
        day=dates.day,
        day_month=dates.day_month,
        clock=dates.clock,
        iso=dates.iso,
        counted=words.counted,
        lower_first=words.lower_first,
        opening=words.opening,
        upper_first=words.upper_first,
    )
