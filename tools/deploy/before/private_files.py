"""Reads what the project holds and must not publish, for the leak scan: the inbox, lists of people, secrets, drafts and
backups of comments, and what was taken out of the store and is in its history still."""

from __future__ import annotations

import csv
import io
import json
import mailbox
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plugins.conversations.markup import to_html
from plugins.privacy.scan import find
from tools.comments.drafting import above_scissors
from tools.deploy.before.fingerprints import Exact, Private, passages_of
from tools.errors import ProjectError

MOST = 32 * 1024 * 1024
"""Octets that are read of one file of the inbox."""
SECONDS = 120
"""That git may take to tell what was taken out."""
SHORTEST_SECRET = 8

_SECRET = re.compile(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL", re.IGNORECASE)
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*[=:]\s*(.*)")
_ADDRESS = re.compile(r"\bhttps?://\S+")
_PLACE = re.compile(r"[\s/\\]|^\d+$")
"""In the environment: what is no secret but a path, a sentence or a number."""
_LOOK = "find what copied it into the site"


def private_around(
    root: Path, store: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Private]:
    """root: the project. store: the folder of threads. environment: of this process, where a workflow
    has its secrets."""
    yield from _inbox(root)
    yield from _lists(root)
    yield from _secrets(root)
    for name, value in sorted(environment.items()):
        if _SECRET.search(name) and len(value) >= SHORTEST_SECRET and not _PLACE.search(value):
            exact = (Exact(value, f"the value of {name}"),)
            yield Private(
                "the environment", "a secret", "take it out of what shows it", exact=exact
            )
    yield from _kept(root)
    yield from _history(store)


def _inbox(root: Path) -> Iterator[Private]:
    for path in _files(root / "inbox"):
        texts, addresses = _said(path)
        if texts or addresses:
            yield Private(
                place=path.relative_to(root).as_posix(),
                what="which nobody has judged yet",
                mend=_LOOK,
                passages=texts,
                addresses=addresses,
            )


def _lists(root: Path) -> Iterator[Private]:
    for path in sorted({*root.glob("subscribers*.csv"), *root.glob("[!.]*/subscribers*.csv")}):
        _, addresses = _said(path)
        if addresses:
            place = path.relative_to(root).as_posix()
            yield Private(place, "a list of people", _LOOK, addresses=addresses)


def _said(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a file and the e-mail addresses in it."""
    with path.open("rb") as file:
        data = file.read(MOST)
    text = data.decode("utf-8", "replace")
    try:
        match path.suffix.lower():
            case ".eml":
                texts = _of_mail(message_from_bytes(data, policy=policy.default))
            case ".mbox":
                box = mailbox.mbox(path, create=False)
                mails = [box.get_bytes(number) for number in box.iterkeys()]
                box.close()
                read = (message_from_bytes(mail, policy=policy.default) for mail in mails)
                texts = [one for message in read for one in _of_mail(message)]
            case _ if b"\0" in data[:1024]:
                return (), ()  # a picture, or an attachment: nothing to be read
            case ".json":
                texts = list(_strings(text))
            case ".csv":
                texts = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            case _:
                texts = [text]
    except (csv.Error, ValueError, LookupError, TypeError, AttributeError):
        texts = [text]  # broken in its format, but somebody's words all the same
    found = {one.text for text in texts for one in find(text) if one.kind == "e-mail address"}
    plain = [passage for text in texts for passage in _passages(text)]
    return tuple(dict.fromkeys(plain)), tuple(sorted(found))


def _passages(text: str) -> Iterator[str]:
    """What somebody said; addresses of pages and single words as programs write them are not it."""
    text = _ADDRESS.sub("\n", text)
    if text.isascii() and len(text.split()) < 2:
        return
    yield from (part for part in re.split(r"\n\s*\n", text) if part.strip())
    if "<" in text or "*" in text or "_" in text or "](" in text:
        yield from passages_of(str(to_html(text)))
    if "</" in text:
        yield from passages_of(text)


def _of_mail(message: Message) -> list[str]:
    names = ("subject", "from", "to", "cc", "reply-to")
    texts = [str(message[name]) for name in names if message[name]]
    for part in message.walk():
        if part.get_content_maintype() == "text" and isinstance(part, EmailMessage):
            try:
                texts.append(str(part.get_content()))
            except (LookupError, ValueError):  # an encoding that nobody knows
                payload = part.get_payload(decode=True)
                texts.append(
                    payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
                )
    return texts


def _strings(text: str) -> Iterator[str]:
    """Every string of a JSON document, or of each line of one (JSON Lines); what is neither, as it is."""
    try:
        values: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        try:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            values = [text]
    while values:
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)


def _secrets(root: Path) -> Iterator[Private]:
    for path in sorted((*root.glob("*.secret"), *root.glob(".env*"))):
        if not path.is_file():
            continue
        place = path.relative_to(root).as_posix()
        exact = tuple(_values(place, path.read_text(encoding="utf-8", errors="ignore")))
        if exact:
            yield Private(place, "a secret", "take it out of what shows it", exact=exact)


def _values(place: str, text: str) -> Iterator[Exact]:
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        named = _LINE.fullmatch(stripped)
        if named is None:
            if len(stripped) >= SHORTEST_SECRET and " " not in stripped:
                yield Exact(stripped, f"what is written in {place}")
        elif _SECRET.search(named[1]):
            value = named[2].strip().strip("\"'")
            if len(value) >= SHORTEST_SECRET:
                yield Exact(value, f"the value of {named[1]}")


def _kept(root: Path) -> Iterator[Private]:
    """Texts that are not in the store yet, and copies of threads from before they were mended."""
    for path in _files(root / ".cache" / "drafts"):
        text = above_scissors(path.read_text(encoding="utf-8", errors="replace"))
        what = "a comment that is not in the store"
        yield Private(path.relative_to(root).as_posix(), what, _LOOK, _of_comment(text))
    backups = root / ".cache" / "backups"
    for path in _files(backups):
        if path.suffix == ".json":
            place = path.relative_to(root).as_posix()
            try:
                found = json.loads(path.read_bytes())["comments"]
                bodies = [str(one.get("body", "")) for one in found]
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                bodies = [path.read_text(encoding="utf-8", errors="replace")]
            passages = tuple(text for body in bodies for text in _of_comment(body))
            yield Private(place, "a copy of a thread as it was before", _LOOK, passages)


def _history(store: Path) -> Iterator[Private]:
    """What was taken out of the store, or written otherwise, as far as git knows."""
    if not store.is_dir():
        return
    command = ["git", "-c", "core.quotepath=off", "log", "-p", "--unified=0", "--no-color"]
    command += ["--no-ext-diff", "--no-textconv", "--diff-filter=DMRT", "--format=", "--", "."]
    try:
        ran = subprocess.run(
            command, cwd=store, capture_output=True, timeout=SECONDS, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        raise ProjectError(
            f"git took more than {SECONDS} s to tell what was taken out of {store}, so it could not be "
            "looked for in the site; try again when this machine has less to do"
        ) from None
    except OSError:  # no git, and so no history
        return
    yield from removed(ran.stdout.splitlines() if ran.returncode == 0 else (), store.name)


def removed(lines: Iterable[str], store: str) -> Iterator[Private]:
    """lines: of git's differences. What each file lost, once each."""
    place = ""
    lost: dict[str, dict[str, None]] = {}
    for line in lines:
        if line.startswith("--- "):
            path = line[4:].strip('"').removeprefix("a/")
            place = f"{store}/{path.rpartition(f'{store}/')[2]}"
        elif line.startswith("-") and '"body": "' in line:
            text = line[1:].strip().removesuffix(",").partition('"body": ')[2]
            try:
                body = json.loads(text)
            except ValueError:
                continue
            lost.setdefault(place, {})[str(body)] = None
    for where, bodies in lost.items():
        yield Private(
            place=where,
            what="a comment that was taken out or changed since (git has it)",
            mend="find what shows it still; when it may be quoted, quote it in an entry",
            passages=tuple(text for body in bodies for text in _of_comment(body)),
        )


def _of_comment(body: str) -> tuple[str, ...]:
    return (*passages_of(str(to_html(body))), body) if body.strip() else ()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
