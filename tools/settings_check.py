"""What pelicanconf.py and publishconf.py say, checked before anything is built with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from plugins.entries.dates import DEFAULT_ZONE
from plugins.faults import did_you_mean

_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_AUTHORITY = re.compile(r"[\w.@-]+,\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)


_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def setting_faults(settings: Mapping[str, Any]) -> list[str]:
    """Every setting that cannot be built with: its name, what it is, what to write instead."""
    return [f"{name}: {told}" for name, told in _faults(settings)]


def _faults(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _must(settings, "FEED_ID_AUTHORITY", _AUTHORITY, '"your-domain.example,2026"')
    yield from _must(settings, "SITEURL", re.compile(r"https?://[^\s/]+.*[^/\s]"), '"https://…"')
    zone = settings.get("ENTRY_TIMEZONE")
    if zone is not None and not _is_zone(zone):
        near = did_you_mean(str(zone), available_timezones()) or "; write one such as"
        example = "" if "did you mean" in near else f' "{DEFAULT_ZONE}"'
        yield "ENTRY_TIMEZONE", f'"{zone}" is no known time zone{near}{example}'
    language = settings.get("DEFAULT_LANG", "en")
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        yield (
            "DEFAULT_LANG",
            f'{language!r} is no language (BCP 47); write one such as "en-AU" or "de"',
        )
    for name in ("MENU", "FOOTER_MENU"):
        if not _rows(settings.get(name, ()), lambda row: all(isinstance(one, str) for one in row)):
            yield name, 'is no list of pairs; write (("About", "/about/"), …)'
    if not _rows(settings.get("SUBSCRIBE_HIDDEN", ()), lambda row: True):
        yield "SUBSCRIBE_HIDDEN", 'is no list of pairs; write (("tag", "tips"),)'
    reply = settings.get("REPLY_TO")
    if reply and not (isinstance(reply, str) and _MAIL.fullmatch(reply)):
        yield "REPLY_TO", f'"{reply}" is no e-mail address; write one, or None'
    renamed = settings.get("RENAMED_TOPICS", {})
    if not isinstance(renamed, dict) or not all(
        isinstance(one, str) for pair in renamed.items() for one in pair
    ):
        yield "RENAMED_TOPICS", 'is no table of names; write {"Old name": "New name"}'
    public = settings.get("PUBLIC_ADDRESSES", ())
    if isinstance(public, str) or not all(isinstance(one, str) for one in public):
        yield "PUBLIC_ADDRESSES", 'is no list of addresses; write ("press@your-domain.example",)'
    theme = Path(str(settings.get("THEME", "theme")))
    if not (theme / "static/css/blocks").is_dir():
        yield "THEME", f'"{theme}" is no theme of this site; write "theme"'
    yield from _store(settings)


def _is_zone(name: Any) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _must(
    settings: Mapping[str, Any], name: str, form: re.Pattern[str], example: str
) -> Iterator[tuple[str, str]]:
    value = settings.get(name)
    if not value:
        yield name, f"is missing; write {example}"
    elif not isinstance(value, str) or not form.fullmatch(value):
        yield name, f'"{value}" is not of its form; write one such as {example}'


def _rows(value: Any, fit: Callable[[Any], bool]) -> bool:
    return isinstance(value, (list, tuple)) and all(
        isinstance(row, (list, tuple)) and len(row) == 2 and fit(row) for row in value
    )


def _store(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    store = settings.get("COMMENTS_STORE", "comments")
    if not isinstance(store, str) or not store:
        yield "COMMENTS_STORE", 'is no folder and no address; write "comments" or "https://…"'
    elif "://" not in store and store != "comments":
        folder = Path(settings["PATH"]) / store
        if not folder.is_dir():
            yield "COMMENTS_STORE", f'"{store}" is no folder of the content; write "comments"'
