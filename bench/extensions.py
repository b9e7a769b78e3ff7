"""`python -m bench.extensions`: what Markdown costs, in milliseconds a post, extension by extension.

The bodies of a made-up blog are rendered with the site's extensions, one more in each row, then with what
is done before and after; each row is the least of three passes over all of them. Nothing passes or
fails: it prints figures, and a person reads them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from markdown import Markdown

from bench import corpus
from bench.results import table
from plugins.entries import as_typed, body
from plugins.entries.directions import with_directions
from plugins.entries.tags import tag_faults, without_comments
from plugins.entries.typography import educate

PASSES = 3
_OF_OTHERS = body.EXTENSIONS.index("pymdownx.superfences")
"""Which extension is the first that does not come with Python-Markdown."""


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.extensions", description=__doc__)
    parser.add_argument("--posts", type=int, default=200)
    given = parser.parse_args(arguments)
    texts = [post.body for post in corpus.posts(given.posts, 0)]
    own = body.EXTENSIONS[:_OF_OTHERS]
    rows = [
        ("Python-Markdown alone", _converted(texts, ())),
        ("its own extensions, with fenced_code", _converted(texts, (*own, "fenced_code"))),
    ]
    for count, extension in enumerate(body.EXTENSIONS[_OF_OTHERS:], _OF_OTHERS + 1):
        name = extension if isinstance(extension, str) else type(extension).__module__
        word = "instead of it" if count == _OF_OTHERS + 1 else "and"
        rows.append((f"{word} {name}", _converted(texts, body.EXTENSIONS[:count])))
    html = [body.render(text).html for text in texts]
    for name, work, over in (
        ("as_typed: what was typed", _typed, texts),
        ("tags: those that were typed", lambda one: list(tag_faults(one)), html),
        ("tags: comments taken out", without_comments, html),
        ("typography", educate, html),
        ("directions", with_directions, html),
    ):
        rows.append((name, _least(work, over)))
    rows.append(("all of it, as a build does it", _least(body.render, texts)))
    print(table(("", "ms a post"), [(name, f"{cost:.2f}") for name, cost in rows], words=1))
    return 0


def _converted(texts: list[str], extensions: tuple[Any, ...]) -> float:
    used = {name: body.CONFIGURATION[name] for name in extensions if name in body.CONFIGURATION}
    markdown = Markdown(output_format="html", extensions=extensions, extension_configs=used)
    return _least(lambda text: markdown.reset().convert(text), texts)


def _typed(text: str) -> None:
    typed = as_typed.masked(text)
    as_typed.too_deep(typed)
    list(as_typed.faults(typed))
    list(as_typed.doubts(typed))


def _least(work: Callable[[str], object], over: list[str]) -> float:
    """Milliseconds of CPU time for one of them."""
    took = []
    for _ in range(PASSES):
        began = time.process_time()
        for one in over:
            work(one)
        took.append(time.process_time() - began)
    return min(took) * 1000 / len(over)


if __name__ == "__main__":
    raise SystemExit(main())
