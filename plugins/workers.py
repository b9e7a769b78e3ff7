"""Processes for the heavy work of one build: one pool, begun when it is first needed.

A fork of a process with threads may hang, so it is begun once and whole, before any thread; and there is one,
so that two parts of a build do not ask for twice as many processors as there are.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

from plugins.words import speak, spoken

P = ParamSpec("P")
R = TypeVar("R")


class Workers:
    """count: how many processes; without one, as many as there are processors."""

    def __init__(self, count: int | None = None) -> None:
        self.count = (os.cpu_count() or 1) if count is None else count
        self._pool: ProcessPoolExecutor | None = None

    @property
    def begun(self) -> bool:
        return self._pool is not None

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        if self._pool is None:
            # A fork is ready at once; elsewhere a new interpreter imports what it needs.
            way = "fork" if sys.platform == "linux" else "spawn"
            self._pool = ProcessPoolExecutor(
                self.count, multiprocessing.get_context(way), speak, (spoken(),)
            )
        return self._pool.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Ends the processes; what none has begun is not done."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
