"""Going through the resources that nobody has looked at for a year, and all links that are in doubt.

First the resources, then what is suspected of links in other texts, which a person's word settles.

Each answer is kept at once, so that stopping in the middle loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urldefrag

from plugins.entries.dates import parse_date
from plugins.entries.files import markdown_below
from plugins.entries.head import Source, split
from plugins.entries.words import opening
from plugins.resources.ledger import Ledger, Link
from tools.errors import ProjectError, as_project_error
from tools.links.desk import Desk
from tools.links.new_resource import FOLDER
from tools.links.outside import Location, outside_links
from tools.links.remember import accepted

YEAR = timedelta(days=365)
_DOUBT = ("dead", "suspect", "moved")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One resource to look at. looked: when somebody last did. row: what the ledger has of its link."""

    key: str
    path: Path
    source: Source
    looked: date
    row: Link | None

    @property
    def title(self) -> str:
        return self.source.fields["title"].text

    @property
    def link(self) -> str:
        return self.source.fields["link"].text


def due(desk: Desk, older: timedelta = YEAR) -> tuple[Candidate, ...]:
    """The resources in doubt, then those that nobody has looked at for `older`, longest ago first.

    Drafts, and files that lack a Title, a Link or a readable Added, are left to `./invoke check`.
    """
    ledger = desk.read()
    found = [one for one in _resources(desk, ledger) if _is_due(one, desk.now.date(), older)]
    found.sort(key=lambda one: (not _doubtful(one), one.looked, one.key))
    return tuple(found)


def suspects(desk: Desk) -> tuple[tuple[str, Link, tuple[Location, ...]], ...]:
    """The suspect links that are no resource's own, each with its row and where it stands."""
    ledger = desk.read()
    own = {urldefrag(one.link)[0] for one in _resources(desk, ledger)}
    doubted = {a for a, row in ledger.links.items() if row.state == "suspect"} - own
    if not doubted:
        return ()
    places = outside_links(desk.content, desk.store, desk.sites)
    return tuple(
        (address, ledger.links[address], places[address])
        for address in sorted(doubted & places.keys())
    )


def review(
    desk: Desk,
    ask: Callable[[str], str],
    show: Callable[[str], None],
    open_page: Callable[[str], object],
) -> str:
    """Show each that is due and do what is answered; what was done, in a line.

    ask: puts a question and gives the answer, nothing at the end of the input. open_page: opens an
    address in a browser.
    """
    resources, others = due(desk), suspects(desk)
    of = len(resources) + len(others)
    if not of:
        return "Nothing to look at: every resource was looked at within a year, and no link is in doubt."
    kept = 0

    def answer(link: str, more: str = "") -> str:
        """One of the letters that are offered; "q" at the end of the input."""
        while True:
            letter = ask(f"[k]eep, [o]pen it, {more}[s]kip, [q]uit? ").strip().lower()[:1] or "q"
            if letter == "o":
                open_page(link)
            elif letter in "ksq" or (more and letter == "m"):
                return letter
            else:
                show("One of the letters, please.")

    for number, one in enumerate(resources, 1):
        for line in _lines(one, number, of):
            show(line)
        moved = one.row.to if one.row and one.row.state == "moved" else ""
        match answer(one.link, "[m]ove the link, " if moved else ""):
            case "k":
                _keep(desk, one, one.link)
                kept += 1
            case "m":
                _rewrite(one, moved)
                _keep(desk, one, moved)
                kept += 1
            case "q":
                return _done(kept, of, desk)
    for number, (address, row, places) in enumerate(others, len(resources) + 1):
        show(f"\n{number} of {of}: {address}\n    {row.why}")
        show(f"    in {', '.join(str(place) for place in places)}")
        match answer(address):
            case "k":
                _accept(desk, address)
                kept += 1
            case "q":
                break
    return _done(kept, of, desk)


def _done(kept: int, of: int, desk: Desk) -> str:
    commit = f" Commit {desk.shown}." if kept else ""
    return f"Kept {kept} of {of} that were to be looked at.{commit}"


def _resources(desk: Desk, ledger: Ledger) -> Iterator[Candidate]:
    for path in markdown_below(desk.content / FOLDER):
        source = split(path.relative_to(desk.content).as_posix(), path.read_bytes())
        text = {name: field.text for name, field in source.fields.items()}
        if source.faults or text.get("status", "").casefold() == "draft":
            continue
        if not text.get("title") or not text.get("link"):
            continue
        key = f"{FOLDER}/{text.get('id') or path.stem}"
        try:
            added = parse_date(text.get("added") or text.get("date") or "", desk.zone).date()
        except ValueError:
            continue
        looked = max(added, ledger.reviewed.get(key, added))
        yield Candidate(key, path, source, looked, ledger.of(text["link"]))


def _is_due(one: Candidate, today: date, older: timedelta) -> bool:
    return _doubtful(one) or today - one.looked > older


def _doubtful(one: Candidate) -> bool:
    row = one.row
    if row is None or row.state not in _DOUBT or one.looked >= row.checked:
        return False
    # What is dead and has its archived copy is settled.
    archive = one.source.fields.get("archive")
    return row.state != "dead" or archive is None or not archive.text


def _lines(one: Candidate, number: int, of: int) -> Iterator[str]:
    yield f"\n{number} of {of}: {one.title}\n    {one.link}"
    yield f"    {opening(one.source.text, 100)}"
    yield f"    {one.path.name}, last looked at on {one.looked}"
    row = one.row
    if row is None:
        yield "    its link has not been checked yet"
    elif row.state == "moved":
        yield f"    has moved for good to {row.to}"
    elif row.state != "fine":
        since = f" since {row.since}" if row.state == "dead" else ""
        yield f"    {row.state}{since}: {row.why}"


def _keep(desk: Desk, one: Candidate, link: str) -> None:
    today = desk.now.date()

    def change(ledger: Ledger) -> Ledger:
        links = dict(ledger.links)
        row = links.pop(urldefrag(one.link)[0], None)
        if row is not None and row.state == "suspect":
            row = accepted(row, today)
        elif row is not None and link != one.link:
            row = replace(row, state="fine", why="", to="")
        if row is not None:
            links[urldefrag(link)[0]] = row
        return Ledger(links, {**ledger.reviewed, one.key: today})

    desk.change(change)


def _accept(desk: Desk, address: str) -> None:
    today = desk.now.date()

    def change(ledger: Ledger) -> Ledger:
        row = ledger.links.get(address)
        if row is None or row.state != "suspect":
            return ledger
        return Ledger({**ledger.links, address: accepted(row, today)}, ledger.reviewed)

    desk.change(change)


def _rewrite(one: Candidate, link: str) -> None:
    """Write the new address into the Link line; nothing else of the file changes."""
    with as_project_error():
        raw = one.path.read_bytes()
        lines = raw.split(b"\n")
        at = one.source.fields["link"].line - 1
        if one.link.encode() not in lines[at]:
            raise ProjectError(
                f"{one.path}:{at + 1}: has changed meanwhile; write Link: {link} there"
            )
        lines[at] = lines[at].replace(one.link.encode(), link.encode())
        one.path.write_bytes(b"\n".join(lines))
