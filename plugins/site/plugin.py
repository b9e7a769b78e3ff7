"""The Pelican side: a reader for Markdown entries, and a generator that comes after Pelican's own.

`EntryReader` is what Pelican's article and page generators call for each file, so that what they hold has
been checked and holds no draft and nothing dated later. `SiteGenerator` reads the other kinds with the same
reader, gathers all, and writes every file of the site (plugins.site.engine). What is wrong stops the
build when every generator has gathered, before anything is written. In the context it leaves

    engine        the Engine, for whoever asked for the build
    fingerprints  of every file that was written, by its path

Pelican's own generators write nothing, since the settings give posts and pages no file
(ARTICLE_SAVE_AS = ""). For each page that belongs into the sitemap `content_written` is sent, as by
Pelican's writer.
"""

from __future__ import annotations

import glob
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.readers import BaseReader

from plugins.entries.files import LEFT_BEHIND
from plugins.site.engine import Engine
from plugins.site.sitemap import SITEMAP, Listed

ENGINE = "SITE_ENGINE"


class EntryReader(BaseReader):
    """Markdown with a checked head. A file that is faulty or not public is skipped without a trace."""

    enabled = True
    file_extensions = ["md", "markdown", "MD", "Md", "MARKDOWN"]  # noqa: RUF012 - Pelican's own form

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        engine: Engine = self.settings[ENGINE]
        found = engine.read(Path(source_path).relative_to(self.settings["PATH"]).as_posix())
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


class SiteGenerator:
    def __init__(self, context: dict[str, Any], settings: dict[str, Any], **_: Any) -> None:
        self.context = context
        self.engine: Engine = settings[ENGINE]
        self.engine.assemble()

    def generate_context(self) -> None:
        engine = self.engine
        read = {
            place: one
            for place, one in self.context["generated_content"].items()
            if one is not None and place in engine.reading.by_place
        }
        engine.gather({place: f"/{one.url}" for place, one in read.items()})
        self.context["engine"] = engine
        for place, one in read.items():
            if found := engine.reading.by_place.get(place):
                one.entry = engine.site.entries[found.key]

    def generate_output(self, _: Any) -> None:
        folder = Path(self.context["OUTPUT_PATH"])
        before = self.context.get("WRITTEN_BEFORE")
        self.context["fingerprints"] = (
            self.engine.write(folder, before) if before else self.engine.write(folder)
        )
        for output in self.engine.outputs:
            if output.lastmod is not None:
                page = Listed(output.address[1:], output.lastmod)
                signals.content_written.send(str(folder / output.file), context={"page": page})
        SITEMAP.written = True


def connect() -> None:
    signals.get_generators.connect(_generators)
    signals.readers_init.connect(_readers)
    signals.all_generators_finalized.connect(_stop_if_faulty)
    signals.get_generators.connect(SITEMAP.init)
    signals.content_written.connect(SITEMAP.queue_page)
    signals.finalized.connect(SITEMAP.finalize)


def _generators(pelican: Pelican) -> type[SiteGenerator]:
    """Called once a build, before any generator exists: the build's engine begins here."""
    settings = pelican.settings
    engine = Engine(settings)
    # Pelican looks at each file that it finds before it asks whether it counts.
    names = [glob.escape(place.rpartition("/")[2]) for place in engine.refused]
    settings["IGNORE_FILES"] = [*settings.get("IGNORE_FILES", ()), *LEFT_BEHIND, *names]
    settings[ENGINE] = engine
    return SiteGenerator


def _readers(readers: Any) -> None:
    """Only checked Markdown is read (Pelican's readers for HTML and reStructuredText check nothing)."""
    readers.reader_classes.clear()
    readers.reader_classes.update(dict.fromkeys(EntryReader.file_extensions, EntryReader))


def _stop_if_faulty(generators: list[Any]) -> None:
    """Everything has been gathered and nothing written: the one place where a build stops."""
    for generator in generators:
        if isinstance(generator, SiteGenerator):
            generator.engine.stop_if_faulty()
