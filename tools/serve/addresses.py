"""Which file an address means, as a good static host decides it.

1. Decode each segment once; anything that could leave the folder is no address at all.
2. `/x/` is `x/index.html`; `/x` is the file `x`, else a move to `/x/` when that is a page, else
   `x.html`.
3. The file must lie inside the folder after every symbolic link has been followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

NOT_PAGES = {"_headers", "_redirects"}


@dataclass(frozen=True)
class Moved:
    """The address has another form: `location` is its path, quoted."""

    location: str


def split_target(target: str) -> tuple[str, str]:
    """The path (still encoded) and the query of a request target, in origin or absolute form."""
    if not target.startswith("/"):
        parts = urlsplit(target)
        return parts.path or "/", parts.query
    path, _, query = target.partition("#")[0].partition("?")
    return path, query


def decoded(path: str) -> str | None:
    """The path with its escapes read, or None if it is malformed or tries to leave the site."""
    if not path.startswith("/"):
        return None
    segments: list[str] = []
    *folders, last = path[1:].split("/")
    for segment in [*folders, last]:
        try:
            text = unquote_to_bytes(segment).decode("utf-8")
        except UnicodeDecodeError:
            return None
        if text in {".", ".."} or any(char in text for char in "/\\") or not _printable(text):
            return None
        segments.append(text)
    if "" in segments[:-1]:
        return None
    return "/" + "/".join(segments)


def find(root: Path, path: str) -> Path | Moved | None:
    """The file that the decoded `path` means below `root` (a resolved folder), or where it is now."""
    if path.lstrip("/") in NOT_PAGES:
        return None
    place = root / path.lstrip("/")
    if path.endswith("/"):
        return _inside(root, place / "index.html")
    if file := _inside(root, place):
        return file
    if _inside(root, place / "index.html"):
        return Moved(quote(path) + "/")
    return _inside(root, place.with_name(place.name + ".html"))


def _inside(root: Path, file: Path) -> Path | None:
    try:
        real = file.resolve(strict=True)
        return real if real.is_relative_to(root) and real.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _printable(text: str) -> bool:
    return all(char >= " " and char != "\x7f" for char in text)
