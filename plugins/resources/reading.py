"""From entries to resources: what their lines say together, and what the ledger knows of their links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from plugins.entries.model import Entry
from plugins.faults import Report
from plugins.resources.kind import ResourceHead
from plugins.resources.ledger import COMMAND, Ledger
from plugins.resources.model import Resource, same_place

_HOME = re.compile(r"localhost|.*\.(?:localhost|local|internal|lan|intranet|home\.arpa)", re.ASCII)


def resources_of(
    entries: Iterable[Entry], site_url: str, ledger: Ledger, report: Report
) -> tuple[Resource, ...]:
    """The resources among the entries, in the order given; what is wrong with their lines is told.

    site_url: the site's own address, which no resource leads to.
    """
    found: list[Resource] = []
    taken: dict[str, Entry] = {}
    for entry in entries:
        head = entry.head
        if not isinstance(head, ResourceHead):
            continue
        _check_addresses(entry, head, site_url, report)
        other = taken.setdefault(same_place(head.link), entry)
        if other is not entry:
            message = (
                f'Link: "{head.link}" is what {other.place} is about already; keep one of the two'
            )
            report.fault(entry.place, _line(entry, "link"), message)
        found.append(_resource(entry, head, ledger, report))
    return tuple(found)


def _resource(entry: Entry, head: ResourceHead, ledger: Ledger, report: Report) -> Resource:
    known = ledger.of(head.link)
    gone = known.since if known is not None and known.state == "dead" else None
    if gone and not head.archive:
        message = (
            f"Link: has been dead since {gone} and has no archived copy; write Archive: with the address "
            f"of one, or another Link and run {COMMAND}"
        )
        report.warn(entry.place, _line(entry, "link"), message)
    return Resource(
        entry=entry,
        link=head.link,
        by=head.by,
        kind=head.form,
        level=head.level,
        via=head.via,
        archive=head.archive,
        feed=head.feed,
        gone=gone,
    )


def _check_addresses(entry: Entry, head: ResourceHead, site_url: str, report: Report) -> None:
    for name in ("link", "archive", "feed"):
        address: str | None = getattr(head, name)
        if address is None:
            continue
        why = _unreachable(address)
        if name == "link" and (address + "/").startswith(site_url + "/"):
            why = "is an address of this site; a resource is elsewhere, so link to it from a post instead"
        if name == "archive" and same_place(address) == same_place(head.link):
            why = "is the Link itself; write where a copy of it is kept, or leave the line out"
        if why:
            report.fault(entry.place, _line(entry, name), f'{name.title()}: "{address}" {why}')


def _unreachable(address: str) -> str | None:
    """Why readers cannot follow an address; None when nothing speaks against it."""
    try:
        host = urlsplit(address).hostname or ""
        _ = urlsplit(address).port
    except ValueError:
        return "is not a web address; write it whole, such as https://example.org/"
    if urlsplit(address).username is not None:
        return "holds a name or a password, which would be published; take it out"
    private = "is a private address, which readers cannot reach; write the public one"
    try:
        return None if ip_address(host).is_global else private
    except ValueError:
        return private if _HOME.fullmatch(host) else None


def _line(entry: Entry, name: str) -> int | None:
    field = entry.source.fields.get(name)
    return field.line if field else None
