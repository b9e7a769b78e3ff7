"""The one exception that a task turns into a message.

    ProjectError    something that the person at the keyboard can put right

A function in tools/ raises it (or a kind of its own under it) and a task prints it and ends with
status 1. Anything else that escapes is a defect, and shows its traceback. `told` makes one of what is
wrong with the content or the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plugins.faults import ContentFaults


class ProjectError(Exception):
    """What went wrong and what to do about it: `str(error)` is what the user reads."""


@contextmanager
def as_project_error() -> Iterator[None]:
    """What is wrong with the content, or with the disk, as the message that a task prints."""
    try:
        yield
    except ContentFaults as faults:
        raise ProjectError(str(faults)) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise ProjectError(f"{place}{error.strerror or error}") from None
