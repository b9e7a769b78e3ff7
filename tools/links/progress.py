"""A bar that fills while links are asked for; on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.links.checking import Progress as Told


@contextmanager
def bar(words: str) -> Iterator[Told]:
    """A function to be told of each link that is done. words: what stands before the bar."""
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(words, total=None)

        def done(count: int, of: int) -> None:
            progress.update(task, completed=count, total=of)

        yield done
