"""What a pull may cost: bytes, seconds, attempts. The defaults suit a store of 50,000 threads."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """connect, read, overall: seconds to reach the server, between two bytes, for the whole pull.

    index, file, total: bytes of the index, of one thread, of the whole store, after gzip has been
    undone. retry_after: the longest wait, in seconds, that a server may ask for. redirects: how many
    in a row, all to the same host.
    """

    connect: float = 10
    read: float = 15
    overall: float = 120
    index: int = 16 * MIB
    file: int = 32 * MIB
    total: int = 256 * MIB
    parallel: int = 4
    attempts: int = 3
    backoff: float = 0.5
    retry_after: float = 20
    redirects: int = 3


DEFAULT_LIMITS = Limits()
