"""A store on a real server at 127.0.0.1, and the ways in which it can go wrong."""

from __future__ import annotations

import gzip
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tools.store.limits import Limits

FOLDER = "/store/"
QUICK = Limits(connect=1, read=0.4, overall=4, attempts=2, backoff=0.02, retry_after=0.5)
"""Small enough that a test which waits for a limit is over soon."""


def thread(key: str, comments: int = 2, words: str = "Well said.") -> bytes:
    """A thread's file."""
    said = [
        {
            "id": f"c-{number}",
            "parent": None if number == 0 else "c-0",
            "date": f"2026-03-{number % 27 + 1:02}T09:00:00+11:00",
            "state": "approved",
            "author": {"name": "Ngaire", "url": None, "key": "2f9a363f65b4d111", "host": False},
            "body": words,
        }
        for number in range(comments)
    ]
    value = {"version": 1, "entry": key, "state": "open", "comments": said}
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def index(files: dict[str, bytes], **changes: dict[str, Any]) -> bytes:
    """The index of thread files by key; `changes` are laid over what it says of a key."""
    threads = {
        key: {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "comments": len(json.loads(raw)["comments"]),
        }
        | changes.get(key, {})
        for key, raw in files.items()
    }
    return json.dumps({"version": 1, "threads": threads}).encode()


Odd = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.asked_with.append(dict(self.headers))
        self.server.callers.add(self.client_address)
        with self.server.lock:
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        try:
            odd = self.server.odd.get(self.path)
            with suppress(OSError):
                (odd or self.server.plain)(self)
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.server.answered.append((self.path, status))
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def body(self) -> bytes:
        return self.server.files[self.path.removeprefix(FOLDER)]

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """`files` by name ("index.json", "posts/x.json"); `odd` by path, in place of a good answer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.odd: dict[str, Odd] = {}
        self.asked: list[str] = []
        self.asked_with: list[dict[str, str]] = []
        self.answered: list[tuple[str, int]] = []
        self.callers: set[Any] = set()
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0
        self.zipped = False
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            scheme = "https"
        self.address = f"{scheme}://127.0.0.1:{self.server_port}{FOLDER}"
        self.gone = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what these tests are about."""

    def stop(self) -> None:
        self.gone.set()
        self.shutdown()
        self.server_close()

    def holds(self, files: dict[str, bytes], **changes: dict[str, Any]) -> None:
        """Serve these threads and their index."""
        self.files = {f"{key}.json": raw for key, raw in files.items()}
        self.files["index.json"] = index(files, **changes)

    def forget(self) -> None:
        for said in (self.asked, self.asked_with, self.answered, self.callers):
            said.clear()
        self.most_at_once = 0

    def plain(self, handler: Handler) -> None:
        raw = self.files.get(handler.path.removeprefix(FOLDER))
        if raw is None:
            handler.answer(404, b"no such file")
            return
        etag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
        if handler.headers["If-None-Match"] == etag:
            handler.answer(304, ETag=etag)
        elif self.zipped and "gzip" in (handler.headers["Accept-Encoding"] or ""):
            handler.answer(200, gzip.compress(raw), ETag=etag, Content_Encoding="gzip")
        else:
            handler.answer(200, raw, ETag=etag)


# ---- what can go wrong with one address --------------------------------------------------------------


def status(number: int, **headers: str) -> Odd:
    return lambda handler: handler.answer(number, b"so it is", **headers)


def first(odd: Odd, times: int = 1) -> Odd:
    """That, and afterwards what is right."""
    left = [odd] * times
    return lambda handler: (left.pop() if left else handler.server.plain)(handler)


def circling(handler: Handler) -> None:
    handler.answer(302, Location=handler.path)


def truncated(handler: Handler) -> None:
    body = handler.body()
    handler.answer(200, body[: len(body) // 2], Content_Length=str(len(body)))
    handler.close_connection = True


def truncated_chunks(handler: Handler) -> None:
    _begin(handler, Transfer_Encoding="chunked")
    handler.wfile.write(b"40\r\n" + handler.body()[:20])
    handler.close_connection = True


def truncated_gzip(handler: Handler) -> None:
    handler.answer(200, gzip.compress(handler.body())[:-12], Content_Encoding="gzip")


def stalled(handler: Handler) -> None:
    body = handler.body()
    handler.answer(200, body[:10], Content_Length=str(len(body)))
    handler.server.gone.wait(20)


def silent(handler: Handler) -> None:
    handler.server.gone.wait(20)


def slow_headers(handler: Handler) -> None:
    """A byte now and then, never enough of a silence to be one."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.gone.wait(0.1):
        handler.wfile.write(b"z")


def slow_body(handler: Handler) -> None:
    _begin(handler, Content_Length="100000")
    while not handler.server.gone.wait(0.1):
        handler.wfile.write(b" ")


def not_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


def endless_chunks(handler: Handler) -> None:
    _begin(handler, Transfer_Encoding="chunked")
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    while not handler.server.gone.is_set():
        handler.wfile.write(piece)


def endless_until_closed(handler: Handler) -> None:
    _begin(handler, Connection="close")
    while not handler.server.gone.is_set():
        handler.wfile.write(b" " * 65536)


def endless_headers(handler: Handler) -> None:
    while not handler.server.gone.is_set():
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def endless_trailers(handler: Handler) -> None:
    _begin(handler, Transfer_Encoding="chunked")
    handler.wfile.write(b"1\r\n \r\n0\r\n")
    while not handler.server.gone.is_set():
        handler.wfile.write(b"X-More: and more\r\n" * 1000)


def huge_length(handler: Handler) -> None:
    _begin(handler, Content_Length=str(2**40))
    while not handler.server.gone.is_set():
        handler.wfile.write(b" " * 65536)


def short_length(handler: Handler) -> None:
    handler.answer(200, handler.body(), Content_Length=str(len(handler.body()) - 7))
    handler.close_connection = True


def zipped(pieces: Iterable[bytes]) -> Odd:
    def send(handler: Handler) -> None:
        _begin(handler, Content_Encoding="gzip", Connection="close")
        for piece in pieces:
            handler.wfile.write(piece)
        handler.close_connection = True

    return send


def bomb(gigabytes: int = 2) -> Odd:
    """A few MB of gzip that hold gigabytes of spaces."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(b" " * 2**20), packer.flush(zlib.Z_FULL_FLUSH)]
    # Behind a full flush each part is one by itself: the second megabyte's again and again.
    part = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return zipped([*pieces, *[part] * (gigabytes * 1024)])


def hollow(handler: Handler) -> None:
    """Gzip that never says anything."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.flush(zlib.Z_FULL_FLUSH)
    _begin(handler, Content_Encoding="gzip", Connection="close")
    handler.wfile.write(start)
    nothing = packer.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    while not handler.server.gone.is_set():
        handler.wfile.write(nothing * 10_000)


def _begin(handler: Handler, **headers: str) -> None:
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def until(moment: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if moment():
            return True
        time.sleep(0.01)
    return moment()
