"""The Pelican side: pictures into entries, and a card for each.

Reads `entries`; leaves

    draw_image  the HTML that stands for an <img> of an entry
    card_of     the address of the card of an entry; of None, the site's own card
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pelican import signals

from plugins.entries.dates import day
from plugins.entries.model import Entry
from plugins.images.card_store import CardStore
from plugins.images.cards import Card


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
        self.path = Path(path)
        self.output = Path(output_path)
        self.base_path = urlsplit(settings["SITEURL"]).path
        self.cache = Path(settings["CACHE_FOLDER"])

    def generate_context(self) -> None:
        self.cards = CardStore(self.cache / "cards")
        site = self.settings["SITENAME"]
        addresses: dict[str | None, str] = {
            None: self.cards.submit(Card(self.settings["SITESUBTITLE"], "", "", site))
        }
        for key, entry in self.context["entries"].items():
            addresses[key] = self.cards.submit(_card(entry, site))

        def card_of(entry: Entry | None) -> str:
            return f"{self.base_path}/{addresses[entry.key if entry else None]}"

        self.context["card_of"] = card_of
        self.context["draw_image"] = self.draw

    def draw(self, entry: Entry, typed: Mapping[str, str]) -> str:
        return ""

    def generate_output(self, _: Any) -> None:
        self.cards.finish(self.output)


def _card(entry: Entry, site: str) -> Card:
    kicker = entry.topics[0].name if entry.topics else ""
    when = f" \N{MIDDLE DOT} {day(entry.date)}" if entry.date else ""
    return Card(entry.title, kicker, f"{entry.author}{when}", site)


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ImagesGenerator]:
    return ImagesGenerator
