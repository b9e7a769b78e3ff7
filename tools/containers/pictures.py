"""What pictures say in words beside what they show: Exif, XMP, IPTC, texts of PNG, comments of JPEG and
GIF; and what they tell without words: where they were taken, and with whose camera.

A picture that this site made holds nothing of it; a look for the marks of such blocks shows that, and
only one that has some is opened.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MARKS = (
    b"Exif",
    b"EXIF",
    b"eXIf",
    b"XMP ",
    b"xmpmeta",
    b"ns.adobe.com",
    b"Photoshop 3.0",
    b"tEXt",
    b"iTXt",
    b"zTXt",
    b"II*\0",
    b"MM\0*",
)
_COMMENTS = {b"\xff\xd8": b"\xff\xfe", b"GI": b"!\xfe"}
"""How a comment begins, by the first bytes of a JPEG and of a GIF."""
_GPS, _CAMERA, _INTEROPERABLE = 0x8825, 0x8769, 0xA005
_PERSON = {0x013B: "Artist", 0x9C9D: "XPAuthor"}
_OWNER = {0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber", 0xA435: "LensSerialNumber"}
_XMP = {"GPSLatitude": "a position", "SerialNumber": "the camera's number"}
_NO_WORDS = frozenset(("icc_profile", "exif", "dpi", "gamma", "srgb", "transparency", "palette"))
_WORDS = re.compile(rb"[\x20-\x7e\x80-\xf4]{4,}")
_MOST = 4 * 1024 * 1024
"""Octets of one packed text of a PNG."""


@dataclass(frozen=True, slots=True)
class PictureText:
    words: str = ""
    tells: tuple[str, ...] = ()
    unread: str = ""


def is_picture(data: bytes) -> bool:
    """Whether it begins as a JPEG, PNG, GIF, WebP, TIFF, AVIF or an icon does."""
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\1\0"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or data[4:12] in {b"ftypavif", b"ftypavis", b"ftypmif1", b"ftypheic"}
    )


def said_by(data: bytes) -> PictureText:
    """What a picture's metadata holds; nothing of one that has none. One that cannot be opened is told
    by the checks of what was written, and what can be read of it is read."""
    comment = _COMMENTS.get(data[:2])
    if not any(mark in data for mark in (*_MARKS, *((comment,) if comment else ()))):
        return PictureText()
    from PIL import Image

    found: list[Any] = [*_png_texts(data), *_gif_comments(data)]
    tells: list[str] = []
    unread = ""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            exif = picture.getexif()
            camera = exif.get_ifd(_CAMERA)
            if exif.get_ifd(_GPS):
                tells.append("the position where it was taken (Exif)")
            tells += [f"{name} (Exif)" for tag, name in _PERSON.items() if exif.get(tag)]
            tells += [f"{name} (Exif)" for tag, name in _OWNER.items() if camera.get(tag)]
            found += exif.values()
            for ifd in (_CAMERA, _GPS, _INTEROPERABLE):
                found += exif.get_ifd(ifd).values()
            # All comments and packets of a JPEG: its info keeps the last of each.
            for marker, segment in getattr(picture, "applist", ()):
                if marker != "APP1" or not segment.startswith(b"Exif"):
                    found += _WORDS.findall(segment)
            found += [value for key, value in picture.info.items() if key not in _NO_WORDS]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        unread = "a picture that cannot be opened"
    words = "\n".join(dict.fromkeys(text for value in found if (text := _text(value))))
    tells += [f"{what} (XMP)" for mark, what in _XMP.items() if mark in words and "xmp" in words]
    return PictureText(words, tuple(dict.fromkeys(tells)), unread)


def _png_texts(data: bytes) -> Iterator[str]:
    """Every text of a PNG, wherever it stands (PNG, third edition, section 11.3.3)."""
    at = 8 if data.startswith(b"\x89PNG\r\n") else len(data)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        chunk = data[at + 8 : at + 8 + length]
        at += length + 12
        keyword, _, rest = chunk.partition(b"\0")
        if kind == b"tEXt":
            yield f"{keyword.decode('latin-1')}: {rest.decode('latin-1')}"
        elif kind == b"zTXt":
            yield f"{keyword.decode('latin-1')}: {_inflated(rest[1:]).decode('latin-1')}"
        elif kind == b"iTXt" and len(rest) > 2:
            packed, told = rest[0], rest[2:].split(b"\0", 2)
            text = told[-1]
            yield f"{keyword.decode('latin-1')}: {(_inflated(text) if packed else text).decode('utf-8', 'replace')}"


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST)
    except zlib.error:
        return b""


def _gif_comments(data: bytes) -> Iterator[bytes]:
    """Every comment of a GIF (GIF89a, section 24), in blocks of up to 255 bytes."""
    at = data.find(b"!\xfe") if data.startswith(b"GIF8") else -1
    while at >= 0:
        end, made = at + 2, bytearray()
        while end < len(data) and (size := data[end]):
            made += data[end + 1 : end + 1 + size]
            end += size + 1
        yield bytes(made)
        at = data.find(b"!\xfe", end)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(text for one in value if (text := _text(one)))
    if isinstance(value, bytes):
        # Exif's XP fields are UTF-16, its UserComment begins with the name of its code.
        wide = value.count(b"\0") * 3 > len(value) > 3
        return value.decode("utf-16-le" if wide else "utf-8", "ignore").replace("\0", " ")
    return value if isinstance(value, str) else ""
