"""What the copies of a picture in the output are called."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath


def picture_name(source: str) -> str:
    """What the names of a picture's copies begin with. source: its file, or an address that ends in it."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(source).stem)
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-") or "picture"
