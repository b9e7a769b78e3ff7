"""Which addresses are asked at all: http and https, on hosts that everybody can reach.

An address in a page, or in a redirect, may lead into the network of whoever runs the command: to a
router, a printer, a cloud's own service. A name counts as what it resolves to, and a connection is
made to the numbers that were judged, so that a second answer of the name server changes nothing.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

_NAT64 = ip_network("64:ff9b::/96")
_NUMBER = re.compile(r"(?:0x)?[0-9.]+", re.IGNORECASE)
_RESERVED = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))\.?$", re.IGNORECASE
)


class NotAsked(Exception):
    """An address that no program of ours asks for; its text says why."""


class PrivateAddress(NotAsked):
    """A host that only this machine or its network can reach."""

    def __init__(self, host: str, number: str) -> None:
        also = f" ({number})" if number != host else ""
        super().__init__(f"{host}{also} is a private address")


def web_address(typed: str) -> URL:
    """An address as it is asked for, without its fragment. Raises NotAsked."""
    try:
        url = URL(typed).with_fragment(None)
        port = url.port
    except ValueError:
        raise NotAsked(f'"{typed}" is not a web address') from None
    if typed.strip() and not url.scheme and not typed.startswith("/"):
        whole = f"https://{typed.strip()}"
        raise NotAsked(f'"{typed}" is not a web address; write it whole, such as {whole}')
    if url.scheme not in {"http", "https"} or not url.host or port == 0:
        raise NotAsked(f'"{typed}" is not a web address; only http:// and https:// are asked')
    if _NUMBER.fullmatch(url.host) and not _is_number(url.host):
        raise NotAsked(f"{url.host} is a number written so that few programs read it alike")
    if url.user is not None or url.password is not None:
        raise NotAsked("an address with a name or a password in it is not asked")
    return url


def public(number: str) -> bool:
    """Whether an IP number is one that everybody can reach, also when it wraps another."""
    ip = ip_address(number.split("%", maxsplit=1)[0])
    return _everybodys(ip) and all(_everybodys(inner) for inner in _inside(ip))


def reserved(host: str) -> bool:
    """Whether a name is set aside for examples (RFC 2606) and so leads nowhere, to nobody's surprise."""
    return bool(_RESERVED.search(host))


def refuse_private_number(url: URL, allowed: frozenset[str]) -> None:
    """Raises PrivateAddress when the host is a number, and a private one that nobody allowed."""
    host = url.host or ""
    if _is_number(host) and host not in allowed and not public(host):
        raise PrivateAddress(host, host)


class PublicOnly(AbstractResolver):
    """Names to numbers; a name that leads to a private one is refused unless it is `allowed`."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for one in found:
            if host not in self._allowed and not public(one["host"]):
                raise PrivateAddress(host, one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _everybodys(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast


def _inside(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 numbers that an IPv6 number stands for."""
    if isinstance(ip, IPv4Address):
        return []
    wrapped = [ip.ipv4_mapped, ip.sixtofour, ip.teredo[1] if ip.teredo else None]
    if ip in _NAT64:
        wrapped.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in wrapped if one is not None]
