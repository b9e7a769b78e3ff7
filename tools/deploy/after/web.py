"""Requests to the live site and to those who are told of it. Any host may be asked, also one of this machine:
the addresses are the owner's own settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from tools.web_client import Answer, Bounds, Client, Trouble

_SAID = 4 * 1024
"""What is read of the answer to something posted: enough for a word of why."""
_LONGEST_WAIT = 30.0
"""Seconds that a server may ask us to wait (Retry-After) for us to do it."""


@dataclass(frozen=True, slots=True)
class Patience(Bounds):
    """waits: seconds between tries of a post."""

    connect: float = 8.0
    silence: float = 10.0
    request: float = 30.0
    parallel: int = 8
    waits: tuple[float, ...] = (1.0, 3.0, 9.0)


class Web(Client):
    """Requests of one run, to be used in an `async with`."""

    def __init__(self, patience: Patience, contact: str = "") -> None:
        super().__init__(patience, contact)
        self.patience = patience

    async def get(self, url: URL, most: int, headers: Mapping[str, str]) -> Answer:
        """most: bytes of the body to read. Raises Trouble."""
        return await self.ask("GET", url, most, headers)

    async def post(self, url: str, content: bytes, media_type: str) -> Answer:
        """Posts, and again after each of `patience.waits` when no answer came or one that says to come later
        (5xx, 429). Raises Trouble when the last try was not answered."""
        headers = {"Content-Type": media_type, "Accept-Encoding": "identity"}
        for wait in self.patience.waits:
            try:
                answer = await self.ask("POST", URL(url), _SAID, headers, content)
            except Trouble as trouble:
                if trouble.kind == "tls":
                    raise
                answer = None
            if answer and answer.status < 500 and answer.status != 429:
                return answer
            asked = answer.headers.get("Retry-After", "") if answer else ""
            await asyncio.sleep(min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else wait)
        return await self.ask("POST", URL(url), _SAID, headers, content)
