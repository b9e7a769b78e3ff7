"""What pictures say in words beside what they show: Exif, XMP, texts of PNG, comments of JPEG and GIF."""

from __future__ import annotations

import io
from typing import Any

ENDINGS = frozenset((".avif", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))

_MARKS = (
    b"Exif",
    b"EXIF",
    b"eXIf",
    b"XMP ",
    b"xmpmeta",
    b"tEXt",
    b"iTXt",
    b"zTXt",
    b"ns.adobe.com",
)
_COMMENTS = {b"\xff\xd8": b"\xff\xfe", b"GI": b"!\xfe"}
"""How a comment begins, by the first octets of a JPEG and of a GIF."""
_EDGE = 128 * 1024
_IFDS = (0x8769, 0x8825, 0xA005)


def said_by(data: bytes) -> str:
    """The words of a picture's metadata, a line each; nothing of one that has none or is broken."""
    edges = data if len(data) <= 2 * _EDGE else data[:_EDGE] + data[-_EDGE:]
    comment = _COMMENTS.get(data[:2])
    if not any(mark in edges for mark in (*_MARKS, *((comment,) if comment else ()))):
        return ""
    from PIL import Image

    found: list[Any] = []
    try:
        with Image.open(io.BytesIO(data)) as picture:
            exif = picture.getexif()
            found += exif.values()
            found += [value for ifd in _IFDS for value in exif.get_ifd(ifd).values()]
            if picture.format == "PNG":
                picture.load()  # texts may stand behind the picture
            found += [value for key, value in picture.info.items() if key not in _NO_WORDS]
    except (OSError, SyntaxError, ValueError):
        pass  # a picture that cannot be opened is told by the checks of what was written
    return "\n".join(text for value in found if (text := _text(value)))


_NO_WORDS = frozenset(("icc_profile", "exif", "dpi", "gamma", "srgb", "transparency", "palette"))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        # Exif's XP fields are UTF-16, its UserComment begins with the name of its code.
        wide = value.count(b"\0") * 3 > len(value) > 3
        return value.decode("utf-16-le" if wide else "utf-8", "ignore").replace("\0", " ")
    return value if isinstance(value, str) else ""
