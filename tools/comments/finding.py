"""Which entry, and which comment, is meant by what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from plugins.conversations.markup import links
from plugins.conversations.model import Comment, Thread
from plugins.entries.files import is_markdown, markdown_below
from plugins.entries.head import split
from plugins.entries.words import counted, opening
from plugins.faults import did_you_mean, nearest
from plugins.kinds import KINDS
from tools.errors import ProjectError

SHOWN = 8
"""Choices that are listed."""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry as far as it must be known to be named: its key, its title, its file's name and slug, and the
    old addresses that lead to it."""

    key: str
    title: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.key.split("/", 1)[0]

    @property
    def id(self) -> str:
        return self.key.split("/", 1)[1]


def known_entries(content: Path) -> tuple[KnownEntry, ...]:
    """Every entry of the content folder, drafts too, by key. What is faulty in a file is not told here."""
    found = []
    for kind in KINDS:
        for path in markdown_below(content / kind):
            source = split(path.relative_to(content).as_posix(), path.read_bytes())
            text = {name: field.text for name, field in source.fields.items() if field.text}
            names = (text.get("id", path.stem), text.get("slug", path.stem), path.stem)
            old = text.get("aliases", text.get("alias", ""))
            aliases = tuple(one for one in re.split(r"[,;\s]+", old) if one)
            key = f"{kind}/{names[0]}"
            found.append(KnownEntry(key, text.get("title", path.stem), names, aliases))
    return tuple(sorted(found, key=lambda known: known.key))


def find_entry(typed: str, entries: Sequence[KnownEntry]) -> KnownEntry:
    """The entry meant by a key, an id, a slug, a file's path, an address or a part of a title.

    Raises ProjectError with the choices when there are several, and with the nearest when there is none.
    """
    wanted = _fold(_as_path(typed)) if "/" in typed or "\\" in typed else _fold(typed)
    ways: tuple[Callable[[KnownEntry], bool], ...] = (
        lambda known: _fold(known.key) == wanted,
        lambda known: wanted in {_fold(f"{known.kind}/{name}") for name in known.names},
        lambda known: wanted in {_fold(name) for name in known.names},
        lambda known: _fold(known.title) == _fold(typed),
        lambda known: len(wanted) > 1 and _fold(typed) in _fold(known.title),
    )
    for fits in ways:
        found = [known for known in entries if fits(known)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = "\n".join(f"    {known.key}    {known.title}" for known in found[:SHOWN])
            more = f"\n    and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise ProjectError(
                f'"{typed}" could be {counted(len(found), "entry", "entries")}; write one of:\n{listed}{more}'
            )
    raise ProjectError(f'no entry is called "{typed}"{_near(typed, wanted, entries)}')


def find_comment(typed: str, thread: Thread) -> Comment:
    """The comment meant by an id, or by a link to it (`#comment-…`). Raises ProjectError as above."""
    wanted = typed.rsplit("#", 1)[-1].removeprefix("comment-").strip()
    by_id = {comment.id: comment for comment in thread.comments}
    if wanted in by_id:
        return by_id[wanted]
    near = did_you_mean(wanted, by_id)
    latest = [comment for comment in thread.comments if comment.author][-SHOWN:]
    listed = "".join(f"\n    {summary(comment)}" for comment in latest)
    raise ProjectError(
        f'{thread.entry} has no comment "{typed}"{near}\nThe last ones there:{listed}'
    )


def broken_links(body: str, under: KnownEntry, content: Path) -> list[str]:
    """What is wrong with links of a comment, as far as that can be told without a build: files, ids and
    addresses of entries that there are not."""
    entries = known_entries(content)
    ids = {name for known in entries for name in (known.key, known.id)}
    files = {f"{known.kind}/{known.names[-1]}": known for known in entries}
    addresses = {f"/{known.kind}/{name}/" for known in entries for name in known.names}
    addresses |= {old for known in entries for old in known.aliases}
    own = set(KINDS) - {"pages"}
    wrong = []
    for typed in links(body):
        try:
            parts = urlsplit(typed)
        except ValueError:
            wrong.append(f'link "{typed}": is no address that can be read; write it anew')
            continue
        path = unquote(parts.path)
        if not typed:
            message = "leads nowhere; write an address"
        elif parts.scheme == "id":
            message = "" if path in ids else f"no entry has this id{did_you_mean(path, ids)}"
        elif parts.scheme or parts.netloc or not path:
            continue
        elif is_markdown(PurePosixPath(path)):
            beside = (content / under.kind / path, content / path.lstrip("/"))
            there = any(place.is_file() for place in beside)
            near = nearest("/".join(PurePosixPath(path).with_suffix("").parts[-2:]), files)
            hint = f"; did you mean id:{files[near].key}?" if near else ""
            message = "" if there else f"no such file in the content{hint}"
        elif re.fullmatch(r"/[a-z]+/[^/]+/", path) and path.split("/")[1] in own:
            near = did_you_mean(path, addresses)
            message = "" if path in addresses else f"no entry has this address{near}"
        else:
            continue
        if message:
            wrong.append(f'link "{typed}": {message}')
    return wrong


def summary(comment: Comment) -> str:
    """`c-2026-10-02-1  Hannah Lindqvist: Hello from Reykjavik! Well, from …`"""
    name = comment.author.name if comment.author else "(deleted)"
    return f"{comment.id}  {name}: {opening(comment.body, 60)}"


def _near(typed: str, wanted: str, entries: Iterable[KnownEntry]) -> str:
    """The entry whose key, name or title is most like what was typed."""
    named: dict[str, KnownEntry] = {}
    for known in entries:
        for name in (known.key, *known.names, known.title):
            named.setdefault(_fold(name), known)
    near = nearest(wanted, named) or nearest(_fold(typed), named)
    if near is None:
        return "; write its key (posts/five-questions), its file, or a part of its title"
    return f"; did you mean {named[near].key} ({named[near].title})?"


def _as_path(typed: str) -> str:
    """The last two parts of a path or an address, without an ending: posts/five-questions."""
    path = unquote(urlsplit(typed).path if "://" in typed else typed.split("#", 1)[0])
    parts = [part for part in path.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    for ending in (".md", ".markdown", ".json"):
        if parts and parts[-1].endswith(ending):
            parts[-1] = parts[-1].removesuffix(ending)
    return "/".join(parts[-2:])


def _fold(text: str) -> str:
    """Case, white space and the kind of quotation mark make no difference."""
    plain = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return " ".join(plain.casefold().split())
