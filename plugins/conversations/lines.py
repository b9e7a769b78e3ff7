"""On which line of a JSON text each value stands, so that a fault can name it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],\n]')


@dataclass(slots=True)
class _Open:
    """An object or array that has begun: the key or number of what stands in it now."""

    at: str | int
    awaits_key: bool


class Lines:
    """The lines of a text that json.loads could read.

    A value of an object stands where its key does, an object in an array where it begins. `doubled`
    holds the second line of each key that an object has twice.
    """

    def __init__(self, text: str) -> None:
        self._found: dict[Path, int] = {(): 1}
        self.doubled: dict[Path, int] = {}
        around: list[_Open] = []
        line = 1
        for match in _TOKEN.finditer(text):
            mark = match[0]
            if mark == "\n":
                line += 1
            elif mark in "{[":
                self._found.setdefault(tuple(one.at for one in around), line)
                around.append(_Open("" if mark == "{" else 0, mark == "{"))
            elif mark in "}]":
                around.pop()
            elif mark == ",":
                inside = around[-1]
                if isinstance(inside.at, int):
                    inside.at += 1
                else:
                    inside.awaits_key = True
            elif around and around[-1].awaits_key:
                around[-1].at, around[-1].awaits_key = json.loads(mark), False
                path = tuple(one.at for one in around)
                if path in self._found:
                    self.doubled.setdefault(path, line)
                self._found.setdefault(path, line)

    def of(self, path: Sequence[str | int]) -> int:
        """The line of a value, or of the nearest thing around it that is there."""
        here = tuple(path)
        while here not in self._found:
            here = here[:-1]
        return self._found[here]
