"""Work beside the build: what only writes files is done by a process of its own while the build goes on.

The process is a fork (Linux): it has all that has been gathered without a copy, and gives nothing back
but that it is done. Elsewhere, or on one core, the work is done at once, where it is asked for. Either way
`wait_for_all` is called before the build counts as done, and raises what the work could not do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, MutableMapping
from multiprocessing.connection import Connection
from typing import Any

_UNDER_WAY = "WORK_BESIDE"
"""Where the settings of a build keep its processes."""


class BesideError(RuntimeError):
    """What a process beside the build could not do, with its traceback."""


def beside(settings: MutableMapping[str, Any], work: Callable[[], None]) -> None:
    """Do the work in a process of its own, or at once where that gains nothing. It changes nothing in
    memory that the build needs afterwards. settings: the build's."""
    if sys.platform != "linux" or (os.cpu_count() or 1) < 2:
        work()
        return
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_told, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()
    settings.setdefault(_UNDER_WAY, []).append((process, ours))


def wait_for_all(settings: MutableMapping[str, Any]) -> None:
    """Until all work beside this build is done. Raises BesideError when some of it was not."""
    failures = []
    for process, ours in settings.pop(_UNDER_WAY, ()):
        try:
            failures.append(ours.recv())
        except EOFError:
            failures.append("")
        process.join()
        if process.exitcode and not failures[-1]:
            failures[-1] = f"a process beside the build ended with {process.exitcode}"
    told = "\n".join(failure for failure in failures if failure)
    if told:
        raise BesideError(told)


def _told(work: Callable[[], None], theirs: Connection) -> None:
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it was, the build tells it
        theirs.send(traceback.format_exc())
    else:
        theirs.send("")
    finally:
        theirs.close()
