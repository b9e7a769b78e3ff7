"""A development server as a real process, with a small site, for the tests to edit and to look at."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import TypeVar

PROJECT = Path(__file__).resolve().parents[2]
T = TypeVar("T")
SCRIPT = Path(__file__).with_name("serve_stand_in.py")
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'"
)


def page(text: str, style: str = "/style.css") -> str:
    """A page under the policy that the site's own pages have."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="{style}"></head>'
        f"<body><h1>{text}</h1><p>Some words.</p></body></html>"
    )


def make_site(root: Path) -> None:
    """A home page, two posts, a stylesheet and a 404 page in `content`; an empty theme beside it."""
    for name in ("content/posts/first", "content/posts/second", "theme"):
        (root / name).mkdir(parents=True)
    content = root / "content"
    (content / "index.html").write_text(page("Home"))
    (content / "posts/first/index.html").write_text(page("First post"))
    (content / "posts/second/index.html").write_text(page("Second post"))
    (content / "404.html").write_text(page("Nothing here"))
    (content / "style.css").write_text("body { color: rgb(1, 2, 3); min-height: 3000px }")
    (content / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (root / "settings.py").write_text("A = 1\n")


def until(ask: Callable[[], T], seconds: float = 10) -> T:
    """What `ask` answers, as soon as that is true of anything."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"still {answer!r} after {seconds} s"
        time.sleep(0.02)
    return answer


@dataclass
class Running:
    """A server process on `root`, its output line by line."""

    root: Path
    port: int = 0
    lines: list[str] = field(default_factory=list)

    def start(self) -> Running:
        """Start it, and wait until it says where it is."""
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(self.root), str(self.port)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.lines = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(re.search(r":(\d+)/", self.says("Serving"))[1])  # type: ignore[index]
        return self

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def content(self) -> Path:
        """The folder to edit."""
        return self.root / "content"

    @property
    def said(self) -> str:
        """Everything it has said."""
        return "\n".join(self.lines)

    @property
    def builds(self) -> list[str]:
        """What the stand-in build has noted."""
        log = self.root / "builds.log"
        return log.read_text().splitlines() if log.exists() else []

    def says(self, words: str, after: int = 0) -> str:
        """The first line, from line `after` on, that holds these words; waits for it."""
        return until(lambda: next((line for line in self.lines[after:] if words in line), ""))

    def save(self, name: str, text: str) -> None:
        """Save a file of the content and wait for the outcome."""
        before = len(self.lines)
        (self.content / name).write_text(text)
        self.says("ebuilt", before)

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        """The answer to a request, and its text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(10)
        self._reader.join(5)
        assert self.process.stdout
        self.process.stdout.close()
        return status

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


def alive(pid: int) -> bool:
    """Whether a process runs (one that is dead and only not yet collected does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
