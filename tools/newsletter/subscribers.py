"""The list of subscribers: a CSV file, as mailing services export it.

It needs a column `email` (or `e-mail`, `email address`, `address`). A column `status` (or `state`), when
there is one, says who has confirmed: others are left out. A column `unsubscribe` may hold the address at
which this one person leaves the list with one click. Everything else is passed over.

The file is private: it is refused where it could be published or committed.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import idna

from plugins.conversations.keys import normal
from plugins.entries.words import counted
from tools.errors import ProjectError
from tools.newsletter.account import ADDRESS

_EMAIL = ("email", "e-mail", "email address", "e-mail address", "address", "email_address", "mail")
_STATUS = ("status", "state", "member_rating_status")
_CONSENT = re.compile(
    r"subscri|consent|confirm|opt|active|enabled|disabled|bounce|complain|suppress|permission|clean|type|"
    r"status|state|blocked|banned|deleted|removed|valid"
)
_WHEN = re.compile(r"(?:opt[_ -]?in|confirm)[_ ](?:time|ip)")
"""When and where somebody confirmed, as Mailchimp exports it: it takes nobody's yes away."""
_LEAVE = ("unsubscribe", "unsubscribe_url", "unsubscribe url")
CONFIRMED = {"active", "subscribed", "confirmed", "enabled", "yes", "true", "regular"}
MOST = 100_000
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Subscriber:
    """address: as typed, its domain in ASCII (RFC 5890). leave: where this one leaves the list."""

    address: str
    leave: str | None = None


