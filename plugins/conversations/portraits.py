"""Reads and checks content/people: pictures that people gave of themselves (<key>.jpg, 128 pixels square),
and who is to have no page (no-page.txt, a key on a line).

`./invoke comments.person` writes both. A picture is a small square JPEG without metadata. Nothing else is taken, so
that no page becomes heavy and no picture says where it was taken. It is published under the name of its
bytes, and a picture of somebody who has not spoken is kept and not published.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from markupsafe import Markup

from plugins.entries.files import files_below
from plugins.faults import Report

SIDE = 128
"""Pixels of a side: what a page shows at most, on a dense screen."""
MOST_BYTES = 24_000
FOLDER = "images/people"
WITHOUT_PAGE = "no-page.txt"
_NAME = re.compile(r"[0-9a-f]{16,64}\.jpg")
_MEND = "put it in with ./invoke comments.person"


@dataclass(frozen=True, slots=True)
class Portrait:
    """One picture: its bytes, and where they are published, relative to the output."""

    content: bytes
    file: str

    def html(self, base_path: str) -> Markup:
        """As it stands in a line of text, beside a name."""
        return Markup(
            '<img class="face" src="{}/{}" width="24" height="24" alt="" loading="lazy">'
        ).format(base_path, self.file)


def read_portraits(folder: Path, shown_as: str, report: Report) -> dict[str, Portrait]:
    """Every picture in the folder by key; what is not as it should be goes into the report."""
    found = {}
    for path in files_below(folder):
        place = f"{shown_as}/{path.name}"
        if path.name == WITHOUT_PAGE:
            continue
        if not _NAME.fullmatch(path.name):
            report.fault(place, None, f"is not <key>.jpg, the picture of a person; {_MEND}")
            continue
        content = path.read_bytes()
        wrong = fault_of(content)
        if wrong:
            report.fault(place, None, f"{wrong}; {_MEND}")
        digest = hashlib.sha256(content).hexdigest()[:16]
        found[path.stem] = Portrait(content, f"{FOLDER}/{digest}.jpg")
    return found


def read_without_page(folder: Path, shown_as: str, report: Report) -> frozenset[str]:
    """The keys of whoever is to have no page; what follows a key on its line is a note."""
    path = folder / WITHOUT_PAGE
    found = set()
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        key = line.split()[0] if line.strip() else ""
        if key and not re.fullmatch(r"[0-9a-f]{16,64}", key):
            message = (
                f'"{key[:64]}" is no key of a person; run ./invoke comments.person NAME --no-page'
            )
            report.fault(f"{shown_as}/{WITHOUT_PAGE}", number, message)
        elif key:
            found.add(key)
    return frozenset(found)


def fault_of(content: bytes) -> str | None:
    """What keeps the bytes from being published as a person's picture, or None."""
    from PIL import Image, UnidentifiedImageError  # few sites have such a picture

    if len(content) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1000} kB"
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
            picture.load()
            size = picture.size
            notes = sorted({str(k) for k in picture.info} & {"exif", "xmp", "comment", "photoshop"})
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError):
        return "is not a whole JPEG"
    if size != (SIDE, SIDE):
        return f"is {size[0]} × {size[1]} pixels, not {SIDE} × {SIDE}"
    return f"holds metadata ({', '.join(notes)})" if notes else None
