"""Nothing that readers hold on to is lost: feed ids and addresses that were public once.

A feed reader knows an entry by its id: another id, and everybody is shown it as new. Links, bookmarks and
subscriptions know it by its address. What has been public is known from content/published.json
(`published`) and from the release that is live; what would change about it stops a publish, with what to
write so that it does not. Weak addresses are those that come and go with what people say: their loss is
told and stops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from plugins.entries.dates import day
from plugins.entries.words import counted
from plugins.faults import Fault, sorted_faults
from tools.deploy.index import PublicEntry, SiteIndex

PLACE = "content/published.json"

_WEAK = re.compile(r"/people/|.*/page/\d+/\Z")
_FEED = re.compile(r"feed\.(?:atom|rss|json)\Z")


@dataclass(frozen=True, slots=True)
class PastEntry:
    """An entry that was public: its permanent feed id, and the last address at which it stood."""

    feed_id: str
    address: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """entries: by key. addresses: since when each has been public ("2026-11-25", or "" when that is not
    known). gone: addresses and feed ids that are meant to be gone, and since when. stood: where entries
    stood before they stood where `entries` says. timezone: ENTRY_TIMEZONE when the last of it went out, ""
    when that is not known."""

    entries: Mapping[str, PastEntry] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    stood: frozenset[str] = frozenset()
    timezone: str = ""

    @property
    def empty(self) -> bool:
        return not (self.entries or self.addresses or self.gone)


def with_release(ledger: Ledger, index: SiteIndex | None, since: date | None = None) -> Ledger:
    """What is known, and what is live besides. index: of the live release; None when there is none.
    since: when that went live. Of an entry that both know the release says how it is now."""
    if index is None:
        return ledger
    live = {key: PastEntry(one.feed_id, one.address) for key, one in index.entries.items()}
    written = since.isoformat() if since else ""
    return replace(
        ledger,
        entries={**ledger.entries, **live},
        addresses={**dict.fromkeys(index.addresses, written), **ledger.addresses},
        stood=ledger.stood | {known.address for known in ledger.entries.values()},
    )


def ledger_faults(past: Ledger, index: SiteIndex) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Faults, which stop a publish, and warnings. index: of the site as it would be."""
    lost = {
        address: since
        for address, since in _addresses(past).items()
        if address not in index.addresses and address not in past.gone
    }
    weak = weak_among(lost, past, index)
    strong = _folded(lost.keys() - weak, lost.keys() - weak)
    owners = {known.address: key for key, known in past.entries.items()}
    faults = [*_ids(past, index), *(_lost(address, lost[address], owners) for address in strong)]
    warnings = [
        Fault(PLACE, None, f"{told} public and {leads} nowhere from now on")
        for told, leads in _together(_folded(weak, lost.keys()))
    ]
    return sorted_faults(faults), sorted_faults(warnings)


def is_weak(address: str) -> bool:
    """Whether an address comes and goes with what people say: pages of people, further pages of lists."""
    return _WEAK.match(address) is not None


def weak_among(lost: Iterable[str], past: Ledger, index: SiteIndex) -> set[str]:
    """Of addresses that would lead nowhere those whose loss stops nothing: besides the weak ones the
    feeds of a thread in which nobody says anything any more, or whose entry stands elsewhere now."""
    was = {known.address for known in past.entries.values()} | past.stood
    speaking = {one.address for one in index.entries.values() if any(one.comments.values())}
    return {
        address
        for address in lost
        if is_weak(address)
        or (
            _FEED.search(address)
            and (folder := _FEED.sub("", address)) in was
            and folder not in speaking
        )
    }


def belonging(address: str, others: Container[str]) -> list[str]:
    """Of `others` those that stand and fall with an address: its feeds, and the calendar beside it."""
    if not address.endswith("/"):
        return []
    own = (
        f"{address[:-1]}.ics",
        *(f"{address}feed.{ending}" for ending in ("atom", "json", "rss")),
    )
    return [one for one in own if one in others]


