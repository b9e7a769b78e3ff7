"""What the documents name is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import tasks
from tests.sites import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PATHS = re.compile(
    r"`((?:plugins|tools|theme|tests|docs|content)/[\w./-]*|[\w-]+\.(?:py|md|css|toml))`"
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = {one for one in PATHS.findall(text) if "<" not in one}
    known = {
        found.name for found in ROOT.rglob("*") if found.suffix in {".py", ".md", ".css", ".toml"}
    }
    lost = {one for one in named if not (ROOT / one).exists() and ("/" in one or one not in known)}
    assert {one for one in lost if not _example(one)} == set()


def _example(path: str) -> bool:
    """A file that the reader is told to write."""
    return path.startswith(("content/", "templates/"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_is_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\./invoke ([a-z]+(?:\.[a-z]+)?)\b", text))
    known = {name.removesuffix(".site") for name in tasks.namespace.task_names}
    assert named - known - {"COMMAND"} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_documents_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(
        r"\]\(([\w./-]+)\)", re.sub(r"`[^`]*`|^    .*$", "", text, flags=re.MULTILINE)
    )
    assert [one for one in named if not (path.parent / one).exists()] == []


def test_the_readme_leads_to_every_document() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in DOCUMENTS:
        assert path.name == "README.md" or path.name in text, path


def test_the_latest_version_in_the_changelog_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+), \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    assert versions[0] == project["version"]
