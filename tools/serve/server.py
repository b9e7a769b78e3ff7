"""The socket: take the port or say in a sentence why not, and know by which names we may be called.

A page on the web can point a name of its own at 127.0.0.1 and so read what a local server shows
(DNS rebinding). So only the names of this machine are answered; an address made of numbers cannot
be rebound, which is why those are welcome once the server listens beyond this machine.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from http.server import ThreadingHTTPServer
from threading import Thread

from tools.errors import ProjectError
from tools.serve.handler import Handler
from tools.serve.live import Live

LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class SiteServer(ThreadingHTTPServer):
    """Serves what is `live`, a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(self, host: str, port: int, live: Live) -> None:
        """Take the port; port 0 takes any free one. Raises ProjectError when it cannot be had."""
        if not 0 <= port <= 65535:
            raise ProjectError(f"{port} is not a port; choose one between 1024 and 65535")
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.live = live
        self._host = host
        try:
            super().__init__((host, port), Handler)
        except OSError as error:
            raise ProjectError(_refusal(error, host, port)) from None
        except UnicodeError:
            raise ProjectError(f'"{host}" is not a name that a machine can have') from None

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address for this machine's browser, without a slash at the end."""
        host = self._host
        if host == "" or (_is_number(host) and ipaddress.ip_address(host).is_unspecified):
            host = "::1" if ":" in host else "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def start(self) -> None:
        """Answer, from a thread of its own."""
        Thread(target=self.serve_forever, args=(0.05,), name="server", daemon=True).start()

    def stop(self) -> None:
        """Let go of the waiting browsers and of the port."""
        self.live.close()
        self.shutdown()
        self.server_close()

    def is_ours(self, host: str) -> bool:
        """Whether a `Host` header names this server."""
        name = host.strip().lower()
        name = name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]
        if name in LOCAL:
            return True
        if _is_loopback(self._host):
            return name in (self._host, f"[{self._host}]")
        machine = socket.gethostname().lower()
        known = {self._host.lower(), machine, f"{machine.partition('.')[0]}.local"}
        return name in known or _is_number(name.strip("[]"))

    def server_bind(self) -> None:
        """Bind without asking the name service for our own name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, self.allow_reuse_address)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self._host, self.port

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is no error; anything else is a defect and shows its traceback."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _refusal(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is in use by another program. Stop it, or choose another: "
                f"./invoke serve --port {_free_port(host, port)}"
            )
        case errno.EACCES | errno.EPERM:
            return f"Port {port} needs an administrator's rights. Choose another: ./invoke serve --port 8000"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine; 127.0.0.1 is"
    if isinstance(error, socket.gaierror):
        return f"{host} is not a name that this machine knows; 127.0.0.1 is an address that it has"
    return f"Port {port} cannot be used: {error.strerror or error}"


def _free_port(host: str, port: int) -> int:
    """The next port that is free now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port + 1, min(port + 100, 65536)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return 8000 if port != 8000 else 8080


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
