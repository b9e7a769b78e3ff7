"""Makes the code in an unsubscribe link (UNSUBSCRIBE_URL with {token}), and finds the subscriber it belongs to.

The code is a keyed hash of the address (comments.secret), the same in every issue, so that a link says
nothing to anybody else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from plugins.conversations.keys import FILE, normal, secret
from tools.errors import ProjectError, as_project_error
from tools.newsletter.subscribers import read_subscribers

_CODE = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def token(keyed: bytes, address: str) -> str:
    """32 hexadecimal digits."""
    what = f"leave\0{normal(address)}".encode()
    return hmac.new(keyed, what, hashlib.sha256).hexdigest()[:32]


def find_subscriber(root: Path, typed: str, path: Path, published: tuple[Path, ...] = ()) -> str:
    """Who on the list has that code. root: the project. typed: the code, or a link or a log's line with it
    in it. path, published: as `read_subscribers` takes them. Raises ProjectError when nobody has it."""
    codes = _CODE.findall(typed.lower())
    if not codes:
        raise ProjectError(
            f'"{typed}": holds no code; give what stands in the link in place of {{token}}, 32 letters and '
            "digits such as 9f2c…"
        )
    if not (root / FILE).exists():
        raise ProjectError(f"{FILE} is not here; bring back the one with which the mail went out")
    with as_project_error():
        keyed = secret(root).value
    people = read_subscribers(path, published).people
    found = [one.address for one in people if token(keyed, one.address) in codes]
    if not found:
        raise ProjectError(
            f"nobody on {path} has that code; they may have left already, or the mail went out with another "
            f"{FILE}"
        )
    return "\n".join(found)