@dataclass(frozen=True, slots=True)
class Subscribers:
    """left_out: by status, how many lines of people who have not confirmed, or have left.
    twice: how many lines repeat an address."""

    people: tuple[Subscriber, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    twice: int = 0

    def __str__(self) -> str:
        told = [counted(len(self.people), "subscriber")]
        told += [f"{count:,} left out as {status}" for status, count in self.left_out]
        if self.twice:
            told.append(
                "1 line that repeats an address"
                if self.twice == 1
                else f"{self.twice:,} lines that repeat an address"
            )
        return ", ".join(told)


def read_subscribers(path: Path, private_from: tuple[Path, ...] = ()) -> Subscribers:
    """The people of a list, in its order, each once.

    private_from: folders in which the file must not lie, since they are published. Raises ProjectError
    with every line that is wrong, or when nobody is on the list.
    """
    _keep_private(path, private_from)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ProjectError(f"{path}:{line}: is not UTF-8; save the list as UTF-8 CSV") from None
    faults: list[str] = []
    found = _read(text, path, faults)
    if faults:
        more = len(faults) - _SHOWN
        told = faults[:_SHOWN] + ([f"… and {more} more."] if more > 0 else [])
        raise ProjectError("\n".join([*told, "Nothing was sent."]))
    if not found.people:
        why = f" ({found})" if found.left_out else ""
        raise ProjectError(f"{path}: nobody is on this list{why}; nothing was sent.")
    return found


def address_of(typed: str) -> str:
    """An address as it goes to a server. Raises ValueError with what is wrong."""
    typed = typed.strip()
    local, at, domain = typed.rpartition("@")
    if not at or not local:
        raise ValueError(f'"{typed}" is not an e-mail address')
    if not local.isascii():
        raise ValueError(
            f'"{typed}" has letters before its @ that few servers take (RFC 6531); ask for another address'
        )
    try:
        domain.encode("ascii")
    except UnicodeEncodeError:
        try:
            # IDNA 2008: "ß" is a letter of its own, and another domain than "ss".
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise ValueError(f'"{typed}": "{domain}" is not a domain') from None
    whole = f"{local}@{domain}"
    labels = domain.split(".")
    sound = len(labels) > 1 and all(
        re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", label) for label in labels
    )
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if not sound or dots or not ADDRESS.fullmatch(whole):
        raise ValueError(f'"{typed}" is not an e-mail address')
    return whole


def _read(text: str, path: Path, faults: list[str]) -> Subscribers:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel  # a single column has no delimiter
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        email = next((header.index(name) for name in _EMAIL if name in header), None)
        if email is None:
            named = ", ".join(header)[:200] or "nothing"
            faults.append(
                f'{path}:1: no column is called "email"; the first line says: {named}'
                if not any("@" in name for name in header)
                else f'{path}:1: the first line is a subscriber; write "email" on a line above it'
            )
            return Subscribers(())
        for name, cell in _unread_consent(header, email):
            faults.append(f'{path}:1: column "{name}" {cell}')
        status = next((header.index(name) for name in _STATUS if name in header), None)
        leave = next((header.index(name) for name in _LEAVE if name in header), None)
        people: dict[str, Subscriber] = {}
        off: set[str] = set()
        left_out: Counter[str] = Counter()
        twice = 0
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            where = f"{path}:{rows.line_num}"
            cells = dict(enumerate(cell.strip() for cell in row))
            state = cells.get(status, "").casefold() if status is not None else "active"
            if state not in CONFIRMED:
                left_out[state or "of no status"] += 1
                off.add(normal(cells.get(email, "")))
                continue
            try:
                address = address_of(cells.get(email, ""))
            except ValueError as error:
                faults.append(f"{where}: {error}")
                continue
            link = cells.get(leave) if leave is not None else None
            if link and not re.fullmatch(r"https://[^\s<>\"]+", link):
                faults.append(f'{where}: unsubscribe: "{link[:80]}" does not begin with https://')
                continue
            twice += normal(address) in people
            people.setdefault(normal(address), Subscriber(address, link or None))
            if len(people) > MOST:
                faults.append(f"{where}: more than {MOST:,} people; a mailing service suits better")
                break
    except csv.Error as error:
        faults.append(f"{path}:{rows.line_num}: is not CSV ({error})")
        return Subscribers(())
    # Whoever left and stands on the list in another line has left.
    for key in people.keys() & off:
        del people[key]
        left_out["active in one line and not in another"] += 1
    return Subscribers(tuple(people.values()), tuple(sorted(left_out.items())), twice)


def _unread_consent(header: list[str], email: int) -> Iterator[tuple[str, str]]:
    """Columns that say who wants mail, in words that are not read here: nobody is written to on a guess."""
    known = (*_STATUS, *_LEAVE)
    several = [name for name in header if name in _STATUS]
    for at, name in enumerate(header):
        told = _CONSENT.search(name) and not _WHEN.fullmatch(name)
        if at != email and name not in known and told:
            yield (
                name,
                'speaks of who gets mail; add a column "status" that says active for each who does, '
                "and take this one out",
            )
    for name in several[1:]:
        yield name, f'says again what "{several[0]}" says; keep one'


def _keep_private(path: Path, private_from: tuple[Path, ...]) -> None:
    real = path.resolve()
    for folder in private_from:
        if real.is_relative_to(folder.resolve()):
            raise ProjectError(
                f"{path}: lies in {folder.name}/, which is published; keep the list in inbox/"
            )
    if not real.is_file() or not _in_git(real):
        return
    if _git(real, "ls-files", "--error-unmatch", "--", real.name) == 0:
        raise ProjectError(
            f"{path}: is in git, and so are the addresses in it; take it out "
            f'(git rm --cached "{path}") and keep the list in inbox/'
        )
    if _git(real, "check-ignore", "--quiet", "--", real.name) != 0:
        raise ProjectError(
            f"{path}: git would take the list into the next commit; keep it in inbox/, which git leaves out"
        )


def _in_git(real: Path) -> bool:
    return _git(real, "rev-parse", "--is-inside-work-tree") == 0


def _git(real: Path, *arguments: str) -> int:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=real.parent, capture_output=True, check=False
        )
    except FileNotFoundError:
        return 128  # no git, no commit
    return done.returncode
