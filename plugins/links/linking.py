"""Resolves and checks every link within the site, of entries and comments, and finds which entries lead where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plugins.entries.files import files_below, same_name
from plugins.entries.gather import check_reserved
from plugins.entries.model import Entry
from plugins.entries.reading import Reading
from plugins.entries.settings import Settings
from plugins.faults import Report
from plugins.links.downloads import downloads
from plugins.links.references import DrawImage, Places, resolved, settle
from plugins.outputs.model import Later

_PATH = re.compile(r"(?!//)(?:[\w./#?%-]|id:)[^:]*\Z|https?:")
"""What leads somewhere in this site, or was meant to."""
SHOWN = ("/about/", "/contact/", "/subscribe/", "/commenting/", "/privacy/")
"""Pages that the theme links to by itself, when there are."""

LineOf = Callable[[str, str], tuple[str, int | None]]
"""Given an entry's key and a comment's id, the file and line on which the comment's words stand."""


@dataclass(frozen=True, slots=True)
class Linked:
    """bodies: each entry's HTML by key, ready to be shown. mentions: by key, the entries whose text leads
    there. addresses: of every page and file. redirects: old address to new, in the order of old ones.
    downloads: the files of content/files that are published, relative to the content folder."""

    bodies: Mapping[str, Later[Markup]]
    mentions: Mapping[str, list[Entry]]
    addresses: frozenset[str]
    redirects: Mapping[str, str]
    downloads: frozenset[str]


def linked(
    settings: Settings,
    reading: Reading,
    entries: Mapping[str, Entry],
    conversations: Mapping[str, Any],
    leads: Mapping[str, dict[str, str]],
    line_of: LineOf,
    addresses: Iterable[str],
    moved: Mapping[str, str],
    draw_image: DrawImage,
) -> Linked:
    """addresses: of what is written besides the entries. moved: old addresses of these, and where they lead
    now. leads: by key, where links in comments lead; filled here. Faults go into the reading's report."""
    public = _downloads(settings, reading, entries, conversations)
    aliases = {alias: e.address for e in entries.values() for alias in e.aliases}
    redirects = dict(sorted({**moved, **aliases}.items()))
    held = {key: why for key, (_, why) in reading.held.items()}
    held |= dict(reading.held.values())
    places = Places(
        site_url=settings.url,
        entries=entries,
        by_place={same_name(entry.place): entry for entry in entries.values()},
        addresses=frozenset(addresses),
        fragments=lambda entry: _fragments(conversations.get(entry.key)),
        files={same_name(file): file for file in public},
        held=held,
        redirects=redirects,
        faulty=frozenset(reading.faulty),
    )
    files = {f"/{file}" for file in public}
    check_reserved(entries.values(), places.addresses | files, reading.report)
    bodies: dict[str, Later[Markup]] = {}
    mentions: dict[str, list[Entry]] = defaultdict(list)
    for key, entry in entries.items():
        settled = settle(entry, places, settings.base_path, draw_image)
        reading.report.faults.extend(settled.faults)
        bodies[key] = settled.html
        for target in settled.leads_to:
            mentions[target].append(entry)
    for key, conversation in conversations.items():
        _settle_comments(
            conversation,
            entries[key],
            places,
            settings.base_path,
            leads[key],
            line_of,
            reading.report,
        )
    _tell_unreachable(settings, entries, mentions, reading.report)
    known = places.addresses | set(places.by_address)
    return Linked(bodies, dict(mentions), known, redirects, public)


def _downloads(
    settings: Settings,
    reading: Reading,
    entries: Mapping[str, Entry],
    conversations: Mapping[str, Any],
) -> frozenset[str]:
    content = settings.content
    files = [path.relative_to(content).as_posix() for path in files_below(content / "files")]
    said = [node.body for one in conversations.values() for node in one.nodes]
    public = [*(entry.source.text for entry in entries.values()), *said]
    return downloads(files, public, reading.held_texts)


def _settle_comments(
    conversation: Any,
    entry: Entry,
    places: Places,
    base_path: str,
    leads: dict[str, str],
    line_of: LineOf,
    report: Report,
) -> None:
    """Links in comments lead where those of entries do, and are checked like them."""
    for node in conversation.nodes:
        for typed in node.links:
            try:
                href = resolved(typed, entry, places, base_path)
            except ValueError as error:
                # The parser has taken away an address that no reader can follow.
                wrong = str(error) if typed else "leads nowhere; write an address"
                place, line = line_of(entry.key, node.id)
                message = f'comment {node.id}: link "{typed}": {wrong}'
                # What somebody else wrote as an attack is shown without its address, which harms nobody.
                tell = report.fault if typed and _PATH.match(typed) else report.warn
                tell(place, line, message)
            else:
                if href is not None and href != typed:
                    leads[typed] = href


def _tell_unreachable(
    settings: Settings,
    entries: Mapping[str, Entry],
    mentions: Mapping[str, list[Entry]],
    report: Report,
) -> None:
    """Other kinds of entry stand in lists; a page is found by a menu or a link alone."""
    menus = (*settings.get("MENU", ()), *settings.get("FOOTER_MENU", ()))
    shown = {address for _, address in menus} | {*SHOWN}
    led_to = {settings.get("MEETUP_PAGE"), settings.get("CAMPAIGN_PAGE"), *mentions}
    for key, entry in entries.items():
        if entry.kind == "pages" and entry.address not in shown and key not in led_to:
            message = "nothing leads to this page; link to it from a text, or put it into MENU"
            report.warn(entry.place, None, message)


def _fragments(conversation: Any) -> frozenset[str]:
    if conversation is None:
        return frozenset({"conversation"})
    return frozenset({"conversation", *(f"comment-{node.id}" for node in conversation.nodes)})