def _ids(past: Ledger, index: SiteIndex) -> Iterator[Fault]:
    owners: dict[str, PublicEntry] = {}
    for key, entry in sorted(index.entries.items()):
        other = owners.setdefault(entry.feed_id, entry)
        if other is not entry:
            yield Fault(
                key,
                None,
                f'has the feed id "{entry.feed_id}" of {other.key}, so feed readers would show one of '
                "them; take its Guid line out, or write another",
            )
    had = {known.feed_id: key for key, known in past.entries.items()}
    for key, known in past.entries.items():
        entry_now = index.entries.get(key)
        if entry_now is None:
            yield from _renamed(key, known, owners.get(known.feed_id), past)
        elif entry_now.feed_id != known.feed_id and known.feed_id not in past.gone:
            yield Fault(
                key,
                None,
                f'its feed id was "{known.feed_id}" and would be "{entry_now.feed_id}", so every feed '
                f'reader would show it as new; write "Guid: {known.feed_id}" in its file',
            )
    for key, entry in index.entries.items():
        before = had.get(entry.feed_id)
        if (
            before is not None
            and before != key
            and before in index.entries
            and index.entries[before].feed_id != entry.feed_id
            and key not in past.entries
        ):
            yield Fault(
                key,
                None,
                f'has the feed id "{entry.feed_id}", under which {before} has been public; take its Guid '
                "line out, or write another",
            )


def _renamed(key: str, known: PastEntry, heir: PublicEntry | None, past: Ledger) -> Iterator[Fault]:
    """The same post under another key: what is said under it hangs on the old one."""
    kind, _, identity = key.partition("/")
    if heir is None or heir.kind != kind or known.feed_id in past.gone:
        return
    yield Fault(
        heir.key,
        None,
        f'is {key} under another name (both have the feed id "{known.feed_id}"), and what was said under '
        f'it would be lost; write "Id: {identity}" in its file',
    )


def _lost(address: str, since: str, owners: Mapping[str, str]) -> Fault:
    """owners: the keys of entries by their addresses."""
    public = (
        f"has been public since {day(date.fromisoformat(since))}" if since else "has been public"
    )
    mend = f'write "Aliases: {address}" in the entry that takes its place'
    if address.startswith("/topics/"):
        mend = "name the topic that takes its place in RENAMED_TOPICS (pelicanconf.py)"
    elif address != _of(address) and (owner := owners.get(_of(address))):
        mend = f'give {owner} its old address back ("Slug: {_of(address).split("/")[-2]}")'
    elif address.endswith((".ics", ".opml")) or _FEED.search(address):
        mend = "bring back the setting or the list that it comes from"
    return Fault(
        PLACE,
        None,
        f"{address} {public} and would lead nowhere; {mend}, or ./invoke publish.forget {address} when "
        "it is meant to be gone",
    )


def _of(address: str) -> str:
    """The address of the page that a feed or a calendar belongs to: "/meetups/x/" of "/meetups/x.ics"."""
    if address.endswith(".ics"):
        return f"{address.removesuffix('.ics')}/"
    return _FEED.sub("", address)


def _addresses(past: Ledger) -> dict[str, str]:
    """All, those of entries too, wherever they are known from."""
    return {
        **dict.fromkeys((known.address for known in past.entries.values()), ""),
        **past.addresses,
    }


def _together(addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Subject and verb for each, the three formats of one feed together."""
    by_page: dict[str, list[str]] = {}
    for address in addresses:
        by_page.setdefault(_of(address), []).append(address)
    for first, *others in by_page.values():
        more = f" and {counted(len(others), 'more feed')} were" if others else " was"
        yield first + more, "lead" if others else "leads"


def _folded(addresses: Iterable[str], lost: Collection[str]) -> list[str]:
    """Without those that belong to another one that is lost: one thing is told once."""
    below = {one for address in lost for one in belonging(address, lost)}
    return sorted(address for address in addresses if address not in below)
