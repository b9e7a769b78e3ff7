"""A file of the site, before it is written.

A view is a frozen dataclass of texts, numbers, dates, Markup, tuples and other views, so that a file is a
function of its view, its template and the site's constants. `foreign_parts` tells what in a view is none
of these. A part that costs much (a thread, a text with its links settled) stands in it as a `Later`, which
says by a digest what it is made of, and is made when the file is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from operator import is_
from pathlib import Path, PurePath
from typing import Any, Generic, TypeVar

Render = Callable[[Any], "str | bytes | Path"]
"""From a view to a text (written as UTF-8), to bytes, or to a file whose copy is to stand there."""

View = TypeVar("View")

Made = TypeVar("Made")


class Later(Generic[Made]):
    """A view, or a part of one, that is made when it is rendered. digest: of all that it is made of. kept: once
    made it is kept, for what stands in several files."""

    __slots__ = ("_kept", "_made", "_make", "digest")

    def __init__(self, digest: bytes, make: Callable[[], Made], kept: bool = False) -> None:
        self.digest, self._make, self._kept = digest, make, kept
        self._made: Made | None = None

    def make(self) -> Made:
        if self._made is not None:
            return self._made
        made = self._make()
        if self._kept:
            self._made = made
        return made


_PLAIN = (str, bytes, int, float, bool, date, PurePath, type(None))


@dataclass(frozen=True, slots=True)
class Output:
    """address: within the site, "/posts/one/" or "/feed.atom". render: the name of a template, or a
    function of the view. lastmod: of a page in the sitemap, when what it shows last changed (aware); None
    leaves it out."""

    address: str
    view: Any
    render: str | Render
    lastmod: Any = None

    @property
    def file(self) -> str:
        """Where it is written, relative to the output folder."""
        path = self.address[1:]
        return f"{path}index.html" if not path or path.endswith("/") else path


def foreign_parts(view: Any, name: str = "view") -> Iterator[str]:
    """Each part of a view that a view does not have, by its path: "view.entry.head: dict"."""
    if isinstance(view, Later):
        yield from foreign_parts(view.make(), name)
        return
    if isinstance(view, _PLAIN):
        return
    if isinstance(view, tuple):
        for number, one in enumerate(view):
            yield from foreign_parts(one, f"{name}[{number}]")
    elif is_dataclass(view) and not isinstance(view, type) and _frozen(view):
        for field in fields(view):
            yield from foreign_parts(getattr(view, field.name), f"{name}.{field.name}")
    else:
        yield f"{name}: {type(view).__name__}"


def whole(view: Any) -> Any:
    """A view with everything made: itself, when nothing of it is made later."""
    if isinstance(view, Later):
        return whole(view.make())
    if isinstance(view, tuple):
        parts = tuple(map(whole, view))
        return view if all(map(is_, parts, view)) else parts
    if is_dataclass(view) and not isinstance(view, type):
        changed = {}
        for field in fields(view):
            part = getattr(view, field.name)
            if (made := whole(part)) is not part:
                changed[field.name] = made
        return replace(view, **changed) if changed else view
    return view


def view_of(kind: type[View], of: Any, **more: Any) -> View:
    """A view of that kind whose fields are `of`'s by the same names, but for those in `more`."""
    names = _names(kind)  # type: ignore[arg-type]
    return kind(**{name: more[name] if name in more else getattr(of, name) for name in names})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _frozen(view: Any) -> bool:
    return bool(type(view).__dataclass_params__.frozen)
