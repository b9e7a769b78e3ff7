"""Packed copies of texts beside them, for web servers that send what lies there rather than pack it anew at
each request: `index.html.gz` (gzip, RFC 1952) and `index.html.br` (Brotli, RFC 7932)."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import brotli

from plugins.media_types import PACKED

LEAST = 1024
"""Octets from which on it is worth it: less fits into one packet either way."""
_QUALITY = 9
"""Of Brotli: the next two take ten times as long for two hundredths."""


def _gzip(content: bytes) -> bytes:
    # No name and no time in it: the same text is the same file on every day.
    return gzip.compress(content, 9, mtime=0)


def _brotli(content: bytes) -> bytes:
    packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=_QUALITY)
    return packed


CODINGS: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType({"gz": _gzip, "br": _brotli})


def pack(site: Path, codings: Iterable[str]) -> int:
    """Write packed copies of every text of the site that gets smaller by it; how many.

    codings: "gz", "br".
    """
    wanted = tuple(codings)
    if not wanted:
        return 0
    texts = sorted(
        path
        for path in site.rglob("*")
        if path.suffix in PACKED and not path.name.startswith(".") and path.is_file()
    )

    def work(path: Path) -> int:
        content = path.read_bytes()
        count = 0
        for coding in wanted if len(content) >= LEAST else ():
            packed = CODINGS[coding](content)
            if len(packed) < len(content):
                path.with_name(f"{path.name}.{coding}").write_bytes(packed)
                count += 1
        return count

    # Both libraries let other threads work while they pack.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return sum(pool.map(work, texts))
