"""What a meetup costs, and how one says that one comes, from the words that say so."""

from __future__ import annotations

import re

from plugins.entries.gather import plain
from plugins.meetups.model import Cost

_AMOUNT = re.compile(
    r"(?:(?P<sign>A?\$|NZ\$|US\$|€|£)|(?P<code>[A-Z]{3}) ?)?(?P<amount>\d+(?:\.\d\d)?)(?: ?(?P<after>[A-Z]{3}))?\b"
)
_SIGNS = {"$": "AUD", "A$": "AUD", "NZ$": "NZD", "US$": "USD", "€": "EUR", "£": "GBP"}
_FREE = re.compile(r"(?:free|nothing|none|no charge|by donation|donation|koha)\b", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?([^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)")


def cost(typed: str) -> Cost:
    """`free, you buy your own coffee`, `$15`, `NZD 20 for the room`. Raises ValueError without an amount."""
    found = _AMOUNT.search(typed)
    if found and (found["sign"] or found["code"] or found["after"] or not _FREE.match(typed)):
        currency = _SIGNS.get(found["sign"] or "$", "AUD")
        return Cost(plain(typed), found["amount"], found["code"] or found["after"] or currency)
    if _FREE.match(typed):
        return Cost(plain(typed), "0", "AUD")
    raise ValueError(f'"{typed}" says no amount; begin it with "free", or write $15')


def rsvp(typed: str | None) -> tuple[str | None, str | None]:
    """What to do in order to say that one comes: the words, and where they lead."""
    if typed is None:
        return None, None
    if mail := _MAIL.fullmatch(typed):
        return mail[1], f"mailto:{mail[1]}"
    if re.fullmatch(r"https?://\S+", typed):
        return typed.split("://", 1)[1].rstrip("/"), typed
    return plain(typed), None
