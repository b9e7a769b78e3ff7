"""Run as a script: start pulls and kill them, then say in JSON what the copy was after each.

arguments: the store's address, the copy's folder, "random" or "each", how often. "random" kills at a
random moment; "each" ends the pull before its first, second, third … step on the disk.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.store.serving import QUICK
from tools.store import snapshots
from tools.store.pull import pull

STEPS = {
    "open",
    "os.rename",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.utime",
    "os.scandir",
}


def end_before(step: int, home: Path) -> None:
    """Have this process end, as by SIGKILL, before it does anything for the n-th time to the copy."""
    left = [step]

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event in STEPS and any(str(home) in str(given) for given in args):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def main(address: str, home: Path, how: str, times: int) -> None:
    chance = random.Random(7)
    found = []
    for number in range(times):
        child = os.fork()
        if child == 0:
            if how == "each":
                end_before(number, home)
                pull(address, home, QUICK)
                os._exit(0)
            while True:
                pull(address, home, QUICK)
        if how == "random":
            time.sleep(chance.uniform(0, 0.2))
            os.kill(child, signal.SIGKILL)
        _, ended = os.waitpid(child, 0)
        copy = snapshots.read_copy(home, address)
        whole = copy is not None and copy.is_whole(copy.sound())
        words = {path.read_text() for path in copy.threads.rglob("*.json")} if copy else set()
        found.append(
            {
                "killed": os.WIFSIGNALED(ended),
                "whole": whole,
                "sizes": sorted(map(len, words)),
                "generation": copy.pointer.generation if copy else None,
            }
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
