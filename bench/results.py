"""Measured figures: kept as JSON, and told in RESULTS.md with a table for each blog and one plot.

A run replaces the figures of the blogs that it measured and leaves those of others, so that a small run does
not cost what a long one found. Each block says of itself when, how often and where it was measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.plot import plot

FIGURES, TOLD, PLOT = "results.json", "RESULTS.md", "results.svg"
_HEAD = "scenario", "site", "wall s", "CPU s", "largest MB", "together MB", "written MB"
_OPENING = f"""\
# Results

Written by `./invoke bench`; [README.md](README.md) says what is run and what the columns mean.

![Seconds of each build by scenario, for each size and blog; the tables below have the same figures]({PLOT})
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One site in one scenario. wall, low, high: seconds by the clock, the median, the fastest and the slowest
    run. cpu: seconds, the median. largest, together: peak memory in MB, of the largest process and of all.
    written: MB, the median."""

    scenario: str
    site: str
    wall: float
    low: float
    high: float
    cpu: float
    largest: float
    together: float | None
    written: float


@dataclass(frozen=True, slots=True)
class Block:
    """What one run found out about one blog. made: the day. versions: of each builder, by its name."""

    manner: str
    posts: int
    comments: int
    runs: int
    made: str
    machine: str
    versions: Mapping[str, str]
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        return f"{self.manner}, {self.posts:,} posts"


def read(path: Path) -> list[Block]:
    """What was measured earlier; nothing where there is no file."""
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return [Block(**{**each, "rows": [Row(**row) for row in each["rows"]]}) for each in found]


def merged(earlier: Iterable[Block], new: Block) -> list[Block]:
    """`new` in the place of what was measured of the same blog, in the order of manner and size."""
    others = [each for each in earlier if (each.manner, each.posts) != (new.manner, new.posts)]
    return sorted([*others, new], key=lambda each: (each.manner != "technical", each.posts))


def keep(folder: Path, new: Block) -> None:
    """Write all three files, `new` among what is there."""
    blocks = merged(read(folder / FIGURES), new)
    rounded = json.dumps([asdict(block) for block in blocks], indent=1, ensure_ascii=False)
    for name, text in (
        (FIGURES, f"{rounded}\n"),
        (TOLD, told(blocks)),
        (PLOT, plot(blocks)),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def told(blocks: Iterable[Block]) -> str:
    """RESULTS.md."""
    return "\n".join([_OPENING, *(_section(block) for block in blocks)])


def _section(block: Block) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in block.versions.items())
    return (
        f"## {block.title[0].upper()}{block.title[1:]}\n\n"
        f"{block.comments:,} comments; each command {_times(block.runs)}, {block.made}; {block.machine}; "
        f"{versions}.\n\n{compared(block)}\n"
    )


def compared(block: Block) -> str:
    """The table of a block: the medians, and for each peer how many times its own they are."""
    peers = [name for name in block.versions if name != "ours"]
    wall = {(row.scenario, row.site): row for row in block.rows}
    rows = []
    for row in block.rows:
        ratios = [
            f"{row.wall / peer.wall:.2f} / {row.cpu / peer.cpu:.2f}" if peer else "–"
            for peer in (wall.get((row.scenario, name)) for name in peers)
        ]
        together = "–" if row.together is None else f"{row.together:.0f}"
        spread = f"{row.wall:.2f} ({row.low:.2f} to {row.high:.2f})"
        figures = [f"{row.cpu:.2f}", f"{row.largest:.0f}", together, f"{row.written:.1f}"]
        rows.append([row.scenario, row.site, spread, *figures, *ratios])
    return table((*_HEAD, *(f"× {name}" for name in peers)), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 2) -> str:
    """In Markdown, every column as wide as its widest cell. words: how many hold words, not figures."""
    rows = [head, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    marks = [
        "-" * width if at < words else f"{'-' * (width - 1)}:" for at, width in enumerate(widths)
    ]
    lines = [
        [
            cell.ljust(width) if at < words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in (head, marks, *rows[1:])
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
