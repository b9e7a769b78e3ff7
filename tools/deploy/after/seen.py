"""What was found at the live site, and what to do about it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plugins.entries.words import counted

Kind = Literal[
    "before",
    "cached",
    "missing",
    "altered",
    "other",
    "refused",
    "failing",
    "away",
    "loop",
    "kept",
    "unreachable",
    "soft",
    "plain",
]
_SHOWN = 5
"""Addresses that are named of those with one finding."""

ADVICE: dict[Kind, str] = {
    "before": "The host has not changed over yet, or serves another folder, bucket or branch than the one that "
    "PUBLISH_TO names. If it stays so, compare the two.",
    "cached": "The host has the new release; a cache before it still gives out the old one. Wait, or empty the "
    "cache of the host or CDN (its word is purge).",
    "missing": "Look whether the host serves the place that PUBLISH_TO names, below the path that SITEURL has.",
    "altered": "Something between us and readers rewrites files. Switch it off at the host or CDN (minifying, "
    "added scripts, hidden e-mail addresses, changed line ends).",
    "other": "Look whether SITEURL is the address of this site, and whether its name leads to this host.",
    "refused": "The host lets nobody in there: look for a password, or for files that it may not read.",
    "failing": "The host is in trouble; its own messages say more. ./invoke publish.status looks again.",
    "away": "Write the address that it ends at as SITEURL, or have the host answer at this one.",
    "loop": "Two rules of the host or CDN send readers to each other, often http to https and back: keep one.",
    "kept": "What was taken away can still be read. Empty the cache of the host or CDN, and look for a copy there.",
    "unreachable": "Look whether SITEURL is right and the host is up. ./invoke publish.status looks again.",
    "soft": "Search engines take it for a page. Let the host answer 404 for what is not there.",
    "plain": 'Readers who lose their way get no way back. Tell the host of it: "error_page 404 /404.html;" (nginx), '
    '"ErrorDocument 404 /404.html" (Apache).',
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One address at which something else was found than what was sent.

    address: as a reader asks for it, below the site's. found: a part of a sentence, "shows the release
    before". kind: a word for programs.
    """

    address: str
    kind: Kind
    found: str

    @property
    def hinders(self) -> bool:
        """Whether readers do not get the release. How a host answers for what is not there does not."""
        return self.kind not in {"soft", "plain"}

    def __str__(self) -> str:
        return f"{self.address}: {self.found}"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many addresses were asked for, how many answered as they should, which did not after `seconds`.
    notes: what is fine, and could be better."""

    asked: int
    same: int
    differing: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def live(self) -> bool:
        """Whether readers get what was sent."""
        return not any(one.hinders for one in self.differing)

    @property
    def why(self) -> str:
        """Why it is not, in half a line, for the record of the release; empty when it is."""
        hindering = [one for one in self.differing if one.hinders]
        if not hindering:
            return ""
        more = f" (and {len(hindering) - 1} more)" if len(hindering) > 1 else ""
        return f"{hindering[0]}{more}"

    def __str__(self) -> str:
        """For the person who published."""
        of = f"{self.same:,} of {counted(self.asked, 'address', 'addresses')} answered as they should"
        after = f", after {self.seconds:.0f} s" if self.seconds >= 1 else ""
        if self.live:
            lines = [f"The live site is what was sent: {of}{after}."]
        else:
            lines = [f"The live site is not (yet) what was sent: {of}{after}."]
        groups: dict[tuple[Kind, str], list[str]] = {}
        for one in self.differing:
            groups.setdefault((one.kind, one.found), []).append(one.address)
        advised: set[Kind] = set()
        for (kind, found), addresses in groups.items():
            more = f" and {len(addresses) - _SHOWN:,} more" if len(addresses) > _SHOWN else ""
            lines.append(f"  {', '.join(addresses[:_SHOWN])}{more}: {found}")
            if kind not in advised:
                lines.append(f"    {ADVICE[kind]}")
                advised.add(kind)
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])
