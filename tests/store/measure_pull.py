"""Run as a script: pull, and say in JSON what came of it and by how much the memory's peak grew."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from tools.errors import ProjectError
from tools.store.limits import DEFAULT_LIMITS
from tools.store.pull import pull


def peak() -> int:
    """The most memory that this process ever had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


before, started = peak(), time.monotonic()
try:
    came = str(pull(sys.argv[1], Path(sys.argv[2]), replace(DEFAULT_LIMITS, overall=15)))
except ProjectError as error:
    came = str(error)
print(json.dumps({"came": came, "grew": peak() - before, "seconds": time.monotonic() - started}))
