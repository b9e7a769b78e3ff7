"""XML of our own, read with nothing but the standard library: what declares entities is refused, so
that none of them can grow or lead anywhere (XML 1.0 section 4)."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")


class NotXml(ValueError):
    """line: where, from 1."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


def parsed(data: bytes) -> ElementTree.Element:
    """The root. Raises NotXml."""
    root = _ROOT.search(data)
    declared = _DECLARED.search(data, 0, root.start() if root else len(data))
    if declared:
        line = data.count(b"\n", 0, declared.start()) + 1
        raise NotXml(line, "declares a document type, which may hold entities; take it out")
    if b"\0" in data[:4]:
        raise NotXml(1, "is not UTF-8")
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - nothing declares an entity in it
    except ElementTree.ParseError as error:
        raise NotXml(error.position[0], f"is no XML: {error}") from None
    except (ValueError, LookupError) as error:
        raise NotXml(1, f"is no XML: {error}") from None


def plain_name(tag: str) -> str:
    """`{http://…}entry` is `entry`."""
    return tag.rpartition("}")[2]
