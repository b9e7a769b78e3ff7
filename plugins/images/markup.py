"""Finds the file that an <img> of an entry names, checks its alt text, and writes the <picture> for it.

`![A café table](../images/cafe.jpg "A caption")` names a file relative to the entry, to the content
folder, or in images/. What is shown is a <picture> in which the browser chooses format and width;
its place is kept while it loads (width and height), and all but an entry's first load when near.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from plugins.entries.files import files_below, same_name
from plugins.entries.model import Entry
from plugins.faults import Fault, did_you_mean
from plugins.images.model import Picture

# What a picture's width is on the page, as theme/static/css sets it.
SIZES = "(min-width: 62rem) 43rem, (min-width: 52rem) 39rem, calc(100vw - 2.5rem)"


def typed_images(entry: Entry) -> list[dict[str, str]]:
    """The attributes of each <img> in the entry's text, in their order."""
    return [dict(image) for image in entry.body.leads.images]


def find(typed: str, entry: Entry, content: Path) -> Path | None:
    """The file below `content` that the address means, or None."""
    path = unquote(urlsplit(typed.removeprefix("{static}")).path)
    beside = content / entry.place
    tries = [content / path.lstrip("/"), content / "images" / path.lstrip("/")]
    if not path.startswith("/"):
        tries.insert(0, beside.parent / path)
    root = content.resolve()
    for attempt in tries:
        if attempt.is_file() and attempt.resolve().is_relative_to(root):
            return root / attempt.resolve().relative_to(root)
    # The name in another spelling of Unicode.
    meant = {same_name(os.path.normpath(attempt)) for attempt in tries}
    for there in files_below(content / "images"):
        if same_name(str(there)) in meant and there.resolve().is_relative_to(root):
            return root / there.resolve().relative_to(root)
    return None


def not_found(typed: str, line: int | None, entry: Entry, content: Path) -> Fault:
    """Why an address is no picture of this site, and what to write."""
    if re.match(r"(?:[a-z]+:)?//|data:", typed, re.IGNORECASE):
        message = (
            f'picture "{typed[:80]}" lies elsewhere, where it can vanish or watch readers; '
            "put a copy into images/ and write ../images/its-name.jpg"
        )
        return Fault(entry.place, line, message)
    there = [path.name for path in files_below(content / "images")]
    hint = did_you_mean(Path(typed).name, there) or "; put it into images/"
    return Fault(entry.place, line, f'picture "{typed}": no such file{hint}')


def alt_fault(
    attributes: Mapping[str, str], line: int | None, entry: Entry, *, in_head: bool
) -> Fault | None:
    """A picture says in words what is to be seen; one that is only decoration says so. in_head: it
    stands in an Image line."""
    if attributes.get("alt", "").strip() or attributes.get("role") in {"presentation", "none"}:
        return None
    typed = attributes.get("src", "")
    if in_head:
        message = f'Image: "{typed}" has no alternative text; write "Image-Alt: what is to be seen"'
        return Fault(entry.place, line, message)
    message = (
        f'picture "{typed}" has no alternative text; write ![what is to be seen]({typed}), '
        f"or ![]({typed}){{ role=presentation }} when it shows nothing that matters"
    )
    return Fault(entry.place, line, message)


def html(picture: Picture, attributes: Mapping[str, str], base_path: str, *, first: bool) -> Markup:
    """The picture as HTML. first: it may be in view at once, so the browser fetches it at once."""
    kept = {
        "alt": attributes.get("alt", ""),
        "width": str(picture.width),
        "height": str(picture.height),
    }
    for name in ("title", "class", "id", "role"):
        if attributes.get(name):
            kept[name] = attributes[name]
    if not first:
        kept["loading"] = "lazy"
    kept["decoding"] = "async"
    sources = [
        _tag(
            "source",
            type=kind,
            srcset=", ".join(f"{base_path}/{v.path} {v.width}w" for v in variants),
            sizes=SIZES,
        )
        for kind, variants in picture.sources
    ]
    shown = _tag("img", src=f"{base_path}/{picture.fallback.path}", **kept)
    return Markup("<picture>{}{}</picture>").format(Markup().join(sources), shown)


def _tag(name: str, **attributes: str) -> Markup:
    given = Markup(" ").join(
        Markup('{}="{}"').format(key, escape(value)) for key, value in attributes.items()
    )
    return Markup("<{} {}>").format(name, given)
