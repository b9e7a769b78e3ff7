"""What a kind of entry is, and the typed head that the metadata lines of each are checked against.

A kind's head is a frozen dataclass: each field names its metadata key, how its text is read, and
whether it must be there. `read_head` does the checking for every kind; the kinds that there are stand
in plugins.kinds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from plugins.entries import dates
from plugins.entries.head import Field, Source, keys_below
from plugins.entries.values import (
    Parser,
    addresses,
    choice,
    date,
    entry_id,
    guid,
    one_name,
    slug,
    text,
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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: its folder under content/, which begins its keys and feed ids.

    word, plural: what one and several are called. head: see EntryHead. section: what of a build makes its
    outputs (plugins.entries.section), imported when it is asked for. title: of the list of them all, which
    stands at /<folder>/ and has feeds; "" has none. thing: what an entry is to schema.org. by_pelican:
    Pelican's own generators read it, and the settings say its addresses; another stands at
    /<folder>/<slug>/. beside: files in its folder that are no entries. draft: the lines of a new one
    besides Title, Date and Status.
    """

    folder: str
    word: str
    head: type[EntryHead]
    section: Callable[[], type[Any]]
    plural: str = ""
    title: str = ""
    thing: str = "BlogPosting"
    by_pelican: bool = False
    beside: frozenset[str] = frozenset()
    draft: str = "Summary: \n"

    @property
    def many(self) -> str:
        return self.plural or f"{self.word}s"


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
