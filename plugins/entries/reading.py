"""Reading every file of a build: checked, rendered, and told apart into public and not yet.

`Reading` is made anew for each build. It holds what was read; nothing that is a draft or dated later
than the build's moment leaves it, so no output can show it by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from plugins.entries.dates import clock, day, later_than
from plugins.entries.head import Source, split
from plugins.entries.model import ID, KINDS, Body, EntryHead, Kind, read_head, slugify
from plugins.entries.rendering import Rendering
from plugins.faults import Report


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


@dataclass
class Reading:
    """The state of one build's reading.

    at: aware; what is dated later is held back. previews: True shows it (and drafts) all the same.
    """

    zone: ZoneInfo
    at: datetime
    previews: bool
    rendering: Rendering
    report: Report = field(default_factory=Report)
    public: dict[str, ReadEntry] = field(default_factory=dict)
    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Keys of entries that are not public, with their file and why; their threads wait with them."""
    faulty: set[str] = field(default_factory=set)
    """Keys of files with faults, so that their threads are not called orphans."""
    _ids: dict[str, str] = field(default_factory=dict)
    by_place: dict[str, ReadEntry] = field(default_factory=dict)

    def read(self, place: str, raw: bytes) -> ReadEntry | None:
        """Read one file; None when it is not public (held back) or faulty (in the report).

        place: the path under the content folder, "posts/five-questions.md".
        """
        path = PurePosixPath(place)
        kind = KINDS.get(path.parts[0])
        if kind is None or len(path.parts) < 2:
            folders = ", ".join(f"{name}/" for name in KINDS)
            self.report.fault(
                place,
                None,
                f"Markdown outside the folders of entries; move it into one of: {folders}",
            )
            return None
        source = split(place, raw)
        self.report.faults.extend(source.faults)
        unreadable = bool(source.faults) and not source.fields
        head = None if unreadable else read_head(source, kind, self.zone, self.report)
        stem = path.stem
        own_id = source.fields.get("id")
        identity = (
            head.id if head and head.id else (own_id.text if own_id and own_id.text else stem)
        )
        key = f"{kind.folder}/{identity}"
        if head is None or source.faults:
            self.faulty.add(key)
            return None
        if not ID.fullmatch(identity):
            better = slugify(stem) or "a-plain-name"
            self.report.fault(
                place,
                1,
                f'"{stem}" cannot be an id; rename the file to {better}.md or write "Id: {better}"',
            )
            self.faulty.add(key)
            return None
        folded = key.casefold()
        if folded in self._ids:
            line = own_id.line if own_id else 1
            mend = "write another one" if own_id else "rename the file or write another Id"
            self.report.fault(
                place,
                line,
                f'id "{identity}" is taken by {self._ids[folded]}; {mend} (threads and feed ids hang on it)',
            )
            return None
        self._ids[folded] = place
        date = getattr(head, "date", None)
        if date and head.modified and head.modified < date:
            line = next(
                source.fields[name].line
                for name in ("modified", "updated")
                if name in source.fields
            )
            self.report.fault(
                place,
                line,
                "Modified is earlier than Date; write when the text last changed, or leave it out",
            )
        banner = self._why_not_public(head)
        if banner and not self.previews:
            self.held[key] = (place, banner)
            return None
        entry = ReadEntry(
            kind,
            identity,
            head.slug or slugify(stem),
            head,
            self.rendering.body(source.text),
            source,
            banner,
        )
        self.public[key] = self.by_place[place] = entry
        return entry

    def _why_not_public(self, head: EntryHead) -> str | None:
        if head.status == "draft":
            return "Draft: no build publishes this until its Status line is gone."
        date = getattr(head, "date", None)
        if date is not None and later_than(date, self.at):
            return f"Scheduled: published by the first build after {day(date)}, {clock(date)}."
        return None
