"""Where a remote store is: an https:// address, read once and checked.

Plain http:// is for this machine alone (127.0.0.1, localhost). Names and passwords do not belong in
an address that is committed; a store that wants one is given a token.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from tools.errors import ProjectError

_HERE = ("127.0.0.1", "localhost", "::1")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Address:
    """A folder on a server; `path` begins and ends with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def folder_name(self) -> str:
        """A name for the folder of its copy, the same for the same address."""
        host = re.sub(r"[^a-z0-9.-]", "-", self.host)
        return f"{host}-{hashlib.sha256(str(self).encode()).hexdigest()[:12]}"

    def target_of(self, at: str, location: str) -> str | None:
        """The path that a redirect at `at` leads to, or None when it leads off this server."""
        try:
            parts = urlsplit(urljoin(f"{str(self).removesuffix(self.path)}{at}", location))
            port = parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return None
        if (parts.scheme, parts.hostname, port) != (self.scheme, self.host, self.port):
            return None
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_address(setting: object) -> bool:
    """Whether COMMENTS_STORE names a server and not a folder."""
    return isinstance(setting, str) and "://" in setting


def parse_address(setting: str) -> Address:
    """The address of a store. Raises ProjectError when it is none that may be pulled from."""

    def refused(why: str) -> ProjectError:
        return ProjectError(f'COMMENTS_STORE: "{setting}" {why}')

    if not re.fullmatch(r"[!-~]+", setting):
        raise ProjectError(
            f"COMMENTS_STORE: {setting!a} has a space or a letter that is not ASCII; write the address "
            "as a browser copies it"
        )
    try:
        parts = urlsplit(setting)
        port = parts.port
    except ValueError as error:
        raise refused(f"is not an address ({error}); write https://…") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise refused("is not an address to pull from; write https://…, or the name of a folder")
    if "@" in parts.netloc:
        raise ProjectError(
            "COMMENTS_STORE: the address holds a name or a password; take it out, and put a token into "
            "the environment as COMMENTS_STORE_TOKEN"
        )
    if parts.query or parts.fragment:
        raise refused("has a ? or a # in it; write the address of the folder that holds index.json")
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise refused("is not encrypted; write https:// (http:// is for 127.0.0.1 alone)")
    path = parts.path.removesuffix("index.json")
    return Address(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        path if path.endswith("/") else f"{path}/",
    )
