"""The kinds of entry, and the typed head that the metadata lines of each are checked against.

A kind's head is a frozen dataclass: each field names its metadata key, how its text is read, and
whether it must be there. `read_head` does the checking for every kind, so that a new kind of entry
is a new dataclass and a row in KINDS.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from plugins.entries import dates
from plugins.entries.front_matter import Field
from plugins.entries.head import Source, keys_below
from plugins.entries.values import (
    Parser,
    addresses,
    choice,
    count,
    date,
    entry_id,
    guid,
    names,
    one_name,
    slug,
    text,
    web_address,
    yes_or_no,
)
from plugins.faults import Report, did_you_mean

Head = TypeVar("Head")


# --- the heads ------------------------------------------------------------------------------------

_MUST = object()
MOMENT = "2026-11-30 18:00"


def key(
    name: str,
    parse: Parser,
    default: Any = _MUST,
    also: tuple[str, ...] = (),
    example: str = "what readers will see",
) -> Any:
    """A dataclass field read from the metadata line `name`; without a default it must be there, and
    `example` is what is told when it is not. Lines named in `also` are older names for it; where
    several stand, their values are joined."""
    metadata = {"key": name, "parse": parse, "also": also, "example": example}
    metadata["must"] = default is _MUST
    if default is _MUST:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryHead:
    """What every kind of entry may say about itself."""

    title: str = key("Title", text)
    summary: str | None = key("Summary", text, None, also=("Description",))
    modified: datetime | None = key("Modified", date, None, also=("Updated",))
    id: str | None = key("Id", entry_id, None)
    slug: str | None = key("Slug", slug, None)
    guid: str | None = key("Guid", guid, None)
    aliases: tuple[str, ...] = key("Aliases", addresses, (), also=("Alias",))
    status: str = key("Status", choice("published", "draft"), "published")
    image: str | None = key("Image", text, None)
    image_alt: str | None = key("Image-Alt", text, None)
    contents: bool | None = key("Contents", yes_or_no, None)
    author: str | None = key("Author", one_name, None, also=("Authors",))


@dataclass(frozen=True, kw_only=True, slots=True)
class PostHead(EntryHead):
    date: datetime = key("Date", date, example=MOMENT)
    topics: tuple[str, ...] = key("Topics", names, (), also=("Tags", "Category"))
    series: str | None = key("Series", text, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageHead(EntryHead):
    date: datetime | None = key("Date", date, None)
    template: str = key("Template", choice("page", "contact", "subscribe"), "page")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetupHead(EntryHead):
    """Times and places are checked together, by plugins.meetups: what one line means hangs on others."""

    date: datetime = key("Date", date, example=MOMENT)
    start: str = key("Start", text, example=MOMENT)
    end: str | None = key("End", text, None)
    duration: str | None = key("Duration", text, None)
    timezone: str | None = key("Timezone", text, None)
    repeats: str | None = key("Repeats", text, None)
    skip: str | None = key("Except", text, None)
    extra: str | None = key("Also", text, None)
    venue: str | None = key("Venue", text, None)
    address: str | None = key("Address", text, None)
    map: str | None = key("Map", web_address, None)
    online: str | None = key("Online", web_address, None)
    host: str | None = key("Host", text, None)
    rsvp: str | None = key("Rsvp", text, None)
    cost: str | None = key("Cost", text, None)
    capacity: int | None = key("Capacity", count, None)
    bring: str | None = key("Bring", text, None)
    status: str = key(
        "Status",
        choice("scheduled", "tentative", "moved", "cancelled", "past", "draft"),
        "scheduled",
    )
    moved_from: str | None = key("Moved-From", text, None)
    recap: str | None = key("Recap", text, None)
    came: str | None = key("Came", text, None)
    series: str | None = key("Series", text, None)


RESOURCE_KINDS = ("article", "book", "talk", "podcast", "tool", "community", "course")
LEVELS = ("introductory", "intermediate", "advanced")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceHead(EntryHead):
    """Something elsewhere that is worth the time. The text below the lines is why."""

    date: datetime = key("Added", date, also=("Date",), example="2026-11-30")
    link: str = key("Link", web_address, example="https://example.org/where-it-is")
    by: tuple[str, ...] = key("By", names, example="Jean Lave, Etienne Wenger")
    form: str = key("Kind", choice(*RESOURCE_KINDS), example="article")
    topics: tuple[str, ...] = key("Topics", names, (), also=("Tags", "Category"))
    level: str | None = key("Level", choice(*LEVELS), None)
    via: str | None = key("Via", text, None)
    archive: str | None = key("Archive", web_address, None)
    feed: str | None = key("Feed", web_address, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TipsHead(EntryHead):
    """One month; its four items are checked by plugins.tips."""

    date: datetime = key("Date", date, example=MOMENT)
    preheader: str | None = key("Preheader", text, None)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: its folder under content/ (which begins its keys and feed ids), the word
    for it, and its head.

    by_pelican: Pelican's own generators read and write it, at the addresses that its settings say;
    another kind stands at /<folder>/<slug>/, and the plugin of that kind writes its pages.
    beside: files in its folder that are no entries.
    """

    folder: str
    word: str
    head: type[EntryHead]
    by_pelican: bool = False
    beside: frozenset[str] = frozenset()


