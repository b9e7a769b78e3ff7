"""One request over HTTP, bounded in time and size, and what came of it in a word.

Nothing is kept between requests but connections: no cookies, no proxies of the environment, and no
redirect is followed here (`follow` does, looking at each).
"""

from __future__ import annotations

import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
from yarl import URL

from tools.links.addresses import NotAsked, PrivateAddress, PublicOnly, refuse_private_number
from tools.links.limits import Limits

AGENT = "activate-learning-site"
"""The name under which robots.txt files may speak of us."""
_PIECE = 16 * 1024
_HEADER = 16 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """body: what was read of it, at most as much as was asked for, gzip undone. whole: it was all."""

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


class Trouble(Exception):
    """No answer. `kind` is a word for programs, the text one for people:

    private    the host is not for everybody          unknown   its name is not known
    slow       no byte came in time                   refused   nobody listens there
    lost       the connection broke                   cut       the body was shorter than promised
    tls        the certificate is not to be trusted   garbled   what came is no HTTP
    offline    names cannot be looked up from here
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


class Client:
    """Requests of one run. allowed: private hosts that may be asked all the same.

    `asked` counts requests, `heard` those that any server answered.
    """

    def __init__(
        self, limits: Limits, allowed: frozenset[str] = frozenset(), contact: str = ""
    ) -> None:
        self.limits, self.allowed = limits, allowed
        self.asked = self.heard = 0
        self._agent = f"{AGENT} (+{contact})" if contact else AGENT
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        limits = self.limits
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicOnly(self.allowed),
                limit=limits.parallel,
                limit_per_host=limits.per_host,
                enable_cleanup_closed=True,
            ),
            timeout=aiohttp.ClientTimeout(
                total=limits.request, sock_connect=limits.connect, sock_read=limits.read
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": self._agent,
                "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "en",
                "Accept-Encoding": "gzip",
            },
            auto_decompress=False,
            max_line_size=_HEADER,
            max_field_size=_HEADER,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, url: URL, most: int) -> Answer:
        """Raises Trouble. most: bytes to read of the body."""
        if self._session is None:
            raise RuntimeError("the client is to be used in an `async with`")
        self.asked += 1
        try:
            refuse_private_number(url, self.allowed)
            async with self._session.request(method, url, allow_redirects=False) as response:
                self.heard += 1
                body, whole = b"", True
                if method != "HEAD":
                    body, whole = await _read(response, most)
                return Answer(url, response.status, response.headers, body, whole)
        except TimeoutError as error:
            raise Trouble("slow", "no answer came in time") from error
        except (NotAsked, aiohttp.ClientError, OSError, ValueError) as error:
            raise _told(error) from error


async def _read(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    """At most `most` bytes of the body, gzip undone. Raises what `_told` has words for."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    unpack = zlib.decompressobj(31) if coding in {"gzip", "x-gzip"} else None
    body = bytearray()
    raw = 0
    async for piece in response.content.iter_chunked(_PIECE):
        raw += len(piece)
        if unpack is None:
            body += piece
        else:
            try:
                body += unpack.decompress(piece, most + 1 - len(body))
            except zlib.error:
                raise aiohttp.ClientPayloadError("damaged gzip") from None
        if len(body) > most or raw > most:
            response.close()  # the rest is not wanted, so neither is the connection
            return bytes(body[:most]), False
    return bytes(body), True


def _told(error: Exception) -> Trouble:
    match error:
        case PrivateAddress():
            return Trouble("private", str(error))
        case NotAsked():
            return Trouble("garbled", str(error))
        case aiohttp.ClientConnectorDNSError():
            return _unresolved(error)
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return Trouble("tls", "its certificate is not to be trusted")
        case aiohttp.ClientPayloadError():
            return Trouble("cut", "what it sent was cut short")
        case aiohttp.ClientConnectorError():
            return Trouble("refused", "nobody answers there")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | ConnectionError():
            return Trouble("lost", "the connection was lost")
        case aiohttp.ClientResponseError() | aiohttp.InvalidURL() | ValueError():
            return Trouble("garbled", "what came is not HTTP")
        case _:
            return Trouble("lost", "the connection was lost")


def _unresolved(error: aiohttp.ClientConnectorDNSError) -> Trouble:
    unknown = {socket.EAI_NONAME}
    with suppress(AttributeError):
        unknown.add(socket.EAI_NODATA)
    if error.os_error.errno in unknown:
        return Trouble("unknown", "there is no server of that name")
    return Trouble("offline", "its name could not be looked up")
