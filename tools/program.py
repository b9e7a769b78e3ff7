"""The command line: `./invoke` starts this, which is Invoke with our words for what it cannot read.

A slip in a command, an option or a title gets what was probably meant, and how to see what there is.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from invoke.collection import Collection
from invoke.exceptions import Exit, ParseError
from invoke.program import Program

from plugins.faults import nearest
from tools.commands import told_of

ROOT = Path(__file__).resolve().parent.parent


_NOT_HERE = (
    "dry",
    "echo",
    "hide",
    "pty",
    "warn-only",
    "command-timeout",
    "prompt-for-sudo-password",
)
"""Options of Invoke for tasks that call a shell; ours would take them and do nothing with them."""


SUBJECTS = (
    ("Look at the site", ("serve", "build", "check", "why")),
    ("Begin an entry", ("new",)),
    ("Talk", ("comments",)),
    ("Care for meetups, resources and the monthly mail", ("meetups", "resources", "tips")),
    ("Bring it to readers", ("publish",)),
    ("Work on the code", ("test", "lint", "types", "bench", "pins", "clean")),
)
"""What one wants to do, and the commands for it: names, or subjects of several."""


def overview(namespace: Collection) -> str:
    """Every command with its first line, by what one wants to do."""
    lines = ["./invoke COMMAND; ./invoke --help COMMAND says what it takes.", ""]
    for title, subjects in SUBJECTS:
        lines.append(title)
        # What a subject does by itself stands first: `publish`.
        for name in sorted(namespace.task_names, key=lambda one: not one.endswith(".site")):
            if name.partition(".")[0] in subjects:
                told = (namespace[name].__doc__ or "").strip().partition("\n")[0]
                shown = name.removesuffix(".site")
                lines.append(f"  {shown.replace('_', '-'):20}  {told}")
        lines.append("")
    return "\n".join(lines).rstrip()


class SiteProgram(Program):
    """Invoke's own program but for its messages."""

    def no_tasks_given(self) -> None:
        print(overview(self.collection))
        raise Exit

    def parse_core_args(self) -> None:
        super().parse_core_args()
        for name in _NOT_HERE:
            if self.args[name].value:
                more = "; where there is one it is called --dry-run" if name == "dry" else ""
                raise Exit(f"--{name} is no option here{more}.", 2)

    def parse_tasks(self) -> None:
        try:
            super().parse_tasks()
        except ParseError as error:
            raise Exit(self._error_text(error), 2) from None
        except ValueError as error:  # of an option that wants a number
            typed = str(error).rpartition(": ")[2].strip("'")
            raise Exit(f'"{typed}" is no number; write digits, such as 8001', 2) from None

    def _error_text(self, error: ParseError) -> str:
        names = [name.replace("_", "-") for name in self.collection.task_names]
        words = self.core.unparsed
        text = str(error)
        known = next((word for word in words if word in names), None)
        if "No idea what" in text:
            unknown = text.split("'")[1]
            if unknown.startswith("-"):
                unknown = _typed(unknown, words)
                where = f"./invoke --help {known}" if known else "./invoke --help"
                title = (
                    f'; a title may begin with a dash as --title="{unknown}"'
                    if known and known.startswith("new.")
                    else ""
                )
                return f'"{unknown}" is no option; {where} shows those there are{title}.'
            if known is None or words.index(unknown) == 0:
                near = nearest(unknown.replace("-", ".", 1), names)
                hint = f'; did you mean "{near}"?' if near else ""
                return f'"{unknown}" is no command{hint}\n./invoke --list shows those there are.'
            said = " ".join(word for word in words[words.index(known) + 1 :] if word[:1] != "-")
            return f'"{unknown}" is one word too many; write what belongs together in quotes: ./invoke {known} "{said}"'
        if "did not receive required positional arguments" in text:
            missing = ", ".join(text.split("'")[3::2])
            return (
                f"{known} needs {missing or 'more'} behind it; ./invoke --help {known} shows how."
            )
        return f"{text}\n./invoke --help{f' {known}' if known else ''} shows how."


def _typed(option: str, words: list[str]) -> str:
    """What stands on the line: Invoke takes "-dash" for "-d -a -s -h", and tells one of them."""
    if option.startswith("--"):
        return option
    together = (one for one in words if one[:1] == "-" and one[:2] != "--" and option[1] in one)
    return next(together, option)


def main() -> None:
    """Run the commands that are typed."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import tasks

    # Whoever ends a command from outside ends it as Ctrl-C does: nothing is left half-written.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    program = SiteProgram(name="./invoke", binary="./invoke", namespace=tasks.namespace)
    try:
        program.run(["./invoke", *sys.argv[1:]])
        sys.stdout.flush()
        if sys.argv[1:2] == ["build"]:
            # All that it made is written; to take the rest apart piece by piece would take its time.
            sys.stderr.flush()
            os._exit(0)
    except OSError as error:
        # What is printed can go nowhere any more: its reader has gone (| head), or the disk is full.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            print(told_of(error), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
