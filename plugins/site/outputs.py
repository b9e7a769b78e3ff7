"""Every file of the site, as one list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.feeds.model import Publisher
from plugins.feeds.outputs import outputs as feed_outputs
from plugins.outputs.model import Output
from plugins.schedule.next_build import next_build_json
from plugins.site import home

if TYPE_CHECKING:
    from plugins.site.assembly import Assembly

NEXT_BUILD = "/next-build.json"


def outputs_of(made: Assembly, publisher: Publisher) -> list[Output]:
    """publisher: whose feeds these are."""
    return list(_outputs(made, publisher))


def _outputs(made: Assembly, publisher: Publisher) -> Iterator[Output]:
    site = made.site
    for section in site.sections.values():
        yield from section.outputs(site)
    yield from home.outputs(site, made.talk_pages)
    yield from made.talk_pages.outputs(site)
    yield from feed_outputs(site, publisher)
    yield from made.hosting.outputs(site.redirects, site.addresses)
    for name, file in made.icons.items():
        yield Output(f"/{name}", file, Path)
    yield Output(NEXT_BUILD, next_build_json(site.next_build), str)
    for path in sorted(site.downloads):
        yield Output(f"/{path}", site.settings.content / path, Path)
    for key in sorted(made.portraits.keys() & site.people.by_key.keys()):
        portrait = made.portraits[key]
        yield Output(f"/{portrait.file}", portrait.content, bytes)
    yield from made.pictures.outputs()
