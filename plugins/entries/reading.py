"""Reading every file of a build: checked, rendered, and told apart into public and not yet.

`Reading` is made anew for each build. It holds what was read; nothing that is a draft or dated later
than the build's moment leaves it, so no output can show it by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from plugins.entries.dates import clock, day, later_than
from plugins.entries.head import Source, split
from plugins.entries.kinds import EntryHead, Kind, read_head
from plugins.entries.model import Body
from plugins.entries.rendering import Rendering
from plugins.entries.values import ID
from plugins.entries.words import slugify
from plugins.faults import Fault, Report
from plugins.memory import NO_MEMORY, Memory
from plugins.privacy.scan import find

FAR = timedelta(days=2 * 366)
"""How far ahead an entry may be dated before it is told as a possible slip."""


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """A file that was read without fault. `banner` says why it is not public yet, for previews."""

    kind: Kind
    id: str
    slug: str
    head: EntryHead
    body: Body
    source: Source
    banner: str | None

    @property
    def key(self) -> str:
        return f"{self.kind.folder}/{self.id}"


@dataclass(frozen=True, slots=True)
class HeadOfFile:
    """What the head of a file says, whatever the moment and whatever else there is. head: None when it is
    faulty; identity: the entry's id, or what it was meant to be."""

    source: Source
    head: EntryHead | None
    identity: str | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class TextOfFile:
    """What the text of a file makes, private data in its head told too."""

    body: Body
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A file's claim to an id; `line` is where its `Id` line stands, None when its name is the id."""

    place: str
    key: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """When what is public changes by itself (aware), and what does. in_public: what may be said of it in
    public, when that is less."""

    at: datetime
    why: str
    in_public: str | None = None


@dataclass
class Reading:
    """The state of one build's reading.

    kinds: those that there are, by folder.
    at: aware; what is dated later is held back. previews: True shows it (and drafts) all the same.
    """

    kinds: Mapping[str, Kind]
    zone: ZoneInfo
    at: datetime
    previews: bool
    rendering: Rendering
    allowed: frozenset[str] = frozenset()
    """Addresses that are public on purpose."""
    memory: Memory = NO_MEMORY
    report: Report = field(default_factory=Report)
    by_place: dict[str, ReadEntry] = field(default_factory=dict)
    """What is public, by source file."""
    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Keys of entries that are not public, with their file and why; their threads wait with them."""
    held_texts: list[str] = field(default_factory=list)
    """Their Markdown: what only they lead to is not public either."""
    faulty: set[str] = field(default_factory=set)
    """Files with faults and their keys: what hangs on them is not told as one more fault."""
    claims: list[Claim] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Every plugin adds those that it knows of, all later than `at`."""

    def read(self, place: str, raw: bytes) -> ReadEntry | None:
        """Read one file; None when it is not public (held back) or faulty (in the report).

        place: the path under the content folder, "posts/five-questions.md".
        """
        path = PurePosixPath(place)
        kind = self.kinds.get(path.parts[0])
        if kind is None or len(path.parts) < 2:
            folders = ", ".join(f"{name}/" for name in self.kinds)
            message = f"Markdown outside the folders of entries; move it into one of: {folders}"
            self.report.fault(place, None, message)
            return None
        found = self.memory.made(
            "head",
            _parts_of_head(place, raw, self.zone),
            lambda: _head_of(place, raw, kind, self.zone),
        )
        source, head, identity = found.source, found.head, found.identity
        self.report.faults.extend(found.faults)
        self.report.warnings.extend(found.warnings)
        key = f"{kind.folder}/{identity}"
        if head is None or identity is None:
            self.faulty |= {place, key}
            return None
        self.claims.append(Claim(place, key, source.fields["id"].line if head.id else None))
        banner = self._why_not_public(head, key, source)
        if banner and not self.previews:
            self.held[key] = (place, banner)
            self.held_texts.append(source.text)
            return None
        text = self.memory.made(
            "text",
            _parts_of_text(place, raw, self.allowed),
            lambda: _text_of(source, self.rendering.body(source.text), self.allowed),
        )
        self.report.faults.extend(text.faults)
        self.report.warnings.extend(text.warnings)
        slug = head.slug or slugify(path.stem)
        self.by_place[place] = ReadEntry(kind, identity, slug, head, text.body, source, banner)
        return self.by_place[place]

    def check_ids(self) -> None:
        """One id, one entry; to be asked when every file has been read."""
        owners: dict[str, Claim] = {}
        # A file whose name is the id comes before one that asks for it in a line.
        for claim in sorted(self.claims, key=lambda c: (c.line is not None, c.place)):
            owner = owners.setdefault(claim.key.casefold(), claim)
            if owner is claim:
                continue
            identity = claim.key.split("/", 1)[1]
            mend = "rename the file or write another Id" if claim.line is None else "write another"
            message = f'id "{identity}" is taken by {owner.place}; {mend} (threads and feed ids hang on it)'
            self.report.fault(claim.place, claim.line or 1, message)
            self.by_place.pop(claim.place, None)
            self.faulty.add(claim.place)

    def _why_not_public(self, head: EntryHead, key: str, source: Source) -> str | None:
        if head.status == "draft":
            return "Draft: no build publishes this until its Status line is gone."
        date = getattr(head, "date", None)
        if date is not None and later_than(date, self.at):
            if date - self.at > FAR:
                found = source.fields.get("date") or source.fields["added"]
                message = f"{found.key}: waits for the year {date.year}; mend it if that is a slip"
                self.report.warn(source.place, found.line, message)
            self.changes.append(
                Change(date, f"{key} is published", in_public="an entry is published")
            )
            return f"Scheduled: published by the first build after {day(date)}, {clock(date)}."
        return None


