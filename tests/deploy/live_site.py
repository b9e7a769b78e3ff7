"""A site on loopback that answers as it is told to, and remembers what it was asked; and a clock that
does not keep anybody waiting."""

from __future__ import annotations

import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import brotli


@dataclass(frozen=True)
class Request:
    """One that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """silence: seconds before the first byte. cut: bytes after which the connection ends."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    silence: float = 0.0
    cut: int | None = None


Answering = Callable[[Request], Reply]


@dataclass
class LiveSite:
    """files: what it serves, by path, below `base`. replies: what it answers in place of that, by address,
    a reply or what makes one; with `caches`, as a cache does which does not know an address with a query."""

    files: dict[str, bytes] = field(default_factory=dict)
    replies: dict[str, Reply | Answering] = field(default_factory=dict)
    base: str = ""
    packs: bool = False
    caches: bool = False
    asked: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def answer(self, request: Request) -> Reply:
        given = self.replies.get(request.path if self.caches else request.path.partition("?")[0])
        given = given or self.replies.get("*")
        if given is not None:
            return given if isinstance(given, Reply) else given(request)
        address = unquote(urlsplit(request.path).path)
        name = address.removeprefix(f"{self.base}/")
        name += "index.html" if name.endswith("/") or not name else ""
        if not address.startswith(f"{self.base}/") or name not in self.files:
            return Reply(404, self.files.get("404.html", b"Not found"))
        return self.packed(request, self.files[name])

    def packed(self, request: Request, body: bytes) -> Reply:
        takes = request.headers.get("Accept-Encoding", "")
        if self.packs and "br" in takes:
            return Reply(200, brotli.compress(body), {"Content-Encoding": "br"})
        if self.packs and "gzip" in takes:
            return Reply(200, gzip.compress(body), {"Content-Encoding": "gzip"})
        return Reply(200, body)


@contextlib.contextmanager
def serving(site: LiveSite, certificate: Path | None = None) -> Iterator[LiveSite]:
    """The site at a port of its own, over TLS with a certificate."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            request = Request(self.command, self.path, dict(self.headers), body)
            with lock:
                site.asked.append(request)
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
            try:
                self._send(site.answer(request))
            except OSError:
                self.close_connection = True
            finally:
                with lock:
                    site.at_once -= 1

        do_GET = do_POST = _answer  # noqa: N815 - the library's names

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.silence)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut])
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign,assignment]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    site.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Clock:
    """Seconds that go by when somebody sleeps, and then only on it. meanwhile: what happens at so many."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    meanwhile: dict[float, Callable[[], None]] = field(default_factory=dict)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        for at in sorted(self.meanwhile):
            if self.now - 1000.0 >= at:
                self.meanwhile.pop(at)()


def unused_port() -> int:
    """A port at which nobody listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
