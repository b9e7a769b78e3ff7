"""How the text of a metadata line is read: each function takes what was typed and the site's zone, and
raises ValueError with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from plugins.entries import dates
from plugins.entries.words import slugify
from plugins.faults import did_you_mean

Parser = Callable[[str, ZoneInfo], Any]

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}", re.IGNORECASE)
SLUG = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*", re.IGNORECASE)


def text(value: str, zone: ZoneInfo) -> str:
    return " ".join(value.split())


def date(value: str, zone: ZoneInfo) -> datetime:
    return dates.parse_date(value, zone)


def names(value: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Names between commas (or semicolons where a name has a comma), each once."""
    parts = value.split(";" if ";" in value else ",")
    listed = dict.fromkeys(" ".join(part.split()) for part in parts)
    listed.pop("", None)
    return tuple(listed)


def one_name(value: str, zone: ZoneInfo) -> str:
    """Who wrote it, as readers will see it: one name."""
    name = " ".join(value.split())
    first, sign, others = re.split(r"([,;])", f"{name},", maxsplit=1)
    if sign and others.strip(" ,;") and re.fullmatch(r"[\w .,;'’-]+", name):
        raise ValueError(
            f'"{name}" reads as several names; an entry has one author, so write "Author: {first.strip()}" '
            "and thank the others in the text"
        )
    return name


def slug(value: str, zone: ZoneInfo) -> str:
    if SLUG.fullmatch(value):
        return value
    raise ValueError(
        f'"{value}" cannot be part of an address; write {slugify(value) or "letters-and-digits"}'
    )


def entry_id(value: str, zone: ZoneInfo) -> str:
    if ID.fullmatch(value):
        return value
    raise ValueError(f'"{value}" cannot be an id; write {slugify(value) or "letters-and-digits"}')


def choice(*allowed: str) -> Parser:
    def parse(value: str, zone: ZoneInfo) -> str:
        if value.casefold() in allowed:
            return value.casefold()
        listed = ", ".join(allowed)
        raise ValueError(
            f'"{value}" is not known; write one of: {listed}{did_you_mean(value, allowed)}'
        )

    return parse


def yes_or_no(value: str, zone: ZoneInfo) -> bool:
    if value.casefold() in ("yes", "true", "no", "false"):
        return value.casefold() in ("yes", "true")
    raise ValueError(f'"{value}" is neither yes nor no; write yes or no')


def addresses(value: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Old addresses of this site, as paths: `/2014/05/one-size/`."""
    found = []
    for part in re.split(r"[\s,]+", value):
        if not part:
            continue
        meant = unquote(part)
        form = re.fullmatch(r"(?:/[\w.~%@+,-]+)+/?", part)
        if not form or not meant.isprintable() or ".." in meant.split("/"):
            raise ValueError(
                f'"{part}" is not an old address of this site; write its path, such as /2014/05/old-name/ '
                "(a host of files cannot redirect by what follows a question mark)"
            )
        found.append(part)
    return tuple(dict.fromkeys(found))


def guid(value: str, zone: ZoneInfo) -> str:
    """The feed id that an entry had before it came here (an IRI, RFC 4287 section 4.2.6)."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", value):
        return value
    raise ValueError(
        f'"{value}" is not an address or URI; write the old feed id as it was, such as https://example.org/?p=12'
    )


def web_address(value: str, zone: ZoneInfo) -> str:
    if re.fullmatch(r"https?://[^\s<>\"/]+\.[^\s<>\"]+", value):
        return value
    raise ValueError(
        f'"{value}" is not a web address; write it whole, such as https://example.org/'
    )


def count(value: str, zone: ZoneInfo) -> int:
    """How many: a whole number from 1 up."""
    if re.fullmatch(r"[1-9][0-9]{0,5}", value):
        return int(value)
    raise ValueError(f'"{value}" is not a number of people; write digits, such as 12')
