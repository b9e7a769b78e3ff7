"""Pages as a kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.kinds import EntryHead, Kind, key
from plugins.entries.values import choice, date


@dataclass(frozen=True, kw_only=True, slots=True)
class PageHead(EntryHead):
    date: datetime | None = key("Date", date, None)
    template: str = key("Template", choice("page", "contact", "subscribe"), "page")


def _section() -> type[Any]:
    from plugins.pages.section import Pages

    return Pages


KIND = Kind("pages", "page", PageHead, _section, thing="WebPage", by_pelican=True)
