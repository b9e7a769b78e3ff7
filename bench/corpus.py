"""A made-up blog of any size, the same each time, for our site, for plain Pelican and for Hugo.

    python -m bench.corpus --posts 1000 --comments 10 --for site --to some/folder

1. Titles, dates and the number of comments of each post are drawn; comments are spread unevenly, as
   they are in life: most posts have few, some have hundreds.
2. Each post is drawn from a generator of its own, so that the tenth post of ten thousand is made
   without the others, and nothing is kept.
3. It is written as its builder wants it. Nothing but the form of heads and threads differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bench import prose

FLAVOURS = ("site", "pelican", "hugo")
ZONE = ZoneInfo("Australia/Sydney")
BEGIN, DAYS = datetime(2014, 1, 1, tzinfo=ZONE), 3650
DEEPEST = 5
CATEGORIES = ("Essays", "Field notes", "Interviews", "Reading", "Tools")
_NAMES = """
Learning Teaching Asking Writing Drawing Reading Meeting Leading Sharing Testing
Ana Bo Chidi Dora Emeka Fumi Greta Hamid Inga Jonas Kiri Mona Nils Olga Priya Rosa
Abara Berg Costa Dietz Endo Flores Grant Holm Ivanov Jung Katz Lund Moreau Nagy Okafor
"""
_KINDS, _FIRST, _LAST = (line.split() for line in _NAMES.strip().splitlines())
_PLACES = ("at work", "in public", "by hand", "in teams", "from afar", "over lunch")
_LETTERS = "ABCDEFGHKLMNPRSTW"
TOPICS = tuple(f"{kind} {place}" for kind in _KINDS for place in _PLACES)
HOST = "activatelearning"
HOST_KEY = "16210535b46ef444f394778e1bb91c6c"  # as pelicanconf.py has it


@dataclass(frozen=True, slots=True)
class Comment:
    """parent: the id of an earlier comment of the same post. date: aware."""

    id: str
    parent: str | None
    name: str
    date: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Post:
    """date: aware, in the site's zone."""

    slug: str
    title: str
    date: datetime
    category: str
    topics: tuple[str, ...]
    summary: str
    body: str
    comments: tuple[Comment, ...]


def posts(count: int, comments: float, seed: int = 1) -> Iterator[Post]:
    """`count` posts, oldest first, with `comments` comments each on average."""
    random = _random(seed)
    titles = [prose.name(random) for _ in range(count)]
    slugs = [f"{t.lower().replace(' ', '-')}-{n:05}" for n, t in enumerate(titles, 1)]
    weights = [random.lognormvariate(0, 1.7) for _ in range(count)]
    talk = comments * count / sum(weights) if count else 0
    links = [f"/posts/{slug}/" for slug in slugs]
    for number, title in enumerate(titles):
        own = _random(f"{seed}/{number}")
        date = BEGIN + timedelta(
            days=number * DAYS // count, hours=own.randint(6, 20), minutes=own.randrange(60)
        )
        yield Post(
            slug=slugs[number],
            title=title,
            date=date,
            category=own.choice(CATEGORIES),
            topics=tuple(own.sample(TOPICS, own.randint(4, 6))),
            summary=prose.plain(own, 24),
            body=prose.article(own, links),
            comments=thread(own, round(talk * weights[number]), date),
        )


def _random(seed: int | str) -> Random:
    return Random(seed)  # noqa: S311 - prose, no secrets


def thread(random: Random, count: int, date: datetime) -> tuple[Comment, ...]:
    made: list[Comment] = []
    depths: list[int] = []
    when = date.astimezone(UTC).replace(microsecond=0)
    for number in range(count):
        when += timedelta(minutes=1 + int(random.expovariate(1 / 120)))
        parent, depth = None, 1
        if made and random.random() < 0.6:
            above = random.randrange(max(0, number - 25), number)
            if depths[above] < DEEPEST:
                parent, depth = made[above].id, depths[above] + 1
        host = random.random() < 0.1
        name = (
            HOST
            if host
            else f"{random.choice(_FIRST)} {random.choice(_LETTERS)}. {random.choice(_LAST)}"
        )
        made.append(Comment(f"c-{number + 1}", parent, name, when, prose.node(random)))
        depths.append(depth)
    return tuple(made)


def write(post: Post, flavour: str, folder: Path) -> None:
    """The post and, when it has comments, its thread, below `folder`."""
    head = _toml(post) if flavour == "hugo" else _lines(post, flavour)
    _put(folder / f"content/posts/{post.slug}.md", f"{head}\n{post.body}")
    if post.comments:
        stored = _store(post) if flavour == "site" else _list(post)
        where = "content/comments/posts" if flavour == "site" else "data/comments"
        _put(folder / where / f"{post.slug}.json", as_json(stored))


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _lines(post: Post, flavour: str) -> str:
    topics = "Topics" if flavour == "site" else "Tags"
    return (
        f"Title: {post.title}\nDate: {post.date:%Y-%m-%d %H:%M}\nCategory: {post.category}\n"
        f"{topics}: {', '.join(post.topics)}\nSlug: {post.slug}\nSummary: {post.summary}\n"
    )


def _toml(post: Post) -> str:
    # A JSON string or list of strings is one of TOML too.
    fields = {"title": post.title, "slug": post.slug, "summary": post.summary}
    lists = {"categories": [post.category], "tags": post.topics}
    lines = [f"{key} = {json.dumps(value)}" for key, value in (fields | lists).items()]
    return "\n".join(["+++", f"date = {post.date.isoformat()}", *lines, "+++\n"])


def _store(post: Post) -> dict[str, Any]:
    """The thread as our store holds it, version 1."""
    comments = [
        {
            "id": comment.id,
            "parent": comment.parent,
            "date": comment.date.isoformat(),
            "state": "approved",
            "author": {
                "name": comment.name,
                "url": None,
                "key": HOST_KEY
                if comment.name == HOST
                else hashlib.sha256(comment.name.encode()).hexdigest()[:32],
                "host": comment.name == HOST,
            },
            "body": comment.body,
        }
        for comment in post.comments
    ]
    return {"version": 1, "entry": f"posts/{post.slug}", "state": "open", "comments": comments}


def _list(post: Post) -> list[dict[str, Any]]:
    return [asdict(comment) | {"date": comment.date.isoformat()} for comment in post.comments]


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description="Make a blog.")
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--comments", type=float, default=10, help="for each post, on average")
    parser.add_argument("--for", dest="flavour", choices=FLAVOURS, default="site")
    parser.add_argument("--to", type=Path, required=True, help="the folder to write in")
    options = parser.parse_args(arguments)
    written = comments = 0
    for post in posts(options.posts, options.comments):
        write(post, options.flavour, options.to)
        written, comments = written + 1, comments + len(post.comments)
    print(f"Wrote {written} posts and {comments} comments.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
