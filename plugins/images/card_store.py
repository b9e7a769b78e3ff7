"""Keeps the cards that were drawn, and draws the missing ones while the build goes on.

Drawing text holds Python's lock, so many cards are drawn in processes of their own. Few are drawn
in place, because a process costs more than thirty cards do.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path, PurePosixPath

from plugins.atomic import write_whole
from plugins.images import cards
from plugins.images.cards import Card
from plugins.workers import Workers

IN_PLACE = 30
BATCH = 25


class CardStore:
    """The cards of one build. cache: a folder that only this store writes in. workers: who draws where many
    are missing."""

    def __init__(self, cache: Path, workers: Workers) -> None:
        self._cache, self._workers = cache, workers
        self._known: set[str] | None = None
        self._wanted: dict[str, Card] = {}
        self._waiting: list[Card] = []
        self._drawing: list[tuple[Future[None], Sequence[Card]]] = []
        self.drawn = 0

    def submit(self, card: Card) -> str:
        """Asks for a card and answers its path, relative to the output. Where many are missing it
        is drawn in the background from now on."""
        path = cards.path(card)
        if path in self._wanted:
            return path
        self._wanted[path] = card
        if _name(path) not in self._cached():
            self._waiting.append(card)
            self.drawn += 1
            least = BATCH if self._drawing else IN_PLACE + 1
            if self._workers.count > 1 and len(self._waiting) >= least:
                self._send()
        return path

    def finish(self) -> None:
        """Draws what is still missing."""
        if self._drawing:
            self._send()
        else:
            _draw_all(self._cache, self._waiting)
            self._waiting = []
        # Whoever waits may as well draw: what no process has begun, from the end.
        for future, batch in reversed(self._drawing):
            if future.cancel():
                _draw_all(self._cache, batch)
        for future, _ in self._drawing:
            if not future.cancelled():
                future.result()
        self._drawing = []

    def files(self) -> dict[str, Path]:
        """By its path in the output, the file of the cache that is every card that was asked for."""
        return {path: self._cache / _name(path) for path in self._wanted}

    def _cached(self) -> set[str]:
        if self._known is None:
            self._known = _names(self._cache)
        return self._known

    def _send(self) -> None:
        for start in range(0, len(self._waiting), BATCH):
            batch = self._waiting[start : start + BATCH]
            self._drawing.append((self._workers.submit(_draw_all, self._cache, batch), batch))
        self._waiting = []


def _draw_all(folder: Path, missing: Sequence[Card]) -> None:
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
    for card in missing:
        write_whole(folder / _name(cards.path(card)), cards.draw(card))


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _names(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    with os.scandir(folder) as entries:
        return {e.name for e in entries if e.name.endswith(".png") and not e.name.startswith(".")}
