"""What a first view costs a reader on a telephone: page, style sheet and script, packed as a host packs
them, without pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plugins.entries.words import counted
from plugins.faults import Fault
from tools.deploy.before.facts import Facts
from tools.deploy.before.others import HEAVIEST

MOST_OCTETS = 14 * 1024
"""What fits into the first flight of packets of a new connection (RFC 6928: ten of them)."""
MOST_REQUESTS = 3
TOLD = 5
"""Pages that are named; of the others it is told how many there are."""


def budget_warnings(
    facts: Mapping[str, Facts], file_of: Callable[[str, str], str | None]
) -> tuple[Fault, ...]:
    """Pages, the heaviest first. file_of: the file that an address in a file leads to."""
    heavy: list[tuple[int, str]] = []
    asking: list[tuple[int, str]] = []
    for name, page in facts.items():
        if not name.endswith((".html", ".htm")):
            continue
        files = {file_of(name, address) for address in page.asked}
        weight = page.weight + sum(
            facts[file].weight for file in files if file is not None and file in facts
        )
        if weight > MOST_OCTETS:
            heavy.append((weight, name))
        if len(page.asked) + 1 > MOST_REQUESTS:
            asking.append((len(page.asked) + 1, name))
    kilo = MOST_OCTETS // 1024
    return (
        *_faults_of(
            heavy, lambda n: f"weighs {n / 1024:.1f} kB at first view, more than {kilo} kB", "page"
        ),
        *_faults_of(
            asking, lambda n: f"takes {n} requests at first view, more than {MOST_REQUESTS}", "page"
        ),
    )


def picture_warnings(facts: Mapping[str, Facts]) -> tuple[Fault, ...]:
    """The heaviest first."""
    heavy = [
        (one.weight, name)
        for name, one in facts.items()
        if name.startswith("images/") and one.weight > HEAVIEST
    ]
    message = "weighs {:.1f} MB; a smaller picture will do"
    return tuple(_faults_of(heavy, lambda n: message.format(n / 1024 / 1024), "picture"))


def _faults_of(
    found: list[tuple[int, str]], message: Callable[[int], str], word: str
) -> list[Fault]:
    found.sort(key=lambda one: (-one[0], one[1]))
    told = [Fault(name, None, message(figure)) for figure, name in found[:TOLD]]
    if len(found) > TOLD:
        last = told[-1]
        more = f" (as {'does' if len(found) == TOLD + 1 else 'do'} {counted(len(found) - TOLD, f'more {word}')})"
        told[-1] = Fault(last.place, None, last.message + more)
    return told
