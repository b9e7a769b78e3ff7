"""What is kept of a person: the picture that they gave of themselves, and whether there is a page about
them. `comments.person PERSON --picture FILE`, `--no-page`.

1. The person is found by a name they use, the address of their page, or their key.
2. The picture is opened with bounds, turned the right way up, cut to a square around its middle, brought
   to the one size that pages show, and written without anything that the camera added.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plugins.atomic import replace_file
from plugins.conversations.people import PEOPLE_FROM
from plugins.conversations.portraits import MOST_BYTES, SIDE, WITHOUT_PAGE
from plugins.entries.words import counted, slugify
from plugins.faults import did_you_mean
from tools.comments.desk import Desk
from tools.errors import ProjectError, as_project_error

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 60_000_000
PAPER = (255, 255, 255)
"""What a transparent picture lies on."""
SHORTEST_KEY = 4


def set_person(
    desk: Desk,
    person: str,
    picture: Path | None = None,
    no_picture: bool = False,
    page: bool | None = None,
) -> str:
    """Store a picture of `person` or take theirs away; have a page about them or none. What was done, a
    sentence for each.

    page: None leaves that as it is. Raises ProjectError when nobody, or more than one, is meant, nothing is
    asked for, or the file is no picture.
    """
    key, name = find_person(person, _names(desk))
    if picture and no_picture:
        raise ProjectError("--picture and --no-picture: write one of the two")
    if not picture and not no_picture and page is None:
        raise ProjectError("Say what: --picture FILE or --no-picture, --page or --no-page")
    folder = desk.content / "people"
    done = []
    if picture:
        content = square(picture)
        with as_project_error():
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(folder / f"{key}.jpg", content)
        done.append(f"{name} has a picture now: {desk.content.name}/people/{key}.jpg")
    if no_picture:
        if not (folder / f"{key}.jpg").exists():
            raise ProjectError(
                f"{name} has no picture; {desk.content.name}/people/{key}.jpg is not there"
            )
        with as_project_error():
            (folder / f"{key}.jpg").unlink()
        done.append(f"{name} has their mark again; {desk.content.name}/people/{key}.jpg is gone.")
    if page is not None:
        done.append(_set_page(desk, key, name, page))
    return "\n".join(done)


def _set_page(desk: Desk, key: str, name: str, page: bool) -> str:
    path = desk.content / "people" / WITHOUT_PAGE
    shown = f"{desk.content.name}/people/{WITHOUT_PAGE}"
    with as_project_error():
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        kept = [line for line in lines if line.split()[:1] != [key]]
        if page == (len(kept) == len(lines)):
            return f"{name} {'is not' if page else 'is'} in {shown} already; nothing was changed."
        kept += [] if page else [f"{key}  {name}"]
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, "".join(f"{line}\n" for line in kept).encode())
    if page:
        return f"{name} may have a page again, from {PEOPLE_FROM} entries on: {shown} is changed."
    return f"There will be no page about {name}: {shown} is changed."


def find_person(typed: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """The key and the name of whoever is meant. names: by key, the names they used, the last one first.

    typed: a name, a key or four and more of its first digits, or (a part of) the address of their page.
    """
    wanted = urlsplit(typed).path.strip("/").split("/")[-1] if "/" in typed else typed.strip()
    slug = slugify(wanted)
    plain, _, digits = slug.rpartition("-")
    by_key = len(wanted) >= SHORTEST_KEY
    ways = (
        [key for key in names if by_key and key.startswith(wanted.casefold())],
        [key for key, used in names.items() if wanted in used],
        [key for key, used in names.items() if slug in {slugify(name) for name in used}],
        [
            key
            for key, used in names.items()
            if len(digits) >= SHORTEST_KEY
            and key.startswith(digits)
            and plain in {slugify(name) for name in used}
        ],
    )
    for found in ways:
        if len(found) == 1:
            return found[0], names[found[0]][0]
        if found:
            listed = "".join(f"\n    {key}  {names[key][0]}" for key in found)
            raise ProjectError(
                f'"{typed}" could be {counted(len(found), "person", "people")}; write the key:{listed}'
            )
    near = did_you_mean(wanted, {name for used in names.values() for name in used})
    raise ProjectError(
        f'nobody called "{typed}" has spoken{near or "; write a name as it stands in a thread"}'
    )


def square(path: Path) -> bytes:
    """The picture at `path` as pages show it: a JPEG of SIDE × SIDE pixels without metadata."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    unreadable = f"{path}: is not a picture that can be read; give a JPEG, PNG, WebP or AVIF file"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ProjectError(
                        f"{path}: has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller"
                    )
                if min(opened.size) < SIDE:
                    raise ProjectError(
                        f"{path}: is {opened.width} × {opened.height} pixels; {SIDE} × {SIDE} is the least"
                    )
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except FileNotFoundError:
        raise ProjectError(f"{path}: no such file") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ProjectError(f"{path}: is too large a picture; make it smaller") from None
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError):
        raise ProjectError(unreadable) from None
    ground = Image.new("RGBA", upright.size, (*PAPER, 255))
    fitted = ImageOps.fit(Image.alpha_composite(ground, upright).convert("RGB"), (SIDE, SIDE))
    return _encoded(fitted)


def _encoded(picture: Image) -> bytes:
    content = b""
    for quality in (86, 70, 50, 30):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        content = out.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content


def _names(desk: Desk) -> dict[str, tuple[str, ...]]:
    """By key, the names that everyone who spoke has used, the last one first."""
    said = [
        (comment.date, comment.author)
        for thread in desk.threads().values()
        for comment in thread.comments
        if comment.author
    ]
    names: dict[str, dict[str, None]] = {}
    for _, author in sorted(said, key=lambda one: one[0], reverse=True):
        names.setdefault(author.key, {})[author.name] = None
    return {key: tuple(used) for key, used in names.items()}
