"""What a host must say of a file besides its content: what kind of thing it is, and how long a copy of it
may be used without asking again.

Both hang on the path alone, and never on what this machine's list of media types happens to say.

Media types are those of the IANA registry: text/html and text/javascript (RFC 9239), application/atom+xml
(RFC 4287), application/feed+json (JSON Feed 1.1), text/calendar (RFC 5545), application/manifest+json (W3C
Web Application Manifest), image/avif, image/webp (RFC 9649), font/woff2 (RFC 8081); application/rss+xml and
text/x-opml are in no registry, and are what readers of them look for.

How long (Cache-Control, RFC 9111 section 5.2.2):

    name with a hash, in theme/ and images/    a year, and not even asked for on a reload (immutable, RFC 8246)
    pages, scripts and styles without a hash   kept, but asked for each time: a 304 when nothing changed
    feeds, calendars, sitemap, JSON, robots    five minutes
    all else: icons, files to take away        a day
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from types import MappingProxyType

FOR_GOOD = "public, max-age=31536000, immutable"
ASKED_FOR = "public, max-age=0, must-revalidate"
FIVE_MINUTES = "public, max-age=300"
A_DAY = "public, max-age=86400"

UNKNOWN = "application/octet-stream"
"""RFC 2046, section 4.5.1: a browser offers to keep it as a file."""

_TYPES = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".htm": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".md": "text/markdown; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".vcf": "text/vcard; charset=utf-8",
        ".vtt": "text/vtt; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".atom": "application/atom+xml; charset=utf-8",
        ".rss": "application/rss+xml; charset=utf-8",
        ".opml": "text/x-opml; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".xsl": "text/xsl; charset=utf-8",
        ".json": "application/json",
        ".map": "application/json",
        ".webmanifest": "application/manifest+json",
        ".wasm": "application/wasm",
        ".pdf": "application/pdf",
        ".epub": "application/epub+zip",
        ".zip": "application/zip",
        ".gz": "application/gzip",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
        ".odp": "application/vnd.oasis.opendocument.presentation",
        ".svg": "image/svg+xml; charset=utf-8",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".ico": "image/vnd.microsoft.icon",
        ".woff": "font/woff",
        ".woff2": "font/woff2",
        ".ttf": "font/ttf",
        ".otf": "font/otf",
        ".mp3": "audio/mpeg",
        ".m4a": "audio/mp4",
        ".ogg": "audio/ogg",
        ".oga": "audio/ogg",
        ".opus": "audio/ogg",
        ".wav": "audio/vnd.wave",
        ".mp4": "video/mp4",
        ".webm": "video/webm",
    }
)
_FEED = "application/feed+json; charset=utf-8"
_HASHED = re.compile(r"(?:^|[.-])[0-9a-f]{8,64}(?=[.-])")
_RENEWED = frozenset((".atom", ".rss", ".xml", ".ics", ".opml", ".json", ".txt"))
_FITTING = frozenset((".html", ".htm", ".css", ".js", ".mjs"))
"""What must fit what else is live."""


PACKED = frozenset(
    (*_FITTING, *_RENEWED, ".svg", ".webmanifest", ".md", ".csv", ".vtt", ".vcf", ".xsl", ".map")
)
"""What gets smaller by compression."""


def media_type(path: str) -> str:
    """The Content-Type (RFC 9110, section 8.3) of a file by its path, "posts/x/index.html"."""
    name = PurePosixPath(path)
    if name.name.endswith("feed.json"):
        return _FEED
    return _TYPES.get(name.suffix.lower(), UNKNOWN)


def cache_control(path: str) -> str:
    """The Cache-Control of a file by its path, "posts/x/index.html". Only a name that has a hash in it
    ("theme/site.2299783d.js") is for good: the same name then always has the same content."""
    name = PurePosixPath(path)
    if name.parts[0] in {"theme", "images"} and _HASHED.search(name.name):
        return FOR_GOOD
    suffix = name.suffix.lower()
    if suffix in _FITTING:
        return ASKED_FOR
    return FIVE_MINUTES if suffix in _RENEWED else A_DAY
