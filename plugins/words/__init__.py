"""The words of the interface, from one catalogue for each language: en.toml is the English one.

`speak` chooses a language for the program, once and before anything is said, as a locale is set. Of "de-AT"
de-AT.toml counts first, where there is one, then de.toml; what these lack is said in English. What the author
reads (messages of builds and commands) is English, and not in here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from markupsafe import Markup, escape

from plugins.faults import ContentFaults, Fault, did_you_mean

_PLAIN = re.compile(r"(?:[^{}]|\{\w+\})*")
"""A text whose values are put in as they are, which Markup's own `format` takes ten times as long for."""

FOLDER = Path(__file__).parent
FIRST = "en"

Words = Mapping[str, str | tuple[str, ...]]


class _Spoken:
    language = FIRST
    words: Words | None = None


def speak(language: str) -> None:
    """language: as DEFAULT_LANG has it (BCP 47). Raises ContentFaults."""
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
    html = _escaped(found)
    if "{" not in found:
        return html
    if _PLAIN.fullmatch(found):
        filled = str(html).format(**{name: escape(value) for name, value in values.items()})
        return Markup(filled)  # noqa: S704 - all that is put in is escaped
    return html.format(**values)


@lru_cache(maxsize=1024)
def _escaped(found: str) -> Markup:
    return escape(found)


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


def catalogues() -> list[str]:
    """The languages that there are files for."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def catalogue(language: str) -> Words:
    """By key. Raises ContentFaults with all that is wrong in its files."""
    english, faults = _read(FIRST)
    found = dict(english)
    for name in dict.fromkeys((language.partition("-")[0], language)):
        if name != FIRST and (FOLDER / f"{name}.toml").is_file():
            own, wrong = _read(name)
            found |= own
            faults += wrong
            for key, one in own.items():
                if why := _unlike(key, one, english):
                    faults.append(
                        Fault(f"plugins/words/{name}.toml", _line(name, key), f"{key}: {why}")
                    )
    if faults:
        raise ContentFaults(faults)
    return found


def _read(name: str) -> tuple[dict[str, str | tuple[str, ...]], list[Fault]]:
    path, place = FOLDER / f"{name}.toml", f"plugins/words/{name}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return {}, [Fault(place, None, f"cannot be read: {error}")]
    found: dict[str, str | tuple[str, ...]] = {}
    faults = []
    for table, rows in tables.items():
        if not isinstance(rows, dict):
            faults.append(
                Fault(place, None, f"{table}: stands above the first [table]; put it into one")
            )
            continue
        for name_, one in rows.items():
            key = f"{table}.{name_}"
            if isinstance(one, str):
                found[key] = one
            elif isinstance(one, list) and all(isinstance(part, str) for part in one):
                found[key] = tuple(one)
            else:
                meant = '["…", "…"]' if isinstance(one, list) else '"…"'
                message = f"{key}: {one!r} is no text; write {name_} = {meant}"
                faults.append(Fault(place, _line(name, key), message))
    return found, faults


def _line(name: str, key: str) -> int | None:
    """The line (from 1) on which a key stands."""
    table, own = key.split(".", 1)
    inside = False
    for number, line in enumerate(
        (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines(), 1
    ):
        if line.startswith("["):
            inside = line.startswith(f"[{table}]")
        elif inside and re.match(rf"{re.escape(own)}\s*=", line.strip()):
            return number
    return None


def _unlike(key: str, one: str | tuple[str, ...], english: Words) -> str | None:
    """What about a text cannot stand in for the English one."""
    if key not in english:
        return f"nothing says this{did_you_mean(key, english)}"
    other = english[key]
    if isinstance(other, str) != isinstance(one, str):
        return f"must be {'one text' if isinstance(other, str) else 'a list of texts'}, as in {FIRST}.toml"
    mine, theirs = _parts(one), _parts(other)
    if len(mine) != len(theirs):
        return f"must be a list of {len(theirs)} texts, as in {FIRST}.toml"
    known = set().union(*map(_names, theirs))
    allowed = known | _MORE.get(key, set())
    for part in mine:
        try:
            names = _names(part)
        except ValueError as error:
            return f'"{part}" cannot be filled in ({error}); a brace that stands for itself is written twice'
        if strange := sorted(names - allowed):
            write = ", ".join(f"{{{name}}}" for name in sorted(allowed))
            what = f"write some of {write}" if write else "take it out"
            return f"{{{strange[0]}}} is not filled in there; {what}"
        lost = sorted(known - names) if isinstance(one, str) and not key.startswith("date.") else []
        if lost:
            return f"{{{lost[0]}}} is missing"
    return None


_MORE = {"date.clock": {"hour24"}, "date.clock_hour": {"hour24", "minute"}}
"""What may be filled in besides what English fills in."""


def _parts(one: str | tuple[str, ...]) -> tuple[str, ...]:
    return (one,) if isinstance(one, str) else one


def _names(one: str) -> set[str]:
    """What is filled in. Raises ValueError of what is no plain {name}."""
    found = set()
    for _, name, form, conversion in Formatter().parse(one):
        if name is not None:
            if form or conversion or not name.isidentifier():
                raise ValueError(
                    f"between braces stands a name alone, not {{{name}{form and ':' + form}}}"
                )
            found.add(name)
    return found
