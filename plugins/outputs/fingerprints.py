"""The fingerprint of an output: a hash of its view, of the template with all that it includes, of the
constants and of the code. As long as it is the same, the file is.

A view is walked to its texts and numbers, whose hash does not hang on who else holds them; of a part that is
made later its digest counts, of a file that is copied its size and when it was changed.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path, PurePath
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plugins.outputs.model import Later, Output
from plugins.outputs.templates import Templates

_ATOMS = frozenset((str, int, bool, float, bytes, type(None)))
_SIZE = 16


def digest_of(*values: Any) -> bytes:
    """The hash of views, and of whatever stands in one."""
    return blake2b(marshal.dumps(_plain(values), 2), digest_size=_SIZE).digest()


class Fingerprints:
    """Each has two parts, of how the file is made and of what it shows (`differ_in`). recipe: stands for the
    code (see plugins.memory)."""

    def __init__(self, templates: Templates, recipe: bytes) -> None:
        self._templates = templates
        self._recipe = recipe
        self._constants = digest_of(tuple(sorted(templates.constants.items())))
        self._by_render: dict[Any, bytes] = {}

    def of(self, outputs: Iterable[Output]) -> list[bytes]:
        return [self._of(one) for one in outputs]

    def _of(self, output: Output) -> bytes:
        made = blake2b(marshal.dumps(_plain(output.view), 2), digest_size=_SIZE)
        if isinstance(output.view, Path):
            found = output.view.stat()
            made.update(b"%d %d" % (found.st_size, found.st_mtime_ns))
        return self._render(output.render) + made.digest()

    def _render(self, render: Any) -> bytes:
        found = self._by_render.get(render)
        if found is None:
            if isinstance(render, str):
                found = digest_of(self._recipe, self._templates.digest(render), self._constants)
            else:
                found = digest_of(self._recipe, render.__module__, render.__qualname__)
            self._by_render[render] = found
        return found


def differ_in(one: bytes, other: bytes) -> str:
    """In what two fingerprints of a file differ: "made" or "shown"; "" when they do not."""
    if one[_SIZE:] != other[_SIZE:]:
        return "shown"
    return "made" if one != other else ""


def _plain(value: Any) -> Any:
    """The same as tuples, texts and numbers, all of which marshal writes alike wherever they come from."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple:
        return tuple(map(_plain, value))
    read = _READ.get(kind)
    if read is None:
        read = _READ[kind] = _reader_of(kind)
    return read(value)


def _reader_of(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, str):
        return lambda value: ("text", str.__str__(value))
    if issubclass(kind, datetime):
        # The zone by its name too: it may show.
        return lambda value: (value.isoformat(), str(value.tzinfo))
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, PurePath):
        return str
    if issubclass(kind, time):
        return lambda value: value.isoformat()
    if issubclass(kind, timedelta):
        return timedelta.total_seconds
    if issubclass(kind, ZoneInfo):
        return lambda value: value.key
    if issubclass(kind, Later):
        return lambda value: ("later", value.digest)
    if issubclass(kind, dict):  # of the constants
        return lambda value: tuple(sorted((name, _plain(one)) for name, one in value.items()))
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        name = f"{kind.__module__}.{kind.__qualname__}"
        if len(names) < 2:
            return lambda value: (name, *(_plain(getattr(value, one)) for one in names))
        read = attrgetter(*names)
        return lambda value: (name, *map(_plain, read(value)))
    raise TypeError(
        f"{kind.__module__}.{kind.__qualname__} stands in a view, and is no part of one"
    )


_READ: dict[type, Callable[[Any], Any]] = {Markup: lambda value: ("text", str.__str__(value))}
