"""Takes out of an animation what is not picture: comments, XMP, EXIF, profiles, text.

An animation is published as its author made it, frame for frame, so its file is not encoded again
but copied block by block (GIF89a; RIFF/WebP; PNG 3 with its animation chunks). A file that breaks
off, or is not made of such blocks, raises `Broken`.
"""

from __future__ import annotations

GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often it repeats
WEBP_KEPT = (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")
WEBP_PICTURE_FLAGS = 0b0001_0010  # alpha, animation; not profile, EXIF, XMP
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND",
            b"gAMA", b"cHRM", b"sRGB")  # fmt: skip


class BrokenPicture(ValueError):
    """The file ends before its picture does, or has something else where a block should be."""


def bare(content: bytes, form: str) -> bytes:
    """The animation (GIF, WEBP or PNG) without metadata."""
    return {"GIF": _bare_gif, "WEBP": _bare_webp, "PNG": _bare_png}[form](content)


def _bare_gif(content: bytes) -> bytes:
    if len(content) < 14 or content[:6] not in (b"GIF87a", b"GIF89a"):
        raise BrokenPicture
    at = 13 + _colour_table(content[10])
    kept = [content[:at]]
    while at < len(content):
        match content[at]:
            case 0x3B:
                return b"".join([*kept, b"\x3b"])
            case 0x2C:
                if at + 10 > len(content):
                    raise BrokenPicture
                end = _after_blocks(content, at + 10 + _colour_table(content[at + 9]) + 1)
                kept.append(content[at:end])
            case 0x21:
                end = _after_blocks(content, at + 2)
                label = content[at + 1 : at + 2]
                repeats = label == b"\xff" and content[at + 3 : at + 14] in GIF_KEPT
                if label == b"\xf9" or repeats:
                    kept.append(content[at:end])
            case _:
                raise BrokenPicture
        at = end
    raise BrokenPicture


def _colour_table(flags: int) -> int:
    """The length of the colour table that such flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    """Where the sub-blocks that start at `at` have ended."""
    while at < len(content):
        length = content[at]
        at += 1 + length
        if length == 0:
            return at
    raise BrokenPicture


def _bare_webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise BrokenPicture
    kept: list[bytes] = []
    at, end = 12, 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise BrokenPicture
    while at + 8 <= end:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise BrokenPicture
        if name == b"VP8X" and length >= 10:
            flags = bytes([content[at + 8] & WEBP_PICTURE_FLAGS])
            kept.append(content[at : at + 8] + flags + content[at + 9 : after])
        elif name in WEBP_KEPT:
            kept.append(content[at:after])
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _bare_png(content: bytes) -> bytes:
    if content[:8] != PNG_SIGNATURE:
        raise BrokenPicture
    kept = [PNG_SIGNATURE]
    at = 8
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if end > len(content):
            raise BrokenPicture
        name = content[at + 4 : at + 8]
        if name in PNG_KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    raise BrokenPicture
