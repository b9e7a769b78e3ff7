"""`./invoke bench`: our build beside plain Pelican's, Hugo's and Eleventy's, the same blogs, in turn.

1. For each manner of blog and each size, the sites are laid out in a scratch folder.
2. For each scenario they are run in turn (A B C A B C …), so that what else the machine does meets
   all of them; the table shows medians.
3. One more cold run of each, and one more of ours in each scenario, is watched, not timed, for the memory
   of all its processes together.
4. The figures go into RESULTS.md when a blog is done, so that a run that is ended loses only the last.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.corpus import MANNERS
from bench.measure import MB, Took, files_below, megabytes_written, run
from bench.results import Block, Row, compared, keep, table
from bench.sites import (
    COLD,
    PUBLISHED,
    ROOT,
    Peer,
    Scenario,
    Site,
    can_publish,
    find_peers,
    lay_out,
    scenarios,
    serving_published,
)
from tools.errors import ProjectError

SIZES = (100, 1000, 10_000)
MOST_WITH_PICTURES = 1000
"""The largest size at which a blog with pictures is measured unless it is asked for: encoding 5,000 pictures
takes an hour a run."""
LARGEST_SHARES = 5


def compare(sites: Sequence[Site], runs: int, wanted: Sequence[Scenario]) -> Iterator[Row]:
    """A row for each scenario and site."""
    for scenario in wanted:
        here = [site for site in sites if site.name == "ours" or not scenario.ours_only]
        took: dict[str, list[tuple[Took, float]]] = {site.name: [] for site in here}
        for _ in range(runs):
            for site in here:
                took[site.name].append(_timed(scenario, site))
        for site in here:
            watched = scenario is COLD or site.name == "ours"
            together = _together(scenario, site) if watched else None
            row = _row(scenario.name, site.name, took[site.name], together)
            print(f"  {row.scenario}, {row.site}: {row.wall:.2f} s", file=sys.stderr, flush=True)
            yield row


def _timed(scenario: Scenario, site: Site) -> tuple[Took, float]:
    """What the command took, and how many MB it wrote."""
    scenario.prepare(site)
    folders = [site.folder / name for name in (*site.written, PUBLISHED)]
    before = files_below(folders)
    took = run(scenario.command(site), site.folder)
    return took, megabytes_written(before, files_below(folders))


def _together(scenario: Scenario, site: Site) -> float | None:
    scenario.prepare(site)
    return run(scenario.command(site), site.folder, watch=True).together


def _row(
    scenario: str, site: str, several: Sequence[tuple[Took, float]], together: float | None
) -> Row:
    walls = [took.wall for took, _ in several]
    return Row(
        scenario=scenario,
        site=site,
        wall=median(walls),
        low=min(walls),
        high=max(walls),
        cpu=median(took.cpu for took, _ in several),
        largest=median(took.largest for took, _ in several),
        together=together,
        written=median(written for _, written in several),
    )


def shares(site: Site) -> dict[str, dict[str, float]]:
    """CPU seconds of a cold build of ours by part, and by function."""
    site.make_cold()
    command = [sys.executable, "-m", "bench.shares", "content", "output"]
    done = subprocess.run(command, cwd=site.folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProjectError(f"The build that was to be profiled failed:\n{done.stderr[-2000:]}")
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def measured(
    scratch: Path, manner: str, posts: int, comments: float, runs: int, peers: Sequence[Peer]
) -> Block:
    """All scenarios of one blog, laid out below `scratch`."""
    load = os.getloadavg()[0]
    sites = lay_out(scratch, posts, comments, manner, peers)
    with serving_published(sites[0]):
        rows = list(compare(sites, runs, scenarios()))
    return Block(
        manner=manner,
        posts=posts,
        comments=round(posts * comments),
        runs=runs,
        made=f"{datetime.now(UTC):%d %B %Y}".lstrip("0"),
        machine=_machine(load, scratch),
        versions={"ours": _commit(), **{peer.name: _version(peer.version) for peer in peers}},
        rows=rows,
    )


def show_shares(scratch: Path, sizes: Sequence[int], comments: float) -> None:
    """The largest shares at the last size, then every part's cost per post at each size."""
    laid = [lay_out(scratch / str(posts), posts, comments, "technical") for posts in sizes]
    found = [shares(sites[0])["parts"] for sites in laid]
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


def _machine(load: float, scratch: Path) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MB / 1024
    linux = platform.system() == "Linux"
    disk = _said(["stat", "--file-system", "--format=%T", str(scratch)]) if linux else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{f'files on {disk}, ' if disk else ''}Python {platform.python_version()}, "
        f"load {load:.1f} before it began"
    )


def _version(command: Sequence[str]) -> str:
    """The number in what a program says of its version."""
    words = _said(command).split()
    numbers = (word.lstrip("v").partition("-")[0] for word in words)
    return next((number for number in numbers if number[:1].isdigit()), "of an unknown version")


def _commit() -> str:
    """The commit of this project, and whether more has changed since."""
    return (
        _said(["git", "describe", "--always", "--dirty", "--exclude=*"]) or "outside a repository"
    )


def _said(command: Sequence[str]) -> str:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()


def _sizes(typed: str) -> list[int]:
    return [int(part.replace("_", "")) for part in typed.split(",")]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=_sizes, help="sizes, between commas (100,1000,10000)")
    parser.add_argument("--comments", type=float, default=10, help="for each post, on average (10)")
    parser.add_argument("--manner", choices=MANNERS, help="one manner of blog (all)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run (3)")
    parser.add_argument("--profile", action="store_true", help="where our own time goes instead")
    parser.add_argument("--scratch", type=Path, help="where the sites are laid out")
    parser.add_argument(
        "--to", type=Path, default=ROOT / "bench", help="where RESULTS.md is (bench)"
    )
    options = parser.parse_args(arguments)
    if not hasattr(os, "wait4"):
        print("This system does not say what a child process used; run it on Linux or macOS.")
        return 1
    os.environ.pop("SITE_FOLDER", None)  # our copy of the project is a site of its own
    try:
        if options.profile:
            with _scratch(options.scratch) as made:
                show_shares(Path(made), options.posts or [1000], options.comments)
            return 0
        peers = _peers_there()
        for manner, posts in _blogs(options.manner, options.posts or SIZES):
            print(f"{manner}, {posts:,} posts", file=sys.stderr, flush=True)
            with _scratch(options.scratch) as made:
                block = measured(Path(made), manner, posts, options.comments, options.runs, peers)
            keep(options.to, block)
            print(f"\n{block.title}, {block.machine}\n\n{compared(block)}\n", flush=True)
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _scratch(folder: Path | None) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="bench-", dir=folder)


def _blogs(manner: str | None, sizes: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Manner and size of each that is measured."""
    for name in [manner] if manner else MANNERS:
        for posts in sizes:
            if posts > MOST_WITH_PICTURES and MANNERS[name].picture_every and not manner:
                print(f"{name}, {posts:,} posts: left out; --manner {name} measures it.")
            else:
                yield name, posts


def _peers_there() -> list[Peer]:
    """Those that are installed; of others a line says why not."""
    found = []
    for peer in find_peers():
        if peer.missing:
            print(f"{peer.name} is left out: {peer.missing}.")
        else:
            found.append(peer)
    if not can_publish():
        print("Publishing is left out: its packages are not installed.")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
