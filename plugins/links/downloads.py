"""Which files of content/files are published: all but those that only a text leads to which is not public.

A draft or a later entry names its download before anybody may have it. A file that nothing names is
published, since its address may be known elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote


def downloads(files: Iterable[str], public: Iterable[str], held: Iterable[str]) -> frozenset[str]:
    """Those of `files` (relative to the content folder) that are published.

    public: everything that is published, as Markdown or HTML. held: the texts that are not public yet.
    """
    held_text = "\n".join(held)
    waiting = [file for file in files if held_text and _named(file, held_text)]
    if waiting:
        public_text = "\n".join(public)
        waiting = [file for file in waiting if not _named(file, public_text)]
    return frozenset(files) - frozenset(waiting)


def _named(file: str, text: str) -> bool:
    name = PurePosixPath(file).name
    return name in text or quote(name) in text
