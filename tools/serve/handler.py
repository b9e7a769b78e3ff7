"""Answer one connection.

1. Only this machine's names are answered, and only GET and HEAD.
2. `/__serve__/` is this server's own: the script, the overlay, the stream of events, and what a
   page looks like now.
3. Everything else comes from the last good build; before there is one, the waiting page stands in.
   A request that comes before the first build has ended waits for it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

from plugins.media_types import media_type
from tools.serve import pages
from tools.serve.addresses import split_target
from tools.serve.live import Live, State
from tools.serve.site import Answer, Site

if TYPE_CHECKING:
    from tools.serve.server import SiteServer

OURS = "/__serve__/"
HEARTBEAT = 15.0
CLIENT_FILES = {"reload.js", "overlay.js", "overlay.css", "waiting.css"}
PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
NO_PAGE = b"<!doctype html><html lang=en><title>No such page</title><h1>No such page</h1>"


class Handler(BaseHTTPRequestHandler):
    """One browser's connection, which may ask many times."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        """Answer with content."""
        host = self.headers.get("Host", "")
        if self.headers.get("Content-Length") or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
        if not self._server.is_ours(host):
            self._say(421, "This server answers only to this machine's own names, like localhost.")
            return
        path, query = split_target(self.path)
        if path.startswith(OURS):
            self._ours(path.removeprefix(OURS), query)
            return
        state = self._live.decided()
        if state.site:
            self._from_site(state.site, path, query)
        else:
            self._waiting(state)

    do_HEAD = do_GET  # noqa: N815 – http.server's names

    def do_POST(self) -> None:
        """Nothing here takes anything in."""
        self.close_connection = True
        self._say(405, "This server only shows the site.", [("Allow", "GET, HEAD")])

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST  # noqa: N815 – http.server's names

    def _from_site(self, site: Site, path: str, query: str) -> None:
        answer = site.answer(path, query)
        if answer.location:
            self._send(answer.status, PLAIN, b"", [("Location", answer.location)])
            return
        extra = site.headers_for(path)
        try:
            self._file(site, answer, path, extra)
        except FileNotFoundError:
            self._say(503, "This page was just replaced by a newer build. Ask again.")

    def _file(self, site: Site, answer: Answer, path: str, extra: list[tuple[str, str]]) -> None:
        file = answer.file
        kind = media_type(file.name) if file else HTML
        if file is None or (kind == HTML and self.headers.get("Sec-Fetch-Dest") != "empty"):
            page = file.read_bytes() if file else NO_PAGE
            mark = site.fingerprint(path, self.headers.get("Host", ""))
            self._send(answer.status, kind, pages.with_script(page, mark), extra)
            return
        with file.open("rb") as content:
            self._head(answer.status, kind, file.stat().st_size, extra)
            if self.command != "HEAD":
                shutil.copyfileobj(content, self.wfile)

    def _waiting(self, state: State) -> None:
        message = state.failure.message if state.failure else ""
        mark = pages.Fingerprint(blake2b(message.encode(), digest_size=12).hexdigest(), "")
        page = pages.with_script(pages.waiting_page(message), mark, alone=True)
        self._send(503, HTML, page)

    def _ours(self, name: str, query: str) -> None:
        if name == "events":
            self._events()
        elif name == "page":
            self._page(parse_qs(query).get("path", ["/"])[0])
        elif name in CLIENT_FILES:
            self._send(200, media_type(name), pages.client_file(name), _ASIDE)
        else:
            self._say(404, "No such file.")

    def _page(self, path: str) -> None:
        """What the page looks like now; `page` is empty while there is no site."""
        site = self._live.state.site
        mark = _NONE
        if site:
            try:
                mark = site.fingerprint(path, self.headers.get("Host", ""))
            except FileNotFoundError:
                mark = pages.Fingerprint("replaced", "")
        body = json.dumps(asdict(mark)).encode()
        self._send(200, "application/json; charset=utf-8", body, _ASIDE)

    def _events(self) -> None:
        """The stream of states (server-sent events), until the browser or the server goes."""
        self.close_connection = True
        self._head(
            200, "text/event-stream; charset=utf-8", None, [*_ASIDE, ("X-Accel-Buffering", "no")]
        )
        if self.command == "HEAD":
            return
        seen = -1
        self.wfile.write(b"retry: 500\n\n")
        while not self._live.closed:
            state = self._live.after(seen, HEARTBEAT)
            if state.number == seen:
                self.wfile.write(b": still here\n\n")
            else:
                self.wfile.write(f"data: {self._live.for_browser(state)}\n\n".encode())
            seen = state.number

    def _say(self, status: int, text: str, extra: list[tuple[str, str]] | None = None) -> None:
        self._send(status, PLAIN, f"{text}\n".encode(), extra or [])

    def _send(
        self, status: int, kind: str, body: bytes, extra: list[tuple[str, str]] | None = None
    ) -> None:
        self._head(status, kind, len(body), extra or [])
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(
        self, status: int, kind: str, length: int | None, extra: list[tuple[str, str]]
    ) -> None:
        self.send_response(status)
        given = {name.lower() for name, _ in extra}
        if "content-type" not in given:
            self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        for name, value in extra:
            self.send_header(name, value.encode().decode("latin-1"))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    @property
    def _server(self) -> SiteServer:
        return cast("SiteServer", self.server)

    @property
    def _live(self) -> Live:
        return self._server.live

    def version_string(self) -> str:
        """The `Server` header, without versions."""
        return "serve"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – its name there
        """Requests are not news; the terminal belongs to the builds."""


_NONE = pages.Fingerprint("", "")
_ASIDE = [("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin")]
