"""A made-up blog of any size, the same each time, for our site and for each of its peers.

    python -m bench.corpus --posts 1000 --comments 10 --manner technical --for ours --to some/folder

1. Titles, dates and the number of comments of each post are drawn; comments are spread unevenly, as
   they are in life: most posts have few, some have hundreds.
2. Each post is drawn from a generator of its own, so that the tenth post of ten thousand is made
   without the others, and nothing is kept.
3. It is written as its builder wants it. Nothing but the form of heads and threads differs, and where
   pictures lie. Our site has meetups besides, since the peers know none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bench import pictures, prose

FLAVOURS = ("ours", "pelican", "hugo", "eleventy")
ZONE = ZoneInfo("Australia/Sydney")
BEGIN, DAYS = datetime(2014, 1, 1, tzinfo=ZONE), 3650
DEEPEST = 5
CATEGORIES = ("Essays", "Field notes", "Interviews", "Reading", "Tools")
_NAMES = """
Learning Teaching Asking Writing Drawing Reading Meeting Leading Sharing Testing
Ana Bo Chidi Dora Emeka Fumi Greta Hamid Inga Jonas Kiri Mona Nils Olga Priya Rosa
Abara Berg Costa Dietz Endo Flores Grant Holm Ivanov Jung Katz Lund Moreau Nagy Okafor
ba dor el fin gar hol in ka lem mar nes o pol ris sta tun u ver wen zal
"""
_KINDS, _FIRST, _LAST, _SYLLABLES = (line.split() for line in _NAMES.strip().splitlines())
_PLACES = ("at work", "in public", "by hand", "in teams", "from afar", "over lunch")
TOPICS = tuple(f"{kind} {place}" for kind in _KINDS for place in _PLACES)
FROM_HOST, FROM_STRANGERS = 0.1, 0.45
"""The shares of comments by the host, and by people who speak once, as on blogs of many years."""
HOST = "activatelearning"
HOST_KEY = "16210535b46ef444f394778e1bb91c6c"  # as pelicanconf.py has it


MEETUPS = tuple(datetime(2024 + n // 12, 1 + n % 12, 5, 18, tzinfo=ZONE) for n in range(3, 15))
"""When each begins, 5 March 2025 being the last; each ends two and a half hours later."""
BEFORE_ITS_END, AFTER_ITS_END = "2025-03-05 20:00", "2025-03-05 21:00"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a blog is written. code: highlighted code in many posts, and some within sentences. picture_every:
    one in each so many posts, or 0. long_comments: of several paragraphs."""

    code: bool = True
    picture_every: int = 0
    long_comments: bool = False


TECHNICAL = Manner()
MANNERS = {
    "technical": TECHNICAL,
    "hers": Manner(code=False, picture_every=2, long_comments=True),
}


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
    picture: str = ""
    """The name of its file."""


def posts(count: int, comments: float, manner: Manner = TECHNICAL, seed: int = 1) -> Iterator[Post]:
    """`count` posts, oldest first, with `comments` comments each on average."""
    random = _random(seed)
    titles = [prose.name(random) for _ in range(count)]
    slugs = [_slug(title, number) for number, title in enumerate(titles, 1)]
    weights = [random.lognormvariate(0, 1.7) for _ in range(count)]
    talk = comments * count / sum(weights) if count else 0
    links = [f"/posts/{slug}/" for slug in slugs]
    for number, title in enumerate(titles):
        own = _random(f"{seed}/{number}")
        date = BEGIN + timedelta(
            days=number * DAYS // count, hours=own.randint(6, 20), minutes=own.randrange(60)
        )
        count_here = round(talk * weights[number])
        yield _post(own, number, slugs[number], title, date, links, manner, count_here)


def later_post(number: int, manner: Manner = TECHNICAL) -> Post:
    """A post after all others, of which there are `number`; nobody has commented yet."""
    own = _random(f"later/{number}")
    title = prose.name(own)
    date = BEGIN + timedelta(days=DAYS, minutes=number)
    return _post(own, number, _slug(title, number + 1), title, date, [], manner, 0)


def _post(
    own: Random,
    number: int,
    slug: str,
    title: str,
    date: datetime,
    links: Sequence[str],
    manner: Manner,
    comments: int,
) -> Post:
    picture, shown = "", ""
    if manner.picture_every and number % manner.picture_every == 0:
        kind = "photo" if number // manner.picture_every % 2 == 0 else "drawing"
        picture = f"{kind}-{number:05}.{'jpg' if kind == 'photo' else 'png'}"
        shown = f'![{prose.plain(own, 12)}](../images/{picture} "{prose.plain(own, 8)}")'
    return Post(
        slug=slug,
        title=title,
        date=date,
        category=own.choice(CATEGORIES),
        topics=tuple(own.sample(TOPICS, own.randint(4, 6))),
        summary=prose.plain(own, 24),
        body=prose.article(own, links, code=manner.code, picture=shown),
        comments=thread(own, comments, date, manner.long_comments),
        picture=picture,
    )