KINDS = {
    kind.folder: kind
    for kind in (
        Kind("posts", "post", PostHead, by_pelican=True),
        Kind("pages", "page", PageHead, by_pelican=True),
        Kind("meetups", "meetup", MeetupHead, beside=frozenset({"ledger.json"})),
        Kind("resources", "resource", ResourceHead),
        Kind("tips", "tips issue", TipsHead),
    )
}


def read_head(source: Source, kind: Kind, zone: ZoneInfo, report: Report) -> EntryHead | None:
    """The checked head of a file, or None with every reason in the report."""
    return read_lines(source, kind.head, kind.word, zone, report)


def read_lines(
    source: Source, head: type[Head], word: str, zone: ZoneInfo, report: Report
) -> Head | None:
    """The lines of a file as the dataclass `head`, or None with every reason in the report. word: what
    such a file is called."""
    before = len(report.faults)
    specs: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(head)  # type: ignore[arg-type]
    known: dict[str, dataclasses.Field[Any]] = {}
    for spec in specs:
        for name in _names(spec):
            known[name.lower()] = spec
    report.faults.extend(keys_below(source, [n for s in specs for n in _names(s)]))
    taken: dict[str, list[Field]] = {}
    for lower, found in source.fields.items():
        spec_found = known.get(lower)
        if spec_found is None:
            report.fault(
                source.place,
                found.line,
                f'"{found.key}" is not a known key{_hint(found, known, word)}',
            )
            continue
        taken.setdefault(spec_found.name, []).append(found)
    values: dict[str, Any] = {}
    for spec in specs:
        fields = [f for f in taken.get(spec.name, ()) if f.text]
        if not fields:
            if spec.metadata["must"]:
                name = spec.metadata["key"]
                empty = taken.get(spec.name)
                what = "is empty" if empty else "is missing"
                example = spec.metadata["example"]
                report.fault(
                    source.place,
                    empty[0].line if empty else 1,
                    f'{name} {what}; write "{name}: {example}"',
                )
            continue
        values[spec.name] = _value(spec, fields, source.place, zone, report)
    return head(**values) if len(report.faults) == before else None


_ELSEWHERE = {
    **dict.fromkeys(("draft", "published"), "Status: draft"),
    **dict.fromkeys(("categories", "keywords"), "Topics: …"),
    **dict.fromkeys(("permalink", "url", "redirect_from", "old_url"), "Aliases: /its-old-address/"),
    **dict.fromkeys(("excerpt", "subtitle", "abstract"), "Summary: …"),
    **dict.fromkeys(("lastmod", "last_modified_at", "changed"), "Modified: …"),
    **dict.fromkeys(("publishdate", "pubdate", "created", "published_at"), "Date: …"),
    **dict.fromkeys(("cover", "thumbnail", "featured_image"), "Image: …"),
}
"""What WordPress, Jekyll and Hugo call it, and what is written here."""


def _names(spec: dataclasses.Field[Any]) -> tuple[str, ...]:
    return (spec.metadata["key"], *spec.metadata["also"])


def _hint(found: Field, known: Mapping[str, dataclasses.Field[Any]], word: str) -> str:
    """What was probably meant by an unknown key; else all that there are."""
    written = _ELSEWHERE.get(found.key.casefold().replace(" ", "_"))
    if written and written.partition(":")[0].lower() in known:
        return f'; write "{written}"'
    every = sorted({spec.metadata["key"] for spec in known.values()})
    return did_you_mean(found.key, every) or f"; a {word} knows: {', '.join(every)}"


def _value(
    spec: dataclasses.Field[Any], fields: list[Field], place: str, zone: ZoneInfo, report: Report
) -> Any:
    parsed = []
    for found in fields:
        try:
            parsed.append(spec.metadata["parse"](found.text, zone))
        except ValueError as error:
            report.fault(place, found.line, f"{found.key}: {error}")
        else:
            if spec.metadata["parse"] is date and (change := dates.clock_change(found.text, zone)):
                report.warn(place, found.line, f"{found.key}: {change}")
    if not parsed:
        return None
    if len(parsed) == 1:
        return parsed[0]
    if isinstance(parsed[0], tuple):
        return tuple(dict.fromkeys(item for several in parsed for item in several))
    report.fault(
        place,
        fields[1].line,
        f"{fields[1].key} says again what {fields[0].key} on line {fields[0].line} says; keep one",
    )
    return parsed[0]
