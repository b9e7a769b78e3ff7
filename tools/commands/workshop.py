"""Work on the code: tests, checks, pins."""

from __future__ import annotations

import os
import subprocess
import sys

from invoke.context import Context
from invoke.exceptions import Exit

from tools.commands import command
from tools.settings import ROOT


@command(
    no_browser="leave out the tests that drive a browser",
    quick="leave out all that is slow: browsers, servers, publishing",
    only="a file or name to run",
)
def test(_: Context, no_browser: bool = False, quick: bool = False, only: str = "") -> None:
    """Run every test, in a real browser too; gets Chromium, and servers to publish to, when there are none."""
    arguments = ["pytest", "-n", "auto", *([only] if only else [])]
    if quick:
        arguments += ["-m", "not slow and not browser"]
    elif no_browser:
        if os.environ.get("CI"):
            raise Exit("CI runs every test: --no-browser is for a desk.", code=2)
        print("The tests that drive a browser are left out.")
        arguments += ["-m", "not browser"]
    else:
        from tools.browser import require_chromium

        os.environ["CHROMIUM"] = str(require_chromium())
    if not quick:
        from tools.programs import install_missing

        if fault := install_missing():
            print(f"Not everything could be installed: {fault}")
    run_module(*arguments)


@command()
def lint(_: Context) -> None:
    """Style, likely mistakes, spelling."""
    run_module("ruff", "check", ".")
    run_module("ruff", "format", "--check", ".")
    run_module("codespell_lib")


@command()
def types(_: Context) -> None:
    """What a function is given is what it says it takes."""
    run_module("mypy", "plugins", "tools", "bench", "tasks.py", "invoke")


@command(
    posts="how many posts, between commas (100,1000,10000)",
    manner="one manner of blog: technical, or hers (both)",
    runs="how often each is run (3)",
    profile="where the time of a cold build goes",
)
def bench(
    _: Context, posts: str = "", manner: str = "", runs: int = 3, profile: bool = False
) -> None:
    """Speed and memory, side by side with plain Pelican, Hugo and Eleventy, into bench/RESULTS.md."""
    given = {"--posts": posts, "--manner": manner, "--runs": str(runs)}
    options = [part for name, value in given.items() if value for part in (name, value)]
    run_module("bench.run", *options, *(["--profile"] if profile else []))


@command(upgrade="move everything to the newest version allowed")
def pins(_: Context, upgrade: bool = False) -> None:
    """Make the pinned requirements anew from pyproject.toml; needs uv."""
    from tools.pins import regenerate

    for line in regenerate(ROOT, upgrade=upgrade) or ["Nothing changed."]:
        print(line)


ALL = [test, lint, types, bench, pins]


def run_module(*arguments: str) -> None:
    """`python -m …` in the project's folder; its failure is ours. Raises Exit."""
    code = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=False).returncode
    if code:
        raise Exit(code=code)
