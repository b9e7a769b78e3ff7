"""The files of a store: which of them hold threads, where they lie, how their entries' keys are spelled."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.entries.files import places_below
from plugins.faults import ContentFaults, Fault, Report, nearest

DEFAULT_STORE = "comments"
MAX_FILE_BYTES = 32 * 1024 * 1024


def folder_of(setting: str) -> str:
    """COMMENTS_STORE as a folder of the content. Raises ContentFaults of an address, which only
    `./invoke build` fetches: without it, every thread would be gone from the site."""
    if "://" in setting:
        message = (
            f'COMMENTS_STORE: "{setting}" is an address, which Pelican does not fetch; run ./invoke build, '
            "which does, or name a folder of the content"
        )
        raise ContentFaults([Fault("pelicanconf.py", None, message)])
    return Path(setting).as_posix()


def stored_files(folder: Path, shown_as: str, report: Report) -> Iterator[tuple[str, bytes]]:
    """The entry's key, as the file is named, and what is in it."""
    for place in places_below(folder):
        if place == "index.json":
            continue
        if not _is_thread(place):
            message = "is not a thread; the store holds <kind>/<id>.json only, so move it elsewhere"
            report.fault(f"{shown_as}/{place}", None, message)
            continue
        with (folder / place).open("rb") as file:
            large = os.fstat(file.fileno()).st_size > MAX_FILE_BYTES
            raw = b"" if large else file.read()
        if large:
            message = f"is larger than {MAX_FILE_BYTES // 2**20} MiB; one thread is never that long"
            report.fault(f"{shown_as}/{place}", None, message)
        else:
            yield place.removesuffix(".json"), raw


def thread_files(folder: Path) -> list[Path]:
    """Every thread of a store: <kind>/<id>.json."""
    return [folder / place for place in places_below(folder) if _is_thread(place)]


def _is_thread(place: str) -> bool:
    return place.endswith(".json") and place.count("/") == 1


def likeliest_of(key: str, keys: Iterable[str]) -> str | None:
    """The key of the same kind that `key` most likely is a slip of."""
    kind, name = key.split("/", 1)
    names = {one.split("/", 1)[1]: one for one in keys if one.startswith(f"{kind}/")}
    return names.get(nearest(name, names, 0.4) or "")
