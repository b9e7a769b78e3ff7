"""Who is who, without an address in the store: a person's key is a keyed hash of their address.

The secret that keys it is made on first use, in `comments.secret`, which git ignores. Whoever has the
secret can try out addresses against the keys; whoever loses it can never again tell that a returning
commenter is who they were.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import NamedTuple

from plugins.atomic import locked, locks_for, replace_file
from plugins.faults import ContentFaults, Fault

FILE = "comments.secret"
KEEP = (
    f"{FILE} was made: it turns an e-mail address into the key that stands in the store. Copy it now to "
    "where you keep your passwords. Git leaves it out, and without it nobody who comes back is known again."
)


class Secret(NamedTuple):
    """value: 32 bytes. made: whether this call made it, and so should tell `KEEP`."""

    value: bytes
    made: bool


def person_key(address: str, secret: bytes) -> str:
    """The key of whoever has this address: the first 32 hexadecimal digits of HMAC-SHA-256 (RFC 2104).

    The address counts as NFC, without white space around it, its case folded.
    """
    return hmac.new(secret, normal(address).encode(), hashlib.sha256).hexdigest()[:32]


def normal(address: str) -> str:
    """An address in the one spelling that counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).strip().casefold())


def unknown_key() -> str:
    """A key for somebody who gave no address: theirs in this one comment."""
    return secrets.token_hex(16)


def secret(root: Path) -> Secret:
    """The project's secret, made when there is none: 64 hexadecimal digits that only the owner reads.

    Raises ContentFaults when the file holds something else; it is never made anew in its place.
    """
    path = root / FILE
    with locked(path, FILE, locks_for(root)):
        try:
            text = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            value = os.urandom(32)
            replace_file(path, f"{value.hex()}\n".encode(), 0o600)
            return Secret(value, made=True)
        except UnicodeDecodeError:
            text = ""
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            message = "is not 64 digits and letters a to f; restore it from your copy (a new one would make everybody a stranger)"
            raise ContentFaults([Fault(FILE, None, message)])
        if os.name != "nt" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return Secret(bytes.fromhex(text), made=False)
