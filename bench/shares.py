"""Where the time of our cold build goes, by part.

    python -m bench.shares some/content some/output

Every few milliseconds of CPU time the stack is looked at, and the time since the last look goes to
the innermost function that belongs to a part (setitimer(2), ITIMER_PROF). Unlike cProfile this slows
down small functions no more than large ones, and knows for whom a shared one (a regular expression,
a template's escaping) was at work. What the build would give to other processes is done in this one.
"""

from __future__ import annotations

import concurrent.futures
import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

EVERY = 0.002
REST = "the rest"

PARTS = (
    ("/importlib/", "imports"),
    ("importlib._bootstrap", "imports"),
    ("/pathlib.py:Path.write_", "writing"),
    ("/pathlib.py:Path.mkdir", "writing"),
    ("/shutil.py:", "writing"),
    ("/pelican/writers.py:", "writing"),
    ("/pygments/", "highlighting"),
    ("/extensions/codehilite.py:", "highlighting"),
    ("/plugins/images/", "cards and pictures"),
    ("/plugins/conversations/", "threads"),
    ("/plugins/structured/", "structured data"),
    ("/plugins/feeds/", "feeds"),
    ("/plugins/links/", "links and related"),
    ("/plugins/lists/", "lists and the sitemap"),
    ("/plugins/hosting/", "lists and the sitemap"),
    ("/pelican/plugins/sitemap/", "lists and the sitemap"),
    ("/markdown/", "Markdown bodies"),
    ("/plugins/entries/body.py:", "Markdown bodies"),
    ("/plugins/entries/typography.py:", "Markdown bodies"),
    ("/plugins/entries/rendering.py:", "Markdown bodies"),
    ("/jinja2/", "templates"),
    ("/theme/templates/", "templates"),
    ("/plugins/entries/", "reading and checking"),
    ("/pelican/", "Pelican itself"),
)
"""What a function's file and name hold, and the part that it then belongs to; the first that fits."""


class _InPlace(Executor):
    """In place of a pool of processes: does at once what it is given."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Sampler:
    """CPU seconds by part, and by function of ours, from `begin` to `end`."""

    def __init__(self) -> None:
        self.parts: defaultdict[str, float] = defaultdict(float)
        self.functions: defaultdict[str, float] = defaultdict(float)
        self._last = 0.0

    def begin(self) -> None:
        self._last = time.process_time()
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def _look(self, _: int, frame: FrameType | None) -> None:
        now = time.process_time()
        spent, self._last = now - self._last, now
        part, function = None, None
        while frame is not None and not (part and function):
            part = part or _part(frame.f_code)
            function = function or _ours(frame.f_code)
            frame = frame.f_back
        self.parts[part or REST] += spent
        self.functions[function or REST] += spent


@cache
def _part(code: CodeType) -> str | None:
    name = f"{code.co_filename}:{code.co_qualname}"
    return next((part for needle, part in PARTS if needle in name), None)


@cache
def _ours(code: CodeType) -> str | None:
    for folder in ("/plugins/", "/tools/", "/theme/templates/"):
        if folder in code.co_filename and "site-packages" not in code.co_filename:
            return f"{folder[1:]}{code.co_filename.split(folder)[-1]}: {code.co_qualname}"
    return None


def main(arguments: list[str]) -> int:
    content, output = map(Path, arguments)
    # Before anything of ours imports it.
    setattr(concurrent.futures, "ProcessPoolExecutor", _InPlace)  # noqa: B010 - a type stands here
    sampler = Sampler()
    sampler.begin()
    from tools.build import build

    build(content, output)
    sampler.end()
    print(json.dumps({"parts": sampler.parts, "functions": sampler.functions}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
