"""The Pelican side: a reader for Markdown entries, and a generator that comes after Pelican's own.

`EntryReader` is what Pelican's article and page generators call for each file, so that what they hold has
been checked and holds no draft and nothing dated later. `SiteGenerator` reads the other kinds with the same
reader, gathers all (plugins.site.assembly), and writes every file of the site. What is wrong stops the
build when every generator has gathered, before anything is written. In the context it leaves

    site     the Site, for whoever asked for the build
    outputs  every Output

Pelican's own generators write nothing, since the settings give posts and pages no file
(ARTICLE_SAVE_AS = ""). For each page that belongs into the sitemap `content_written` is sent, as by
Pelican's writer.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.plugins.sitemap.sitemap import SitemapGenerator
from pelican.readers import BaseReader

from plugins.entries.files import (
    LEFT_BEHIND,
    check_files,
    counts,
    files_below,
    is_markdown,
    markdown_below,
)
from plugins.entries.reading import Reading, unknown_texts
from plugins.entries.rendering import Rendering
from plugins.entries.settings import settings_of
from plugins.faults import Report
from plugins.feeds.outputs import publisher_of
from plugins.kinds import KINDS
from plugins.memory import Memory, recipe_of
from plugins.outputs.model import Output
from plugins.outputs.record import NOTHING
from plugins.outputs.writing import write_all
from plugins.privacy import public_addresses
from plugins.site.assembly import Assembly
from plugins.site.outputs import outputs_of
from plugins.words import speak

READING = "ENTRIES_READING"
REFUSED = "ENTRIES_REFUSED"
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
        reading: Reading = self.settings[READING]
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
        return all(map(counts, parts)) and not inside & self.settings[REFUSED]


@dataclass(frozen=True, slots=True)
class _Listed:
    """What pelican-sitemap asks of a page."""

    url: str
    modified: datetime


class SiteGenerator:
    def __init__(self, context: dict[str, Any], settings: dict[str, Any], **_: Any) -> None:
        self.context = context
        self.reading: Reading = settings[READING]
        self.refused: frozenset[str] = settings[REFUSED]
        given = settings_of(settings)
        self.publisher = publisher_of(given)
        self.workers = self.reading.rendering.workers
        self.assembly = Assembly(given, self.workers, self.reading.memory)
        self.outputs: list[Output] = []

    def generate_context(self) -> None:
        reading, content = self.reading, self.assembly.settings.content
        others = self._read_other_kinds(reading, content)
        reading.check_ids()
        read = {
            place: one
            for place, one in self.context["generated_content"].items()
            if one is not None and place in reading.by_place
        }
        places = [*read, *(place for place in others if place in reading.by_place)]
        addresses = {reading.by_place[place].key: f"/{one.url}" for place, one in read.items()}
        _tell_other_files(content, reading.report)
        self.assembly.gather([reading.by_place[place] for place in places], addresses, reading)
        self.context["site"] = self.assembly.site
        for place, one in read.items():
            one.entry = self.assembly.site.entries[reading.by_place[place].key]

    def stop_if_faulty(self) -> None:
        report = self.reading.report
        if report.faults:
            self.workers.close()
            self.reading.memory.close()
        report.stop_if_faulty()

    def generate_output(self, _: Any) -> None:
        folder = Path(self.context["OUTPUT_PATH"])
        self.assembly.pictures.finish()
        self.workers.close()
        self.outputs = outputs_of(self.assembly, self.publisher)
        self.context["outputs"] = self.outputs
        memory = self.reading.memory
        self.context["fingerprints"] = write_all(
            self.outputs,
            folder,
            self.assembly.site.templates,
            memory.recipe,
            self.assembly.settings.get("WRITTEN_BEFORE") or NOTHING,
        )
        for output in self.outputs:
            if output.lastmod is not None:
                page = _Listed(output.address[1:], output.lastmod)
                signals.content_written.send(str(folder / output.file), context={"page": page})
        _SITEMAP.written = True
        memory.save()

    def _read_other_kinds(self, reading: Reading, content: Path) -> list[str]:
        """Reads what none of Pelican's generators does; the files."""
        found = []
        for folder, kind in KINDS.items():
            if not kind.by_pelican:
                for path in markdown_below(content / folder):
                    place = path.relative_to(content).as_posix()
                    if place not in self.refused:
                        found.append(place)
                        reading.read(place, path.read_bytes())
        return found


