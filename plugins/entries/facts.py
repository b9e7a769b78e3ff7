"""What others show of an entry: its card, its feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with an entry. url: absolute. type: RFC 6838. length: in bytes."""

    url: str
    type: str
    length: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What others show of an entry besides its text. byline: on its card, in place of author and date.
    above: the template and the view of what stands above its text in feeds."""

    byline: str | None = None
    above: tuple[str, Any] | None = None
    enclosure: Enclosure | None = None


NO_FACTS = Facts()
