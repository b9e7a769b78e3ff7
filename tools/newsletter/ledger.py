"""Who has an issue: one line for each thing that happened, on the disk before the next happens.

sent/<yyyy-mm>/ holds the mail as it went out (mail.html, mail.txt), so that whoever gets it after a break
gets the same, and ledger.jsonl, whose first line names the mail and whose others are

    {"to": "3f…", "is": "handed"}                the server is about to be told that the message is whole
    {"to": "3f…", "is": "sent"}                  the server has taken it
    {"to": "3f…", "is": "kept"}                  it was handed and certainly not taken: to be tried again
    {"to": "3f…", "is": "refused", "code": 550}  the server will not have it for this recipient

`to` is a keyed hash of issue and address (comments.secret), so that no address is in the repository and
nobody is known from one issue to the next, nor as a commenter. The folder belongs into git.

A program that is killed leaves at worst half a last line; it is taken away. What it would have said had
not happened yet, or is told as in doubt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from plugins.atomic import replace_file
from plugins.conversations.keys import normal
from tools.errors import ProjectError
from tools.newsletter.letter import Letter
from tools.newsletter.unsubscribe_tokens import token

FILE = "ledger.jsonl"
HANDED, SENT, KEPT, REFUSED = "handed", "sent", "kept", "refused"
_HASH = re.compile(r"[0-9a-f]{32}")


class Ledger:
    """The ledger of one issue, held open by the one program that sends it."""

    def __init__(self, folder: Path, month: str, secret: bytes) -> None:
        """folder: sent/<month>. Nothing is written until `begin`. Raises ProjectError when what is there
        cannot be read, or was written with another secret."""
        self.folder, self.month = folder, month
        self._secret = secret
        self._states: dict[str, str] = {}
        self._file: Any = None
        self.head: Mapping[str, Any] | None = None
        if self.path.exists():
            self._read()

    @property
    def path(self) -> Path:
        return self.folder / FILE

    def begin(self, letter: Letter, now: datetime) -> Letter:
        """Open the ledger for writing; the letter that goes out: the one that began, if any did."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.head is None:
            replace_file(self.folder / "mail.html", letter.html.encode())
            replace_file(self.folder / "mail.txt", letter.text.encode())
            head = letter.head() | {
                "version": 1,
                "issue": self.month,
                "began": now.isoformat(timespec="seconds"),
                "mail": letter.digest,
                "secret": self._check(),
            }
            replace_file(self.path, f"{json.dumps(head, ensure_ascii=False)}\n".encode())
            self.head = head
        letter = self.letter()
        self._cut_half_line()
        self._file = self.path.open("ab")
        return letter

    def letter(self) -> Letter:
        """The mail as it began to go out. Raises ProjectError when its files are no longer that mail."""
        head = self.head or {}
        try:
            html = (self.folder / "mail.html").read_bytes().decode()
            text = (self.folder / "mail.txt").read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ProjectError(
                f"{self.folder}: the mail that began cannot be read: {error}"
            ) from None
        letter = Letter.of(head, html, text)
        if letter.digest != head.get("mail"):
            raise ProjectError(
                f"{self.folder}: mail.html or mail.txt is no longer what began to go out; "
                "restore it from git, so that everybody gets the same. Nothing was sent."
            )
        return letter

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def state(self, address: str) -> str | None:
        """ "sent", "refused", "handed" (in doubt), "kept", or None: nothing has happened yet."""
        return self._states.get(self.key(address))

    def counts(self) -> Counter[str]:
        """How many recipients are in each state."""
        return Counter(self._states.values())

    def handed(self, address: str) -> None:
        self._write(address, HANDED)

    def sent(self, address: str) -> None:
        self._write(address, SENT)

    def kept(self, address: str) -> None:
        self._write(address, KEPT)

    def refused(self, address: str, code: int) -> None:
        self._write(address, REFUSED, code=code)

    def key(self, address: str) -> str:
        """The hash under which an address stands in this ledger."""
        return self._keyed(f"sent\0{self.month}\0{normal(address)}")

    def token(self, address: str) -> str:
        """The code of the address for leaving the list."""
        return token(self._secret, address)

    def message_id(self, address: str, domain: str) -> str:
        """The Message-ID of this issue for this address: the same whenever it is sent, so that a server
        that sees it again may know it."""
        return f"<{self.month}.{self._keyed(f'mail{chr(0)}{self.month}{chr(0)}{normal(address)}')}@{domain}>"

    def _keyed(self, what: str) -> str:
        return hmac.new(self._secret, what.encode(), hashlib.sha256).hexdigest()[:32]

    def _check(self) -> str:
        return self._keyed("ledger")[:16]

    def _write(self, address: str, state: str, **more: Any) -> None:
        key = self.key(address)
        line = json.dumps({"to": key, "is": state, **more})
        self._file.write(f"{line}\n".encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._states[key] = state

    def _read(self) -> None:
        lines = self.path.read_bytes().split(b"\n")
        lines.pop()  # nothing, or the half of a line
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
                if number == 1:
                    self.head = self._head(said)
                else:
                    self._take(said)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ProjectError(
                    f"{self.path}:{number}: is not a line of a ledger; restore the file from git. "
                    "Nothing was sent."
                ) from None
        if self.head is None:
            raise ProjectError(
                f"{self.path}: is empty; restore the file from git. Nothing was sent."
            )

    def _head(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["version"] != 1 or said["issue"] != self.month or not said["mail"]:
            raise ValueError
        if said["secret"] != self._check():
            raise ProjectError(
                f"{self.path}: was written with another comments.secret, so nobody in it can be known "
                "again; restore comments.secret from your copy. Nothing was sent."
            )
        return said

    def _take(self, said: dict[str, Any]) -> None:
        key, state = said["to"], said["is"]
        if not _HASH.fullmatch(key) or state not in (HANDED, SENT, KEPT, REFUSED):
            raise ValueError
        # Two copies that git has put together may have the lines in any order: once sent is sent.
        if self._states.get(key) != SENT:
            self._states[key] = state

    def _cut_half_line(self) -> None:
        raw = self.path.read_bytes()
        whole = raw.rfind(b"\n") + 1
        if whole < len(raw):
            with self.path.open("r+b") as file:
                file.truncate(whole)
                os.fsync(file.fileno())
