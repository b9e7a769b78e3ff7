"""Make the index of a store, so that any static host can serve it.

Publish the threads first and the index after them: whoever pulls in between finds a hash that does not
match, and keeps what they have.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from plugins.atomic import replace_file
from plugins.conversations.folder import MAX_FILE_BYTES
from plugins.conversations.store import parse_thread
from plugins.entries.files import files_below
from plugins.faults import Report, sorted_faults
from tools.errors import ProjectError
from tools.store.model import LONGEST_KIND, MOST_THREADS, Index, Listed, clashing

INDEX = "index.json"


def write_index(store: Path) -> str:
    """Write `index.json` into the folder of a store; what was done, in a line.

    Nothing is written when nothing changed. Raises ProjectError with every fault of the store.
    """
    index = index_of(store)
    made = index.to_json()
    path = store / INDEX
    comments = sum(listed.comments for listed in index.threads.values())
    counts = f"{len(index.threads)} threads, {comments} comments"
    if path.is_file() and path.read_bytes() == made:
        return f"{path} is as it should be: {counts}."
    replace_file(path, made, 0o644)
    return f"Wrote {path}: {counts}."


def index_of(store: Path) -> Index:
    """The index of what a folder holds. Raises ProjectError with every fault."""
    if not store.is_dir():
        raise ProjectError(f"{store}: no such folder; name the folder of the store")
    report = Report(store.as_posix())
    threads: dict[str, Listed] = {}
    for path in files_below(store):
        if path == store / INDEX:
            continue
        place = path.relative_to(store).as_posix()
        listed = _listed(path, place, report)
        if listed:
            threads[place.removesuffix(".json")] = listed
    clash = clashing(threads)
    if clash:
        message = f'is one file with "{clash[1]}.json" on many machines; rename one of them'
        report.fault(f"{clash[0]}.json", None, message)
    if len(threads) > MOST_THREADS:
        report.fault("", None, f"holds {len(threads):,} threads; a pull reads {MOST_THREADS:,}")
    if report.faults:
        lines = [str(fault.under(report.root)) for fault in sorted_faults(report.faults)]
        raise ProjectError("\n".join(lines))
    return Index(version=1, threads=threads)


def _listed(path: Path, place: str, report: Report) -> Listed | None:
    key = place.removesuffix(".json")
    if path.suffix != ".json" or key.count("/") != 1 or key.index("/") > LONGEST_KIND:
        report.fault(place, None, "is not a thread; a store holds <kind>/<id>.json only")
        return None
    if path.stat().st_size > MAX_FILE_BYTES:
        report.fault(place, None, f"is larger than {MAX_FILE_BYTES // 2**20} MiB")
        return None
    raw = path.read_bytes()
    thread = parse_thread(raw, place, report)
    if thread is None:
        return None
    if thread.entry != key:
        report.fault(place, None, f'entry: "{thread.entry}" belongs in {thread.entry}.json')
        return None
    return Listed(sha256=hashlib.sha256(raw).hexdigest(), comments=len(thread.comments))
