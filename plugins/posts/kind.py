"""Posts as a kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.kinds import MOMENT, EntryHead, Kind, key
from plugins.entries.values import date, names, text


@dataclass(frozen=True, kw_only=True, slots=True)
class PostHead(EntryHead):
    date: datetime = key("Date", date, example=MOMENT)
    topics: tuple[str, ...] = key("Topics", names, (), also=("Tags", "Category"))
    series: str | None = key("Series", text, None)


def _section() -> type[Any]:
    from plugins.posts.section import Posts

    return Posts


KIND = Kind("posts", "post", PostHead, _section, by_pelican=True, draft="Topics: \nSummary: \n")