def unknown_texts(
    files: Mapping[str, bytes], allowed: frozenset[str], zone: ZoneInfo, memory: Memory
) -> list[str]:
    """The Markdown of those files, by place, that `Reading.read` would have to render."""
    texts = {
        memory.key("text", *_parts_of_text(place, raw, allowed)): raw
        for place, raw in files.items()
    }
    heads = (memory.key("head", *_parts_of_head(place, raw, zone)) for place, raw in files.items())
    known = memory.fetch([*texts, *heads])
    return [split("", raw).text for key, raw in texts.items() if key not in known]


def _parts_of_head(place: str, raw: bytes, zone: ZoneInfo) -> list[str | bytes]:
    return [place, zone.key, raw]


def _parts_of_text(place: str, raw: bytes, allowed: frozenset[str]) -> list[str | bytes]:
    return [place, *sorted(allowed), raw]


def _head_of(place: str, raw: bytes, kind: Kind, zone: ZoneInfo) -> HeadOfFile:
    report = Report()
    source = split(place, raw)
    report.faults.extend(source.faults)
    unreadable = bool(source.faults) and not source.fields
    head = None if unreadable else read_head(source, kind, zone, report)
    identity = _identity(PurePosixPath(place).stem, head, source, report)
    if head is not None and (source.faults or not _in_order(head, source, report)):
        head = None
    return HeadOfFile(source, head, identity, tuple(report.faults), tuple(report.warnings))


def _identity(stem: str, head: EntryHead | None, source: Source, report: Report) -> str | None:
    """The id of a file, or None with the fault told; of a faulty file, what it was meant to be."""
    if head is not None and head.id:
        return head.id
    typed = source.fields.get("id")
    if typed and typed.text:
        return typed.text
    if ID.fullmatch(stem):
        return stem
    better = slugify(stem)[:80].strip("-") or "a-plain-name"
    message = f'"{stem}" cannot be an id; rename the file to {better}.md or write "Id: {better}"'
    report.fault(source.place, 1, message)
    return None


def _in_order(head: EntryHead, source: Source, report: Report) -> bool:
    date = getattr(head, "date", None)
    if not date or not head.modified or head.modified >= date:
        return True
    line = next(
        source.fields[name].line for name in ("modified", "updated") if name in source.fields
    )
    message = "Modified is earlier than Date; write when the text last changed, or leave it out"
    report.fault(source.place, line, message)
    return False


def _text_of(source: Source, body: Body, allowed: frozenset[str]) -> TextOfFile:
    report = Report()
    for line, message in body.faults:
        report.fault(source.place, source.first_line + line, message)
    for line, message in body.doubts:
        report.warn(source.place, source.first_line + line, message)
    heads = [
        (one.line, f"{one.key}: ", one.text)
        for one in source.fields.values()
        if not one.text.startswith(("https://", "http://"))  # its parts are checked by its kind
    ]
    texts = (
        [
            (number, "", line)
            for number, line in enumerate(source.text.split("\n"), source.first_line)
        ]
        if find(source.text, allowed)
        else []
    )
    for number, key, text in (*heads, *texts):
        for found in find(text, allowed):
            if found.identifies:
                report.fault(
                    source.place,
                    number,
                    f"{key}holds the {found.kind} {found.masked}; take it out, or, when it is public on "
                    "purpose, name it in PUBLIC_ADDRESSES",
                )
    return TextOfFile(body, tuple(report.faults), tuple(report.warnings))
