"""The lines of one entry, while they are read together: what is wrong is told under its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plugins.entries.head import Source
from plugins.faults import Report

Value = TypeVar("Value")


class Lines:
    """faulty: whether anything was wrong so far."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source, self.report = source, report
        self.faulty = False

    def tried(self, key: str, read: Callable[..., Value], *typed: object) -> Value | None:
        """What `read` makes of what was typed; None when it raises ValueError, which is told."""
        try:
            return read(*typed)
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def fault(self, key: str, message: str) -> None:
        self.faulty = True
        self.report.fault(self.source.place, self.number(key), f"{key}: {message}")

    def number(self, key: str) -> int:
        """The line on which a key stands; the first, when it stands on none."""
        found = self.source.fields.get(key.lower())
        return found.line if found else 1
