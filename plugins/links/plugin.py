"""The Pelican side: settles every entry's references when all else has been gathered.

Comes last of the plugins that gather. Reads `reading`, `entries`, `posts`, `conversations`, `comment_leads`, `comment_line`, `moved`,
`addresses` (every address that the other plugins will write) and `draw_image`; leaves

    bodies        each entry's HTML by key, ready to be shown
    surroundings  series, neighbours and related entries by key
    mentions      by key, the entries whose text leads there
    known         every address of the site's pages, for menus that show what there is
    downloads     the files of content/files that are published, relative to the content folder
    about_url     the absolute address of the page about the author, or of the site
    redirects     old address to new, in the order of old addresses
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from pelican import signals

from plugins.entries.files import files_below, same_name
from plugins.entries.gather import check_reserved
from plugins.entries.model import Entry
from plugins.links.downloads import downloads
from plugins.links.references import Places, resolved, settle
from plugins.links.related import surroundings

_PATH = re.compile(r"(?!//)(?:[\w./#?%-]|id:)[^:]*\Z|https?:")
"""What leads somewhere in this site, or was meant to."""
_SHOWN = frozenset(("/about/", "/contact/", "/subscribe/", "/commenting/", "/privacy/"))
"""Pages that the theme links to by itself, when there are."""


class LinksGenerator:
    """Gathers only."""

    def __init__(
        self, context: dict[str, Any], settings: dict[str, Any], path: str, **_: Any
    ) -> None:
        self.context = context
        self.settings = settings
        self.path = Path(path)

    def generate_context(self) -> None:
        context, reading = self.context, self.context["reading"]
        entries: dict[str, Entry] = context["entries"]
        conversations = context["conversations"]
        files = tuple(
            path.relative_to(self.path).as_posix() for path in files_below(self.path / "files")
        )
        said = [remark.body for one in conversations.values() for remark in one.remarks]
        public = [*(entry.source.text for entry in entries.values()), *said]
        context["downloads"] = downloads(files, public, reading.held_texts)
        aliases = {alias: e.address for e in entries.values() for alias in e.aliases}
        context["redirects"] = dict(sorted({**context["moved"], **aliases}.items()))
        held = {key: why for key, (place, why) in reading.held.items()}
        held |= dict(reading.held.values())
        places = Places(
            site_url=self.settings["SITEURL"],
            entries=entries,
            by_place={same_name(entry.place): entry for entry in entries.values()},
            addresses=frozenset(context["addresses"]),
            fragments=lambda entry: _fragments(conversations.get(entry.key)),
            files={same_name(file): file for file in context["downloads"]},
            held=held,
            redirects=context["redirects"],
            faulty=frozenset(reading.faulty),
        )
        reserved = {*places.addresses, *(f"/{file}" for file in places.files)}
        check_reserved(entries.values(), reserved, reading.report)
        context["known"] = places.addresses | set(places.by_address)
        about = entries.get("pages/about")
        context["about_url"] = self.settings["SITEURL"] + (about.address if about else "/")
        base_path = urlsplit(self.settings["SITEURL"]).path
        bodies: dict[str, Markup] = {}
        mentions: dict[str, list[Entry]] = defaultdict(list)
        for key, entry in entries.items():
            settled = settle(entry, places, base_path, context["draw_image"])
            reading.report.faults.extend(settled.faults)
            bodies[key] = Markup(settled.html)  # noqa: S704 - the author's own Markdown
            for target in settled.leads_to:
                mentions[target].append(entry)
        context["bodies"] = bodies
        for key, conversation in conversations.items():
            self._settle_comments(key, conversation, places, base_path)
        context["mentions"] = dict(mentions)
        self._tell_unreachable(entries, mentions)
        talkers = {key: _guests(conversation) for key, conversation in conversations.items()}
        context["surroundings"] = surroundings(context["posts"], talkers)

    def _tell_unreachable(
        self, entries: Mapping[str, Entry], mentions: Mapping[str, list[Entry]]
    ) -> None:
        """Other kinds of entry stand in lists; a page is found by a menu or a link alone."""
        menus = (*self.settings.get("MENU", ()), *self.settings.get("FOOTER_MENU", ()))
        shown = {address for _, address in menus} | _SHOWN
        led_to = {self.settings.get("MEETUP_PAGE"), self.settings.get("CAMPAIGN_PAGE"), *mentions}
        for key, entry in entries.items():
            if entry.kind == "pages" and entry.address not in shown and key not in led_to:
                message = "nothing leads to this page; link to it from a text, or put it into MENU"
                self.context["reading"].report.warn(entry.place, None, message)

    def _settle_comments(self, key: str, conversation: Any, places: Places, base_path: str) -> None:
        """Links in comments lead where those of entries do, and are checked like them."""
        entry, leads = places.entries[key], self.context["comment_leads"][key]
        for remark in conversation.remarks:
            for typed in remark.links:
                try:
                    href = resolved(typed, entry, places, base_path)
                except ValueError as error:
                    # The parser has taken away an address that no reader can follow.
                    wrong = str(error) if typed else "leads nowhere; write an address"
                    place, line = self.context["comment_line"](key, remark.id)
                    message = f'comment {remark.id}: link "{typed}": {wrong}'
                    report = self.context["reading"].report
                    # What somebody else wrote as an attack is shown without its address, which harms nobody.
                    tell = report.fault if typed and _PATH.match(typed) else report.warn
                    tell(place, line, message)
                else:
                    if href is not None and href != typed:
                        leads[typed] = href


def _fragments(conversation: Any) -> frozenset[str]:
    if conversation is None:
        return frozenset({"conversation"})
    return frozenset({"conversation", *(f"comment-{remark.id}" for remark in conversation.remarks)})


def _guests(conversation: Any) -> tuple[str, ...]:
    hosts = {remark.key for remark in conversation.remarks if remark.host}
    return tuple(key for key in conversation.people if key not in hosts)


def _only_downloads(generator: Any) -> None:
    """Pelican copies whatever lies in content/files; only downloads that are public belong there."""
    public = generator.context["downloads"]
    generator.staticfiles[:] = [
        file
        for file in generator.staticfiles
        if Path(file.source_path).relative_to(generator.path).as_posix() in public
    ]


def connect() -> None:
    signals.static_generator_finalized.connect(_only_downloads)
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[LinksGenerator]:
    return LinksGenerator
