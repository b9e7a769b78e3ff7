"""From files read to entries: topics with one spelling, addresses that are each used once, feed ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from plugins import words as interface
from plugins.entries.model import Entry, Topic
from plugins.entries.reading import ReadEntry
from plugins.entries.renaming import Renamed
from plugins.entries.summaries import first_paragraph
from plugins.entries.typography import educate_text
from plugins.entries.words import slugify
from plugins.faults import Report

LONG = 900
"""Words from which an entry with at least three headings shows its contents."""


def entries_of(
    read: Iterable[ReadEntry],
    addresses: Mapping[str, str],
    authority: str,
    author: str,
    report: Report,
    renamed: Renamed = MappingProxyType({}),
) -> dict[str, Entry]:
    """The public entries by key: dated ones newest first, then the rest by key.

    addresses: where each entry stands, by key. authority: what every feed id begins with after
    "tag:". author: who writes what has no `Author` line. renamed: topics with a new name.
    """
    read = sorted(read, key=lambda one: one.key)
    topics = _topics(read, renamed, report)
    entries = [_entry(one, addresses[one.key], authority, author, topics) for one in read]
    _check_addresses(entries, report)
    _check_feed_ids(entries, report)
    entries.sort(
        key=lambda entry: (
            entry.date.timestamp() if entry.date and entry.kind != "pages" else float("-inf")
        ),
        reverse=True,
    )
    return {entry.key: entry for entry in entries}


def topics_of(entries: Iterable[Entry]) -> dict[Topic, tuple[Entry, ...]]:
    """Topics by name, each with its entries in the order given."""
    found: dict[Topic, list[Entry]] = defaultdict(list)
    for entry in entries:
        for topic in entry.topics:
            found[topic].append(entry)
    return {
        topic: tuple(found[topic])
        for topic in sorted(found, key=lambda t: (t.name.casefold(), t.slug))
    }


def renamed_to(renamed: Renamed, entries: Iterable[Entry]) -> dict[str, Topic]:
    """By the slug of its old name, each topic that has been renamed and that an entry is on."""
    every = {topic.slug: topic for entry in entries for topic in entry.topics}
    return {old: every[slugify(new)] for old, new in renamed.items() if slugify(new) in every}


def _entry(
    one: ReadEntry, address: str, authority: str, author: str, topics: Mapping[str, Topic]
) -> Entry:
    head: Any = one.head
    sections = sum(1 + len(heading.below) for heading in one.body.headings)
    long = one.body.words >= LONG and sections >= 3
    # Many calendar programs and feed readers show no more than a title.
    title = plain(head.title)
    if head.status == "cancelled":
        title = interface.text("meetup.cancelled", title=title)
    return Entry(
        kind=one.kind.folder,
        id=one.id,
        title=title,
        address=address,
        feed_id=head.guid or f"tag:{authority}:{one.key}",
        place=one.source.place,
        author=head.author or author,
        summary=plain(head.summary) if head.summary else first_paragraph(one.body.html),
        date=head.date,
        modified=head.modified,
        topics=tuple(
            dict.fromkeys(
                topics[slugify(name)] for name in getattr(head, "topics", ()) if slugify(name)
            )
        ),
        series=getattr(head, "series", None),
        aliases=head.aliases,
        image=head.image,
        image_alt=head.image_alt,
        template=getattr(head, "template", "entry"),
        show_contents=long if head.contents is None else head.contents and bool(one.body.headings),
        body=one.body,
        source=one.source,
        head=one.head,
        banner=one.banner,
    )


def plain(typed: str) -> str:
    """A line of plain text, well set; no markup is read in it."""
    return educate_text(typed)


def _topics(read: Iterable[ReadEntry], renamed: Renamed, report: Report) -> dict[str, Topic]:
    """Topics by slug; of several spellings the commonest is shown, and the author is told."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, str] = {}
    for one in read:
        for name in getattr(one.head, "topics", ()):
            new = renamed.get(slugify(name), name)
            spellings[slugify(new)][new] += 1
            where.setdefault(new, one.source.place)
    found = {}
    for slug, names in spellings.items():
        ordered = sorted(names, key=lambda name: (-names[name], name))
        if not slug:
            report.fault(
                where[ordered[0]],
                None,
                f'Topics: "{ordered[0]}" has no letters or digits to make an address of',
            )
            continue
        for other in ordered[1:]:
            report.warn(
                where[other],
                None,
                f'topic "{other}" is written "{ordered[0]}" elsewhere; both lead to /topics/{slug}/',
            )
        found[slug] = Topic(plain(ordered[0]), slug)
    for old, new in renamed.items():
        if slugify(new) in found:
            found[old] = found[slugify(new)]
    return found


def file_of(address: str) -> str:
    """Where the page of an address is saved, relative to the output. An old address may be that of a
    file; what is typed with percent signs is saved as what it means."""
    path = unquote(address).lstrip("/")
    if path.endswith((".html", ".htm")):
        return path
    return f"{path.rstrip('/')}/index.html".lstrip("/")


def check_reserved(entries: Iterable[Entry], addresses: Iterable[str], report: Report) -> None:
    """No entry stands, or stood, where the site has a list or a file of its own.

    addresses: every address that is written besides the entries, "/archive/", "/feed.atom".
    """
    reserved = {
        (file_of(address) if address.endswith("/") else address[1:]).casefold(): address
        for address in (*addresses, "/404.html")
    }
    for entry in entries:
        standing = [(entry.address, "address", "write another Slug", ("slug",))]
        former = [(old, "Aliases:", "take it out", ("aliases", "alias")) for old in entry.aliases]
        for address, word, mend, keys in standing + former:
            file = PurePosixPath(file_of(address).casefold())
            own = next(
                (reserved[str(p)] for p in (file, *file.parents) if str(p) in reserved), None
            )
            if own is not None:
                message = f'{word} "{address}" is where the site writes {own}; {mend}'
                report.fault(entry.place, _line(entry, *keys), message)


def _check_addresses(entries: Iterable[Entry], report: Report) -> None:
    """One address, one entry; an old address of one is not where another stands."""
    taken: dict[str, Entry] = {}
    for entry in entries:
        other = taken.setdefault(file_of(entry.address).casefold(), entry)
        if other is not entry:
            report.fault(
                entry.place,
                _line(entry, "slug"),
                f"address {entry.address} is taken by {other.place}; write another Slug",
            )
    aliases: dict[str, Entry] = {}
    for entry in entries:
        for alias in entry.aliases:
            file = file_of(alias).casefold()
            now = taken.get(file)
            if now is not None:
                message = f'Aliases: "{alias}" is where {now.place} stands now; take it out'
                report.fault(entry.place, _line(entry, "aliases", "alias"), message)
            other = aliases.setdefault(file, entry)
            if other is not entry:
                message = (
                    f'Aliases: "{alias}" leads to {other.place} already; keep it in one of them'
                )
                report.fault(entry.place, _line(entry, "aliases", "alias"), message)


def _check_feed_ids(entries: Iterable[Entry], report: Report) -> None:
    taken: dict[str, Entry] = {}
    for entry in entries:
        other = taken.setdefault(entry.feed_id, entry)
        if other is not entry:
            report.fault(
                entry.place,
                _line(entry, "guid"),
                f'Guid: "{entry.feed_id}" is the feed id of {other.place} already',
            )


def _line(entry: Entry, *keys: str) -> int | None:
    return next((entry.source.fields[key].line for key in keys if key in entry.source.fields), 1)
