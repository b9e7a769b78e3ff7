"""Try again after a while, since lines and hosts fail for moments."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next, each up to half as long again, so that many do not come at once."""


def retrying(
    work: Callable[[], T],
    passing: Callable[[Exception], bool],
    waits: tuple[float, ...] = WAITS,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `work` answers. When it raises what `passing` takes for a thing of the moment, it is asked
    again after each of `waits`; the last time whatever it raises goes on to the caller."""
    for wait in waits:
        try:
            return work()
        except Exception as error:
            if not passing(error):
                raise
        sleep(wait * random.uniform(1, 1.5))  # noqa: S311 - no secret hangs on it
    return work()
