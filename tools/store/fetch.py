"""Files from a remote store over HTTP/1.1: bounded in bytes, time, attempts and connections.

1. A request goes over a connection that is kept alive, or over a new one.
2. A redirect within the server is followed, up to a few; any other ends the pull.
3. The body is written out as it comes, through gzip if it came so; sizes are checked while reading.
4. What may be different in a moment (a 5xx, a lost connection, a cut body, a silence) is asked for
   again, after a pause that doubles or that the server names.

Follows RFC 9110 and 9112 as far as a static host needs them. Environment proxies are not used.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from plugins.characters import printable
from tools.store.address import Address
from tools.store.answer import LATER, Passing, echoed, network_words, refusal, too_large, unpacked
from tools.store.faults import StoreFault, size_of
from tools.store.limits import MIB, Limits
from tools.store.wire import Connection, Deadline, Overdue, Overfull

_PIECE = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that came whole: its size and hash after gzip was undone, and what to ask with next time."""

    size: int
    sha256: str
    etag: str | None
    last_modified: str | None


class Client:
    """One pull's requests; `get` may be called from several threads.

    token: sent as a bearer token, to this server only. `received` counts the bytes of bodies as they
    came over the wire.
    """

    def __init__(self, address: Address, limits: Limits, token: str | None = None) -> None:
        self.address, self.limits = address, limits
        self.received = 0
        self._deadline = Deadline(limits.overall)
        self._headers = {
            "Accept-Encoding": "gzip",
            "Cache-Control": "no-cache",
            "User-Agent": "activate-learning-site",
        }
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._room = limits.total

    def close(self) -> None:
        """End what is under way in other threads too; their `get` raises StoreFault."""
        self._stopped.set()
        with self._lock:
            for connection in self._busy:
                if connection.wire:
                    connection.wire.sever()
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def take_room(self, size: int) -> None:
        """Count bytes towards the total. Raises StoreFault when that is full."""
        with self._lock:
            self._room -= size
            full = self._room < 0
        if full:
            came = f"the store is larger than {size_of(self.limits.total)} in all"
            raise StoreFault(
                str(self.address), came, "a store of that size wants a larger limit (Limits.total)"
            )

    def get(
        self, name: str, into: BinaryIO, most: int, conditions: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Write the file `name` of the store to `into`, at most `most` bytes; None when the server
        says that it has not changed since `conditions`. Raises StoreFault."""
        shown = f"{self.address}{name}"
        pause = self.limits.backoff
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._follow(
                    shown, f"{self.address.path}{name}", into, most, conditions or {}
                )
            except Overdue:
                raise self._overdue(shown) from None
            except Overfull:
                raise too_large(shown, most) from None
            except Passing as passing:
                times = f", {attempt} times" if attempt > 1 else ""
                last = StoreFault(shown, f"{passing}{times}", LATER)
                wait = pause if passing.wait is None else passing.wait
                if attempt == self.limits.attempts or wait > self.limits.retry_after:
                    raise last from None
                if wait >= self._deadline.left() or self._stopped.wait(wait):
                    raise last from None
                pause *= 2
        raise AssertionError("the last attempt returns or raises")

    def _overdue(self, shown: str) -> StoreFault:
        came = f"the pull was not done after {self.limits.overall:g} s"
        return StoreFault(shown, came, LATER)

    def _follow(
        self, shown: str, path: str, into: BinaryIO, most: int, conditions: Mapping[str, str]
    ) -> Answer | None:
        for _ in range(self.limits.redirects + 1):
            with self._connection() as connection:
                response = self._ask(connection, path, most, conditions)
                if response.status in _REDIRECTS:
                    location = response.getheader("Location") or ""
                    path = self._target(shown, path, location)
                    continue
                if response.status == 304 and conditions:
                    response.read()
                    return None
                if response.status != 200:
                    raise refusal(shown, response)
                return self._keep(shown, response, into, most)
        came = f"redirects more than {self.limits.redirects} times in a row"
        raise StoreFault(shown, came, "write the address that it ends at as COMMENTS_STORE")

    def _target(self, shown: str, path: str, location: str) -> str:
        sent = self.address.target_of(path, location)
        if sent is None or not sent.isascii() or not sent.isprintable():
            came = f'redirects to "{printable(location)}", which is another server'
            raise StoreFault(
                shown,
                came,
                "if that is where the store is now, write that address as COMMENTS_STORE",
            )
        return sent

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection for one request; it is kept when its answer was read to the end."""
        with self._lock:
            kept = self._idle.pop() if self._idle else None
            connection = kept or Connection(self.address, self.limits, self._deadline)
            self._busy.add(connection)
        keep = False
        try:
            yield connection
            keep = connection.idle()
        finally:
            with self._lock:
                self._busy.discard(connection)
                if keep and not self._stopped.is_set():
                    self._idle.append(connection)
                else:
                    connection.close()

    def _ask(
        self, connection: Connection, path: str, most: int, conditions: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        headers = {**self._headers, **conditions}
        while True:
            again = connection.used
            try:
                if connection.sock is None:
                    connection.connect()
                if self._stopped.is_set():  # since then, or `close` severs it: it is known by now
                    raise Passing("was given up, another request having failed")
                # A store's largest file, framed wastefully, and its headers; whatever is more is no file.
                return connection.ask(path, headers, 2 * most + MIB)
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                connection.used = False
                if isinstance(error, ssl.SSLCertVerificationError):
                    came = f"the server's certificate is not trusted ({printable(error.verify_message)})"
                    mend = "whoever runs that server has to mend it; nothing is read from it until then"
                    raise StoreFault(str(self.address), came, mend) from None
                self._deadline.patience(1)
                if self._stopped.is_set() or not again or isinstance(error, TimeoutError):
                    raise Passing(network_words(error, self.limits)) from None
                # A kept connection that the server had closed meanwhile: asked again over a new one.

    def _keep(
        self, shown: str, response: http.client.HTTPResponse, into: BinaryIO, most: int
    ) -> Answer:
        into.seek(0)
        into.truncate()
        if response.length is not None and response.length > most:
            raise too_large(shown, most)
        digest = hashlib.sha256()
        size = 0
        got = 0

        def read() -> bytes:
            nonlocal got
            raw = self._read(response, got)
            got += len(raw)
            with self._lock:
                self.received += len(raw)
            return raw

        for piece in unpacked(shown, response, read):
            size += len(piece)
            if size > most:
                raise too_large(shown, most)
            self.take_room(len(piece))
            digest.update(piece)
            into.write(piece)
        etag, last_modified = response.getheader("ETag"), response.getheader("Last-Modified")
        return Answer(size, digest.hexdigest(), echoed(etag), echoed(last_modified))

    def _read(self, response: http.client.HTTPResponse, got: int) -> bytes:
        """The next piece of a body, or nothing at its end."""
        try:
            raw = response.read(_PIECE)
        except http.client.IncompleteRead:
            raise Passing(f"was cut short after about {size_of(got)}") from None
        except (http.client.HTTPException, OSError) as error:
            self._deadline.patience(1)
            raise Passing(f"{network_words(error, self.limits)} after {size_of(got)}") from None
        if not raw and response.length:
            raise Passing(f"was cut short: {size_of(got)} of {size_of(got + response.length)} came")
        return raw
