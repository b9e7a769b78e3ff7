"""What looking at other people's pages may cost, them and us."""

from __future__ import annotations

from dataclasses import dataclass

from tools.web_client import Bounds

KIB = 2**10


@dataclass(frozen=True, slots=True)
class Limits(Bounds):
    """page, robots: bytes that are read of a page, of a robots.txt; what is longer is read so far and no
    further. pause: seconds between two requests to one host;
    crawl_delay, retry_after: the most that a host may ask for instead. attempts: how often what may
    pass is tried, after a pause that begins at `backoff` and doubles. redirects: how many in a row.
    """

    connect: float = 10
    silence: float = 15
    request: float = 30
    page: int = 512 * KIB
    robots: int = 500 * KIB
    parallel: int = 24
    per_host: int = 1
    pause: float = 1
    crawl_delay: float = 10
    retry_after: float = 30
    attempts: int = 3
    backoff: float = 2
    redirects: int = 8


DEFAULT_LIMITS = Limits()
