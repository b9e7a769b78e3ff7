"""The Pelican side: the store is looked through before anything is written, the output after all is.

Reads `reading` (of plugins.entries) and `threads` (of plugins.conversations: every thread of the store
by key) from the context. What it finds in the output ends the run by ContentFaults; the output of an
earlier build, which the new one would replace, stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican import signals

from plugins.faults import ContentFaults
from plugins.privacy.output import output_faults
from plugins.privacy.store import store_faults


class PrivacyGenerator:
    """Checks only; it gathers and writes nothing."""

    def __init__(self, context: dict[str, Any], settings: dict[str, Any], **_: Any) -> None:
        self.context = context
        self.allowed = public_addresses(settings)
        self.shown_as = Path(settings.get("COMMENTS_STORE", "comments")).as_posix()

    def generate_context(self) -> None:
        report = self.context["reading"].report
        for key, thread in self.context["threads"].items():
            place = f"{self.shown_as}/{key}.json"
            report.faults.extend(store_faults(thread, place, self.allowed))


def public_addresses(settings: Mapping[str, Any]) -> frozenset[str]:
    reply_to = settings.get("REPLY_TO")
    return frozenset((*settings.get("PUBLIC_ADDRESSES", ()), *((reply_to,) if reply_to else ())))


def connect() -> None:
    signals.get_generators.connect(_generators)
    signals.finalized.connect(_look_through)


def _generators(_: object) -> type[PrivacyGenerator]:
    return PrivacyGenerator


def _look_through(pelican: Any) -> None:
    faults = output_faults(Path(pelican.output_path), public_addresses(pelican.settings))
    if faults:
        raise ContentFaults(faults, "output")
