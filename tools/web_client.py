"""An HTTP client bounded in time and size; it gives an Answer or raises Trouble.

Nothing is kept between requests but connections: no cookies, no proxies of the environment, and no redirect
is followed.
"""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import aiohttp
import brotli
from aiohttp.abc import AbstractResolver
from yarl import URL

from plugins.characters import printable

AGENT = "activate-learning-site"
"""The name under which robots.txt files may speak of us."""
_PIECE = 16 * 1024
_HEADER = 16 * 1024
_CERTIFICATE = {
    10: "its certificate has expired",
    9: "its certificate is not valid yet",
    18: "its certificate was not made by an authority that browsers trust",
    19: "its certificate was not made by an authority that browsers trust",
    20: "its certificate was not made by an authority that browsers trust, or one between them is missing",
    62: "its certificate is for another name",
    64: "its certificate is for another name",
}
"""By OpenSSL's number (X509_V_ERR_…)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds: to connect; without a byte; for a request in all. Requests at once: in all, to one host (0: as
    many)."""

    connect: float
    silence: float
    request: float
    parallel: int
    per_host: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """body: what was read of it, unpacked. whole: it was all, so no more than was asked for."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").split(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        return self.media_type in {"text/html", "application/xhtml+xml"}

    @property
    def words(self) -> str:
        """What it says, on one line and short, to be shown."""
        text = " ".join(self.body.decode("utf-8", "replace").split())
        if not text or text.startswith("<"):
            return ""
        return printable(text)


class Trouble(Exception):
    """No answer. `kind` is a word for programs, the text one for people:

    unknown    there is no host of that name      offline   names cannot be looked up from here
    refused    nobody listens there               slow      no answer in time
    lost       the connection broke               tls       no trusted connection
    cut        the body was damaged or shorter than promised
    garbled    what came is no HTTP
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(eq=False)
class Client:
    """Requests of one run, to be used in an `async with`.

    contact: an address that a server's owner may look at, sent with each request. headers: sent with each.
    resolver: what numbers a name has; without one, the system's. lenient: a body that is cut short or
    packed in a way that nobody asked for is given as far as it can be read.

    `asked` counts requests, `heard` those that any server answered.
    """

    bounds: Bounds
    contact: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    resolver: AbstractResolver | None = None
    lenient: bool = False
    asked: int = field(default=0, init=False)
    heard: int = field(default=0, init=False)
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        bounds = self.bounds
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self.resolver,
                ssl=ssl.create_default_context(),
                limit=bounds.parallel,
                limit_per_host=bounds.per_host,
                enable_cleanup_closed=True,
            ),
            timeout=aiohttp.ClientTimeout(
                total=bounds.request, sock_connect=bounds.connect, sock_read=bounds.silence
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": f"{AGENT} (+{self.contact})" if self.contact else AGENT,
                **self.headers,
            },
            auto_decompress=False,
            max_line_size=_HEADER,
            max_field_size=_HEADER,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        method: str,
        url: URL,
        most: int,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """most: bytes to read of the body, as they are when unpacked. Raises Trouble, and what `resolver`
        raises."""
        if self._session is None:
            raise RuntimeError("to be used in an `async with`")
        self.asked += 1
        try:
            async with self._session.request(
                method, url, headers=headers, data=content, allow_redirects=False
            ) as response:
                self.heard += 1
                body, whole = b"", True
                if method != "HEAD":
                    body, whole = await _read(response, most, self.lenient)
                return Answer(url, response.status, response.headers, body, whole)
        except TimeoutError as error:
            raise Trouble("slow", "no answer came in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _trouble_of(error) from error


async def _read(response: aiohttp.ClientResponse, most: int, lenient: bool) -> tuple[bytes, bool]:
    unpacked = _Unpacking(response.headers.get("Content-Encoding", ""), lenient)
    body = bytearray()
    raw = 0
    async for piece in response.content.iter_chunked(_PIECE):
        raw += len(piece)
        body += unpacked.more(piece, most + 1 - len(body))
        if len(body) > most or raw > most + _PIECE:
            response.close()  # the rest is not wanted, so neither is the connection
            return bytes(body[:most]), False
    if not (lenient or unpacked.ended()):
        raise aiohttp.ClientPayloadError("cut short within")
    return bytes(body), True


class _Unpacking:
    """What a Content-Encoding of ours did (RFC 9110, section 8.4; RFC 1952; RFC 7932) is undone."""

    def __init__(self, coding: str, lenient: bool) -> None:
        self._gzip = self._brotli = None
        self._began = False
        match coding.strip().lower():
            case "gzip" | "x-gzip":
                self._gzip = zlib.decompressobj(31)
            case "br":
                self._brotli = brotli.Decompressor()
            case "" | "identity":
                pass
            case other if not lenient:
                raise ValueError(f"is packed as {other!r}, which was not asked for")

    def more(self, piece: bytes, room: int) -> bytes:
        """At most about `room` bytes."""
        self._began = True
        try:
            if self._gzip is not None:
                return self._gzip.decompress(piece, room)
            if self._brotli is not None:
                # Less than that only when it wants more to read.
                return bytes(self._brotli.process(piece, output_buffer_limit=room))
        except (zlib.error, brotli.error):
            raise aiohttp.ClientPayloadError("damaged") from None
        return piece

    def ended(self) -> bool:
        if not self._began:
            return True
        if self._gzip is not None:
            return self._gzip.eof
        return self._brotli is None or bool(self._brotli.is_finished())


def _trouble_of(error: Exception) -> Trouble:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return _unresolved(error)
        case aiohttp.ClientConnectorCertificateError():
            number = getattr(error.certificate_error, "verify_code", 0)
            return Trouble("tls", _CERTIFICATE.get(number, "its certificate is not to be trusted"))
        case aiohttp.ClientSSLError():
            return Trouble("tls", "no encrypted connection comes about there (TLS)")
        case aiohttp.ClientPayloadError():
            return Trouble("cut", "what it sent was damaged or cut short")
        case aiohttp.ClientConnectorError():
            return Trouble("refused", "nobody answers there")
        case aiohttp.InvalidURL():
            return Trouble("garbled", "its address cannot be asked for")
        case aiohttp.ClientResponseError():
            return Trouble("garbled", "what came is not HTTP")
        case aiohttp.ClientError() | OSError():
            return Trouble("lost", "the connection was lost")
        case _:
            return Trouble("garbled", f"what came cannot be read: {error}")


def _unresolved(error: aiohttp.ClientConnectorDNSError) -> Trouble:
    unknown = {socket.EAI_NONAME}
    with suppress(AttributeError):
        unknown.add(socket.EAI_NODATA)
    if error.os_error.errno in unknown:
        return Trouble("unknown", "there is no host of that name")
    return Trouble("offline", "its name could not be looked up")
