"""Begin a new entry: a file with its metadata lines, ready to write in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from plugins.entries.dates import MONTHS
from plugins.entries.kinds import Kind
from plugins.entries.words import slugify
from plugins.kinds import KINDS
from tools.errors import ProjectError
from tools.settings import settings, zone_of

LONGEST = 80
"""Letters of a file's name, and so of an id and an address; a long title is cut at a word."""


def new_entry(
    kind: Kind, title: str, content: Path, lines: str | None = None, now: datetime | None = None
) -> str:
    """Write <folder>/<slug>.md in `content`, a draft dated `now` (aware; the present by default). lines:
    those besides Title, Date and Status; by default what the kind's row says.

    The answer says what was made and what comes next. Raises ProjectError when the title makes no
    file name, or when another has it already.
    """
    title, slug = name_of(title)
    when = (now or datetime.now(UTC)).astimezone(zone_of(settings()))
    more = kind.draft if lines is None else lines
    head = f"Title: {title}\nDate: {when:%Y-%m-%d %H:%M}\n{more}Status: draft\n\n"
    path = write_new(content / kind.folder / f"{slug}.md", head, "choose another title")
    return (
        f"{path}\nWrite in it; ./invoke serve --drafts shows it. "
        "To publish it, set its Date and take out the Status line."
    )


def new_post(title: str, content: Path, topics: str = "", now: datetime | None = None) -> str:
    """A post; see `new_entry`."""
    lines = KINDS["posts"].draft.replace("Topics: ", f"Topics: {topics}")
    return new_entry(KINDS["posts"], title, content, lines, now)


def new_issue(content: Path, month: str | None = None, now: datetime | None = None) -> str:
    """Write tips/<month>.md in `content`, a draft with its four items begun; without a month, for the one
    after the latest, or for this month when there is none. Raises ProjectError when the month is none, or
    has its issue already."""
    today = (now or datetime.now(UTC)).astimezone(zone_of(settings()))
    if month is None:
        known = sorted(path.stem for path in (content / "tips").glob("20??-??.md"))
        month = _month_after(known[-1]) if known else f"{today:%Y-%m}"
    if not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", month):
        raise ProjectError(f'"{month}" is not a month; write it as {today:%Y-%m}')
    name = MONTHS[int(month[5:]) - 1]
    items = "".join(
        f"## {kind}: \n\n\n\nTry: \nTakes: \nNeeds: pencil\nFrom: \n\n"
        for kind in ("Tip", "Tool", "Idea", "Tip")
    )
    head = f"Title: {name}: \nDate: {month}-01 07:30\nSummary: \nPreheader: \nStatus: draft\n\n\n\n"
    path = write_new(
        content / "tips" / f"{month}.md", head + items, "write in that, or name a month"
    )
    return (
        f"{path}\nWrite in it; ./invoke tips.preview --issue {month} shows the mail. "
        "To publish it, set its Date and take out the Status line."
    )


def _month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def name_of(title: str) -> tuple[str, str]:
    """A title on one line, and the name of a file made from it. Raises ProjectError when none can be."""
    title = " ".join(title.split())
    slug = slugify(title)
    if not slug:
        raise ProjectError(f'"{title}" has no letters or digits to name a file by; give a title')
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return title, slug


def write_new(path: Path, text: str, mend: str) -> Path:
    """Write a file that is not there yet, in a folder of the content; its path. mend: what to do when
    it is. Raises ProjectError when it is, or when there is no content."""
    content = path.parent.parent
    if not content.is_dir():
        raise ProjectError(
            f"{content}: no such folder; name the one that holds {path.parent.name}/"
        )
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        word = KINDS[path.parent.name].word
        raise ProjectError(f"{path}: there is a {word} of this name; {mend}") from None
    return path
