"""What every command of `tasks.py` is made with.

A command's own function reads its arguments and calls one function of tools/. Whatever the person at the
keyboard can mend comes back as a sentence and exit status 1, never as a traceback: what tools/ raises
(ProjectError), faults in content, what the system refuses (no room, no right, no such file), a settings
file that is not Python. Ctrl-C ends with status 130.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task, task

from plugins.faults import ContentFaults

_REFUSED = {
    errno.ENOSPC: "the disk is full; make room, and type the same command again",
    errno.EDQUOT: "your share of the disk is full; make room, and type the same command again",
    errno.EACCES: "you have no right to; give yourself the right (chmod, chown), or name another place",
    errno.EPERM: "you have no right to; give yourself the right (chmod, chown), or name another place",
    errno.EROFS: "the disk can only be read; name another place",
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of the path is a file, where a folder is wanted",
    errno.EISDIR: "is a folder, where a file is wanted",
    errno.ELOOP: "is a link that leads back to itself; take it away",
    errno.ENAMETOOLONG: "the name is too long; write a shorter one",
    errno.EMFILE: "too many files are open; end other programs, and try again",
}


def command(**options: Any) -> Callable[[Callable[..., None]], Task[Callable[..., None]]]:
    """Make a task (of Invoke) of a function; `options` are those of invoke.task."""

    def made(function: Callable[..., None]) -> Task[Callable[..., None]]:
        @functools.wraps(function)
        def run(context: Context, *args: Any, **kwargs: Any) -> None:
            if context.config.run.dry:  # Invoke itself was called, not tools.program
                raise Exit("--dry is no option here; where there is one it is called --dry-run.", 2)
            try:
                function(context, *args, **kwargs)
            except (Exception, KeyboardInterrupt) as error:
                told = told_of(error)
                if told is None:
                    raise
                raise told from None

        made_task: Task[Callable[..., None]] = task(**options)(run)
        return made_task

    return made


def told_of(error: BaseException) -> Exit | None:
    """What a person reads of it; None when it is a defect of ours, which shows its traceback."""
    from tools.errors import ProjectError

    match error:
        case ProjectError() | ContentFaults():
            return Exit(str(error), 1)
        case KeyboardInterrupt():
            return Exit("\nStopped.", 130)
        case BrokenPipeError():
            # Who read what is printed has gone (| head): nothing more can be said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit(code=1)
        case OSError(errno=number) if number is not None:
            place = f"{error.filename}: " if error.filename else ""
            return Exit(f"{place}{_REFUSED.get(number, error.strerror or str(error))}", 1)
        case SyntaxError(filename=str(file), lineno=line) if file.endswith("conf.py"):
            return Exit(f"{os.path.relpath(file)}:{line}: is not Python: {error.msg}", 1)
        case _:
            return None
