"""How counts and openings are put into words."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 comment`, `8 comments`, `1,000 comments`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lower_first(text: str) -> str:
    """As it stands inside a sentence: `Social learning` as `social learning`; `RSS readers` stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def opening(text: str, limit: int) -> str:
    """The first `limit` characters of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:.\u2013\u2014- ") + "\u2026"
