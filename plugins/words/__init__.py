"""The words of the interface, from one catalogue for each language: en.toml is the English one.

A catalogue may leave out what another says that stands behind it: of "en-AU", en-AU.toml counts first, where
there is one, then en.toml. What a language lacks altogether is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

FOLDER = Path(__file__).parent
FIRST = "en"

Text = Markup | tuple[Markup, Markup]


class Words:
    """language: as DEFAULT_LANG has it (BCP 47)."""

    def __init__(self, language: str) -> None:
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> Markup:
        """The text under a key ("list.newer") with its values, which are escaped unless they are HTML. Raises
        KeyError of a key that there is not, and of a value that is missing."""
        text = self._texts[key]
        if isinstance(text, tuple):
            raise KeyError(f"{key} is for numbers")
        return text.format(**values) if values or "{" in text else text

    def counted(self, number: int, one: str, many: str | None = None) -> str:
        """`1 comment`, `8 comments`, `1,000 comments`. one, many: the words, for what no catalogue has."""
        forms = self._texts.get(f"count.{one}")
        if isinstance(forms, tuple):
            return forms[number != 1].format(n=f"{number:,}")
        return f"{number:,} {one if number == 1 else many or one + 's'}"


def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def texts(language: str) -> Mapping[str, Text]:
    """By key ("list.newer"). Raises ValueError when a catalogue is not as it should be."""
    found = dict(_read(FIRST))
    for name in dict.fromkeys((language.partition("-")[0], language)):
        if (FOLDER / f"{name}.toml").is_file():
            found |= _read(name)
    return found


def _read(name: str) -> Iterator[tuple[str, Text]]:
    path = FOLDER / f"{name}.toml"
    for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for key, text in rows.items():
            yield f"{table}.{key}", _text(f"{name}.toml: {table}.{key}", text)


def _text(place: str, text: Any) -> Text:
    match text:
        case str():
            return escape(text)
        case [str(one), str(many)]:
            return escape(one), escape(many)
    raise ValueError(f'{place}: {text!r} is no text, and no two; write "…"')
