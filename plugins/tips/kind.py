"""Issues of the campaign as a kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.entries.kinds import MOMENT, EntryHead, Kind, key
from plugins.entries.values import date, text


@dataclass(frozen=True, kw_only=True, slots=True)
class TipsHead(EntryHead):
    """One month; its four items are checked by plugins.tips."""

    date: datetime = key("Date", date, example=MOMENT)
    preheader: str | None = key("Preheader", text, None)


def _section() -> type[Any]:
    from plugins.tips.section import Tips

    return Tips


KIND = Kind("tips", "tips issue", TipsHead, _section, title="Tips")
