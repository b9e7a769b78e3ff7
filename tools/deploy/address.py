"""The address of a target: where a site is published to, in one line.

    rsync://me@host.example:22/srv/www       a folder at a host, by rsync over ssh; /~/www is below the home
    file:///srv/www                          a folder of this machine
    s3://bucket/prefix                       a bucket, at Amazon or with ?endpoint=https://… anywhere else
    github-pages://origin/gh-pages           a branch of a remote of this repository
    netlify://site-id                        by Netlify's own command
    cloudflare-pages://project/branch        by Cloudflare's own command

Options follow a question mark, as in an address of the web: ?server=nginx&keep=10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from tools.errors import ProjectError

FORMS = MappingProxyType(
    {
        "rsync": "rsync://me@host.example/srv/www",
        "file": "file:///srv/www",
        "s3": "s3://bucket/prefix",
        "github-pages": "github-pages://origin/gh-pages",
        "netlify": "netlify://site-id",
        "cloudflare-pages": "cloudflare-pages://project",
    }
)
_FOLDERS = {"server": ("nginx", "apache"), "compressed": ("gz", "br", "gz,br"), "keep": None}
OPTIONS: Mapping[str, Mapping[str, tuple[str, ...] | None]] = MappingProxyType(
    {
        "rsync": _FOLDERS,
        "file": _FOLDERS,
        "s3": {"endpoint": None, "region": None, "profile": None, "keep": None},
        "github-pages": {"keep": None},
        "netlify": {"keep": None},
        "cloudflare-pages": {"keep": None},
    }
)
"""What may follow the question mark, by scheme, with the values that it may have (None: any)."""
KEEP = 10
"""Releases that are kept to go back to, unless ?keep= says another number."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address. `path` is as `scheme` needs it: absolute (or "~/…") for folders, without
    slashes at its ends for the others."""

    scheme: str
    host: str
    path: str
    user: str | None = None
    port: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def keep(self) -> int:
        return int(self.options.get("keep", KEEP))

    def __str__(self) -> str:
        """As it was written, but for options: there may be much in an endpoint."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        path = self.path if self.path.startswith("/") else f"/{self.path}" if self.path else ""
        return f"{self.scheme}://{user}{self.host}{port}{path}"


def parse_address(typed: str) -> Address:
    """Raises ProjectError that says what was found and what to write."""
    scheme, sign, _ = typed.partition("://")
    if not sign or scheme not in FORMS:
        raise _error(typed, _unknown(scheme if sign else typed))
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError as error:
        raise _error(typed, f"{error}; write {FORMS[scheme]}") from None
    if parts.password:
        raise _error(scheme + "://…", "holds a password, which would be read by others; use a key")
    if parts.fragment:
        raise _error(typed, f'"#{parts.fragment}" means nothing here')
    user = unquote(parts.username) if parts.username else None
    host, path = parts.hostname or "", unquote(parts.path)
    # Python lowers host names; names of remotes, buckets and projects are as they are written.
    named = parts.netloc.rpartition("@")[2].partition(":")[0] if scheme != "rsync" else host
    if any(ord(character) < 32 for character in path):
        raise _error(typed, "has a control character in its path")
    match scheme:
        case "file":
            if named or not path.startswith("/") or path == "/":
                raise _error(typed, f"names no folder; write {FORMS['file']}, with three slashes")
        case "rsync":
            if (
                not host
                or path in {"", "/"}
                or host.startswith("-")
                or (user or "").startswith("-")
            ):
                raise _error(typed, f"names no host and folder; write {FORMS['rsync']}")
            path = path.removeprefix("/") if path.startswith("/~/") else path
        case "github-pages":
            path = path.strip("/")
            if not named or not path or named.startswith("-"):
                raise _error(typed, f"names no remote and branch; write {FORMS[scheme]}")
        case _:
            path = path.strip("/")
            if not named:
                raise _error(typed, f"lacks a name; write {FORMS[scheme]}")
    if scheme in {"file", "rsync"}:
        path = path.rstrip("/")
        if ".." in path.split("/"):
            raise _error(typed, 'has ".." in its path; write it straight')
    return Address(scheme, named, path, user, port, _options(typed, scheme, parts.query))


def _options(typed: str, scheme: str, query: str) -> Mapping[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    known = OPTIONS[scheme]
    for name, value in given.items():
        if name not in known:
            raise _error(typed, f'"{name}" is no option of {scheme}; it has {", ".join(known)}')
        allowed = known[name]
        if allowed is not None and value not in allowed:
            raise _error(typed, f'{name}: "{value}" is not known; write {" or ".join(allowed)}')
    keep = given.get("keep")
    if keep is not None and (not keep.isdecimal() or not 1 <= int(keep) <= 1000):
        raise _error(typed, f'keep: "{keep}" is no number of releases from 1 to 1000')
    return MappingProxyType(given)


def _unknown(scheme: str) -> str:
    near = get_close_matches(scheme, FORMS, 1)
    if near:
        return f"is no target; did you mean {FORMS[near[0]]}?"
    return f"is no target; write one such as {', '.join(FORMS.values())}"


def _error(typed: str, why: str) -> ProjectError:
    return ProjectError(f'The address "{typed}" {why}')
