"""The host's rule files: `_headers` and `_redirects`, as Netlify and Cloudflare Pages read them.

`_headers`: a pattern at the start of a line, then indented `Name: value` lines. Every pattern that
matches adds its headers; `! Name` takes one away.
`_redirects`: `from to [status]` a line, first match wins; `!` after the status goes before a file
that exists. Both know `*` (the rest, `:splat`) and `:name` (one segment), and `#` comments.

A line that cannot be read is a fault of the file, told with its number, and the others still hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLACEHOLDER = re.compile(r"\\?\*|:[A-Za-z][A-Za-z0-9_]*")
_STATUS = re.compile(r"(\d{3})(!?)")
_OURS = {"cache-control", "content-length", "transfer-encoding", "connection", "date", "server"}
_OURS |= {"content-encoding", "etag", "last-modified"}

STATUSES = {200, 301, 302, 303, 307, 308, 404, 410}


@dataclass(frozen=True)
class HeaderRule:
    """Headers for the addresses that `pattern` matches; a None takes the header away."""

    pattern: re.Pattern[str]
    headers: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Redirect:
    """One line of `_redirects`; `forced` goes before a file that exists."""

    pattern: re.Pattern[str]
    target: str
    status: int
    forced: bool

    def target_for(self, path: str) -> str | None:
        """Where `path` (decoded) leads by this rule, or None."""
        found = self.pattern.fullmatch(path.rstrip("/") or "/") or self.pattern.fullmatch(path)
        if not found:
            return None

        def value(name: re.Match[str]) -> str:
            word = name[0].lstrip(":")
            return (
                quote(found.groupdict().get(word) or "") if word in found.groupdict() else name[0]
            )

        return re.sub(r":[A-Za-z][A-Za-z0-9_]*", value, self.target)


def read_headers(text: str) -> tuple[list[HeaderRule], list[str]]:
    """The rules of a `_headers` file, and its faults."""
    rules: list[tuple[re.Pattern[str], list[tuple[str, str | None]]]] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        name, colon, value = words.partition(":")
        if not line[0].isspace():
            if words.startswith("/"):
                rules.append((_pattern(words), []))
            else:
                faults.append(f'_headers:{number}: "{words}" is not an address; begin it with /')
        elif not rules:
            faults.append(f"_headers:{number}: a header without an address above it")
        elif words.startswith("!") and _NAME.fullmatch(words[1:].strip()):
            rules[-1][1].append((words[1:].strip(), None))
        elif colon and _NAME.fullmatch(name.strip()):
            rules[-1][1].append((name.strip(), value.strip()))
        else:
            faults.append(f'_headers:{number}: "{words}" is not a header; write Name: value')
    return [HeaderRule(pattern, tuple(headers)) for pattern, headers in rules], faults


def read_redirects(text: str) -> tuple[list[Redirect], list[str]]:
    """The rules of a `_redirects` file, and its faults."""
    rules: list[Redirect] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"\s+#", line.strip())[0].split()
        if not words or words[0].startswith("#"):
            continue
        status = _STATUS.fullmatch(words[2]) if len(words) == 3 else None
        if len(words) not in (2, 3) or (len(words) == 3 and not status):
            faults.append(f"_redirects:{number}: write /old /new 301")
        elif status and int(status[1]) not in STATUSES:
            faults.append(
                f"_redirects:{number}: {status[1]} is not a status that a redirect can have"
            )
        elif not words[0].startswith("/"):
            faults.append(f'_redirects:{number}: "{words[0]}" is not an address; begin it with /')
        else:
            code = int(status[1]) if status else 301
            forced = bool(status and status[2])
            source = words[0].rstrip("/") or "/"
            rules.append(Redirect(_pattern(source), words[1], code, forced))
    return rules, faults


def headers_for(rules: Iterable[HeaderRule], path: str) -> list[tuple[str, str]]:
    """The headers for `path` (decoded), in order; those that this server must set itself are left out."""
    found: dict[str, tuple[str, list[str]]] = {}
    for rule in rules:
        if not rule.pattern.fullmatch(path):
            continue
        for name, value in rule.headers:
            if value is None:
                found.pop(name.lower(), None)
            elif name.lower() not in _OURS:
                found.setdefault(name.lower(), (name, []))[1].append(value)
    return [(name, ", ".join(values)) for name, values in found.values()]


def _pattern(address: str) -> re.Pattern[str]:
    """An address with `*` and `:name` as an expression over the whole decoded path."""
    names: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name, what = ("splat", ".*") if found[0].endswith("*") else (found[0][1:], "[^/]+")
        if name in names:
            return what
        names.add(name)
        return f"(?P<{name}>{what})"

    expression = _PLACEHOLDER.sub(group, re.escape(unquote(address)))
    if expression.endswith("/(?P<splat>.*)"):
        expression = expression.removesuffix("/(?P<splat>.*)") + "(?:/(?P<splat>.*))?"
    return re.compile(expression, re.DOTALL)
