"""One build in plain Python, from settings to files: what `plugin` does inside Pelican, and what a build does
without it when nothing that Pelican reads has changed.

1. an `Engine` is begun, by the settings, before anything is read;
2. every file is read (`read`), by Pelican's generators or by `read_all`;
3. `gather` makes the `Site`; `stop_if_faulty` ends a build with faults before anything is written;
4. `write` renders and writes what differs from what is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plugins import words
from plugins.entries.files import MARKDOWN, check_files, counts, places_below
from plugins.entries.reading import ReadEntry, Reading, unknown_texts
from plugins.entries.rendering import Rendering
from plugins.entries.settings import settings_of
from plugins.entries.site import Site
from plugins.faults import Report
from plugins.feeds.outputs import publisher_of
from plugins.kinds import KINDS
from plugins.memory import Memory, own_recipe, recipe_of
from plugins.outputs.fingerprints import Fingerprints
from plugins.outputs.model import Output
from plugins.outputs.record import NOTHING, Record
from plugins.outputs.writing import write_all
from plugins.privacy import public_addresses
from plugins.site.assembly import Assembly
from plugins.site.outputs import outputs_of

_FOLDERS = {
    "venues": "places of meetups",
    "images": "pictures",
    "people": "pictures of persons",
    "files": "downloads",
    "comments": "threads",
}
_BESIDE = ("links.json", "published.json")
_ADDRESSES = {"posts": "ARTICLE_URL", "pages": "PAGE_URL"}
"""Settings that say where the entries of a kind stand, with {slug}."""
_SLUG_ALONE = re.compile(r"[\w/-]*\{slug\}[\w/-]*")


class Engine:
    """settings: Pelican's, with PATH and THEME made absolute. refused: files that must not be followed. outputs:
    every file of the site, once it is written."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        given = settings_of(settings)
        words.speak(given.language)
        self.settings = given
        report = Report(root=given.shown_as)
        store = str(settings.get("COMMENTS_STORE", "comments")).split("/")[0]
        folders = {
            **dict.fromkeys(KINDS, "entries"),
            **_FOLDERS,
            **({store: "threads"} if store not in ("..", "") else {}),
        }
        self.refused = check_files(given.content, folders, _BESIDE, report)
        allowed = public_addresses(settings)
        self.memory: Memory = settings.get("MEMORY") or Memory(given.cache)
        self.memory.recipe = own_recipe() + recipe_of([words.FOLDER]) + given.language.encode()
        self._raw = dict(self._files())
        unknown = unknown_texts(self._raw, allowed, given.zone, self.memory)
        self.reading = Reading(
            KINDS,
            given.zone,
            given.at,
            given.previews,
            Rendering(unknown),
            allowed,
            self.memory,
            report,
        )
        self.workers = self.reading.rendering.workers
        self.publisher = publisher_of(given)
        self.outputs: list[Output] = []
        self._assembly: Assembly | None = None

    @property
    def site(self) -> Site:
        return self._begun.site

    def assemble(self) -> None:
        """Read what is no entry, while the bodies of entries are being rendered by other processes."""
        self._assembly = Assembly(self.settings, self.workers, self.memory)

    def read(self, place: str) -> ReadEntry | None:
        """One file of an entry; None when it does not count, is faulty, or is not public."""
        if not self._counts(place):
            return None
        raw = self._raw.pop(place, None)
        if raw is None:
            raw = (self.settings.content / place).read_bytes()
        return self.reading.read(place, raw)

    def read_all(self) -> None:
        """Every entry, as Pelican's generators and `gather` would."""
        for kind in KINDS.values():
            if kind.by_pelican:
                for place in self._places(kind.folder):
                    self.read(place)

    def gather(self, read: Mapping[str, str] | None = None) -> None:
        """Everything that has been read, and the kinds that Pelican does not read.

        read: the files that Pelican has read, in its order, with the addresses that it gave them; without it
        those of the settings.
        """
        reading = self.reading
        others = [
            place
            for kind in KINDS.values()
            if not kind.by_pelican
            for place in self._places(kind.folder)
        ]
        for place in others:
            self.read(place)
        reading.check_ids()
        by_place = reading.by_place
        if read is None:
            read = {
                place: self._address(one) for place, one in by_place.items() if one.kind.by_pelican
            }
        addresses = {
            by_place[place].key: address for place, address in read.items() if place in by_place
        }
        places = [place for place in (*read, *others) if place in by_place]
        self._tell_other_files()
        self._begun.gather([by_place[place] for place in places], addresses, reading)

    def stop_if_faulty(self) -> None:
        """Raises ContentFaults with all that is wrong."""
        if self.reading.report.faults:
            self.close()
        self.reading.report.stop_if_faulty()

    def write(self, folder: Path, before: Record = NOTHING) -> dict[str, bytes]:
        """Write what `before` does not hold; the fingerprints of all files, but for the sitemap."""
        made = self._begun
        made.pictures.finish()
        self.workers.close()
        self.outputs = outputs_of(made, self.publisher)
        written = write_all(self.outputs, folder, self.site.templates, self.memory.recipe, before)
        self.memory.save()
        return written

    def write_sitemap(self, folder: Path, before: Record = NOTHING) -> dict[str, bytes]:
        """The same for sitemap.xml, where no Pelican does it."""
        templates, recipe = self.site.templates, self.memory.recipe
        return write_all([self._sitemap()], folder, templates, recipe, before)

    def written_sitemap(self) -> dict[str, bytes]:
        """The same of one that Pelican has written."""
        listed = self._sitemap()
        made = Fingerprints(self.site.templates, self.memory.recipe).of([listed])
        return {listed.file: made[0]}

    def _sitemap(self) -> Output:
        pages = tuple(
            (one.address[1:], one.lastmod) for one in self.outputs if one.lastmod is not None
        )
        return Output("/sitemap.xml", (self.settings.url, pages), sitemap)

    def close(self) -> None:
        self.workers.close()
        self.memory.close()

    @property
    def _begun(self) -> Assembly:
        if self._assembly is None:
            self.assemble()
        if self._assembly is None:
            raise RuntimeError("assemble makes it")
        return self._assembly

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """The files of entries, in the order in which they are found."""
        content = self.settings.content
        for folder in KINDS:
            for place in self._places(folder):
                path = os.path.join(content, place)  # noqa: PTH118 - there are many
                if os.access(path, os.R_OK):
                    with open(path, "rb") as file:  # noqa: PTH123
                        yield place, file.read()

    def _places(self, folder: str) -> list[str]:
        below = places_below(self.settings.content / folder)
        return [f"{folder}/{place}" for place in below if place.lower().endswith(MARKDOWN)]

    def _counts(self, place: str) -> bool:
        parts = place.split("/")
        if not all(map(counts, parts)):
            return False
        inside = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return not self.refused or self.refused.isdisjoint(inside)

    def _address(self, one: ReadEntry) -> str:
        form: str = self.settings.get(_ADDRESSES[one.kind.folder])
        return "/" + form.format(slug=one.slug)

    def _tell_other_files(self) -> None:
        """What lies among the entries and is no Markdown would be left out in silence."""
        content = self.settings.content
        for folder, kind in KINDS.items():
            for place in places_below(content / folder):
                if not place.lower().endswith(MARKDOWN) and place not in kind.beside:
                    message = "is not Markdown, so nothing shows it; pictures belong in images/, downloads in files/"
                    self.reading.report.fault(f"{folder}/{place}", None, message)


def sitemap(view: tuple[str, tuple[tuple[str, Any], ...]]) -> str:
    """The sitemap of pages: the site's address; of each page its own without the first slash, and when it last
    changed."""
    from plugins.site.sitemap import sitemap_of  # which imports Pelican

    return sitemap_of(*view)


def needs_pelican(settings: Mapping[str, Any]) -> bool:
    """Whether anything in these settings is Pelican's to do: other plugins, or addresses of another form."""
    own = settings.get("PLUGINS") == ["plugins.site"] and not settings.get("SITEMAP")
    paths = settings.get("ARTICLE_PATHS") == ["posts"] and settings.get("PAGE_PATHS") == ["pages"]
    forms = [str(settings.get(name)) for name in _ADDRESSES.values()]
    return not (own and paths and all(map(_SLUG_ALONE.fullmatch, forms)))
