"""What a publish would do, in the terms of a reader first and of files after that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from plugins.entries.words import counted
from plugins.kinds import KINDS
from tools.deploy.index import PublicEntry, SiteIndex
from tools.deploy.manifest import Changes, Manifest
from tools.deploy.targets.target import Drift


@dataclass(frozen=True, slots=True)
class Plan:
    """news: what readers see, in parts of a sentence. again: feed entries that feed readers would show
    as new though their readers have had them. changes: of the files. bytes: of those that travel."""

    news: tuple[str, ...]
    again: int
    changes: Changes
    byte_count: int
    drift: Drift
    first: bool

    @property
    def said(self) -> str:
        """For readers, in a line: "2 posts, 5 comments in 3 threads, 1 meetup moved"."""
        return ", ".join(self.news) or besides(self.changes)

    @property
    def empty(self) -> bool:
        return not self.changes and not self.drift

    def __str__(self) -> str:
        if self.empty:
            return "Nothing changes: what is live is what you have."
        changes = self.changes
        if self.first:
            return f"The first publish: {self.said}; {counted(len(changes.new), 'file')}, {size(self.byte_count)}"
        change = "changes" if len(changes.changed) == 1 else "change"
        line = (
            f"{self.said}; {counted(self.again, 'feed entry', 'feed entries')} sent again; "
            f"{counted(len(changes.changed), 'file')} {change}, {len(changes.new):,} new, "
            f"{len(changes.deleted):,} deleted, {size(self.byte_count)}"
        )
        if self.drift:
            line += f"\n{drifted(self.drift)}; this publish puts it right."
        return line

    def files(self) -> str:
        """The files, a line each: "+ new", "~ changed", "- deleted"."""
        rows = [f"  + {path}" for path in self.changes.new]
        rows += [f"  ~ {path}" for path in self.changes.changed]
        return "\n".join([*rows, *(f"  - {path}" for path in self.changes.deleted)])


def plan(
    before: SiteIndex,
    after: SiteIndex,
    manifest: Manifest,
    changes: Changes,
    drift: Drift,
    first: bool,
) -> Plan:
    """before: what is live. manifest: of what is to be. changes: between the two."""
    travelling = {*changes.sent, *drift.changed, *drift.missing}
    byte_count = sum(manifest[path].size for path in travelling if path in manifest)
    return Plan(news(before, after), _again(before, after), changes, byte_count, drift, first)


def news(before: SiteIndex, after: SiteIndex) -> tuple[str, ...]:
    """What of one index differs in another, in parts of a sentence."""
    old, new = before.entries, after.entries
    both = [(old[key], new[key]) for key in new if key in old]
    parts = _kinds((new[key] for key in new.keys() - old.keys()), "")
    parts += _kinds((now for was, now in both if _other(was, now)), " changed")
    parts += _conversations(before, after)
    moved = [now for was, now in both if was.happens != now.happens]
    off = [now for now in moved if now.happens.endswith(" cancelled")]
    parts += [f"{counted(len(moved) - len(off), 'meetup')} moved"] if len(moved) > len(off) else []
    parts += [f"{counted(len(off), 'meetup')} called off"] if off else []
    elsewhere = sum(was.address != now.address for was, now in both)
    parts += [f"{counted(elsewhere, 'address', 'addresses')} new"] if elsewhere else []
    return tuple(parts + _kinds((old[key] for key in old.keys() - new.keys()), " gone"))


def besides(changes: Changes) -> str:
    """What of the files changes for readers when no entry and no comment does: "the look of pages"."""
    paths = [*changes.new, *changes.changed, *changes.deleted]
    calendars = sum(path.endswith(".ics") for path in paths)
    feeds = sum(path.endswith((".atom", ".rss", "feed.json")) for path in paths)
    parts = [] if len(paths) == calendars + feeds else ["the look of pages"]
    parts += [counted(calendars, "calendar")] if calendars else []
    parts += [counted(feeds, "feed")] if feeds else []
    return ", ".join(parts) or "nothing"


def _other(was: PublicEntry, now: PublicEntry) -> bool:
    """Whether its text is another. A meetup that moves is told as that."""
    return was.words != now.words and was.happens == now.happens


def _kinds(entries: Iterable[PublicEntry], what: str) -> list[str]:
    counts = Counter(entry.kind for entry in entries)
    return [
        f"{counted(counts[kind], KINDS[kind].word, KINDS[kind].many)}{what}"
        for kind in KINDS
        if counts[kind]
    ]


def _conversations(before: SiteIndex, after: SiteIndex) -> list[str]:
    """Comments are looked for entry by entry: their ids are unique in their thread only."""
    said, edited, taken = Counter[str](), 0, 0
    for key, entry in after.entries.items():
        was = before.entries[key].comments if key in before.entries else {}
        for identity, words in entry.comments.items():
            if words and not was.get(identity):
                said[key] += 1
            elif words and words != was[identity]:
                edited += 1
        taken += sum(1 for one, words in was.items() if words and not entry.comments.get(one))
    parts = []
    if said:
        parts.append(f"{counted(said.total(), 'comment')} in {counted(len(said), 'thread')}")
    parts += [f"{counted(edited, 'comment')} edited"] if edited else []
    return parts + ([f"{counted(taken, 'comment')} taken away"] if taken else [])


def _again(before: SiteIndex, after: SiteIndex) -> int:
    """Feed entries under another id than readers know them by. A comment's id is made of its entry's key,
    so when an entry stands where another stood under another key, its comments come again too."""
    where = {entry.address: entry for entry in before.entries.values()}
    count = 0
    for key, now in after.entries.items():
        was = before.entries.get(key) or where.get(now.address)
        if was is None:
            continue
        count += was.feed_id != now.feed_id
        if was.key != key:
            count += sum(
                1 for one, words in now.comments.items() if words and was.comments.get(one)
            )
    return count


def drifted(drift: Drift) -> str:
    """That somebody else changed what is live, in a sentence without its end."""
    parts = [
        f"{counted(len(paths), 'file')} {word} ({', '.join(paths[:3])}{', …' if paths[3:] else ''})"
        for paths, word in (
            (drift.changed, "changed"),
            (drift.missing, "taken away"),
            (drift.extra, "added"),
        )
        if paths
    ]
    return f"At the host, not by a publish: {'; '.join(parts)}"


def size(byte_count: float) -> str:
    """`0 B`, `412 kB`, `1.2 MB`: SI units."""
    if byte_count < 1000:
        return f"{byte_count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        byte_count /= 1000
        if byte_count < 999.5 or unit == "GB":
            break
    return f"{byte_count:.1f} {unit}" if byte_count < 10 else f"{byte_count:.0f} {unit}"
