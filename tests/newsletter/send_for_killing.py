"""Sends the November issue to the first 120 until it is killed; run by test_sending."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.newsletter.test_sending import PEOPLE, Desk

if __name__ == "__main__":
    desk = Desk(Path(sys.argv[1]), int(sys.argv[2]), settle=0.001)
    desk.slept = type("Real", (list,), {"append": lambda self, seconds: time.sleep(seconds)})()
    outcome = desk.send(PEOPLE[:120])
    sys.exit(0 if not outcome.stopped and not outcome.waiting else 1)
