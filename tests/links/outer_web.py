"""Other people's servers at 127.0.0.1, each at a port of its own, and the ways in which they answer.

What they were asked is counted: by server, at once and in all, with the time of each request.
"""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.links.limits import Limits

QUICK = Limits(
    connect=1,
    silence=0.4,
    request=1.5,
    page=64 * 1024,
    robots=16 * 1024,
    pause=0.01,
    attempts=2,
    backoff=0.02,
    retry_after=0.5,
    crawl_delay=0.2,
)
"""Small enough that a test which waits for a limit is over soon."""


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    port: int
    method: str
    path: str
    headers: dict[str, str]
    at: float


Answering = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def page(title: str = "A page", body: str = "Words.", head: str = "") -> bytes:
    return f"<!doctype html><title>{title}</title>{head}<p>{body}".encode()


@dataclass
class OuterWeb:
    """`answers` by path, for every server; by (port, path) for one. What is not named is a 404."""

    answers: dict[str | tuple[int, str], Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    at_once: Counter[int] = field(default_factory=Counter)
    most_of_one: Counter[int] = field(default_factory=Counter)
    most: int = 0
    ports: list[int] = field(default_factory=list)

    def start(self, servers: int = 1, certificate: Path | None = None) -> None:
        ready = threading.Event()
        context = None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)

        async def run() -> None:
            self._end = asyncio.Event()
            self._loop = asyncio.get_running_loop()
            running = [
                await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
                for _ in range(servers)
            ]
            self.ports = [one.sockets[0].getsockname()[1] for one in running]
            ready.set()
            await self._end.wait()
            for one in running:
                one.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        self._thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        self._thread.start()
        assert ready.wait(5)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)

    def url(self, path: str = "/", server: int = 0, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.ports[server]}{path}"

    def paths(self, method: str | None = None) -> list[str]:
        """What was asked for, in order, but for robots.txt."""
        return [
            one.path
            for one in self.asked
            if one.path != "/robots.txt" and method in {None, one.method}
        ]

    def times(self, server: int = 0) -> list[float]:
        return [one.at for one in self.asked if one.port == self.ports[server]]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        try:
            while line := await reader.readline():
                method, path, _ = line.decode("latin-1").split(" ", 2)
                headers: dict[str, str] = defaultdict(str)
                while (header := (await reader.readline()).strip()) != b"":
                    name, _, value = header.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                one = Asked(port, method, path, headers, time.monotonic())
                self.asked.append(one)
                self.at_once[port] += 1
                self.most_of_one[port] = max(self.most_of_one[port], self.at_once[port])
                self.most = max(self.most, sum(self.at_once.values()))
                try:
                    answer = self.answers.get((port, path)) or self.answers.get(path) or status(404)
                    await answer(one, writer)
                    await writer.drain()
                finally:
                    self.at_once[port] -= 1
        except (ConnectionError, ValueError, asyncio.CancelledError):
            pass
        finally:
            with suppress(Exception):
                writer.close()


def _send(
    one: Asked, writer: asyncio.StreamWriter, number: int, body: bytes, **headers: str
) -> None:
    lines = {"Content_Length": str(len(body)), "Content_Type": "text/html; charset=utf-8"}
    text = "".join(
        f"{name.replace('_', '-')}: {value}\r\n" for name, value in (lines | headers).items()
    )
    writer.write(f"HTTP/1.1 {number} As it is\r\n{text}\r\n".encode())
    if one.method != "HEAD":
        writer.write(body)


def status(number: int, body: bytes = b"so it is", **headers: str) -> Answering:
    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        _send(one, writer, number, body, **headers)

    return answer


def fine(title: str = "A page", body: str = "Words.", head: str = "") -> Answering:
    return status(200, page(title, body, head))


def to(address: str, number: int = 301) -> Answering:
    return status(number, b"", Location=address)


def slowly(seconds: float, then: Answering) -> Answering:
    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await then(one, writer)

    return answer


def first(*several: Answering) -> Answering:
    """One after the other; the last for good."""
    left = list(several)

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(one, writer)

    return answer


def by_method(**methods: Answering) -> Answering:
    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        await methods[one.method](one, writer)

    return answer


async def silent(one: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def stalls(one: Asked, writer: asyncio.StreamWriter) -> None:
    """Begins, and stops in the middle."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<title>A"
    )
    await writer.drain()
    await asyncio.sleep(30)


async def truncates(one: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<title>A page</title>"
    )
    await writer.drain()
    writer.close()


async def hangs_up(one: Asked, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def no_http(one: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()
    writer.close()


async def endless(one: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Without end</title>")
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()


async def endless_headers(one: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not writer.is_closing() and number < 100_000:
        number += 1
        writer.write(f"X-{number}: {'z' * 1000}\r\n".encode())
        await writer.drain()


async def drips(one: Asked, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, never enough of a silence to be one."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


def zipped(body: bytes, keep: int | None = None) -> Answering:
    packed = gzip.compress(body)[:keep]
    return status(200, packed, Content_Encoding="gzip")
