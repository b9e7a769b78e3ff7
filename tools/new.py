"""Begin a new entry: a file with its metadata lines, ready to write in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.entries.words import slugify
from tools.errors import ProjectError

ZONE = ZoneInfo("Australia/Sydney")
LONGEST = 80
"""Letters of a file's name, and so of an id and an address; a long title is cut at a word."""


def new_post(title: str, content: Path, topics: str = "", now: datetime | None = None) -> str:
    """Write posts/<slug>.md in `content`, a draft dated `now` (aware; the present by default).

    The answer says what was made and what comes next. Raises ProjectError when the title makes no
    file name, or when a post has it already.
    """
    title = " ".join(title.split())
    slug = slugify(title)
    if not slug:
        raise ProjectError(f'"{title}" has no letters or digits to name a file by; give a title')
    if not content.is_dir():
        raise ProjectError(f"{content}: no such folder; name the one that holds posts/")
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    path = content / "posts" / f"{slug}.md"
    when = (now or datetime.now(UTC)).astimezone(ZONE)
    head = f"Title: {title}\nDate: {when:%Y-%m-%d %H:%M}\nTopics: {topics}\nSummary: \nStatus: draft\n\n"
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(head)
    except FileExistsError:
        raise ProjectError(f"{path}: there is a post of this name; choose another title") from None
    return (
        f"{path}\nWrite in it; ./invoke serve --drafts shows it. "
        "To publish it, set its Date and take out the Status line."
    )
