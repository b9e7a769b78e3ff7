"""What a bucket tells of the objects in it, and how its listing is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PAGE = 1000
"""Names that S3 tells in one answer."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing tells of an object. etag: without quotes, in small letters."""

    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Names after one and up to another, the latter included, by their bytes in UTF-8. first: names that
    the first question asks for."""

    after: str | None = None
    until: str | None = None
    first: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """An object that was read. now: the host's clock as it answered, to hold `modified` against."""

    body: bytes
    etag: str
    modified: datetime
    now: datetime


def spans(marks: Sequence[str], after: str | None = None) -> list[Span]:
    """All names (after one), cut at some of them; marks: sorted by their bytes."""
    return [Span(*ends) for ends in zip([after, *marks], [*marks, None], strict=True)]
