"""Writing a comment in one's own editor.

A file is made in .cache/drafts with the text so far, a scissors line, and below that what it is about.
When the editor ends, what stands above the line is the comment. The file goes when the comment is in
the store, and not before.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.conversations.model import Comment
from plugins.entries.dates import clock, day
from tools.errors import ProjectError

SCISSORS = "#> ------------------------ >8 ------------------------"
AT_ONCE = 0.5
"""Seconds in which nobody can have read, let alone written, anything."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written, and the file that keeps it until it is in the store."""

    path: Path
    text: str

    def done(self) -> None:
        self.path.unlink(missing_ok=True)


def write(folder: Path, name: str, about: Iterable[str], text: str = "") -> Draft | None:
    """Open the editor on `text`; None when nothing was left in it.

    name: what the file is called. about: lines that are shown below the scissors. Raises ProjectError
    when the editor cannot be started, fails, or leaves what is not UTF-8; the file is then kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder, name)
    context = "".join(f"#> {line}".rstrip() + "\n" for line in about)
    made = f"{text}\n\n{SCISSORS}\n{context}"
    path.write_text(made, encoding="utf-8", newline="\n")
    command = editor()
    started = time.monotonic()
    try:
        status = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        if not text:
            path.unlink()
        raise ProjectError(
            f'The editor "{shlex.join(command)}" does not start ({error.strerror}); '
            "set VISUAL or EDITOR to one that does"
        ) from None
    if status:
        raise ProjectError(
            f'The editor "{shlex.join(command)}" ended with status {status}; nothing was written. '
            f"What you wrote is kept in {path}"
        )
    try:
        after = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProjectError(
            f"{path} is not UTF-8; save it as UTF-8 and give it with --draft. Nothing was written."
        ) from None
    written = above_scissors(after)
    if after == made and time.monotonic() - started < AT_ONCE:
        raise ProjectError(
            f'The editor "{shlex.join(command)}" ended at once with nothing written. If its window is '
            f'still open, it needs an option to wait ("code --wait"); {path} is kept for --draft'
        )
    if not written:
        path.unlink()
        return None
    return Draft(path, written)


def above_scissors(text: str) -> str:
    """What was written: all above the scissors line; where that is gone, all but the `#>` lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    stripped = [line.strip() for line in lines]
    if SCISSORS in stripped:
        lines = lines[: stripped.index(SCISSORS)]
    else:
        lines = [line for line in lines if not line.startswith("#>")]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def about_comment(comment: Comment, said: str, zone: ZoneInfo) -> list[str]:
    """Who said what, and when in `zone`: the lines for below the scissors."""
    name = comment.author.name if comment.author else "somebody whose comment was deleted"
    date = comment.date.astimezone(zone)
    when = f"{day(date)}, {clock(date)}"
    return [f"{said} {name}, {when}:", "", *comment.body.splitlines(), ""]


def editor() -> list[str]:
    """The command of her editor: $VISUAL, $EDITOR, else what this system has."""
    for variable in ("VISUAL", "EDITOR"):
        chosen = os.environ.get(variable, "").strip()
        if chosen:
            return shlex.split(chosen, posix=os.name != "nt")
    if os.name == "nt":
        return ["notepad"]
    if sys.platform == "darwin":
        return ["open", "-W", "-n", "-e"]
    for name in ("sensible-editor", "nano", "vim", "vi"):
        if shutil.which(name):
            return [name]
    raise ProjectError("no editor was found; set EDITOR to the one that you like")


def _free(folder: Path, name: str) -> Path:
    """A file that is not there yet, made."""
    stem = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{name}"
    number = 1
    while True:
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
