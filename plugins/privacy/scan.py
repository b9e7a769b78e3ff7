"""E-mail addresses, IP numbers and user agent strings in a text.

1. Few texts hold anything like them: a quick pattern, of which each branch begins with one fixed character,
   says whether a closer look is worth it.
2. The text is made plain: entities, percent signs, JavaScript's escapes, fullwidth signs, invisible
   characters and "jo [at] host [dot] example" all become what a reader would copy.
3. What is left is matched as RFC 5321, RFC 791 and RFC 4291 write it.

Not taken for addresses: a name of the fediverse (`@name@host.example`, `acct:`), a package and its
version (`pkg@1.2`), a file (`icon@2x.png`), `git@host`, `name@example.com`; not for IP numbers: what follows "version",
"section" and the like, or a product and a slash (`Chrome/120.0.0.0`). Loopback, private and
documentation addresses count: `Finding.identifies` tells those that lead to somebody.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal
from urllib.parse import unquote

Kind = Literal["e-mail address", "IP number", "user agent"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be there, as it reads when it is decoded."""

    kind: Kind
    text: str

    @property
    def masked(self) -> str:
        """Enough to recognise it by for those who have it before them, of no use to anybody else."""
        match self.kind:
            case "e-mail address":
                local, domain = self.text.rsplit("@", 1)
                return f"{local[0]}***@{domain[0]}***.{domain.rsplit('.', 1)[1]}"
            case "IP number":
                sign = ":" if ":" in self.text else "."
                return f"{self.text.split(sign, 1)[0]}{sign}***"
            case _:
                return f"{self.text.split('/', 1)[0]}/***"

    @property
    def identifies(self) -> bool:
        """False for the IP numbers that are no one's in particular: loopback, private, documentation."""
        if self.kind != "IP number":
            return True
        if self.text.endswith(".0"):
            return False  # of a network, or a version
        number = IPv6Address(self.text) if ":" in self.text else IPv4Address(self.text)
        return number.is_global


LOCAL = r"\w.+%'*~!$^{}|\-"
"""What may stand before the sign, as the inside of a regular expression's set."""

_PRODUCTS = "AppleWebKit|Chrome|Chromium|Firefox|Safari|Gecko|Edg[eA]?|OPR|CriOS|FxiOS|Trident|curl|Wget|okhttp|python-requests"

# Each begins with one fixed character, by which `re` skips what cannot match.
HINTS = (
    r"%40",
    r"&(?:amp;)*(?:#0*64\b|#[xX]0*40\b|commat\b)",
    r"\\u0040",
    r"\[ ?at ?\]",
    r"\( ?at ?\)",
    r"\.\d{1,3}\.\d{1,3}\.\d",
    r":(?::[0-9A-Fa-f]|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)",
    "Mozilla/",
)
_HINT = re.compile("|".join(("@", *HINTS, r"/(?<=[a-zA-Z]/)\d")))
_WIDE_AT = re.compile("[\uff20\ufe6b]")

_BEFORE = re.compile(rf"[{LOCAL}]+\Z")
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:xn--[A-Za-z0-9-]{1,59}|[^\W\d_]{2,24})(?!\w)"
)
_RESERVED = re.compile(
    r"(?:^|\.)(?:example\.(?:com|net|org)|test|invalid|localhost)\Z", re.IGNORECASE
)
"""Names that are nobody's and never will be (RFC 2606, sections 2 and 3), as manuals write them."""
_QUOTES = "'*~|{.-"
_VERSION = re.compile(r"\d+\.\d")
_FILES = re.compile(
    "avif|css|gif|html|ico|jpe?g|m?js|json|pdf|png|svg|txt|webp|woff2|xml", re.IGNORECASE
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\w|\.\d)", re.ASCII)
_NUMBERED = re.compile(
    r"(?:\b(?:version|release|build|firmware|kernel|iOS|iPadOS|macOS|Android|Windows|section|chapter|clause|part|figure|table|rev|ver|v|no)\.?\s*|§\s*|[A-Za-z]/)\Z",
    re.IGNORECASE,
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_AGENT = re.compile(
    rf"\b(?:(?:Mozilla|Opera|Dalvik)/\d+\.\d+ ?\([^)\n]{{0,300}}|(?:{_PRODUCTS})/\d+(?:\.\d+)+)"
)

_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")
_AT = re.compile(r"\s*[\[({]\s*at\s*[\])}]\s*", re.IGNORECASE)
_AT_HINT = re.compile(r"[\[({]\s*at", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({]\s*dot\s*[\])}]\s*", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]")

# What is in all that the patterns above match, and quickly sought: each begins with one fixed character.
_IPV4_HINT = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d")
_IPV6_HINT = re.compile(r":[0-9A-Fa-f]{0,4}:")
_AGENT_HINT = re.compile(r"/\d+\.\d")


def find(text: str, allowed: Collection[str] = ()) -> list[Finding]:
    """What is in `text`, once each, in the order of kinds and places.

    allowed: addresses that are public on purpose, compared without regard to case.
    """
    if not _worth_a_look(text):
        return []
    text = _decoded(text)
    public = {address.casefold() for address in allowed}
    found = [*_addresses(text), *_numbers(text)]
    if _AGENT_HINT.search(text):
        found += [Finding("user agent", match[0]) for match in _AGENT.finditer(text)]
    return [one for one in dict.fromkeys(found) if one.text.casefold() not in public]


def _worth_a_look(text: str) -> bool:
    return _HINT.search(text) is not None or (
        not text.isascii() and _WIDE_AT.search(text) is not None
    )


def _decoded(text: str) -> str:
    if "&" in text:
        text = html.unescape(html.unescape(text))  # a feed escapes the HTML that it carries
    if "%" in text:
        text = unquote(text)
    if "\\u" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _INVISIBLE.sub("", text)
    if _AT_HINT.search(text) and _AT.search(text):
        text = _DOT.sub(".", _AT.sub("@", text))
    return text


def _addresses(text: str) -> Iterator[Finding]:
    at = text.find("@")
    while at >= 0:
        local = _BEFORE.search(text[max(0, at - 64) : at])
        domain = _DOMAIN.match(text, at + 1, at + 255)
        if local and domain and _is_address(text, local[0], domain[0], at):
            yield Finding("e-mail address", f"{local[0].lstrip(_QUOTES)}@{domain[0]}")
        at = text.find("@", at + 1)


def _is_address(text: str, local: str, domain: str, at: int) -> bool:
    before = text[: at - len(local)][-5:]
    return not (
        before.endswith(("@", "acct:"))
        or local == "git"
        or not any(character.isalnum() for character in local)
        or _VERSION.match(domain)
        or _RESERVED.search(domain)
        or _FILES.fullmatch(domain.rsplit(".", 1)[1])
    )


def _numbers(text: str) -> Iterator[Finding]:
    for match in _IPV4.finditer(text) if _IPV4_HINT.search(text) else ():
        if not _NUMBERED.search(text[max(0, match.start() - 12) : match.start()]):
            yield Finding("IP number", match[0])
    for match in _IPV6.finditer(text) if _IPV6_HINT.search(text) else ():
        if any(character.isdigit() for character in match[0]) and _is_ipv6(match[0]):
            yield Finding("IP number", match[0])


def _is_ipv6(text: str) -> bool:
    """Whether it is one, and no `d::1` of a program: three groups of digits, or loopback."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return text == "::1" or sum(map(bool, text.split(":"))) >= 3 or text[:4].lower() == "fe80"
