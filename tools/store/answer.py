"""What a server's answer means: a file, something that may pass, or a fault; and gzip undone."""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from plugins.characters import printable
from tools.store.faults import StoreFault, size_of
from tools.store.limits import Limits

LATER = "try again later, or ask whoever runs that server"
_PIECE = 64 * 1024


class Passing(Exception):
    """What came, where asking again may bring something better. wait: seconds the server asks for."""

    def __init__(self, came: str, wait: float | None = None) -> None:
        super().__init__(came)
        self.wait = wait


def unpacked(
    shown: str, response: http.client.HTTPResponse, read: Callable[[], bytes]
) -> Iterator[bytes]:
    """A body as it was before gzip, in pieces of at most 64 KiB.

    read: gives what came next, nothing at the end. Raises StoreFault for an encoding that nobody asked
    for, Passing for one that is broken.
    """
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    framing = (response.getheader("Transfer-Encoding") or "chunked").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip"} or framing != "chunked":
        came = f'came encoded as "{printable(coding if framing == "chunked" else framing)}"'
        raise StoreFault(shown, came, "have the server send it plain or as gzip")
    unpack = None if coding == "identity" else zlib.decompressobj(31)
    while raw := read():
        if unpack is None:
            yield raw
            continue
        try:
            yield from _pieces(unpack, raw)
        except zlib.error:
            raise Passing("came as gzip that is damaged") from None
    if unpack is not None and not unpack.eof:
        raise Passing("came as gzip that was cut short")


def _pieces(unpack: zlib._Decompress, raw: bytes) -> Iterator[bytes]:
    """What `raw` unpacks to, never more than a piece at a time. Raises zlib.error."""
    piece = unpack.decompress(raw, _PIECE)
    while piece:
        yield piece
        full = len(piece) == _PIECE or unpack.unconsumed_tail
        piece = unpack.decompress(unpack.unconsumed_tail, _PIECE) if full else b""
    if unpack.unused_data:
        raise zlib.error("more stands behind the end")


def refusal(shown: str, response: http.client.HTTPResponse) -> Exception:
    status = f"{response.status} {printable(response.reason, 40)}".strip()
    match response.status:
        case 401 | 403:
            mend = "put a token that may read it into the environment as COMMENTS_STORE_TOKEN"
            return StoreFault(shown, f"was refused: {status}", mend)
        case 404 | 410:
            mend = "see that the address is right and that the store was published with its index"
            return StoreFault(shown, f"is not there: {status}", mend)
        case 429 | 500 | 502 | 503 | 504:
            wait = _retry_after(response.getheader("Retry-After"))
            later = f" (to be asked again in {wait:.0f} s)" if wait else ""
            return Passing(f"answered {status}{later}", wait)
    return StoreFault(shown, f"answered {status}", LATER)


def too_large(shown: str, most: int) -> StoreFault:
    mend = "whatever is there is not a store's file; see that the address is right"
    return StoreFault(shown, f"is larger than {size_of(most)}", mend)


def network_words(error: Exception, limits: Limits) -> str:
    match error:
        case socket.gaierror():
            return "the server's name is not known"
        case ConnectionRefusedError():
            return "the server refused the connection"
        case TimeoutError():
            return f"no byte came for {limits.read:g} s"
        case ssl.SSLEOFError() | ConnectionError():
            return "the connection was lost"
        case ssl.SSLError():
            return f"the connection could not be encrypted ({printable(error.reason)})"
        case http.client.HTTPException():
            return f"what came is not HTTP ({printable(type(error).__name__)})"
    return f"the connection failed ({printable(error)})"


def _retry_after(value: str | None) -> float | None:
    """Seconds; the header has seconds or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def echoed(validator: str | None) -> str | None:
    """A validator that can be sent back as it came."""
    fits = validator and len(validator) <= 500 and validator.isascii() and validator.isprintable()
    return validator if fits else None
