"""A built site as a static host serves it: its own `_headers` and 404 page, gzip at level 6, and a list
of all that was asked for with what each answer weighed."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import cast

from plugins.media_types import media_type
from tools.serve.addresses import split_target
from tools.serve.site import Site

_PACKED = ("text/", "application/json", "application/manifest", "image/svg", "+xml", "+json")


@dataclass(frozen=True)
class Answered:
    """One answer: for which address, with which status and type, and its bytes on the wire."""

    address: str
    status: int
    kind: str
    size: int


class StaticHost(ThreadingHTTPServer):
    """Serves a folder at 127.0.0.1, at a port of the system's choosing, from a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, root: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.root = Path()
        self.site: Site | None = None
        self._answered: list[Answered] = []
        self._lock = Lock()
        if root is not None:
            self.show(root)
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def show(self, root: Path) -> None:
        """Serve this folder from now on."""
        self.root = root
        self.site = Site.open(root, 0)
        assert not self.site.faults

    def note(self, answered: Answered) -> None:
        with self._lock:
            self._answered.append(answered)

    def take_answered(self) -> list[Answered]:
        """What has been answered since this was last asked."""
        with self._lock:
            answered, self._answered = self._answered, []
        return answered

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        host = cast("StaticHost", self.server)
        assert host.site is not None
        path, query = split_target(self.path)
        answer = host.site.answer(path, query)
        body = answer.file.read_bytes() if answer.file else b""
        headers = {"Content-Type": media_type(answer.file.name) if answer.file else "text/plain"}
        if answer.location:
            headers["Location"] = answer.location
        else:
            headers |= dict(host.site.headers_for(path))
        if headers["Content-Type"].startswith(_PACKED) or "+xml" in headers["Content-Type"]:
            body = gzip.compress(body, 6, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        headers |= {"Content-Length": str(len(body)), "Date": self.date_time_string()}
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        sent = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        host.note(Answered(self.path, answer.status, headers["Content-Type"], len(sent)))
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """The list of answers says it all."""
