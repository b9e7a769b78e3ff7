"""Resources as a kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.kinds import EntryHead, Kind, key
from plugins.entries.values import choice, date, names, text, web_address

RESOURCE_KINDS = ("article", "book", "talk", "podcast", "tool", "community", "course")
LEVELS = ("introductory", "intermediate", "advanced")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceHead(EntryHead):
    """Something elsewhere that is worth the time. The text below the lines is why."""

    date: datetime = key("Added", date, also=("Date",), example="2026-11-30")
    link: str = key("Link", web_address, example="https://example.org/where-it-is")
    by: tuple[str, ...] = key("By", names, example="Jean Lave, Etienne Wenger")
    form: str = key("Kind", choice(*RESOURCE_KINDS), example="article")
    topics: tuple[str, ...] = key("Topics", names, (), also=("Tags", "Category"))
    level: str | None = key("Level", choice(*LEVELS), None)
    via: str | None = key("Via", text, None)
    archive: str | None = key("Archive", web_address, None)
    feed: str | None = key("Feed", web_address, None)


def _section() -> type[Any]:
    from plugins.resources.section import Resources

    return Resources


KIND = Kind("resources", "resource", ResourceHead, _section, title="Resources")
