"""A line that breaks: a proxy on loopback in front of a server, which cuts after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class CuttingLine:
    """Octets are counted in both directions together, over all connections.

    cut_at: bytes after which every connection is cut, hard (RST). dead: whether the line then stays
    dead (connections are taken and cut at once); else it works again, to the end.
    """

    def __init__(self, port: int, cut_at: int | None = None, dead: bool = False) -> None:
        self.to = port
        self.cut_at = cut_at
        self.dead = dead
        self.byte_count = 0
        self.cuts = 0
        self.connections = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def mend(self) -> None:
        """The line works from now on, whatever happens."""
        with self._lock:
            self.cut_at, self.dead = None, False

    def close(self) -> None:
        self._server.close()
        self._cut()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            if self.dead and self.cuts:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to), timeout=10)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                with self._lock:
                    room = len(data) if self.cut_at is None else self.cut_at - self.byte_count
                    self.byte_count += len(data)
                    cut = room < len(data) and self.cut_at is not None
                    if cut:
                        self.cuts += 1
                        if not self.dead:
                            self.cut_at = None
                sink.sendall(data[: max(0, room)])
                if cut:
                    self._cut()
                    return
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    def _cut(self) -> None:
        with self._lock:
            sockets, self._open = self._open, set()
        for one in sockets:
            _reset(one)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()


@contextlib.contextmanager
def cutting(port: int, cut_at: int | None = None, dead: bool = False) -> Iterator[CuttingLine]:
    """A line to the server at `port` of this machine."""
    line = CuttingLine(port, cut_at, dead)
    try:
        yield line
    finally:
        line.close()
