"""A connection that cannot hold the build: each wait is bounded, all of them together too, and so is
what comes in, headers and all.

http.client reads from what its socket's `makefile` gives; here that is a file which, before each read,
lowers the socket's timeout to what is left of the deadline, and after it counts the bytes.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from tools.store.address import Address
from tools.store.limits import Limits


class Overdue(Exception):
    """The deadline for the whole pull has passed."""


class Overfull(Exception):
    """More came in than was asked for can be."""


class Deadline:
    """A moment on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return self._end - time.monotonic()

    def patience(self, most: float) -> float:
        """Seconds to wait for one thing. Raises Overdue when there are none."""
        left = self.left()
        if left <= 0:
            raise Overdue
        return min(most, left)


class Wire:
    """As much of a socket as http.client uses."""

    def __init__(self, sock: socket.socket, read: float, deadline: Deadline) -> None:
        self._sock, self._read, self._deadline = sock, read, deadline
        self._may_come = 0

    def expect(self, most: int) -> None:
        """The next answer is at most this many bytes."""
        self._may_come = most

    def sendall(self, sent: bytes) -> None:
        self._sock.settimeout(self._deadline.patience(self._read))
        self._sock.sendall(sent)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self), 65536)

    def close(self) -> None:
        self._sock.close()

    def sever(self) -> None:
        """End every wait on it, from another thread."""
        # Not SSLSocket's own shutdown, which takes the encryption away from under a reader.
        with suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def raw(self) -> io.RawIOBase:
        return cast(io.RawIOBase, self._sock.makefile("rb", buffering=0))

    def before_reading(self) -> None:
        self._sock.settimeout(self._deadline.patience(self._read))

    def came(self, count: int) -> None:
        self._may_come -= count
        if self._may_come < 0:
            raise Overfull


class _Incoming(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire, self._raw = wire, wire.raw()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.before_reading()
        count = cast(int, self._raw.readinto(buffer))
        self._wire.came(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class Connection(http.client.HTTPConnection):
    """A kept-alive connection to the store's server. `used` once an answer has come over it."""

    def __init__(self, address: Address, limits: Limits, deadline: Deadline) -> None:
        super().__init__(address.host, address.port)
        self._address, self._limits, self._deadline = address, limits, deadline
        self.used = False
        self.wire: Wire | None = None
        self._answer: http.client.HTTPResponse | None = None

    def ask(self, path: str, headers: Mapping[str, str], most: int) -> http.client.HTTPResponse:
        """The beginning of an answer that is, with its headers, at most `most` bytes."""
        if self.wire:
            self.wire.expect(most)
        self.request("GET", path, headers=dict(headers))
        self._answer = self.getresponse()
        self.used = True
        return self._answer

    def idle(self) -> bool:
        """Whether its last answer was read to the end, so that it can be asked again."""
        return self.sock is not None and self._answer is not None and self._answer.isclosed()

    def connect(self) -> None:
        """To the first of the host's addresses that answers. Raises OSError or Overdue."""
        where = (self._address.host, self._address.port)
        failed: OSError | None = None
        for family, kind, protocol, _, target in socket.getaddrinfo(
            *where, type=socket.SOCK_STREAM
        ):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._deadline.patience(self._limits.connect))
                sock.connect(target)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._address.scheme == "https":
                    sock = _encrypted(sock, self._address.host)
            except TimeoutError:
                sock.close()
                failed = OSError(f"no answer for {self._limits.connect:g} s")
            except OSError as error:
                sock.close()
                failed = error
            except Overdue:
                sock.close()
                raise
            else:
                self.wire = Wire(sock, self._limits.read, self._deadline)
                self.sock = cast(socket.socket, self.wire)
                return
        raise failed or OSError("the host has no address")


def _encrypted(sock: socket.socket, host: str) -> ssl.SSLSocket:
    # A connection that ends without TLS's own goodbye was cut: told, not taken for the end of a file.
    return ssl.create_default_context().wrap_socket(
        sock, server_hostname=host, suppress_ragged_eofs=False
    )
