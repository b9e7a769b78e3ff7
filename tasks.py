"""The commands: `./invoke --list` names them, `./invoke --help build` says what one takes.

Each reads its arguments, calls one function and prints what came of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

ROOT = Path(__file__).resolve().parent
_HELP_CONTENT = "the folder with posts/, pages/, comments/ and images/ (content)"


def _here(typed: str | None, default: str) -> Path:
    """A path as typed in the folder from which the command was started."""
    return Path(os.environ.get("LAUNCHED_FROM", ".")) / typed if typed else ROOT / default


def _told(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run the work; what the person at the keyboard can mend is told without a traceback."""
    from tools.errors import ProjectError

    try:
        return work(*args, **kwargs)
    except ProjectError as error:
        raise Exit(str(error), code=1) from None


def _run(*command: str) -> None:
    import subprocess

    code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
    if code:
        raise Exit(code=code)


@task(
    help={
        "content": _HELP_CONTENT,
        "output": "the folder to write (output)",
        "at": 'build as if it were this moment in Sydney: "2026-12-01 18:00"',
        "drafts": "show drafts and what is dated later, under a banner",
        "production": "build for the live address, with publishconf.py",
    }
)
def build(
    _: Context,
    content: str | None = None,
    output: str | None = None,
    at: str | None = None,
    drafts: bool = False,
    production: bool = False,
) -> None:
    """Build the site, to look at."""
    from tools.build import build as run

    built = _told(run, _here(content, "content"), _here(output, "output"), at, drafts, production)
    for warning in built.warnings:
        print(f"Look at {warning}")
    print(built)


@task(
    help={
        "port": "the port to serve at (8000)",
        "content": _HELP_CONTENT,
        "drafts": "show drafts and what is dated later, under a banner",
        "open": "open the site in a browser",
    }
)
def serve(
    _: Context,
    port: int = 8000,
    content: str | None = None,
    drafts: bool = False,
    open: bool = False,  # noqa: A002 - the option's name
) -> None:
    """Show the site at http://127.0.0.1:8000/, built anew at each save."""
    from tools.serve import serve as run

    _told(run, _here(content, "content"), port, drafts=drafts, open_browser=open)


@task(help={"content": _HELP_CONTENT})
def check(_: Context, content: str | None = None) -> None:
    """Look for everything that is wrong with the content, drafts too, and write nothing."""
    from tools.check import check as run

    checked = _told(run, _here(content, "content"))
    for warning in checked.warnings:
        print(f"Look at {warning}")
    print(checked)


@task(
    positional=["title"],
    help={
        "title": "the post's title, in quotes",
        "content": _HELP_CONTENT,
        "topics": "its topics, between commas",
    },
)
def post(_: Context, title: str, content: str | None = None, topics: str = "") -> None:
    """Begin a new post, as a draft dated now."""
    from tools.new import new_post

    print(_told(new_post, title, _here(content, "content"), topics))


@task(
    help={"no-browser": "leave out the tests that drive a browser", "only": "a file or name to run"}
)
def test(_: Context, no_browser: bool = False, only: str = "") -> None:
    """Run every test, in a real browser too; gets Chromium when there is none."""
    arguments = ["pytest", "-n", "auto", *([only] if only else [])]
    if no_browser:
        if os.environ.get("CI"):
            raise Exit("CI runs every test: --no-browser is for a desk.", code=2)
        print("The tests that drive a browser are left out.")
        arguments += ["-m", "not browser"]
    else:
        from tools.browser import require_chromium

        os.environ["CHROMIUM"] = str(_told(require_chromium))
    _run(*arguments)


@task
def lint(_: Context) -> None:
    """Style, likely mistakes, spelling."""
    _run("ruff", "check", ".")
    _run("ruff", "format", "--check", ".")
    _run("codespell_lib")


@task
def types(_: Context) -> None:
    """What a function is given is what it says it takes."""
    _run("mypy", "plugins", "tools", "bench", "tasks.py", "invoke")


@task(
    help={
        "posts": "how many posts, between commas (1000)",
        "runs": "how often each is run (3)",
        "profile": "where the time of a cold build goes",
    }
)
def bench(_: Context, posts: str = "1000", runs: int = 3, profile: bool = False) -> None:
    """Speed and memory, side by side with plain Pelican, and with Hugo when it is there."""
    arguments = ["--posts", posts, "--runs", str(runs), *(["--profile"] if profile else [])]
    _run("bench.run", *arguments)


@task(help={"upgrade": "move everything to the newest version allowed"})
def pins(_: Context, upgrade: bool = False) -> None:
    """Make the pinned requirements anew from pyproject.toml; needs uv."""
    from tools.pins import regenerate

    for line in _told(regenerate, ROOT, upgrade=upgrade) or ["Nothing changed."]:
        print(line)


@task
def clean(_: Context) -> None:
    """Take away what builds and tests left: output, .cache and the tools' own folders."""
    from tools.build import clean as run

    for path in _told(run):
        print(f"Removed {path}")


namespace = Collection(build, serve, check, test, lint, types, bench, pins, clean)
namespace.add_collection(Collection("new", post))
