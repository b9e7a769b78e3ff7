"""The web servers that a dressed site is for, each with its folder as its root, on loopback."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.programs import program

NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{
    listen 127.0.0.1:{port};
    {root}
    include {site}/.nginx.conf;
  }}
}}
"""
MODULES = (
    "mpm_event authz_core authz_host mime dir alias rewrite headers negotiation env deflate filter"
)
APACHE = """\
ServerRoot {folder}
ServerName 127.0.0.1
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
{load}
User {user}
TypesConfig /etc/mime.types
AddLanguage br .br
AddType application/x-gzip .gz .tgz
AddOutputFilterByType DEFLATE text/html text/css
DocumentRoot {site}
{alias}
<Directory {site}>
  AllowOverride All
  Options Indexes FollowSymLinks MultiViews
  Require all granted
</Directory>
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    port: int

    def get(self, path: str, **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = line.getresponse()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                key = name.lower()
                found[key] = f"{found[key]}, {value}" if key in found else value
            return Answer(answer.status, found, answer.read())
        finally:
            line.close()


@contextlib.contextmanager
def nginx(site: Path, folder: Path, base_path: str = "") -> Iterator[Server]:
    root = f"location {base_path}/ {{ alias {site}/; }}" if base_path else f"root {site};"
    port = _free()
    text = NGINX.format(folder=folder, port=port, site=site, root=root)
    _let_in(site)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    yield from _run(
        [program("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"], folder, port
    )


@contextlib.contextmanager
def apache(site: Path, folder: Path, base_path: str = "") -> Iterator[Server]:
    apache2 = program("apache2")
    modules = Path("/usr/lib/apache2/modules")
    load = "\n".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so" for name in MODULES.split()
    )
    port = _free()
    text = APACHE.format(
        folder=folder,
        port=port,
        load=load,
        site=site,
        alias=f"Alias {base_path}/ {site}/" if base_path else "",
        user="www-data" if os.geteuid() == 0 else "#-1",
    )
    (folder / "apache.conf").write_text(text, encoding="utf-8")
    _let_in(site)
    yield from _run([apache2, "-D", "FOREGROUND", "-f", f"{folder}/apache.conf"], folder, port)


def _let_in(site: Path) -> None:
    """What root starts works as nobody in particular, who must get at the site."""
    for path in (site, *site.parents):
        with contextlib.suppress(OSError):
            path.chmod(path.stat().st_mode | 0o055)


def _run(command: list[str], folder: Path, port: int) -> Iterator[Server]:
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        ends = time.monotonic() + 15
        while time.monotonic() < ends and running.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        else:
            running.kill()
            log = folder / "error.log"
            said = (running.communicate()[1] or b"").decode()
            pytest.fail(
                f"{command[0]} does not start: {said}{log.read_text() if log.exists() else ''}"
            )
        yield Server(port)
    finally:
        running.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(10)
        running.kill()
        running.wait()
        if running.stderr:
            running.stderr.close()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
