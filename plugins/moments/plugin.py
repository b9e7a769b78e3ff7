"""The Pelican side: comes after every plugin that knows of a moment, and leaves `next_build` (a Due, or
None) in the context. Writes /next-build.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals

from plugins.moments.due import moments_of_store, next_build_json, next_due

ADDRESS = "/next-build.json"


class MomentsGenerator:
    def __init__(
        self,
        context: dict[str, Any],
        settings: dict[str, Any],
        path: str,
        output_path: str,
        **_: Any,
    ) -> None:
        self.context = context
        self.store = Path(path) / settings.get("COMMENTS_STORE", "comments")
        self.output = Path(output_path)

    def generate_context(self) -> None:
        reading = self.context["reading"]
        moments = [*reading.moments, *moments_of_store(self.store, reading.at)]
        self.context["next_build"] = next_due(moments, reading.at)
        self.context["addresses"].add(ADDRESS)

    def generate_output(self, _: Any) -> None:
        text = next_build_json(self.context["next_build"])
        (self.output / ADDRESS[1:]).write_text(text, encoding="utf-8", newline="\n")


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[MomentsGenerator]:
    return MomentsGenerator
