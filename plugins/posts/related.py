"""What belongs together: series, neighbours in time, and related entries.

Related entries share topics (a rare topic says more than a common one) or people who talked in both
threads. Only the entries nearest in time of each topic and person are weighed, so that the work grows
with the number of entries and not with its square.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugins.entries.model import Entry
from plugins.memory import NO_MEMORY, Memory
from plugins.outputs.fingerprints import digest_of

NEAREST = 12
"""How many entries before and after one are weighed for each topic and each person."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Series:
    """The parts of a series, first part first, and which of them this is (from 1)."""

    name: str
    parts: tuple[Entry, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reader of one entry may want next."""

    series: Series | None
    earlier: Entry | None
    later: Entry | None
    related: tuple[Entry, ...]


def surroundings(
    newest_first: Sequence[Entry],
    people: Mapping[str, Sequence[str]],
    memory: Memory = NO_MEMORY,
) -> dict[str, Surroundings]:
    """By key, for every dated entry. people: keys of who talked in each entry's thread, host left out."""
    series = _series(newest_first)
    place_in_series = {
        part.key: number for parts in series.values() for number, part in enumerate(parts, 1)
    }
    hangs_on = digest_of(
        tuple(
            (tuple(t.slug for t in one.topics), one.series, tuple(people.get(one.key, ())))
            for one in newest_first
        )
    )
    related = memory.made("related", [hangs_on], lambda: _related(newest_first, people))
    found = {}
    for index, entry in enumerate(newest_first):
        parts = series.get(entry.series or "", ())
        found[entry.key] = Surroundings(
            series=Series(entry.series, parts, place_in_series[entry.key])
            if entry.series and len(parts) > 1
            else None,
            earlier=newest_first[index + 1] if index + 1 < len(newest_first) else None,
            later=newest_first[index - 1] if index else None,
            related=tuple(newest_first[number] for number in related[index]),
        )
    return found


def _series(newest_first: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    parts: dict[str, list[Entry]] = {}
    for entry in reversed(newest_first):
        if entry.series:
            parts.setdefault(entry.series, []).append(entry)
    return {name: tuple(entries) for name, entries in parts.items()}


def weighed(
    newest_first: Sequence[Entry], people: Mapping[str, Sequence[str]]
) -> list[dict[int, float]]:
    """For each entry, by their numbers, the others that share something with it and how much that says."""
    shared: dict[str, list[int]] = {}
    for number, entry in enumerate(newest_first):
        for topic in entry.topics:
            shared.setdefault(f"topic {topic.slug}", []).append(number)
        for person in people.get(entry.key, ()):
            shared.setdefault(f"person {person}", []).append(number)
    weight = {
        name: math.log((len(newest_first) + 1) / len(numbers)) for name, numbers in shared.items()
    }
    scores: list[dict[int, float]] = [{} for _ in newest_first]
    for name, numbers in shared.items():
        gain = weight[name] if name.startswith("topic") else weight[name] / 2
        for at, number in enumerate(numbers):
            row = scores[number]
            for other in numbers[max(0, at - NEAREST) : at + NEAREST + 1]:
                if other != number:
                    row[other] = row.get(other, 0.0) + gain
    return scores


def _related(
    newest_first: Sequence[Entry], people: Mapping[str, Sequence[str]]
) -> list[tuple[int, ...]]:
    """For each entry the numbers of those that are shown beside it."""
    found = []
    for here, row in enumerate(weighed(newest_first, people)):
        entry = newest_first[here]
        best = sorted(
            row.items(), key=lambda item: (-round(item[1], 9), abs(item[0] - here), item[0])
        )
        beside = {here - 1, here + 1}
        chosen = [
            number
            for number, _ in best
            if not (entry.series and newest_first[number].series == entry.series)
        ]
        # Neighbours are linked as earlier and later already: they come last.
        chosen.sort(key=lambda number: number in beside)
        found.append(tuple(chosen[:SHOWN]))
    return found
