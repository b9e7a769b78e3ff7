"""`./invoke bench`: our build beside plain Pelican's and Hugo's, the same blog, in turn.

1. The sites are laid out in a scratch folder, for each size that was asked for.
2. For each scenario they are run in turn (A B C A B C …), so that what else the machine does meets
   all of them; the table shows medians.
3. One more cold run of each is watched, not timed, for the memory of all its processes together.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from bench.measure import Took, run
from bench.sites import SCENARIOS, Site, find_hugo, lay_out
from tools.errors import ProjectError

LARGEST_SHARES = 5


def compare(sites: Sequence[Site], runs: int) -> list[list[str]]:
    """A row for each scenario and site."""
    rows = []
    for scenario, prepare in SCENARIOS.items():
        took: dict[str, list[Took]] = {site.name: [] for site in sites}
        for _ in range(runs):
            for site in sites:
                prepare(site)
                took[site.name].append(run(site.command, site.folder))
        together = {site.name: _together(site) for site in sites} if scenario == "cold" else {}
        middle = {name: _median(several) for name, several in took.items()}
        for name, several in took.items():
            walls = [each.wall for each in several]
            here, plain, hugo = middle[name], middle["pelican"], middle.get("hugo")
            rows.append(
                [
                    scenario,
                    name,
                    f"{here.wall:.2f} ({min(walls):.2f} to {max(walls):.2f})",
                    f"{here.cpu:.2f}",
                    f"{here.largest:.0f}",
                    _number(together.get(name)),
                    f"{here.wall / plain.wall:.2f} / {here.cpu / plain.cpu:.2f}",
                    f"{here.wall / hugo.wall:.2f} / {here.cpu / hugo.cpu:.2f}" if hugo else "–",
                ]
            )
    return rows


def _median(several: Iterable[Took]) -> Took:
    several = list(several)
    return Took(*(median(getattr(each, name) for each in several) for name in _FIGURES))


_FIGURES = ("wall", "cpu", "largest")


def _together(site: Site) -> float | None:
    site.make_cold()
    return run(site.command, site.folder, watch=True).together


def shares(site: Site) -> dict[str, dict[str, float]]:
    """CPU seconds of a cold build of ours by part, and by function."""
    site.make_cold()
    command = [sys.executable, "-m", "bench.shares", "content", "output"]
    done = subprocess.run(command, cwd=site.folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProjectError(f"The build that was to be profiled failed:\n{done.stderr[-2000:]}")
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


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


def show_speed(scratch: Path, posts: int, comments: float, runs: int) -> None:
    sites = lay_out(scratch, posts, comments)
    print(f"\n{posts} posts, {posts * comments:.0f} comments, {runs} runs each, {_machine()}\n")
    head = ("scenario", "site", "wall s", "CPU s", "largest MB", "together MB")
    print(table((*head, "× Pelican, wall / CPU", "× Hugo, wall / CPU"), compare(sites, runs)))


def show_memory(scratch: Path, posts: int, comments: float) -> None:
    sites = lay_out(scratch, posts, comments)
    print(f"\nPeak memory of a cold build, {posts} posts, {posts * comments:.0f} comments\n")
    rows = []
    for site in sites:
        site.make_cold()
        took = run(site.command, site.folder, watch=True)
        rows.append(["cold", site.name, f"{took.largest:.0f}", _number(took.together)])
    print(table(("scenario", "site", "largest process MB", "together MB"), rows))


def show_shares(scratch: Path, sizes: Sequence[int], comments: float) -> None:
    """The largest shares at the last size, then every part's cost per post at each size."""
    found = [shares(lay_out(scratch, posts, comments, peers=False)[0])["parts"] for posts in sizes]
    last, total = found[-1], sum(found[-1].values())
    by_share = sorted(last, key=lambda part: -last[part])
    print(f"\nWhere {total:.1f} CPU seconds of our cold build go, {sizes[-1]} posts\n")
    for part in by_share[:LARGEST_SHARES]:
        print(f"{last[part] / total:6.1%}  {part}")
    print("\nCPU milliseconds per post\n")
    columns = list(zip(found, sizes, strict=True))
    rows = [
        [part, *(f"{1000 * parts.get(part, 0) / posts:.2f}" for parts, posts in columns)]
        for part in by_share
    ]
    print(table(("part", *(f"{posts} posts" for posts in sizes)), rows, words=1))


def _number(megabytes: float | None) -> str:
    return "–" if megabytes is None else f"{megabytes:.0f}"


def _machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def _sizes(typed: str) -> list[int]:
    return [int(part.replace("_", "")) for part in typed.split(",")]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=_sizes, default=[1000], help="sizes, between commas (1000)")
    parser.add_argument("--comments", type=float, default=10, help="for each post, on average (10)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run (3)")
    parser.add_argument("--profile", action="store_true", help="where our own time goes instead")
    parser.add_argument("--memory", action="store_true", help="peak memory alone, one run each")
    parser.add_argument("--scratch", type=Path, help="where the sites are laid out, and kept")
    options = parser.parse_args(arguments)
    if not hasattr(os, "wait4"):
        print("This system does not say what a child process used; run it on Linux or macOS.")
        return 1
    if not options.profile and not find_hugo():
        print("Hugo was left out: there is no hugo on the PATH, and HUGO does not name one.")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.scratch) as made:
        try:
            if options.profile:
                show_shares(Path(made), options.posts, options.comments)
                return 0
            for posts in options.posts:
                if options.memory:
                    show_memory(Path(made), posts, options.comments)
                else:
                    show_speed(Path(made), posts, options.comments, options.runs)
        except ProjectError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
