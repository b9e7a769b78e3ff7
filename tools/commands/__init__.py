"""The commands by subject, and what each of them is made with.

A command's own function takes what was typed and gives back what is to be printed. Paths come to it as
they were typed in the folder from which `./invoke` was started; without --content it gets the site's own.
Whatever the person at the keyboard can mend comes back as a sentence and exit status 1, never as a
traceback: what tools/ raises (ProjectError), faults in content, what the system refuses (no room, no right,
no such file), a settings file that is not Python. Ctrl-C ends with status 130.
"""

from __future__ import annotations

import errno
import functools
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task, task

from plugins.faults import ContentFaults
from tools.settings import SITE

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


NOT_GIVEN: Any = None
"""The default of an argument of which the function gets a Path all the same."""

_PATHS = ("content", "output", "draft", "picture", "list", "base", "ours", "theirs")
_HELP = {
    "content": "the folder with posts/, pages/, comments/ and images/ (content)",
    "drafts": "show drafts and what is dated later, under a banner",
    "entry": "the entry: its key, id, slug, file, or a part of its title",
    "identity": "the comment's id, or a link to it",
    "draft": "a file with a text to begin with, such as one that was kept",
    "issue": "the issue by its month, 2026-11; without it, the latest that is public",
}
"""Of arguments that several commands have."""


def command(
    name: str | None = None, positional: Sequence[str] | None = None, **help_: str
) -> Callable[[Callable[..., object]], Task[Callable[..., None]]]:
    """Make a task (of Invoke) of a function.

    name: the function's own without a closing "_" by default. positional: the arguments that stand behind
    the command without a dash; by default all that must be given. help_: of each argument, a line.
    """

    def made(function: Callable[..., object]) -> Task[Callable[..., None]]:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        known = [one.name for one in parameters]
        must = [one.name for one in parameters if one.default is inspect.Parameter.empty]

        @functools.wraps(function)
        def run(context: Context, *args: Any, **kwargs: Any) -> None:
            if context.config.run.dry:  # Invoke itself was called, not tools.program
                raise Exit("--dry is no option here; where there is one it is called --dry-run.", 2)
            try:
                given = dict(zip(known, args, strict=False)) | kwargs
                result = function(context, **{key: _read(key, one) for key, one in given.items()})
                if result is not None:
                    print(result)
            except (Exception, KeyboardInterrupt) as error:
                told = told_of(error)
                if told is None:
                    raise
                raise told from None

        # Of an argument that is called as one of ours, `name_` is the line of `name`.
        said = _HELP | {key.rstrip("_"): line for key, line in help_.items()}
        lines = {key: line for key, line in said.items() if key in known}
        made_task: Task[Callable[..., None]] = task(
            name=name or function.__name__.rstrip("_"),
            positional=must if positional is None else positional,
            help=lines,
        )(run)
        return made_task

    return made


def here(typed: str) -> Path:
    """A path as typed in the folder from which the command was started."""
    return Path(os.environ.get("LAUNCHED_FROM", ".")) / typed


def answer(question: str) -> str:
    """What is typed; nothing at the end of the input."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def ask(question: str) -> bool:
    """Yes only when it is typed; the end of the input is a no."""
    return answer(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def yes_to_all(_: str) -> bool:
    return True


def say(line: str) -> None:
    """At once, whatever else is on its way."""
    print(line, flush=True)


def typed_behind(name: str, *arguments: str) -> list[str]:
    """Which of a command's arguments stand behind it without a dash. Invoke has none that may be left out,
    so those that are not there are no arguments of it this time."""
    typed = sys.argv[sys.argv.index(name) + 1 :] if name in sys.argv else []
    count = next((at for at, one in enumerate(typed) if one.startswith("-")), len(typed))
    return list(arguments[:count])


def _read(key: str, given: Any) -> Any:
    """What a function gets of an argument."""
    if key not in _PATHS:
        return given
    if given is None:
        return SITE / "content" if key == "content" else None
    return here(given)


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
