"""Every link at once: asked within the limits, judged, put into the ledger, and told.

1. The links of the content are gathered; those whose host asked to be left alone until later wait.
2. All are begun together; what they may do at once is for `Manners` to say.
3. Verdicts go into the ledger when all are there, or when the person at the keyboard stops it: then
   those that are there.
4. What is dead, failing, suspect or moved is told by file and line, the worst first.

When no server answers at all, it is this machine that is not connected, and nothing is remembered.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from plugins.entries.words import counted
from plugins.resources.ledger import Ledger, Link
from tools.errors import ProjectError
from tools.links.client import PublicClient
from tools.links.desk import Desk
from tools.links.follow import follow
from tools.links.limits import DEFAULT_LIMITS, Limits
from tools.links.outside import Location, outside_links
from tools.links.politeness import Politeness
from tools.links.remember import remembered
from tools.links.verdict import Verdict, judge

Progress = Callable[[int, int], None]
"""Told after each link: how many are done, of how many."""
_TOLD = ("dead", "failing", "suspect", "moved")
_WORDS = {
    "fine": "fine",
    "moved": "moved",
    "suspect": "suspect",
    "failing": "failing",
    "dead": "dead",
    "unsure": "that say nothing to programs",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking: verdicts by address, how many requests, and how many were answered."""

    verdicts: Mapping[str, Verdict]
    asked: int
    heard: int
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What a check found. `links`: the rows of this run's links after it. `waiting`: not asked, since
    their hosts want to be left alone for now. `notes`: a line for each that wants a person."""

    links: Mapping[str, Link]
    notes: tuple[str, ...]
    waiting: int
    requests: int
    seconds: float
    shown: str
    stopped: bool

    def __str__(self) -> str:
        states = Counter(link.state for link in self.links.values())
        parts = [f"{states[state]} {words}" for state, words in _WORDS.items() if states[state]]
        parts += [f"{self.waiting} to be asked later"] if self.waiting else []
        found = ", ".join(parts) or "nothing to ask"
        begun = "Stopped after" if self.stopped else "Asked for"
        what = f"{begun} {counted(len(self.links), 'link')} in {self.seconds:.1f} s: {found}."
        return "\n".join([*self.notes, what, f"Commit {self.shown}, which builds read."])


def check(
    desk: Desk,
    only: str = "",
    allowed: frozenset[str] = frozenset(),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = lambda done, of: None,
) -> LinkCheck:
    """Ask for every link outside the site and write what came of it into the ledger.

    only: a part of an address or of a file's name; others are left as they are. allowed: private hosts
    that may be asked. Raises ProjectError when nothing matches, or when no server answers at all.
    """
    started = time.perf_counter()
    every = outside_links(desk.content, desk.store, desk.sites)
    wanted = {
        address: places
        for address, places in every.items()
        if only in address or any(only in place.file for place in places)
    }
    if only and not wanted:
        raise ProjectError(f'no link, and no file with one, has "{only}" in it')
    before = desk.read()
    due = [address for address in wanted if not _left_alone(before.links.get(address), desk.now)]
    looked = look(due, before.links, desk, allowed, limits, progress)
    _refuse_when_offline(looked)
    today = desk.now.date()

    def add(ledger: Ledger) -> Ledger:
        # A whole check forgets the links that the site has no more.
        kept = {a: row for a, row in ledger.links.items() if only or a in every}
        for address, verdict in looked.verdicts.items():
            kept[address] = remembered(ledger.links.get(address), verdict, today)
        return Ledger(kept, ledger.reviewed)

    after = desk.change(add)
    rows = {address: after.links[address] for address in looked.verdicts}
    return LinkCheck(
        links=rows,
        notes=tuple(_notes(rows, wanted, desk.content.name)),
        waiting=len(wanted) - len(due),
        requests=looked.asked,
        seconds=time.perf_counter() - started,
        shown=desk.shown,
        stopped=looked.stopped,
    )


def look(
    addresses: Sequence[str],
    before: Mapping[str, Link],
    desk: Desk,
    allowed: frozenset[str],
    limits: Limits,
    progress: Progress,
) -> Answers:
    """Ask for the addresses; writes nothing. Stopped by the keyboard it has what it has so far."""
    verdicts: dict[str, Verdict] = {}
    client = PublicClient(limits, allowed, f"{desk.site}/")

    async def one(address: str, manners: Politeness) -> None:
        trail = await follow(address, manners, limits)
        row = before.get(address)
        verdicts[address] = judge(trail, row.title if row else "")
        progress(len(verdicts), len(addresses))

    async def every() -> None:
        async with client:
            manners = Politeness(client, limits, lambda: datetime.now(UTC))
            async with asyncio.TaskGroup() as group:
                for address in addresses:
                    group.create_task(one(address, manners))

    stopped = False
    progress(0, len(addresses))
    try:
        asyncio.run(every())
    except KeyboardInterrupt:
        stopped = True
    return Answers(verdicts, client.asked, client.heard, stopped)


def _left_alone(link: Link | None, now: datetime) -> bool:
    return bool(link and link.until and datetime.fromisoformat(link.until) > now)


def _refuse_when_offline(looked: Answers) -> None:
    if looked.asked and not looked.heard and not looked.stopped and len(looked.verdicts) > 1:
        raise ProjectError(
            "No server answered at all, so it is this machine that is not connected; nothing was "
            "remembered. Try again when a browser can reach the web."
        )


def _notes(
    rows: Mapping[str, Link], places: Mapping[str, Sequence[Location]], root: str
) -> list[str]:
    order = [
        (_TOLD.index(link.state), str(places[address][0]), address, link)
        for address, link in rows.items()
        if link.state in _TOLD
    ]
    notes = []
    for _, _, address, link in sorted(order, key=lambda row: row[:3]):
        first, *others = places[address]
        more = f" (and {counted(len(others), 'other place')})" if others else ""
        notes.append(f"{root}/{first}: {address} {_fault_text(link)}{more}")
    return notes


def _fault_text(link: Link) -> str:
    match link.state:
        case "dead":
            mend = "write its archived copy as Archive, or take the link out"
            return f"is dead since {link.since}: {link.why}; {mend}"
        case "failing":
            count = counted(len(link.failed), "day")
            return f"fails: {link.why} ({count} so far); it may come back"
        case "suspect":
            return f"{link.why}; look at it, ./invoke resources.review takes your word for it"
    return f"has moved to {link.to}; write that"
