"""Find a Chromium for the tests that look at real pages, or get one.

Searched in this order: the environment's CHROMIUM, the programs on PATH, where browsers lie on
macOS and Windows, what Playwright has downloaded. Chrome and Edge are Chromium too, and serve.

There is no third way: where a browser is wanted and cannot be had, that is an error and never a
test left out in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.errors import ProjectError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ON_MACOS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
ON_WINDOWS = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
# In a process of its own: Playwright's plain interface refuses to start where an event loop runs,
# as it does under a test that has a browser open already.
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
"""Waits for whoever else installs packages at the moment, up to so many seconds."""
WHAT_TO_TYPE = (
    "Install Chromium or Chrome (on Debian: apt install chromium), or set CHROMIUM to the path of "
    "one, or leave these tests out with: ./invoke test --no-browser"
)


def find_chromium(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The browser to drive, or None. Raises ProjectError when CHROMIUM names what is not there."""
    if named := environment.get("CHROMIUM"):
        program = shutil.which(named, path=environment.get("PATH"))
        if program is None:
            raise ProjectError(
                f"CHROMIUM is {named}, and there is no such program. Correct or unset it."
            )
        return Path(program)
    for name in NAMES:
        if program := shutil.which(name, path=environment.get("PATH")):
            return Path(program)
    for place in usual_places(environment):
        if place.is_file():
            return place
    return playwrights_own(environment)


def usual_places(environment: Mapping[str, str], system: str = sys.platform) -> Iterator[Path]:
    """Where `system` keeps browsers that are not on PATH."""
    if system == "darwin":
        for folder in (Path("/Applications"), Path(environment.get("HOME", "/"), "Applications")):
            yield from (folder / name for name in ON_MACOS)
    elif system == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder_name := environment.get(variable):
                yield from (Path(folder_name, name) for name in ON_WINDOWS)


def playwrights_own(environment: Mapping[str, str]) -> Path | None:
    """The browser that `playwright install` has downloaded, if it has."""
    asked = subprocess.run(
        [sys.executable, "-c", ASK_PLAYWRIGHT],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    path = Path(asked.stdout.strip())  # empty, and so this folder, when Playwright is not installed
    return path if path.is_file() else None


def require_chromium(*, install: bool = True) -> Path:
    """The browser to drive; when there is none, and `install`, one is installed first.

    Raises ProjectError, saying what to type, when there is none in the end.
    """
    found = find_chromium()
    if found is None and install:
        faults = install_chromium()
        found = find_chromium()
        if found is None and faults:
            raise ProjectError(
                "No browser could be installed.\n" + "\n".join(faults) + f"\n{WHAT_TO_TYPE}"
            )
    if found is None:
        raise ProjectError(
            f"The browser tests need a Chromium, and there is none here. {WHAT_TO_TYPE}"
        )
    return found


def install_chromium() -> list[str]:
    """Try each way of installing until one works; returns what those that failed said."""
    faults = []
    for name, commands in ways_to_install():
        print(f"No Chromium here; installing one with {name} …", flush=True)
        fault = next(filter(None, map(fault_of, commands)), None)
        if fault is None:
            break
        faults.append(f"{name}: {fault}")
    return faults


def ways_to_install() -> Iterator[tuple[str, list[list[str]]]]:
    """Name and commands of each way: the system's own package where we may, else Playwright's."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        package = [*APT, "install", "-y", "--no-install-recommends", "chromium"]
        yield "apt-get", [[*APT, "update"], package]
    yield "Playwright", [[sys.executable, "-m", "playwright", "install", "chromium"]]


def fault_of(command: list[str]) -> str | None:
    """Run `command`; None when it worked, otherwise the end of what it said."""
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return None
    return (
        "\n".join(done.stdout.strip().splitlines()[-5:]) or f"ended with status {done.returncode}"
    )
