"""The theme's style sheets and script as few files, named by their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# White space that means nothing in CSS wherever it stands: around these, and after a colon. Before a
# colon it does (`.prose :is(…)`), and around + and - too (`calc(…)`).
_SPACE = re.compile(r"\s*([{};,])\s*|(?<=:) +")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file to write: its address in the site ("/theme/style.1f2e3d4c.css") and its text."""

    address: str
    text: str


ALSO = {"form": "reading"}
"""Sheets that have another's blocks besides: a page with a form is one to read."""


def style(folder: Path, sheet: str) -> Asset:
    """Every .css below `folder` as one, but for those in blocks/<another sheet>/: what only lists need
    does not travel with an entry, nor the other way round. layers.css, which says the order of the
    layers, comes first."""
    blocks, own = folder / "blocks", {sheet, ALSO.get(sheet)}
    sheets = sorted(
        (
            path
            for path in folder.rglob("*.css")
            if path.parent.parent != blocks or path.parent.name in own
        ),
        key=lambda path: (path.name != "layers.css", path.relative_to(folder).as_posix()),
    )
    return _named(sheet, "css", _SPACE.sub(r"\1", _joined(sheets)).replace(";}", "}"))


def script(files: Iterable[Path], stem: str = "site") -> Asset:
    return _named(stem, "js", _joined(files))


def icon_address(svg: Path) -> str:
    """The icon as a data: address (RFC 2397), to stand in the page and spare it a request."""
    return "data:image/svg+xml," + quote(svg.read_text(encoding="utf-8").strip(), safe="='/:;,()@!")


def _joined(files: Iterable[Path]) -> str:
    """Without comments, indents and empty lines."""
    texts = (_COMMENT.sub("", path.read_text(encoding="utf-8")) for path in files)
    lines = (line.strip() for text in texts for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _named(stem: str, ending: str, text: str) -> Asset:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Asset(f"/theme/{stem}.{digest}.{ending}", text)
