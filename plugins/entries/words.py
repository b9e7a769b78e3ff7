"""How counts, openings and addresses are put into words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 comment`, `8 comments`, `1,000 comments`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lower_first(text: str) -> str:
    """As it stands inside a sentence: `Social learning` as `social learning`; `RSS readers` stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def upper_first(text: str) -> str:
    """As it begins a sentence."""
    return text[:1].upper() + text[1:]


def opening(text: str, limit: int) -> str:
    """The first `limit` characters of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:.\u2013\u2014- ") + "\u2026"


@lru_cache(maxsize=20_000)  # names and topics come again and again
def slugify(name: str) -> str:
    """`Société & co` as `societe-co`: ASCII letters, digits and single hyphens; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name.replace("\u2019", "").replace("'", ""))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    if not ascii_only.strip("-_. ") and name.strip():
        ascii_only = _latin(name)
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def _latin(name: str) -> str:
    from unidecode import (
        unidecode,
    )  # Pelican brings it; only names in other scripts need its tables

    return str(unidecode(name)).lower()
