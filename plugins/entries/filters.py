"""The filters of every template, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from plugins.entries import dates, words

FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "day": dates.day,
        "day_month": dates.day_month,
        "clock": dates.clock,
        "iso": dates.iso,
        "weekday": dates.weekday,
        "weekday_short": dates.weekday_short,
        "lower_first": words.lower_first,
        "upper_first": words.upper_first,
        "opening": words.opening,
    }
)