class _Sitemap(SitemapGenerator):
    """pelican-sitemap's, without how often each page changes and how much it matters: it says the same of
    all, and search engines pass over both."""

    written = False
    """Whether every page was: Pelican says that all is done of a build that failed too."""

    def finalize(self, pelican: Pelican) -> None:
        written, self.written = self.written, False
        if not written:
            self._main_pelican, self.page_queue = None, []
            return
        super().finalize(pelican)
        path = Path(pelican.output_path, "sitemap.xml")
        text = re.sub(r"<(changefreq|priority)>.*?</\1>\n", "", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="\n")


_SITEMAP = _Sitemap()


def _tell_other_files(content: Path, report: Report) -> None:
    """What lies among the entries and is no Markdown would be left out in silence."""
    for folder, kind in KINDS.items():
        for path in files_below(content / folder):
            beside = path.relative_to(content / folder).as_posix() in kind.beside
            if not is_markdown(path) and not beside:
                message = "is not Markdown, so nothing shows it; pictures belong in images/, downloads in files/"
                report.fault(path.relative_to(content).as_posix(), None, message)


def connect() -> None:
    signals.get_generators.connect(_generators)
    signals.readers_init.connect(_readers)
    signals.all_generators_finalized.connect(_stop_if_faulty)
    signals.get_generators.connect(_SITEMAP.init)
    signals.content_written.connect(_SITEMAP.queue_page)
    signals.finalized.connect(_SITEMAP.finalize)


def _generators(pelican: Pelican) -> type[SiteGenerator]:
    """Called once a build, before any generator exists: the build's Reading begins here."""
    settings = pelican.settings
    given = settings_of(settings)
    speak(given.language)
    report = Report(root=given.shown_as)
    store = str(settings.get("COMMENTS_STORE", "comments")).split("/")[0]
    folders = {**_FOLDERS, **({store: "threads"} if store not in ("..", "") else {})}
    settings[REFUSED] = check_files(given.content, folders, _BESIDE, report)
    # Pelican looks at each file that it finds before it asks whether it counts.
    names = [glob.escape(place.rpartition("/")[2]) for place in settings[REFUSED]]
    settings["IGNORE_FILES"] = [*settings.get("IGNORE_FILES", ()), *LEFT_BEHIND, *names]
    # One moment for the whole build.
    settings["BUILD_AT"] = given.at
    allowed = public_addresses(settings)
    memory = settings.get("MEMORY") or Memory(given.cache)
    memory.recipe = recipe_of() + given.language.encode()
    settings[READING] = Reading(
        KINDS,
        given.zone,
        given.at,
        given.previews,
        Rendering(unknown_texts(_files(given.content), allowed, memory)),
        allowed,
        memory,
        report,
    )
    return SiteGenerator


def _files(content: Path) -> Iterator[tuple[str, bytes]]:
    """The files of entries, in the order in which they are found."""
    for folder in KINDS:
        for path in markdown_below(content / folder):
            if os.access(path, os.R_OK):
                yield path.relative_to(content).as_posix(), path.read_bytes()


def _readers(readers: Any) -> None:
    """Only checked Markdown is read (Pelican's readers for HTML and reStructuredText check nothing)."""
    readers.reader_classes.clear()
    readers.reader_classes.update(dict.fromkeys(EntryReader.file_extensions, EntryReader))


def _stop_if_faulty(generators: list[Any]) -> None:
    """Everything has been gathered and nothing written: the one place where a build stops."""
    for generator in generators:
        if isinstance(generator, SiteGenerator):
            generator.stop_if_faulty()
