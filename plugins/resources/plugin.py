"""The Pelican side: resources into the build's context, their pages, exports and feeds.

Comes after the conversations and before the lists. Reads `entries`, `reading`, `topics`, `conversations`,
and at the end `changed`, `mentions`, `bodies` and `card_of`; leaves, when there is any resource,

    resources    all, newest first
    resource_of  by key
    work_of      a function of an entry: what it is about, as a thing for JSON-LD

adds its feed to `followed`, what stands on cards to `bylines` and above texts in feeds to `facts`, its
pages and files to `addresses`, and where its pages of renamed topics are now to `moved`. A site without
resources has no generator of this plugin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import Pelican, signals
from pelican.generators import Generator

from plugins.entries.model import Entry, dated
from plugins.resources import exports, ledger, shelves
from plugins.resources.mentions import mentions
from plugins.resources.model import Resource
from plugins.resources.reading import resources_of
from plugins.resources.thing import thing

FEEDS = f"{shelves.ROOT}feeds.opml"
BOOKMARKS = f"{shelves.ROOT}bookmarks.txt"
"""Not .html: it is for programs, and in the form that they read it is no page that a browser should show.
The link to it says under which name it is to be kept."""
RELATED = 3


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """What the sitemap wants to know of the page of one resource."""

    url: str
    modified: datetime

    @property
    def save_as(self) -> str:
        return f"{self.url}index.html"


class ResourcesGenerator(Generator):
    def generate_context(self) -> None:
        context, settings = self.context, self.settings
        report = context["reading"].report
        path = Path(self.path) / ledger.PLACE
        known = ledger.load(path.read_bytes(), report) if path.is_file() else ledger.Ledger()
        site = settings["SITEURL"]
        self.resources = resources_of(context["entries"].values(), site, known, report)
        if not self.resources:
            return
        self.by_key = {one.entry.key: one for one in self.resources}
        # The addresses do not hang on when pages changed, which is known only when all have gathered.
        shelved = self._shelved({})
        name = f"{settings['SITENAME']}: resources"
        about = f"What {settings['SITENAME']} finds worth the time, and why."
        newest = tuple(one.entry for one in self.resources)
        context["resources"] = self.resources
        context["resource_of"] = self.by_key
        context["work_of"] = lambda entry: thing(self.by_key[entry.key])
        context["followed"].append((shelves.ROOT, name, about, newest))
        context["bylines"] |= {key: one.byline for key, one in self.by_key.items()}
        context["addresses"] |= {page.address for page in shelved.lists} | {BOOKMARKS}
        if any(one.feed and not one.gone for one in self.resources):
            context["addresses"] |= {FEEDS}
        topics = {choice.value: choice.address for choice in shelved.topics}
        context["moved"] |= {
            shelves.topic_address(old): topics[new.slug]
            for old, new in context["renamed"].items()
            if new.slug in topics
        }

    def generate_output(self, writer: Any) -> None:
        if not self.resources:
            return
        context, settings = self.context, self.settings
        shelved = self._shelved(context["changed"])
        mentioned = mentions(
            self.resources,
            context["entries"].values(),
            context["conversations"],
            context["mentions"],
            settings["SITEURL"],
        )
        facts = self.get_template("resource_in_feed")
        for key, one in self.by_key.items():
            entry = one.entry
            page = ResourcePage(entry.address[1:], context["changed"].get(key, dated(entry)))
            writer.write_file(
                page.save_as,
                self.get_template("resource"),
                context,
                page=page,
                resource=one,
                mentioned=mentioned.get(key, ()),
                beside=self._beside(one, {m.address for m in mentioned.get(key, ())}),
            )
            context["facts"][key] = Markup(facts.render(context, resource=one))  # noqa: S704 - escaped by Jinja
        for listing in shelved.lists:
            template = self.get_template(listing.template)
            writer.write_file(listing.save_as, template, context, page=listing, choices=shelved)
        self._write_exports(shelved)

    def _shelved(self, changed: dict[str, datetime]) -> shelves.Shelves:
        size = self.settings.get("RESOURCES_SIZE", 100)
        return shelves.shelves(self.resources, changed, size)

    def _beside(self, one: Resource, shown: set[str]) -> tuple[Entry, ...]:
        """Other resources that share most of its topics, the newest first among equals. shown: addresses
        that its page leads to already."""
        own = {topic.slug for topic in one.entry.topics}
        shared = [
            (len(own & {topic.slug for topic in other.entry.topics}), other.entry)
            for other in self.resources
            if other is not one and other.entry.address not in shown
        ]
        best = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
        return tuple(entry for _, entry in best[:RELATED])

    def _write_exports(self, shelved: shelves.Shelves) -> None:
        title = f"{self.settings['SITENAME']}: resources"
        whole = [shelf for page in shelved.lists if page.chosen is None for shelf in page.shelves]
        texts = {BOOKMARKS: exports.bookmarks(title, whole)}
        if FEEDS in self.context["addresses"]:
            texts[FEEDS] = exports.opml(title, self.settings["AUTHOR"], self.resources)
        for address, text in texts.items():
            path = Path(self.output_path) / address[1:]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(pelican: Pelican) -> type[ResourcesGenerator] | tuple[()]:
    there = (Path(pelican.settings["PATH"]) / "resources").is_dir()
    return ResourcesGenerator if there else ()
