"""The project's own content, and among it what no layout likes: words without a break, wide code, wide
tables, long lists, deep threads. Newest of all, so that it stands in every list too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.sites import HOST

WORD = "Kraftfahrzeughaftpflichtversicherungsgesellschaftenverbandsvorsitzendenstellvertr"[:80]
ADDRESS = f"https://ok.example/{'a-very-long-path/' * 8}{WORD}?{'key=value&' * 12}"
CODE = " ".join(f"argument_{number:02}={number}," for number in range(12)).ljust(200, "x")
UNBREAKABLE = "\u00a0".join(["no", "break"] * 40)
DEEP = 30

POSTS = {
    "nasty-words": f"""\
Title: {WORD}
Date: 2098-01-07 08:00
Topics: {WORD}, Social learning, A topic with a name that goes on for rather longer than one line
Summary: {WORD} {WORD}
Series: {WORD}
Contents: yes

A paragraph with {WORD} in it, `{WORD}{WORD}` as code, *{WORD}*, **{WORD}**, and {ADDRESS}.
An abbreviation, [a link with {WORD}]({ADDRESS}), <{ADDRESS}>, and a footnote.[^1]

## {WORD}

> {WORD}
>
> > {WORD}
>
> — {WORD}, *{WORD}*

### {WORD} and {WORD}

- {WORD}
    - {WORD}
        - {WORD}
            - {WORD}
                - {WORD}
                    1. {WORD}

{WORD}
:   {WORD}

#### `{WORD}`

{"A long paragraph of plain words that says little and goes on. " * 30}

[^1]: {WORD} {ADDRESS}
""",
    "nasty-frames": f"""\
Title: A post with wide code, a wide table and pictures
Date: 2098-01-06 08:00
Topics: {WORD}
Image: round-table.png
Image-Alt: A round table seen from above
Series: {WORD}

```python
{CODE}
# {CODE}
def {WORD}(): ...
```

    {CODE}

- In a list:

        {CODE}

> In a quotation:
>
>     {CODE}

| {" | ".join(f"Column {number}" for number in range(10))} |
|{"---|" * 9}--:|
| {" | ".join("a few words here" for _ in range(10))} |
| {" | ".join([WORD, *("x" * number for number in range(9))])} |

![Two maps of one office, side by side](two-maps.png "{WORD} as a caption")

A picture ![A notebook](four-things-notebook.png) in a line of text.
""",
    "nasty-thread": f"""\
Title: A post with a deep thread
Date: 2098-01-05 08:00
Topics: Social learning
Series: {WORD}

Short.
""",
    "nasty-empty": """\
Title: A
Date: 2098-01-04 08:00

B.
""",
}
NASTY = {
    "words": "/posts/nasty-words/",
    "frames": "/posts/nasty-frames/",
    "thread": "/posts/nasty-thread/",
    "empty": "/posts/nasty-empty/",
    "home": "/",
    "archive": "/archive/",
    "topics": "/topics/",
    "topic": "/topics/social-learning/",
    "long topic": f"/topics/{WORD.lower()}/",
    "page with a thread": "/about/",
    "subscribe": "/subscribe/",
}
"""The addresses worth looking at, by what is nasty there."""


def write_nasty(folder: Path, content: Path) -> None:
    """Copy `content` to `folder`, which is new, and add to it."""
    shutil.copytree(content, folder)
    for name, text in POSTS.items():
        (folder / f"posts/{name}.md").write_text(text, encoding="utf-8")
    for entry in ("posts/nasty-thread", "pages/about"):
        thread = {"version": 1, "entry": entry, "state": "open", "comments": list(_comments())}
        (folder / f"comments/{entry}.json").write_text(json.dumps(thread), encoding="utf-8")


def _comments() -> list[dict[str, Any]]:
    """A line of thirty replies, then what is wide in other ways, with a removed comment between."""
    deep = [
        _comment(
            f"deep-{number}",
            f"deep-{number - 1}" if number else None,
            f"Reply number {number}. {WORD if number % 7 == 0 else 'Some words that go on a while. ' * 6}",
            name=WORD if number % 5 == 0 else "Robin",
            host=number % 4 == 3,
        )
        for number in range(DEEP)
    ]
    bodies = {
        "code": f"```\n{CODE}\n```",
        "inline": f"`{CODE.replace(' ', '')}`",
        "link": f"[{WORD}]({ADDRESS}) and {ADDRESS}",
        "quotes": f"{'> ' * 20}{WORD}",
        "lists": "\n".join(f"{'  ' * depth}- {WORD}" for depth in range(10)),
        "numbers": f"123456789. {WORD}\n123456790. Another",
        "signs": f"{'x' * 300} {'-' * 200} {'=' * 200} {UNBREAKABLE}",
    }
    wide = [_comment(name, None, body, name=WORD + WORD[:20]) for name, body in bodies.items()]
    gone = _comment("gone", None, "", name=None)
    return [*deep, *wide, gone, _comment("answer", "gone", "An answer to what is gone.")]


def _comment(
    identity: str,
    parent: str | None,
    body: str,
    name: str | None = "Sam",
    host: bool = False,
) -> dict[str, Any]:
    key = HOST if host else "0" * 32
    author = {"name": name, "url": ADDRESS[:400], "key": key, "host": host}
    return {
        "id": identity,
        "parent": parent,
        "date": "2098-02-01T08:00:00+11:00",
        "state": "approved" if name else "deleted",
        "author": author if name else None,
        "body": body,
    }
