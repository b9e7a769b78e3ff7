"""Make the requirements files from pyproject.toml: versions and hashes pinned.

1. Copy pyproject.toml and the files into a temporary folder: uv keeps what it finds pinned there,
   and writes its paths into comments, which thus are the same everywhere.
2. Let uv resolve the site's own packages, for every system and for Python 3.11 and up.
3. Let it resolve what publishing needs, then the tools for checks, held to the versions before.
4. Look through all for addresses: where packages come from is each machine's own affair.
5. Replace the files.

Standard library only, so that `python3 -m tools.pins` works when ./invoke cannot for want of pins.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.errors import ProjectError

SITE = "requirements.txt"
PUBLISH = "requirements-publish.txt"
CHECKS = "requirements-dev.txt"
FILES = (SITE, PUBLISH, CHECKS)
OLDEST_PYTHON = "3.11"
ADDRESS = re.compile(r"https?:|file:|--(?:extra-)?index-url|--find-links|--trusted-host| @ ")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def regenerate(root: Path, *, upgrade: bool = False) -> list[str]:
    """Write the requirements files in `root` anew; returns what changed, a line for each package.

    Without `upgrade`, only what pyproject.toml no longer allows or newly asks for changes; with it,
    everything moves to the newest version allowed. Raises ProjectError, with the files as they
    were, when uv is missing or finds no answer.
    """
    uv = find_uv()
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        for file in ("pyproject.toml", *FILES):
            if (root / file).exists():
                shutil.copy(root / file, desk / file)
        more = ["--upgrade"] if upgrade else []
        resolve(uv, desk, ["-o", SITE, *more])
        publish = ["--extra", "publish", "-c", SITE]
        resolve(uv, desk, [*publish, "-o", PUBLISH, *more])
        resolve(uv, desk, [*publish, "--extra", "dev", "-c", PUBLISH, "-o", CHECKS, *more])
        for file in FILES:
            refuse_addresses(desk / file)
        changes = differences(pins(root), pins(desk))
        for file in FILES:
            new = root / f"{file}.new"
            shutil.copyfile(desk / file, new)
            new.replace(root / file)
    return changes


def find_uv() -> list[str]:
    """The words that start uv. Raises ProjectError when there is none."""
    if program := shutil.which("uv"):
        return [program]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    raise ProjectError("Pinning needs uv, which is not here. Install it with: pipx install uv")


def resolve(uv: list[str], desk: Path, options: list[str]) -> None:
    command = [*uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", OLDEST_PYTHON, "--python", sys.executable]
    command += ["--custom-compile-command", "./invoke pins", "pyproject.toml", *options]
    done = subprocess.run(command, cwd=desk, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProjectError(
            f"uv could not pin the packages; nothing was changed.\n{done.stderr.strip()}"
        )


def refuse_addresses(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if ADDRESS.search(line):
            raise ProjectError(
                f"{file.name}:{number}: uv wrote an address ({line.strip()}); nothing was changed. "
                "Name packages in pyproject.toml by name only."
            )


def pins(folder: Path) -> dict[str, set[str]]:
    """Package name → its pinned versions (more than one where systems differ), of both files."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        if (folder / file).exists():
            for package, version in PIN.findall((folder / file).read_text(encoding="utf-8")):
                found.setdefault(package, set()).add(version)
    return found


def differences(before: dict[str, set[str]], after: dict[str, set[str]]) -> list[str]:
    """One line for each package that came, went or moved, by name."""

    def told(versions: set[str] | None) -> str:
        return " and ".join(sorted(versions)) if versions else "none"

    return [
        f"{package}: {told(before.get(package))} → {told(after.get(package))}"
        for package in sorted(before.keys() | after.keys())
        if before.get(package) != after.get(package)
    ]


def main() -> int:
    try:
        changes = regenerate(Path(__file__).parent.parent, upgrade="--upgrade" in sys.argv[1:])
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(changes) or "Nothing changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
