"""What is installed, and when: the site's own packages at first, the others when a command needs them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

import tasks
from tests.sites import ROOT, SITE_FOLDER
from tests.test_house import imported

pytestmark = pytest.mark.slow

PIN = re.compile(r"^([a-z0-9.-]+)==", re.MULTILINE)
GATE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from tools.program import main
main()
"""


def pinned(file: str) -> set[str]:
    return set(PIN.findall((ROOT / file).read_text(encoding="utf-8")))


def modules_of(names: set[str]) -> set[str]:
    """The modules that only packages of these names hold."""
    found = set()
    for module, packages in packages_distributions().items():
        if {re.sub(r"[-_.]+", "-", one).lower() for one in packages} <= names:
            found.add(module)
    return found


LATER = modules_of(pinned("requirements-publish.txt") - pinned("requirements.txt"))


@pytest.fixture(scope="module")
def launcher() -> ModuleType:
    loader = SourceFileLoader("launcher", str(ROOT / "invoke"))
    spec = spec_from_loader("launcher", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@cache
def needs(path: Path) -> frozenset[str]:
    """What of LATER a module imports, wherever in it; itself alone."""
    return frozenset(LATER & {name.split(".")[0] for name in imported(path)})


def place_of(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    for one in (path.with_suffix(".py"), path / "__init__.py"):
        if one.is_file():
            return one
    return None


def whole(modules: Iterator[str]) -> Iterator[Path]:
    """The files of the modules and of all that they import as they are imported."""
    waiting, seen = list(modules), set()
    while waiting:
        module = waiting.pop()
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            path = place_of(".".join(parts[:depth]))
            if path and path not in seen:
                seen.add(path)
                yield path
                waiting += [
                    name for name in imported(path) if name.startswith(("tools", "plugins"))
                ]


def bodies() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each command's name and its function as it is written."""
    for name in tasks.namespace.task_names:
        code = tasks.namespace[name].body.__wrapped__.__code__
        tree = ast.parse(Path(code.co_filename).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
                yield name, node


def test_what_is_imported_is_declared() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dev = [")[0]
    declared = {name.lower() for name in re.findall(r'^    "([A-Za-z0-9-]+)', text, re.MULTILINE)}
    known = packages_distributions()
    used = {
        name.split(".")[0]
        for folder in ("plugins", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for name in imported(path)
    }
    packages = {
        re.sub(r"[-_.]+", "-", one).lower() for name in used for one in known.get(name, [])[:1]
    }
    # What others of them are the door to, and what the tests' set declares.
    assert (
        packages - declared - {"botocore", "pydantic-core", "playwright", "types-boto3-s3", "yarl"}
        == set()
    )


def test_a_command_that_needs_more_has_the_launcher_fetch_it(launcher: ModuleType) -> None:
    lacking = []
    for name, function in bodies():
        module = ast.Module([function], [])
        direct = [
            f"{node.module}.{alias.name}"
            for node in ast.walk(module)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        more = {one for path in whole(iter(direct)) for one in needs(path)}
        if more and launcher.PUBLISH not in launcher.files_for([name]):
            lacking.append((name, sorted(more)))
    assert not lacking, "\n".join(map(str, lacking))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["build", "check", "--list", "new.post Words"])
def test_without_what_publishing_needs_the_site_is_written_in_and_built(
    command: str, tmp_path: Path
) -> None:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(SITE_FOLDER, folder)
    settings = folder / "pelicanconf.py"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("../../theme", str(ROOT / "theme")),
        encoding="utf-8",
    )
    program = GATE.format(missing=LATER)
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        cwd=ROOT,
        env={"SITE_FOLDER": str(folder), "PATH": "", "PYTHONUTF8": "1", "EDITOR": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
