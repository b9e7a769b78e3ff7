"""The media type of a file, by its ending, the same on every machine (IANA names; text is UTF-8)."""

from __future__ import annotations

import mimetypes
from pathlib import Path

_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".css": "text/css",
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".ics": "text/calendar",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".opml": "text/x-opml",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".vtt": "text/vtt",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".xsl": "application/xslt+xml",
    ".zip": "application/zip",
}
_TEXT = ("+xml", "+json", "/xml", "/json", "/javascript")


def media_type(file: Path) -> str:
    """The value of `Content-Type` for a file, with its charset where it is text."""
    ending = file.suffix.lower()
    found = _TYPES.get(ending) or mimetypes.types_map.get(ending) or "application/octet-stream"
    is_text = found.startswith("text/") or found.endswith(_TEXT)
    return f"{found}; charset=utf-8" if is_text else found
