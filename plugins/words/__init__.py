"""The words of the interface, from one catalogue for each language: en.toml is the English one.

`speak` chooses a language for the program, once and before anything is said, as a locale is set. Of "de-AT"
de-AT.toml counts first, where there is one, then de.toml; what these lack is said in English. What the author
reads (messages of builds and commands) is English, and not in here.
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

Words = Mapping[str, str | tuple[str, ...]]


class _Spoken:
    language = FIRST
    words: Words | None = None


def speak(language: str) -> None:
    """language: as DEFAULT_LANG has it (BCP 47). Raises ValueError of a catalogue that is not as it should be."""
    _Spoken.language, _Spoken.words = language, catalogue(language)


def spoken() -> str:
    return _Spoken.language


def text(key: str, **values: object) -> str:
    """The text under a key ("list.newer"), filled in. Raises KeyError of a key that there is not, and of a
    value that is missing."""
    found = _found(key)
    if not isinstance(found, str):
        raise KeyError(f"{key} is a list")
    return found.format(**values) if "{" in found else found


def say(key: str, **values: object) -> Markup:
    """The same as HTML: the text is escaped, and its values unless they are HTML."""
    found = _found(key)
    if not isinstance(found, str):
        raise KeyError(f"{key} is a list")
    return escape(found).format(**values) if "{" in found else escape(found)


def texts(key: str) -> tuple[str, ...]:
    """A list of texts, such as the names of the months."""
    found = _found(key)
    if isinstance(found, str):
        raise KeyError(f"{key} is no list")
    return found


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 comment`, `8 comments`, `1,000 comments`. one, many: the words, for what no catalogue counts."""
    forms = _words().get(f"count.{one}")
    if forms is None:
        return f"{number:,} {one if number == 1 else many or one + 's'}"
    return forms[number != 1].format(n=f"{number:,}")


def titled(folder: str, title: str) -> str:
    """What the list of a kind is called; its own title where no catalogue has one."""
    found = _words().get(f"title.{folder}", title)
    return found if isinstance(found, str) else title


def listed(names: tuple[str, ...]) -> str:
    """`One`, `One and Two`, `One, Two and Three`."""
    *most, last = names
    return text("list.and", most=", ".join(most), last=last) if most else last


def _found(key: str) -> str | tuple[str, ...]:
    return _words()[key]


def _words() -> Words:
    return catalogue(FIRST) if _Spoken.words is None else _Spoken.words


@cache
def catalogue(language: str) -> Words:
    """By key. Raises ValueError."""
    found = dict(_read(FIRST))
    for name in dict.fromkeys((language.partition("-")[0], language)):
        if name != FIRST and (FOLDER / f"{name}.toml").is_file():
            found |= _read(name)
    return found


def _read(name: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    path = FOLDER / f"{name}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"plugins/words/{path.name}: {error}") from None
    for table, rows in tables.items():
        for key, found in rows.items():
            yield f"{table}.{key}", _checked(f"plugins/words/{path.name}: {table}.{key}", found)


def _checked(place: str, found: Any) -> str | tuple[str, ...]:
    if isinstance(found, str):
        return found
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return tuple(found)
    raise ValueError(f'{place}: {found!r} is no text and no list of texts; write "…"')
