"""The store's format, version 1, as checked values.

One file is one thread. The JSON Schema in schema.json is generated from these models
(`python -m plugins.conversations.schema`); rules that a schema cannot say (a parent stands earlier,
ids are unique) are checked by `store`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from plugins.characters import unsafe

CommentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
EntryKey = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
PersonKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]

# RFC 3339, from 1970 on: no instant near the ends of what a datetime can hold.
_MOMENT = r"(19[7-9]|2[0-9][0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2})"
DateText = Annotated[
    str,
    StringConstraints(pattern=f"^{_MOMENT}{_OFFSET}$"),
    Field(json_schema_extra={"format": "date-time"}),
]

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
_DATE = re.compile(f"{_MOMENT}{_OFFSET}?")


def _printable(text: str) -> str:
    found = unsafe(text)
    if found:
        raise PydanticCustomError(
            "unsafe_character",
            "holds the control character {character}; take it out",
            {"character": found[1]},
        )
    return text


_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Mc", "Me"}
"""Unicode categories of what cannot be seen by itself: spaces, controls, marks on a letter."""


def _visible(name: str) -> str:
    if all(unicodedata.category(character) in _UNSEEN for character in name):
        raise PydanticCustomError("invisible", "shows nothing; write a name that can be read")
    return name


class WrittenDate(datetime):
    """A date that remembers how the file writes it, so that a thread is written back byte for byte."""

    _written: str | None = None

    @property
    def written(self) -> str:
        """RFC 3339 with the offset; of a date that no file gave, to the second."""
        return self._written or self.isoformat(timespec="seconds")


def moment(when: datetime, written: str | None = None) -> WrittenDate:
    """`when` (aware) as a Moment; `written` is the text it was read from."""
    made = WrittenDate.combine(when.date(), when.timetz())
    made._written = written
    return made


def _read_moment(written: Any, read: ValidatorFunctionWrapHandler) -> WrittenDate:
    return moment(read(_with_offset(written)), written)


def _only_true(value: object) -> object:
    if value is not True:
        raise PydanticCustomError(
            "literal_error", "is not true", {"expected": "true, or leave it out"}
        )
    return value


def _an_object(value: object) -> object:
    """What is not so is left out; null is no way to say it."""
    if value is None:
        raise PydanticCustomError("absent", "is null; leave it out")
    return value


def _without_default(schema: dict[str, Any]) -> None:
    """What may be absent is absent, never null."""
    schema.pop("default", None)
    choices = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    for one in choices:
        schema.update(one)


_Date = WrapValidator(_read_moment, json_schema_input_type=DateText)
_Absent = Field(default=None, json_schema_extra=_without_default)


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fit = bool(parts.hostname) and parts.username is None and url.isprintable()
    except ValueError:
        fit = False
    if not fit or not _ADDRESS.fullmatch(url):
        raise PydanticCustomError(
            "web_address",
            "is not a web address; it begins with https:// or http:// and has no spaces",
        )
    return url


def _with_offset(written: object) -> object:
    """No number is taken for seconds since 1970; that the offset is missing is told as such."""
    if isinstance(written, str) and _DATE.fullmatch(written):
        return written
    raise PydanticCustomError("datetime_form", "is not a date with a time and an offset")


def _number(version: object) -> object:
    """To Python, and so to a Literal, `true` is 1."""
    if isinstance(version, bool):
        raise PydanticCustomError("literal_error", "is not 1", {"expected": "1"})
    return version


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Author(_Frozen):
    """Who wrote a comment. `key` is a keyed hash of the address that the person gave; `host` is the
    site's author."""

    name: Annotated[
        str,
        StringConstraints(min_length=1, max_length=100, strip_whitespace=False),
        AfterValidator(_printable),
        AfterValidator(_visible),
    ]
    url: Annotated[str, StringConstraints(max_length=500), AfterValidator(_web_address)] | None
    key: PersonKey
    host: bool


class Comment(_Frozen):
    """One node of a thread. A deleted comment keeps its place and date, without name or words.
    `edited` is when its words were last changed; the one `pinned` comment of a thread is read first."""

    id: CommentId
    parent: CommentId | None
    date: Annotated[
        AwareDatetime,
        Field(strict=False),
        _Date,
    ]
    state: Literal["approved", "deleted"]
    author: Author | None
    body: Annotated[str, StringConstraints(max_length=50_000), AfterValidator(_printable)]
    edited: Annotated[AwareDatetime | None, Field(strict=False), _Date] = _Absent
    pinned: Annotated[Literal[True] | None, BeforeValidator(_only_true, Literal[True])] = _Absent

    @model_validator(mode="after")
    def _tombstones_are_empty(self) -> Comment:
        if self.state == "deleted" and (self.author is not None or self.body):
            raise PydanticCustomError(
                "tombstone", 'is deleted, so its author is null and its body is ""'
            )
        if self.state == "approved" and (self.author is None or not self.body.strip()):
            raise PydanticCustomError("empty", "is approved, so it has an author and a body")
        if self.edited is not None and self.state == "deleted":
            raise PydanticCustomError("misplaced", "edited: is deleted, so leave edited out")
        if self.pinned and (self.state == "deleted" or self.parent is not None):
            raise PydanticCustomError(
                "misplaced",
                "pinned: only a comment that answers no other can be pinned, and no deleted one; leave it out",
            )
        return self


class Closing(_Frozen):
    """Since when, and why, a thread takes no more replies."""

    date: Annotated[AwareDatetime, Field(strict=False), _Date]
    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=300), AfterValidator(_printable)
    ]


class Thread(_Frozen):
    """The comments of one entry, oldest first: a parent stands before its replies."""

    version: Annotated[Literal[1], BeforeValidator(_number)]
    entry: EntryKey
    state: Literal["open", "closed"]
    comments: tuple[Comment, ...] = Field(strict=False)
    closed: Annotated[Closing | None, BeforeValidator(_an_object, Closing)] = _Absent

    @model_validator(mode="after")
    def _closed_and_pinned_once(self) -> Thread:
        if self.closed is not None and self.state == "open":
            raise PydanticCustomError(
                "misplaced_closing",
                'closed: the thread is open; leave closed out, or write "state": "closed"',
            )
        pinned = [number for number, comment in enumerate(self.comments) if comment.pinned]
        if len(pinned) > 1:
            first, second = (self.comments[number].id for number in pinned[:2])
            raise PydanticCustomError(
                "second_pin",
                "comment {second}: pinned: a thread has one pinned comment, and {first} is it; leave it out",
                {"first": first, "second": second, "number": pinned[1]},
            )
        return self
