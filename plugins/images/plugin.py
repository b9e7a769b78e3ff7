"""The Pelican side: pictures into entries, and a card for each.

Reads `entries`, `bylines` and `reading`; leaves

    draw_image  the HTML that stands for an <img> of an entry, as links calls it for each
    leads       the lead picture of an entry by key, as HTML, unless its text shows it too
    card_of     the address of the card of an entry, within the site; of None, the site's own card
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from pelican import signals

from plugins.entries.dates import day
from plugins.entries.model import Entry
from plugins.faults import Report
from plugins.images import placing
from plugins.images.card_store import CardStore
from plugins.images.cards import Card
from plugins.images.model import Picture
from plugins.images.variants import PictureStore


class ImagesGenerator:
    def __init__(
        self,
        context: dict[str, Any],
        settings: dict[str, Any],
        path: str,
        output_path: str,
        **_: Any,
    ) -> None:
        self.context = context
        self.settings = settings
        self.content = Path(path).resolve()
        self.output = Path(output_path)
        self.base_path = urlsplit(settings["SITEURL"]).path
        cache = Path(settings.get("CACHE_FOLDER", ".cache"))
        self.cards = CardStore(cache / "cards")
        self.store = PictureStore(self.content, cache / "pictures")
        self.used: dict[str, Picture] = {}
        self._pictures: dict[tuple[str, str], Picture] = {}
        self._seen: set[str] = set()

    def generate_context(self) -> None:
        context = self.context
        # Cards first: they are drawn by processes, which are best forked before any thread is.
        context["card_of"] = self._order_cards(context["entries"].values())
        self._prepare(context["entries"].values(), context["reading"].report)
        context["draw_image"] = self.draw
        context["leads"] = {
            entry.key: self._html(entry, {"src": entry.image, "alt": entry.image_alt or ""})
            for entry in context["entries"].values()
            if entry.image and self._is_lead(entry)
        }

    def generate_output(self, _: Any) -> None:
        self.store.publish(self.used.values(), self.output)
        self.cards.finish(self.output)

    def abandon(self) -> None:
        """The build stops before it writes: nobody waits for cards."""
        self.cards.close()

    def draw(self, entry: Entry, typed: Mapping[str, str]) -> str:
        return self._html(entry, typed)

    def _order_cards(self, entries: Any) -> Any:
        site = self.settings["SITENAME"]
        addresses: dict[str | None, str] = {
            None: self.cards.submit(Card(self.settings["SITESUBTITLE"], "", "", site))
        }
        for entry in entries:
            byline = self.context["bylines"].get(entry.key)
            addresses[entry.key] = self.cards.submit(_card(entry, site, byline))

        def card_of(entry: Entry | None) -> str:
            return f"/{addresses[entry.key if entry else None]}"

        return card_of

    def _prepare(self, entries: Any, report: Report) -> None:
        """Find every picture that an entry names, tell what is wrong, make what is missing."""
        named: dict[tuple[str, str], Path] = {}
        for entry in entries:
            lead = {"src": entry.image or "", "alt": entry.image_alt or ""}
            seen: Counter[str] = Counter()
            typed = [*([lead] if entry.image else []), *placing.typed_images(entry)]
            for attributes in typed:
                source = attributes.get("src", "")
                in_head = attributes is lead
                if in_head:
                    line: int | None = entry.source.fields["image"].line
                else:
                    line = entry.source.line_of(source, seen[source])
                    seen[source] += 1
                if fault := placing.alt_fault(attributes, line, entry, in_head=in_head):
                    report.faults.append(fault)
                found = placing.find(source, entry, self.content)
                if found is None:
                    report.faults.append(placing.not_found(source, line, entry, self.content))
                else:
                    named[entry.key, source] = found
        gallery = self.store.prepare(named.values())
        report.faults.extend(gallery.faults)
        for key, path in named.items():
            name = path.relative_to(self.content).as_posix()
            if name in gallery.pictures:
                self._pictures[key] = self.used[name] = gallery.pictures[name]

    def _is_lead(self, entry: Entry) -> bool:
        """The text does not show the same picture again."""
        lead = self._pictures.get((entry.key, entry.image or ""))
        shown = (typed.get("src", "") for typed in placing.typed_images(entry))
        return lead is not None and all(self._pictures.get((entry.key, s)) != lead for s in shown)

    def _html(self, entry: Entry, typed: Mapping[str, str]) -> Markup:
        picture = self._pictures.get((entry.key, typed.get("src", "")))
        if picture is None:
            return Markup()  # told as a fault, which stops the build before it writes
        first = entry.key not in self._seen
        self._seen.add(entry.key)
        return placing.html(picture, typed, self.base_path, first=first)


def _card(entry: Entry, site: str, byline: str | None) -> Card:
    kicker = entry.topics[0].name if entry.topics else ""
    when = f" \N{MIDDLE DOT} {day(entry.date)}" if entry.date else ""
    return Card(entry.title, kicker, byline or f"{entry.author}{when}", site)


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ImagesGenerator]:
    return ImagesGenerator
