"""`python -m bench.threads`: what conversations cost by themselves, and threads to look at.

1. `--comments 20000 --threads 2000` lays a store of that size and, in a process of its own, reads and
   checks it, looks through it for what is private, makes the conversations and the people, renders each
   thread by the theme's own macro, and writes the feeds; of each step it tells the time, and the peak of
   memory by then. A second process does the same under the sampler, for the three largest shares.
2. `--lay DIR` writes DIR/content, whose posts have threads of 1, 8, 60 and 1,000 comments, to be built
   and looked at: `./invoke build --content DIR/content --output …`.

Nothing here passes or fails: it prints figures, and a person reads them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bench import corpus, prose
from bench.results import table
from bench.shares import Sampler

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1, 8, 60, 1000)
ZONE = ZoneInfo("Australia/Sydney")
BEGIN = datetime(2024, 3, 1, 9, tzinfo=UTC)
LARGEST_SHARES = 3
T = TypeVar("T")


def sizes(comments: int, threads: int, seed: int = 1) -> list[int]:
    """How many comments each thread has: one at least, most few, some hundreds, `comments` together."""
    random = Random(seed)  # noqa: S311 - a corpus, no secrets
    weights = [random.lognormvariate(0, 1.5) for _ in range(threads)]
    spare, whole = comments - threads, sum(weights)
    counts = [1 + int(spare * weight / whole) for weight in weights]
    for number in range(comments - sum(counts)):
        counts[number % threads] += 1
    return counts


def lay(folder: Path, counts: Iterable[int]) -> None:
    """`folder`/content, with a post for each thread."""
    for number, count in enumerate(counts, 1):
        random = Random(f"threads/{number}")  # noqa: S311 - a corpus, no secrets
        post = corpus.Post(
            slug=f"thread-{number:05}-of-{count}",
            title=f"{prose.name(random)}: {count} comments",
            date=BEGIN,
            category="Learning",
            topics=(),
            summary=prose.plain(random, 24),
            body=prose.paragraph(random, 4),
            comments=corpus.thread(random, count, BEGIN),
        )
        corpus.write(post, "ours", folder)


def measure(content: Path, sampled: bool) -> dict[str, Any]:
    """Each step's seconds and the peak of memory by its end (MB); sampled: CPU seconds by file instead."""

    from plugins.conversations.lookalikes import lookalike_faults
    from plugins.conversations.mail_links import ReplyAddress
    from plugins.conversations.people import people
    from plugins.conversations.store import read_store
    from plugins.conversations.tree import conversation
    from plugins.conversations.view import TEMPLATES, thread_view
    from plugins.entries.filters import FILTERS
    from plugins.faults import Report
    from plugins.feeds.jsonfeed import json_feed
    from plugins.feeds.model import Publisher
    from plugins.feeds.of_talk import TalkFeeds
    from plugins.feeds.syndication import atom, rss
    from plugins.outputs.templates import Templates
    from plugins.privacy.store import store_faults

    steps: list[tuple[str, float, float]] = []
    sampler = Sampler()
    if sampled:
        sampler.begin()

    def step(name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        made = work()
        took = time.perf_counter() - began
        steps.append((name, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
        return made

    report, names = Report(), ("activatelearning", "Activate Learning")
    threads = step(
        "read and check",
        lambda: read_store(content / "comments", "comments", report, corpus.HOST_KEY),
    )
    step(
        "look for imitators",
        lambda: [
            lookalike_faults(thread, names, corpus.HOST_KEY, key) for key, thread in threads.items()
        ],
    )
    step("look for what is private", lambda: [store_faults(t, k) for k, t in threads.items()])
    talk = step("make conversations", lambda: [conversation(t, ZONE) for t in threads.values()])
    who = step("make people", lambda: people(talk, {}))
    everyone = who.by_key
    templates = Templates([TEMPLATES], {}, FILTERS)
    mail = ReplyAddress("hello@activatelearning.example")
    entries = [
        SimpleNamespace(title=t.entry, address=f"/{t.entry}/", key=t.entry, feed_id=t.entry)
        for t in talk
    ]
    step(
        "render",
        lambda: sum(
            len(
                templates.render(
                    "thread", thread_view(thread, entry.title, entry.address, everyone, mail)
                )
            )
            for thread, entry in zip(talk, entries, strict=True)
        ),
    )
    publisher = Publisher(
        "A site", "", "activatelearning", "https://a.example", "a.example,2014", "en-AU"
    )
    forms: dict[str, Any] = {"atom": atom, "rss": rss, "json": json_feed}
    rows: Any = [pair for pair in zip(entries, talk, strict=True) if pair[1].count]
    step(
        "write feeds",
        lambda: sum(
            len(forms[ending](feed))
            for feed in TalkFeeds(publisher, 50, str.encode).feeds(rows, who.pages)
            for ending in feed.formats
        ),
    )
    if sampled:
        sampler.end()
    return {"steps": steps, "files": _by_file(sampler.functions), "faults": len(report.faults)}


def _by_file(functions: dict[str, float]) -> dict[str, float]:
    files: defaultdict[str, float] = defaultdict(float)
    for name, seconds in functions.items():
        files[name.split(":")[0]] += seconds
    return dict(files)


def _alone(content: Path, sampled: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.threads", "--measure", str(content)]
    done = subprocess.run(
        [*command, *(["--sampled"] if sampled else [])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def show(comments: int, threads: int) -> None:
    with tempfile.TemporaryDirectory(prefix="threads-") as made:
        lay(Path(made), sizes(comments, threads))
        content = Path(made) / "content"
        timed, sampled = _alone(content, sampled=False), _alone(content, sampled=True)
    print(f"\n{comments:,} comments in {threads:,} threads, one process\n")
    rows = [
        [name, f"{1000 * took:.0f}", f"{1_000_000 * took / comments:.0f}", f"{peak:.0f}"]
        for name, took, peak in timed["steps"]
    ]
    whole = sum(took for _, took, _ in timed["steps"])
    peak = f"{timed['steps'][-1][2]:.0f}"
    rows.append(["together", f"{1000 * whole:.0f}", f"{1_000_000 * whole / comments:.0f}", peak])
    print(table(("step", "ms", "µs a comment", "peak MB by then"), rows, words=1))
    files: dict[str, float] = sampled["files"]
    total = sum(files.values())
    print(f"\nThe largest shares of {total:.1f} CPU seconds\n")
    for name in sorted(files, key=lambda name: -files[name])[:LARGEST_SHARES]:
        print(f"{files[name] / total:6.1%}  {name}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.threads", description=__doc__.splitlines()[0])
    parser.add_argument("--comments", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2_000)
    parser.add_argument("--lay", type=Path, help="write threads of 1, 8, 60 and 1,000 there")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--sampled", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        print(json.dumps(measure(options.measure, options.sampled)))
    elif options.lay:
        lay(options.lay, SIZES)
        print(f"Laid threads of {', '.join(map(str, SIZES))} comments into {options.lay}/content")
    else:
        show(options.comments, options.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
