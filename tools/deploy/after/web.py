"""Requests to the live site and to those who are told of it: bounded in time and size, no cookies, no
proxies of the environment, no redirect followed. Any host may be asked, also one of this machine: the
addresses are the owner's own settings.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import brotli
from yarl import URL

AGENT = "activate-learning-site"
_PIECE = 16 * 1024
_HEADER = 16 * 1024
_SAID = 4 * 1024
"""What is read of the answer to something posted: enough for a word of why."""
_LONGEST_WAIT = 30.0
"""Seconds that a server may ask us to wait (Retry-After) for us to do it."""
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
class Patience:
    """Seconds: to connect; without an octet; for a request in all. waits: between tries of a post."""

    connect: float = 8.0
    silence: float = 10.0
    request: float = 30.0
    waits: tuple[float, ...] = (1.0, 3.0, 9.0)
    parallel: int = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """body: what was read of it, unpacked. whole: it was all, so no more than was asked for."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    @property
    def words(self) -> str:
        """What it says, on one line and short, to be shown."""
        text = " ".join(self.body.decode("utf-8", "replace").split())
        if not text or text.startswith("<"):
            return ""
        text = "".join(letter if letter.isprintable() else "�" for letter in text)
        return text if len(text) <= 80 else f"{text[:79]}…"


class Unheard(Exception):
    """No answer. `kind` is a word for programs, the text one for people:

    unknown    there is no host of that name      offline   names cannot be looked up from here
    refused    nobody listens there               slow      no answer in time
    lost       the connection broke               tls       no trusted connection
    garbled    what came is no HTTP, or damaged
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


class Web:
    """Requests of one run, to be used in an `async with`."""

    def __init__(self, patience: Patience, contact: str = "") -> None:
        self.patience = patience
        self._agent = f"{AGENT} (+{contact})" if contact else AGENT
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Web:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=ssl.create_default_context(),
                limit=self.patience.parallel,
                enable_cleanup_closed=True,
            ),
            timeout=aiohttp.ClientTimeout(
                total=self.patience.request,
                sock_connect=self.patience.connect,
                sock_read=self.patience.silence,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent},
            auto_decompress=False,
            max_line_size=_HEADER,
            max_field_size=_HEADER,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: URL, most: int, headers: Mapping[str, str]) -> Answer:
        """At most `most` octets of the body are read, as they are when unpacked. Raises Unheard."""
        return await self._ask("GET", url, most, headers, None)

    async def post(self, url: str, content: bytes, media_type: str) -> Answer:
        """Posts, and again after each of `patience.waits` when it was not heard or is told to come later
        (5xx, 429). Raises Unheard when the last try was not heard."""
        headers = {"Content-Type": media_type, "Accept-Encoding": "identity"}
        for wait in self.patience.waits:
            try:
                answer = await self._ask("POST", URL(url), _SAID, headers, content)
            except Unheard as unheard:
                if unheard.kind == "tls":
                    raise
                answer = None
            if answer and answer.status < 500 and answer.status != 429:
                return answer
            asked = answer.headers.get("Retry-After", "") if answer else ""
            await asyncio.sleep(min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else wait)
        return await self._ask("POST", URL(url), _SAID, headers, content)

    async def _ask(
        self, method: str, url: URL, most: int, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        if self._session is None:
            raise RuntimeError("to be used in an `async with`")
        try:
            async with self._session.request(
                method, url, headers=headers, data=content, allow_redirects=False
            ) as response:
                body, whole = await _read(response, most)
                return Answer(url, response.status, response.headers, body, whole)
        except TimeoutError as error:
            raise Unheard("slow", "no answer came in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _told(error) from error


async def _read(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    unpacked = _Unpacking(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    raw = 0
    async for piece in response.content.iter_chunked(_PIECE):
        raw += len(piece)
        body += unpacked.more(piece, most + 1 - len(body))
        if len(body) > most or raw > most + _PIECE:
            response.close()  # the rest is not wanted, so neither is the connection
            return bytes(body[:most]), False
    if not unpacked.ended():
        raise aiohttp.ClientPayloadError("cut short within")
    return bytes(body), True


class _Unpacking:
    """What a Content-Encoding of ours did (RFC 9110, section 8.4; RFC 1952; RFC 7932) is undone."""

    def __init__(self, coding: str) -> None:
        self._gzip = self._brotli = None
        self._began = False
        match coding.strip().lower():
            case "gzip" | "x-gzip":
                self._gzip = zlib.decompressobj(31)
            case "br":
                self._brotli = brotli.Decompressor()
            case "" | "identity":
                pass
            case other:
                raise ValueError(f"is packed as {other!r}, which was not asked for")

    def more(self, piece: bytes, room: int) -> bytes:
        """At most about `room` octets."""
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


def _told(error: Exception) -> Unheard:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return _unresolved(error)
        case aiohttp.ClientConnectorCertificateError():
            number = getattr(error.certificate_error, "verify_code", 0)
            return Unheard("tls", _CERTIFICATE.get(number, "its certificate is not to be trusted"))
        case aiohttp.ClientSSLError():
            return Unheard("tls", "no encrypted connection comes about there (TLS)")
        case aiohttp.ClientPayloadError():
            return Unheard("garbled", "what it sent was damaged or cut short")
        case aiohttp.ClientConnectorError():
            return Unheard("refused", "nobody answers there")
        case aiohttp.InvalidURL():
            return Unheard("garbled", "its address cannot be asked for")
        case aiohttp.ClientResponseError():
            return Unheard("garbled", "what came is not HTTP")
        case aiohttp.ClientError() | OSError():
            return Unheard("lost", "the connection was lost")
        case _:
            return Unheard("garbled", f"what came cannot be read: {error}")


def _unresolved(error: aiohttp.ClientConnectorDNSError) -> Unheard:
    unknown = {socket.EAI_NONAME}
    with suppress(AttributeError):
        unknown.add(socket.EAI_NODATA)
    if error.os_error.errno in unknown:
        return Unheard("unknown", "there is no host of that name")
    return Unheard("offline", "its name could not be looked up")
