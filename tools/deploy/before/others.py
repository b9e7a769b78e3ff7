"""What else was written: pictures, the sitemap (sitemaps.org 0.9), OPML, drawings, robots.txt (RFC 9309)
and the file of redirects."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from plugins.faults import Fault
from tools.deploy.before.facts import Facts, Placed
from tools.deploy.before.xml import NotXml, parsed, plain_name

PICTURES = frozenset((".avif", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))
HEAVIEST = 1024 * 1024
"""Octets of a picture that nobody is warned of."""


def picture_facts(data: bytes) -> Facts:
    """Whether it can be opened; its weight is its size."""
    from PIL import Image

    faults: tuple[Placed, ...] = ()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        faults = ((None, f"is no picture that can be opened: {error}"),)
    return Facts(faults=faults, weight=len(data))


def xml_facts(data: bytes, name: str) -> Facts:
    """Of a sitemap the addresses of its pages, of an OPML those of its feeds."""
    try:
        root = parsed(data)
    except NotXml as error:
        return Facts(faults=((error.line, str(error)),))
    if plain_name(root.tag) == "urlset":
        found = [one.text or "" for one in root.iter() if plain_name(one.tag) == "loc"]
        faults: list[Placed] = (
            [
                (None, f'lists "{address}" more than once')
                for address in sorted({one for one in found if found.count(one) > 1})
            ]
            if len(set(found)) < len(found)
            else []
        )
        return Facts(faults=tuple(faults), items=tuple((address, address) for address in found))
    if name.endswith(".opml") and plain_name(root.tag) != "opml":
        return Facts(faults=((1, f"is no OPML: it begins with <{plain_name(root.tag)}>"),))
    return Facts()


def robots_faults(site: Path, site_url: str) -> Iterator[Fault]:
    """That crawlers are let in and shown the sitemap."""
    path = site / "robots.txt"
    if not path.is_file():
        return
    agents: set[str] = set()
    begun = False
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        name, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        match name.lower():
            case "user-agent":
                agents = {value} if begun else agents | {value}
                begun = False
            case "disallow":
                begun = True
                if value == "/" and "*" in agents:
                    yield Fault("robots.txt", number, "keeps every search engine out of the site")
            case "sitemap":
                place = value.removeprefix(f"{site_url}/")
                if place == value or not (site / place).is_file():
                    yield Fault("robots.txt", number, f'"{value}" is no sitemap of this site')
            case _:
                begun = True
    return


def redirect_targets(site: Path) -> Iterator[tuple[int, str]]:
    """Where each line of the file of redirects leads, as it stands there."""
    path = site / "_redirects"
    if path.is_file():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            words = line.split()
            if len(words) >= 2 and not line.startswith("#"):
                yield number, words[1]
