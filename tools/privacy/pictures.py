"""What a picture says of where it was taken and by whom: Exif, XMP and PNG's texts.

A picture that this site made holds nothing of it, and a look at the beginning and the end of its file
shows that; only one that has such a block is opened.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from plugins.privacy.scan import find

PICTURES = frozenset((".avif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))

_EDGE = 64 * 1024
_MARKS = (
    b"Exif",
    b"EXIF",
    b"eXIf",
    b"http://ns.adobe.com/",
    b"XMP ",
    b"<x:xmpmeta",
    b"tEXt",
    b"iTXt",
)
_GPS, _CAMERA = 0x8825, 0x8769
_PERSON = {0x013B: "Artist", 0x9C9D: "XPAuthor"}
_OWNER = {0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber", 0xA435: "LensSerialNumber"}
_XMP = {b"GPSLatitude": "a position", b"SerialNumber": "the camera's number"}


def traces(path: Path, allowed: Collection[str] = ()) -> list[str]:
    """What a picture tells of a person ("the position where it was taken"), in no more words."""
    with path.open("rb") as file:
        edges = file.read(_EDGE)
        size = path.stat().st_size
        if size > _EDGE:
            file.seek(max(_EDGE, size - _EDGE))
            edges += file.read(_EDGE)
    if not any(mark in edges for mark in _MARKS):
        return []
    from PIL import Image, UnidentifiedImageError

    found = []
    try:
        with Image.open(path) as picture:
            exif = picture.getexif()
            if exif.get_ifd(_GPS):
                found.append("the position where it was taken (Exif)")
            camera = exif.get_ifd(_CAMERA)
            found += [f"{name} (Exif)" for tag, name in _PERSON.items() if exif.get(tag)]
            found += [f"{name} (Exif)" for tag, name in _OWNER.items() if camera.get(tag)]
            packet = picture.info.get("xmp") or b""
            xmp = packet.encode() if isinstance(packet, str) else packet
            found += [f"{what} (XMP)" for mark, what in _XMP.items() if mark in xmp]
            texts = [value for value in picture.info.values() if isinstance(value, str)]
            for text in (*texts, xmp.decode("utf-8", "replace")):
                found += [
                    f"the {one.kind} {one.masked}" for one in find(text, allowed) if one.identifies
                ]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return found  # broken pictures are told by those who place them
    return list(dict.fromkeys(found))
