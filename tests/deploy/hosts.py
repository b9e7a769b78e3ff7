"""A host to publish to, and the web server in front of it, both on loopback."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.deploy.git_server import ADDRESS, Remote
from tests.deploy.s3_server import Place
from tests.deploy.ssh_server import SshServer

Files = Callable[[], Mapping[str, bytes]]
"""What lies at a host as readers may have it, by path."""


@dataclass
class Web:
    """A web server that shows what `read` finds: a folder as its index.html, and what is not there as
    404.html. asked: every path, in order."""

    read: Callable[[str], bytes | None]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    down: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.down:
            return 503, b"down"
        name = path.lstrip("/")
        if not name or name.endswith("/"):
            name += "index.html"
        found = self.read(name)
        return (404, self.read("404.html") or b"") if found is None else (200, found)


@contextlib.contextmanager
def shown(read: Callable[[str], bytes | None]) -> Iterator[Web]:
    web = Web(read)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body = web.answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        web.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield web
        server.shutdown()


@dataclass(frozen=True)
class Host:
    """address: what is published to. read: one file as it is live. files: all of them, by path."""

    kind: str
    address: str
    read: Callable[[str], bytes | None]
    files: Files


def in_folder(folder: Path) -> Host:
    """A folder of this machine."""
    current = folder / "current"

    def read(name: str) -> bytes | None:
        path = current / name
        return path.read_bytes() if path.is_file() else None

    def files() -> dict[str, bytes]:
        return {
            path.relative_to(current).as_posix(): path.read_bytes()
            for path in (current / "").rglob("*")
            if path.is_file()
        }

    folder.parent.mkdir(parents=True, exist_ok=True)
    return Host("file", f"file://{folder}", read, files)


def over_ssh(server: SshServer, folder: Path) -> Host:
    """A folder of a host with ssh, which is this machine again."""
    return replace(in_folder(folder), kind="rsync", address=server.address(folder))


def in_bucket(place: Place) -> Host:
    """A bucket of a server on loopback."""
    endpoint = f"http://127.0.0.1:{place.server.port}"
    address = f"s3://{place.bucket}/site?endpoint={endpoint}"
    return Host("s3", address, lambda name: place.public().get(name), place.public)


def on_branch(remote: Remote) -> Host:
    """A branch of a remote."""
    return Host("git", ADDRESS, remote.read, remote.files)
