"""What the settings of a site say, read once into a value that every part of a build shares.

Setting           Default              Means
SITENAME          (must be set)        what the site is called
SITESUBTITLE      ""                   one sentence about it
SITEURL           (must be set)        its absolute address, without a closing slash
AUTHOR            (must be set)        who writes what has no `Author` line
FEED_ID_AUTHORITY (must be set)        "example.org,2014", the start of every feed id (RFC 4151)
DEFAULT_LANG      "en-AU"              the language of pages and feeds (RFC 5646)
ENTRY_TIMEZONE    "Australia/Sydney"   the zone of a date that is written without an offset
RENAMED_TOPICS    {}                   {"PKM": "Personal knowledge mastery"}: old names, new names
BUILD_AT          None                 the moment to build for; None is now
BUILD_DRAFTS      False                True shows drafts and later entries, under a banner
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from plugins.colours import Palette, palette_of
from plugins.entries import dates
from plugins.faults import ContentFaults, Fault


@dataclass(frozen=True, slots=True)
class Settings:
    """url: absolute, without a closing slash. base_path: "" or "/repo", where the site stands. content: the
    content folder, shown_as: how messages name it. at: the moment to build for, in `zone`. given: every
    setting by its name, for the part that it belongs to."""

    name: str
    tagline: str
    url: str
    author: str
    authority: str
    language: str
    zone: ZoneInfo
    at: datetime
    previews: bool
    content: Path
    shown_as: str
    theme: Path
    palette: Palette
    cache: Path
    given: Mapping[str, Any]

    @property
    def base_path(self) -> str:
        return urlsplit(self.url).path

    def get(self, name: str, default: Any = None) -> Any:
        return self.given.get(name, default)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """given: Pelican's, with PATH and THEME made absolute. Raises ContentFaults when the theme has no palette."""
    zone = ZoneInfo(given.get("ENTRY_TIMEZONE", dates.DEFAULT_ZONE))
    return Settings(
        name=given["SITENAME"],
        tagline=given.get("SITESUBTITLE", ""),
        url=given["SITEURL"],
        author=given["AUTHOR"],
        authority=given["FEED_ID_AUTHORITY"],
        language=_tag(given.get("DEFAULT_LANG", "en-AU")),
        zone=zone,
        at=(given.get("BUILD_AT") or datetime.now(UTC)).astimezone(zone),
        previews=bool(given.get("BUILD_DRAFTS", False)),
        content=Path(given["PATH"]),
        shown_as=given.get("CONTENT_SHOWN_AS", "content"),
        theme=Path(given["THEME"]),
        palette=_palette(Path(given["THEME"])),
        cache=Path(given.get("CACHE_FOLDER", ".cache")),
        given=given,
    )


def _tag(language: str) -> str:
    """`en-AU`, however it is written (RFC 5646, section 2.1.1)."""
    first, *others = language.replace("_", "-").split("-")
    return "-".join([first.lower(), *(one.upper() if len(one) == 2 else one for one in others)])


def _palette(theme: Path) -> Palette:
    try:
        return palette_of(theme)
    except ValueError as error:
        raise ContentFaults([Fault(theme.name, None, str(error))]) from None
