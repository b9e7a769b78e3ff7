"""Several requests at once, all of which are given up when one of them fails for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Pool:
    """`giving_up`: set while what is under way is to come to its end soon, without another try."""

    def __init__(self, at_once: int) -> None:
        self.giving_up = threading.Event()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="bucket")

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """What `work` makes of each, in their order. When one fails, those under way are brought to an
        end, the rest is not begun, and its error goes on to the caller."""
        all_of_them = list(things)
        if len(all_of_them) < 2:
            return [work(one) for one in all_of_them]
        futures = [self._threads.submit(work, one) for one in all_of_them]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for one in done:
                one.result()
        except BaseException:
            self.giving_up.set()
            for one in futures:
                one.cancel()
            wait(futures)
            self.giving_up.clear()
            raise
        return [one.result() for one in futures]

    def pause(self, seconds: float) -> None:
        """Sleep, unless all is given up."""
        self.giving_up.wait(seconds)

    def close(self) -> None:
        self.giving_up.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
