"""The site: build it, look at it, check it."""

from __future__ import annotations

from pathlib import Path

from invoke.context import Context

from tools.commands import NOT_GIVEN, command


@command(
    output="the folder to write (output)",
    at='build as if it were this moment, in ENTRY_TIMEZONE: "2026-12-01 18:00"',
    production="build for the live address, with publishconf.py",
    fresh="remember nothing of earlier builds, and make everything anew",
)
def build(
    _: Context,
    content: Path = NOT_GIVEN,
    output: Path | None = None,
    at: str | None = None,
    drafts: bool = False,
    production: bool = False,
    fresh: bool = False,
) -> object:
    """Build the site, to look at."""
    from tools.build import ROOT, typed_build

    return typed_build(content, output or ROOT / "output", at, drafts, production, fresh)


@command(
    address="of a page or file of the site: /posts/five-questions/, /feed.atom, or all of it",
    output="the folder that was built (output)",
)
def why(_: Context, address: str, output: Path | None = None) -> object:
    """Say when a page or file was last written, and why."""
    from tools.settings import ROOT
    from tools.why import why as run

    return run(address, output or ROOT / "output")


@command(port="the port to serve at (8000)", open="open the site in a browser")
def serve(
    _: Context,
    port: int = 8000,
    content: Path = NOT_GIVEN,
    drafts: bool = False,
    open: bool = False,  # noqa: A002 - the option's name
) -> None:
    """Show the site at http://127.0.0.1:8000/, built anew at each save."""
    from tools.serve import serve as run

    run(content, port, drafts=drafts, open_browser=open)


@command()
def check(_: Context, content: Path = NOT_GIVEN) -> object:
    """Look for everything that is wrong with the content, drafts too, and write nothing."""
    from tools.check import check as run

    checked = run(content)
    for warning in checked.warnings:
        print(f"Look at {warning}")
    return checked


@command()
def clean(_: Context) -> None:
    """Take away what builds and tests left: output, .cache and the tools' own folders."""
    from tools.build import clean as run

    for path in run():
        print(f"Removed {path}")
