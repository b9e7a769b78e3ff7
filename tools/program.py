"""The command line: `./invoke` starts this, which is Invoke with our words for what it cannot read.

A slip in a command, an option or a title gets what was probably meant, and how to see what there is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from invoke.exceptions import Exit, ParseError
from invoke.program import Program

from plugins.faults import did_you_mean

ROOT = Path(__file__).resolve().parent.parent


class SiteProgram(Program):
    """Invoke's own program but for its messages."""

    def parse_tasks(self) -> None:
        try:
            super().parse_tasks()
        except ParseError as error:
            raise Exit(self._told(error), 2) from None
        except ValueError as error:  # of an option that wants a number
            typed = str(error).rpartition(": ")[2].strip("'")
            raise Exit(f'"{typed}" is no number; write digits, such as 8001', 2) from None

    def _told(self, error: ParseError) -> str:
        names = [name.replace("_", "-") for name in self.collection.task_names]
        words = self.core.unparsed
        text = str(error)
        known = next((word for word in words if word in names), None)
        if "No idea what" in text:
            unknown = text.split("'")[1]
            if unknown.startswith("-"):
                where = f"./invoke --help {known}" if known else "./invoke --help"
                return f'"{unknown}" is no option; {where} shows those there are.'
            if known is None or words.index(unknown) == 0:
                near = did_you_mean(unknown.replace("-", ".", 1), names)
                return f'"{unknown}" is no command{near}\n./invoke --list shows those there are.'
            said = " ".join(word for word in words[words.index(known) + 1 :] if word[:1] != "-")
            return f'"{unknown}" is one word too many; write what belongs together in quotes: ./invoke {known} "{said}"'
        if "did not receive required positional arguments" in text:
            missing = ", ".join(text.split("'")[3::2])
            return (
                f"{known} needs {missing or 'more'} behind it; ./invoke --help {known} shows how."
            )
        return f"{text}\n./invoke --help{f' {known}' if known else ''} shows how."


def main() -> None:
    """Run the commands that are typed."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import tasks

    SiteProgram(name="./invoke", binary="./invoke", namespace=tasks.namespace).run(
        ["./invoke", *sys.argv[1:]]
    )


if __name__ == "__main__":
    main()
