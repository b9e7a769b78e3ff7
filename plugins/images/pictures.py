"""The pictures of entries and the card of each, for one build.

1. `order_cards` asks for a card of every entry, which other processes draw from then on;
2. `prepare` finds every picture that an entry names, tells what is wrong, and makes what is missing;
3. `draw` gives the HTML that stands for an <img>, `leads` that of the pictures above texts;
4. `outputs` are the files of all that was used, once `finish` has waited for the cards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from markupsafe import Markup

from plugins.entries.dates import day
from plugins.entries.model import Entry
from plugins.entries.settings import Settings
from plugins.faults import Report
from plugins.images import markup
from plugins.images.card_store import CardStore
from plugins.images.cards import Card
from plugins.images.model import Picture
from plugins.images.variants import PictureStore
from plugins.outputs.model import Output
from plugins.workers import Workers


class Pictures:
    def __init__(self, settings: Settings, workers: Workers) -> None:
        self._settings = settings
        self._content = settings.content.resolve()
        self._cards = CardStore(settings.cache / "cards", workers)
        self._store = PictureStore(self._content, settings.cache / "pictures")
        self._used: dict[str, Picture] = {}
        self._pictures: dict[tuple[str, str], Picture] = {}
        self._seen: set[str] = set()

    def order_cards(
        self, entries: Iterable[Entry], bylines: Mapping[str, str]
    ) -> dict[str | None, str]:
        """The address of the card of each entry by its key, of the site's own by None. bylines: what stands
        on an entry's card in place of its author and date."""
        name = self._settings.name
        cards: dict[str | None, Card] = {
            None: Card(self._settings.tagline, "", "", name, self._settings.palette.light)
        }
        for entry in entries:
            cards[entry.key] = self._card(entry, bylines.get(entry.key))
        return {key: f"/{self._cards.submit(card)}" for key, card in cards.items()}

    def prepare(self, entries: Iterable[Entry], report: Report) -> None:
        named: dict[tuple[str, str], Path] = {}
        for entry in entries:
            lead = {"src": entry.image or "", "alt": entry.image_alt or ""}
            seen: Counter[str] = Counter()
            typed = [*([lead] if entry.image else []), *markup.typed_images(entry)]
            for attributes in typed:
                source = attributes.get("src", "")
                in_head = attributes is lead
                if in_head:
                    line: int | None = entry.source.fields["image"].line
                else:
                    line = entry.source.line_of(source, seen[source])
                    seen[source] += 1
                if fault := markup.alt_fault(attributes, line, entry, in_head=in_head):
                    report.faults.append(fault)
                found = markup.find(source, entry, self._content)
                if found is None:
                    report.faults.append(markup.not_found(source, line, entry, self._content))
                else:
                    named[entry.key, source] = found
        gallery = self._store.prepare(named.values())
        report.faults.extend(gallery.faults)
        for key, path in named.items():
            name = path.relative_to(self._content).as_posix()
            if name in gallery.pictures:
                self._pictures[key] = self._used[name] = gallery.pictures[name]

    def leads(self, entries: Iterable[Entry]) -> dict[str, Markup]:
        """By key, the picture of an entry's Image line as HTML, unless its text shows it too."""
        return {
            entry.key: self.draw(entry, {"src": entry.image, "alt": entry.image_alt or ""})
            for entry in entries
            if entry.image and self._is_lead(entry)
        }

    def draw(self, entry: Entry, typed: Mapping[str, str]) -> Markup:
        """The HTML that stands for an <img> of an entry, given its attributes as typed."""
        picture = self._pictures.get((entry.key, typed.get("src", "")))
        if picture is None:
            return Markup()  # told as a fault, which stops the build before it writes
        first = entry.key not in self._seen
        self._seen.add(entry.key)
        return markup.html(picture, typed, self._settings.base_path, first=first)

    def finish(self) -> None:
        """Until every card that was asked for is drawn."""
        self._cards.finish()

    def outputs(self) -> Iterator[Output]:
        """Every card, and every variant of the pictures that are shown: files whose names change when
        their bytes do."""
        for path, file in sorted({**self._cards.files(), **self._variants()}.items()):
            yield Output(f"/{path}", file, Path)

    def _variants(self) -> dict[str, Path]:
        return self._store.files(self._used.values())

    def _is_lead(self, entry: Entry) -> bool:
        """The text does not show the same picture again."""
        lead = self._pictures.get((entry.key, entry.image or ""))
        shown = (typed.get("src", "") for typed in markup.typed_images(entry))
        return lead is not None and all(self._pictures.get((entry.key, s)) != lead for s in shown)

    def _card(self, entry: Entry, byline: str | None) -> Card:
        kicker = entry.topics[0].name if entry.topics else ""
        when = f" \N{MIDDLE DOT} {day(entry.date)}" if entry.date else ""
        below = byline or f"{entry.author}{when}"
        settings = self._settings
        return Card(entry.title, kicker, below, settings.name, settings.palette.light)
