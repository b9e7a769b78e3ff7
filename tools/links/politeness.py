"""Limits and retries requests to each web host: one at a time, with a pause, as its robots.txt and Retry-After
ask (RFC 9309; RFC 9110 section 10.2.3).

A host that has asked to be left alone for longer than we wait is not asked again in this run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego
from yarl import URL

from tools.links.client import PublicClient
from tools.links.limits import Limits
from tools.web_client import AGENT, Answer, Trouble

SILENCES = 3
"""Requests in a row that a host is waited for in vain before nothing more is asked of it."""


class LeftAlone(Exception):
    """The host is not to be asked (now); its text says why. until: when it may be, if that is known."""

    def __init__(self, why: str, until: datetime | None = None) -> None:
        super().__init__(why)
        self.until = until


@dataclass
class _Host:
    seats: asyncio.Semaphore
    pause: float
    free_at: float = 0
    silences: int = 0
    closed: LeftAlone | None = None
    rules: dict[str, Protego | LeftAlone] = field(default_factory=dict)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Politeness:
    """The requests of one run, each when its host can have it. now: the time of day, aware. robots: heed
    robots.txt, as programs do that go through many pages; a person who names one page need not."""

    def __init__(
        self,
        client: PublicClient,
        limits: Limits,
        now: Callable[[], datetime],
        *,
        robots: bool = True,
    ) -> None:
        self._client, self._limits, self._now, self._robots = client, limits, now, robots
        self._seats = asyncio.Semaphore(limits.parallel)
        self._hosts: dict[str, _Host] = {}

    async def ask(self, method: str, url: URL, most: int) -> Answer:
        """The answer, when it is this request's turn; what may pass is tried again.

        Raises Trouble, or LeftAlone when the host wants no request now.
        """
        limits, host = self._limits, self._host(url)
        pause = limits.backoff
        for attempt in range(1, limits.attempts + 1):
            last = attempt == limits.attempts
            try:
                async with self._turn(host):
                    answer = await self._client.ask_page(method, url, most)
            except Trouble as trouble:
                host.silences = host.silences + 1 if trouble.kind == "slow" else 0
                if host.silences == SILENCES:
                    host.closed = LeftAlone("it did not answer in time, again and again")
                if last or trouble.kind not in {"lost", "cut", "slow"}:
                    raise
            else:
                host.silences = 0
                if answer.status not in {429, 500, 502, 503, 504}:
                    return answer
                asked_for = retry_after(answer.headers.get("Retry-After"), self._now())
                too_long = asked_for is not None and (last or asked_for > limits.retry_after)
                if too_long or (last and answer.status == 429):
                    host.closed = self._asked(answer.status, asked_for)
                    raise host.closed
                if last:
                    return answer
                if asked_for is not None:
                    # All that want something of this host wait, not this request alone.
                    host.free_at = max(host.free_at, _clock() + asked_for)
                    continue
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    async def allow(self, url: URL) -> None:
        """Raises LeftAlone when the host's robots.txt asks programs to keep away from the address, or
        cannot be read just now (which counts as if it did)."""
        if not self._robots:
            return
        host = self._host(url)
        origin = str(url.origin())
        async with host.reading:
            if origin not in host.rules:
                host.rules[origin] = await self._rules(url)
        rules = host.rules[origin]
        if isinstance(rules, LeftAlone):
            raise LeftAlone(str(rules), rules.until)
        if not rules.can_fetch(str(url), AGENT):
            raise LeftAlone("its robots.txt asks programs to keep away")
        delay = rules.crawl_delay(AGENT)
        if delay is not None:
            host.pause = max(host.pause, min(float(delay), self._limits.crawl_delay))

    async def _rules(self, url: URL) -> Protego | LeftAlone:
        try:
            at, answer = url.origin().join(URL("/robots.txt")), None
            for _ in range(6):  # RFC 9309 section 2.3.1.2: five redirects at least
                answer = await self.ask("GET", at, self._limits.robots)
                target = answer.headers.get("Location")
                if answer.status not in {301, 302, 303, 307, 308} or not target:
                    break
                at = at.join(URL(target))
        except LeftAlone as left:
            return left
        except ValueError:
            return Protego.parse("")
        except Trouble as trouble:
            if trouble.kind in {"unknown", "private", "refused", "tls", "offline", "garbled"}:
                return Protego.parse("")  # the address itself will tell, in its own words
            return LeftAlone(f"its robots.txt could not be read ({trouble})")
        if answer is None or answer.status >= 500:
            status = answer.status if answer else 0
            return LeftAlone(f"its robots.txt could not be read ({status})")
        if answer.status != 200:
            return Protego.parse("")
        return Protego.parse(answer.body.decode("utf-8", "replace"))

    def _host(self, url: URL) -> _Host:
        name = f"{url.host}:{url.port}"
        if name not in self._hosts:
            self._hosts[name] = _Host(asyncio.Semaphore(self._limits.per_host), self._limits.pause)
        return self._hosts[name]

    @asynccontextmanager
    async def _turn(self, host: _Host) -> AsyncIterator[None]:
        async with host.seats:
            if host.closed is not None:
                raise LeftAlone(str(host.closed), host.closed.until)
            while (wait := host.free_at - _clock()) > 0:
                await asyncio.sleep(wait)
            # Only now: whoever waits for a host takes no seat from the others.
            async with self._seats:
                try:
                    yield
                finally:
                    host.free_at = max(host.free_at, _clock() + host.pause)

    def _asked(self, status: int, seconds: float | None) -> LeftAlone:
        until = self._now() + timedelta(seconds=seconds) if seconds is not None else None
        return LeftAlone(f"it asked to be left alone for a while ({status})", until)


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, from a number or a date; None when it asks for nothing
    that can be understood."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _clock() -> float:
    return asyncio.get_running_loop().time()