def _slug(title: str, number: int) -> str:
    return f"{title.lower().replace(' ', '-')}-{number:05}"


def _random(seed: int | str) -> Random:
    return Random(seed)  # noqa: S311 - prose, no secrets


def thread(random: Random, count: int, date: datetime, long: bool = False) -> tuple[Comment, ...]:
    """The first after `date`, each some two hours after the one before."""
    made: list[Comment] = []
    depths: list[int] = []
    when = date.astimezone(UTC).replace(microsecond=0)
    body = prose.letter if long else prose.node
    for number in range(count):
        when += timedelta(minutes=1 + int(random.expovariate(1 / 120)))
        parent, depth = None, 1
        if made and random.random() < 0.6:
            above = random.randrange(max(0, number - 25), number)
            if depths[above] < DEEPEST:
                parent, depth = made[above].id, depths[above] + 1
        made.append(Comment(f"c-{number + 1}", parent, _speaker(random), when, body(random)))
        depths.append(depth)
    return tuple(made)


def _speaker(random: Random) -> str:
    """The host, one of some hundred regulars, or somebody with a name that hardly comes twice."""
    first, drawn = random.choice(_FIRST), random.random()
    if drawn < FROM_HOST:
        return HOST
    if drawn < FROM_HOST + FROM_STRANGERS:
        return f"{first} {''.join(random.choices(_SYLLABLES, k=4)).capitalize()}"
    return f"{first} {random.choice(_LAST)}"


def write(post: Post, flavour: str, folder: Path) -> None:
    """The post and, when it has them, its thread and its picture, below `folder`."""
    ours = flavour == "ours"
    head = _lines(post, flavour) if flavour in ("ours", "pelican") else _yaml(post)
    body = post.body if ours else post.body.replace("](../images/", "](/images/")
    _put(folder / f"content/posts/{post.slug}.md", f"{head}\n{body}")
    if post.comments:
        _put(folder / thread_of(post.slug, flavour), as_json(_store(post) if ours else _list(post)))
    if post.picture:
        draw = pictures.photo if post.picture.startswith("photo") else pictures.drawing
        where = "static/images" if flavour == "hugo" else "content/images"
        path = folder / where / post.picture
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw(_random(post.picture)))


def thread_of(slug: str, flavour: str) -> str:
    """Where the thread of a post is, below its site's folder."""
    where = "content/comments/posts" if flavour == "ours" else "data/comments"
    return f"{where}/{slug}.json"


def write_meetups(folder: Path) -> None:
    """A meetup each month, and where they meet, as our site has them."""
    venue = "Name: The Corner House\nAddress: Fitzroy Street, Surry Hills NSW 2010\n"
    _put(folder / "content/venues/corner-house.md", venue)
    for begins in MEETUPS:
        random = _random(f"meetup/{begins:%Y-%m}")
        head = (
            f"Title: Third Place, {begins:%B %Y}\nDate: {begins - timedelta(days=20):%Y-%m-%d %H:%M}\n"
            f"Start: {begins:%Y-%m-%d %H:%M}\nEnd: 20:30\nVenue: corner-house\nCost: Free\n"
            f"Series: Third Place\nSummary: {prose.plain(random, 20)}\n"
        )
        text = prose.paragraph(random, 5, code=False)
        _put(folder / f"content/meetups/third-place-{begins:%Y-%m}.md", f"{head}\n{text}\n")


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _lines(post: Post, flavour: str) -> str:
    topics = "Topics" if flavour == "ours" else "Tags"
    return (
        f"Title: {post.title}\nDate: {post.date:%Y-%m-%d %H:%M}\nCategory: {post.category}\n"
        f"{topics}: {', '.join(post.topics)}\nSlug: {post.slug}\nSummary: {post.summary}\n"
    )


def _yaml(post: Post) -> str:
    # A JSON string or list of strings is one of YAML too.
    fields = {"title": post.title, "slug": post.slug, "summary": post.summary}
    lists = {"categories": [post.category], "tags": post.topics}
    lines = [f"{key}: {json.dumps(value)}" for key, value in (fields | lists).items()]
    return "\n".join(["---", f"date: {post.date.isoformat()}", *lines, "---\n"])


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
    parser.add_argument("--for", dest="flavour", choices=FLAVOURS, default="ours")
    parser.add_argument("--manner", choices=MANNERS, default="technical")
    parser.add_argument("--to", type=Path, required=True, help="the folder to write in")
    options = parser.parse_args(arguments)
    written = comments = 0
    for post in posts(options.posts, options.comments, MANNERS[options.manner]):
        write(post, options.flavour, options.to)
        written, comments = written + 1, comments + len(post.comments)
    if options.flavour == "ours":
        write_meetups(options.to)
    print(f"Wrote {written} posts and {comments} comments.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
