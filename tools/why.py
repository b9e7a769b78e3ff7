"""When a file of the output was last written, and why, as builds remember it (plugins.outputs.record)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.entries.dates import clock, day
from plugins.faults import nearest
from plugins.memory import Memory
from plugins.outputs.record import Record, read_record
from tools.errors import ProjectError
from tools.settings import ROOT, settings, zone_of

_WHY = {
    "new": "it was not there before",
    "shown": "it shows something else than before",
    "made": "a template, a setting of all pages, or the code that makes it had changed",
    "lay": "it did not lie there as it had been written",
}


def why(address: str, output: Path) -> str:
    """address: as a browser shows it, whole or without the host, or a file of the output. Raises ProjectError
    when no build remembers such a file."""
    output = output.absolute()
    if not output.is_dir():
        raise ProjectError(f"{output}: no such folder; build first: ./invoke build")
    memory = Memory(ROOT / ".cache")
    record = read_record(memory, output, str(output.resolve()))
    memory.close()
    file = _file(address, record)
    written = record.written[file]
    at = datetime.fromtimestamp(written.at, zone_of(settings()))
    told = f"{file} was last written on {day(at)}, {clock(at)}: {_WHY[written.why]}."
    if record.lying.get(file) != written.lies:
        told += " It has been changed or taken away since, so the next build writes it again."
    return told


def _file(address: str, record: Record) -> str:
    path = unquote(urlsplit(address).path).lstrip("/")
    tries = (path, f"{path.rstrip('/')}/index.html".lstrip("/"), f"{path}index.html")
    found = next((one for one in tries if one in record.written), None)
    if found is None:
        near = nearest(path if "." in path else tries[1], record.written)
        hint = f'; did you mean "{near}"?' if near else ""
        raise ProjectError(f'"{address}": no build has written this there{hint}')
    return found
