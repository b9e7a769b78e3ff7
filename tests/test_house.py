"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites import ROOT

PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
BELOW = (
    "plugins.atomic",
    "plugins.memory",
    "plugins.characters",
    "plugins.colours",
    "plugins.faults",
    "plugins.media_types",
    "plugins.outputs",
    "plugins.privacy",
    "plugins.words",
    "plugins.workers",
)
"""What every other plugin may know."""
# Where packages come from is each machine's own setting, never the repository's.
# Each is written in two halves, so that this file names none of them either.
REGISTRIES = re.compile(
    "|".join(
        re.escape(first + second)
        for first, second in (
            ("py", "pi.org"),
            ("python", "hosted.org"),
            ("npm", "js.org"),
            ("npm", "js.com"),
            ("yarn", "pkg.com"),
            ("deb.deb", "ian.org"),
            ("crates", ".io"),
            ("ruby", "gems.org"),
        )
    )
)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_plugin_py_knows_pelican(path: Path) -> None:
    if path.name != "plugin.py" and path != ROOT / "plugins/site/sitemap.py":
        assert [module for module in imported(path) if within(module, "pelican")] == []


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_plugins_do_not_import_one_another_sideways(path: Path) -> None:
    own = f"plugins.{path.relative_to(ROOT / 'plugins').parts[0]}".removesuffix(".py")
    allowed = (own, *BELOW, "plugins.entries")
    if own in ("plugins.site", "plugins.kinds") or path.name == "plugin.py":
        return  # which put others together
    sideways = [
        module
        for module in imported(path)
        if module.startswith("plugins.") and not any(within(module, one) for one in allowed)
    ]
    assert sideways == []


def test_entries_stand_below_all_other_plugins() -> None:
    for path in (ROOT / "plugins/entries").glob("*.py"):
        modules = {module for module in imported(path) if module.startswith("plugins.")}
        below = ("plugins.entries", *BELOW)
        assert all(any(within(module, one) for one in below) for module in modules)


def test_what_stands_below_all_knows_no_entries() -> None:
    for package in BELOW:
        place = ROOT / package.replace(".", "/")
        for path in (
            [place.with_suffix(".py")] if place.with_suffix(".py").exists() else place.glob("*.py")
        ):
            modules = {module for module in imported(path) if module.startswith("plugins.")}
            assert all(any(within(module, one) for one in BELOW) for module in modules), path


def test_only_the_site_is_above_all_others() -> None:
    for path in (path for path in PLUGINS if "site" not in path.parts):
        above = [
            m for m in imported(path) if within(m, "plugins.site") or within(m, "plugins.kinds")
        ]
        assert above == [], path


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_plugin_knows_the_tools(path: Path) -> None:
    assert not [m for m in imported(path) if within(m, "tools") or within(m, "tasks")]


def test_every_plugin_has_the_same_front_door() -> None:
    for folder in (path for path in (ROOT / "plugins").iterdir() if (path / "plugin.py").exists()):
        front = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(front), folder
        assert [node.name for node in front.body if isinstance(node, ast.FunctionDef)] == [
            "register"
        ]


@pytest.mark.parametrize(
    "path",
    sorted((*(ROOT / "plugins").rglob("__init__.py"), *(ROOT / "tools").rglob("__init__.py"))),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_what_a_package_says_that_it_holds_is_there(path: Path) -> None:
    listed = re.findall(
        r"^\d\. .*(?:\n   .*)*", ast.get_docstring(ast.parse(path.read_text())) or "", re.MULTILINE
    )
    names = set(re.findall(r"`([a-z_]+)`", "\n".join(listed)))
    source = "".join(one.read_text(encoding="utf-8") for one in path.parent.rglob("*.py"))
    known = {
        name
        for name in names
        if re.search(rf"^\s*(?:async )?(?:def|class) {name}\b", source, re.MULTILINE)
    }
    places = {one.stem for one in path.parent.glob("*.py")} | {
        one.name for one in path.parent.iterdir()
    }
    assert names - known - places == set()


def test_every_module_begins_with_what_it_does() -> None:
    for path in tracked():
        if path.suffix == ".py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_the_pinned_requirements_hold_names_versions_and_hashes_and_no_address() -> None:
    for name in (path.name for path in ROOT.glob("requirements*.txt")):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert not re.search(r"--(?:extra-)?index-url|--find-links|--trusted-host", text)
        pins = re.findall(r"^[a-z0-9][^\s\\]*", text, re.MULTILINE | re.IGNORECASE)
        assert pins
        assert all("==" in pin for pin in pins)


def test_no_file_names_a_host_that_packages_come_from() -> None:
    named = []
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        text = path.read_bytes().decode("utf-8", "ignore")
        named += [f"{path.relative_to(ROOT)}: {found}" for found in REGISTRIES.findall(text)]
    assert named == []
