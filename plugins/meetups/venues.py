"""Places that several meetups share: content/venues/<name>.md, lines as at the top of an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from plugins.entries.files import files_below, is_markdown
from plugins.entries.gather import plain
from plugins.entries.head import split
from plugins.entries.kinds import key, read_lines
from plugins.entries.values import text, web_address
from plugins.faults import Report
from plugins.meetups.model import Venue

FOLDER = "venues"
_POSITION = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)", re.ASCII)


def position(value: str, zone: ZoneInfo) -> tuple[float, float]:
    """Latitude and longitude in degrees, as maps give them."""
    found = _POSITION.fullmatch(value)
    if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
        return float(found[1]), float(found[2])
    raise ValueError(
        f'"{value}" is no latitude and longitude; write them as a map gives them: -33.8688, 151.2093'
    )


@dataclass(frozen=True, kw_only=True)
class VenueLines:
    name: str = key("Name", text)
    address: str = key("Address", text, example="12 Station Street, Newtown NSW 2042")
    position: tuple[float, float] | None = key("Position", position, None)
    map: str | None = key("Map", web_address, None)
    access: str | None = key("Access", text, None)
    finding: str | None = key("Finding", text, None)
    url: str | None = key("Url", web_address, None)


def read_venues(content: Path, zone: ZoneInfo, report: Report) -> dict[str, Venue]:
    """Every venue by the name of its file. A faulty one is told, and is among them all the same as far
    as it could be read, so that no meetup there is told as one more fault."""
    found: dict[str, Venue] = {}
    for path in files_below(content / FOLDER):
        place = path.relative_to(content).as_posix()
        if not is_markdown(path):
            report.fault(
                place, None, "is not Markdown, so nothing shows it; take it out of venues/"
            )
            continue
        source = split(place, path.read_bytes())
        report.faults.extend(source.faults)
        if source.text.strip():
            message = "a venue is its lines alone; write what helps to find the table as Finding: …"
            report.fault(place, source.first_line, message)
        lines = read_lines(source, VenueLines, "venue", zone, report)
        if lines is None:
            lines = VenueLines(name=path.stem, address="")
        found[path.stem] = venue(
            lines.name,
            lines.address,
            lines.map,
            lines.position,
            access=lines.access,
            finding=lines.finding,
            url=lines.url,
        )
    return found


def venue(
    name: str,
    address: str,
    map_address: str | None,
    where: tuple[float, float] | None = None,
    **more: str | None,
) -> Venue:
    """A venue with a map: the one given, else its position on one, else a search for its address."""
    if map_address is None and where is not None:
        at = f"{where[0]}/{where[1]}"
        pin = f"mlat={where[0]}&mlon={where[1]}"
        map_address = f"https://www.openstreetmap.org/?{pin}#map=18/{at}"
    if map_address is None:
        map_address = f"https://www.openstreetmap.org/search?query={quote(address)}"
    words = {key: plain(typed) if typed and key != "url" else typed for key, typed in more.items()}
    return Venue(plain(name), plain(address), map_address, where, **words)


def venue_meant(typed: str, venues: Mapping[str, Venue]) -> Venue | None:
    """The venue of that file name, or of that name."""
    stem = typed.removesuffix(".md").rsplit("/", 1)[-1].casefold()
    for name, one in venues.items():
        if stem == name.casefold() or typed.casefold() == one.name.casefold():
            return one
    return None
