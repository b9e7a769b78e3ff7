"""Keeps the cards that were drawn, and draws the missing ones while the build goes on.

Drawing text holds Python's lock, so many cards are drawn in processes of their own. Few are drawn
in place, because a process costs more than thirty cards do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path, PurePosixPath

from plugins.atomic import write_whole
from plugins.images import cards
from plugins.images.cards import Card

IN_PLACE = 30
BATCH = 25


class CardStore:
    """The cards of one build.

    `cache` is a folder that only this store writes in. `workers` is how many processes draw at
    most; 0 draws everything in place.
    """

    def __init__(self, cache: Path, workers: int | None = None) -> None:
        self._cache = cache
        # One core is left to the build, which writes pages meanwhile.
        self._workers = max(1, (os.cpu_count() or 1) - 1) if workers is None else workers
        self._known: set[str] | None = None
        self._wanted: dict[str, Card] = {}
        self._waiting: list[Card] = []
        self._pool: Executor | None = None
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
            if self._workers and len(self._waiting) >= (BATCH if self._pool else IN_PLACE + 1):
                self._send()
        return path

    def finish(self) -> None:
        """Draws what is still missing."""
        try:
            if self._pool:
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
        finally:
            self.close()

    def files(self) -> dict[str, Path]:
        """By its path in the output, the file of the cache that is every card that was asked for."""
        return {path: self._cache / _name(path) for path in self._wanted}

    def close(self) -> None:
        """Ends the processes, for a build that stops before it finishes."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._drawing = []

    def _cached(self) -> set[str]:
        if self._known is None:
            self._known = _names(self._cache)
        return self._known

    def _send(self) -> None:
        if self._pool is None:
            # A fork is ready at once; a new interpreter has to import Pillow first.
            way = "fork" if sys.platform == "linux" else "spawn"
            context = multiprocessing.get_context(way)
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context)
        for start in range(0, len(self._waiting), BATCH):
            batch = self._waiting[start : start + BATCH]
            self._drawing.append((self._pool.submit(_draw_all, self._cache, batch), batch))
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
