"""The index of a remote store, version 1, as checked values.

    {"version": 1, "threads": {"posts/five-questions": {"sha256": "…", "comments": 12}}}

`comments` counts every comment of the file, tombstones too. What the format's types cannot say (two
names that are one file where letters' case does not count, a name that stands twice) is checked by
`parse_index`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from plugins.characters import printable
from plugins.conversations.model import EntryKey
from tools.store.faults import StoreFault, first_of

MOST_THREADS = 50_000
LONGEST_KIND = 32
_MEND = "the store's owner has to publish its index again"


def _short_kind(key: str) -> str:
    if key.index("/") > LONGEST_KIND:
        raise PydanticCustomError("long_kind", "the folder's name is longer than 32 letters")
    return key


ThreadKey = Annotated[EntryKey, AfterValidator(_short_kind)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Listed(_Frozen):
    """What the index says of one thread's file."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    comments: Annotated[int, Field(ge=0, le=1_000_000)]


class Index(_Frozen):
    """Every thread of a store, by entry key; its file is `<key>.json` beside the index."""

    version: Literal[1]
    threads: Annotated[dict[ThreadKey, Listed], Field(max_length=MOST_THREADS)]

    def to_json(self) -> bytes:
        """Canonical: sorted keys, two-space indent, a final newline, UTF-8."""
        text = json.dumps(self.model_dump(), indent=2, sort_keys=True, ensure_ascii=False)
        return f"{text}\n".encode()


def parse_index(raw: bytes, address: str) -> Index:
    """The index that a file's bytes hold. Raises StoreFault with the first of its faults.

    address: how messages name the file.
    """
    doubled: list[str] = []
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=lambda pairs: _object(pairs, doubled),
            parse_int=lambda digits: int(digits[:20]),
        )
    except UnicodeDecodeError as error:
        came = f"byte 0x{raw[error.start]:02x} of the index is not UTF-8"
        raise StoreFault(address, came, _MEND) from None
    except json.JSONDecodeError as error:
        begins = f", it begins with {printable(repr(error.doc[:40]))}" if error.doc.strip() else ""
        came = f"the index is not JSON (line {error.lineno}: {error.msg}{begins})"
        raise StoreFault(address, came, _MEND) from None
    except RecursionError:
        raise StoreFault(address, "the index is nested too deep to be one", _MEND) from None
    if doubled:
        said = [f'the index names "{printable(name)}" twice' for name in doubled]
        raise StoreFault(address, first_of(said, "like it"), _MEND)
    listed = value.get("threads") if isinstance(value, dict) else None
    if isinstance(listed, dict) and len(listed) > MOST_THREADS:
        came = f"the index names {len(listed):,} threads; at most {MOST_THREADS:,} are read"
        raise StoreFault(address, came, _MEND)
    try:
        index = Index.model_validate(value)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        said = [_message(told[0]["loc"], told[0]["type"], told[0]["msg"], told[0]["input"])]
        raise StoreFault(address, first_of(said + [""] * (len(told) - 1), "fault"), _MEND) from None
    clash = clashing(index.threads)
    if clash:
        came = f'the index names "{clash[0]}" and "{clash[1]}", which are one file on many machines'
        raise StoreFault(address, came, _MEND)
    return index


def clashing(keys: Iterable[str]) -> tuple[str, str] | None:
    """Two keys that differ in nothing but the case of letters."""
    seen: dict[str, str] = {}
    for key in keys:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            return other, key
    return None


def _object(pairs: list[tuple[str, Any]], doubled: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs) and not doubled:
        counted = Counter(name for name, _ in pairs)
        doubled.extend(name for name, times in counted.items() if times > 1)
    return made


def _message(location: tuple[int | str, ...], kind: str, message: str, found: object) -> str:
    place = " → ".join(printable(part) for part in location if part != "[key]")
    match found:
        case dict():
            shown = "an object"
        case list():
            shown = "a list"
        case _:
            shown = printable(json.dumps(found), 60)
    if kind == "missing":
        return f"the index has no {place}"
    if kind == "string_pattern_mismatch" and location[-1] == "[key]":
        return f'the index names {shown}, which is no "<kind>/<id>" such as "posts/five-questions"'
    where = f"{place}: " if place else ""
    wanted = f"{message[0].lower()}{message[1:]}"
    return f"the index is not of version 1: {where}found {shown}; {wanted}"
