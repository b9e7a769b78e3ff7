"""A bar that fills while a site is sent; on a terminal only. It is there from the first byte on, so that
what is asked and told before stands on lines of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from tools.deploy.progress import Progress as Told


@contextmanager
def bar(words: str) -> Iterator[Told]:
    """A function to be told of bytes that are there. words: what stands before the bar."""
    columns = (
        TextColumn(words),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    shown = Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
    task = shown.add_task(words, total=None)
    started = False

    def done(byte_count: int, of: int) -> None:
        nonlocal started
        if not started:
            started = True
            shown.start()
        shown.update(task, completed=byte_count, total=of)
        if byte_count >= of:
            shown.stop()
            started = False

    try:
        yield done
    finally:
        shown.stop()
