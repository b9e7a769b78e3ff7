"""Every file of a site is an output, and an output is a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

import plugins.site.engine
from plugins.outputs import writing
from plugins.outputs.model import Output, foreign_parts, view_of
from plugins.outputs.templates import Templates
from plugins.outputs.writing import WritingError, write_all
from tests.sites import SITE_FOLDER, Site
from tools.build import MARKER, build


@dataclass(frozen=True)
class View:
    title: str
    parts: tuple[Any, ...] = ()


@dataclass
class Loose:
    title: str


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[Output]:
    """The outputs of the next build."""
    found: list[Output] = []
    write = plugins.site.engine.write_all

    def noted(outputs: list[Output], *given: Any) -> dict[str, bytes]:
        found.extend(outputs)
        return write(outputs, *given)

    monkeypatch.setattr(plugins.site.engine, "write_all", noted)
    return found


def templates(folder: Path, **texts: str) -> Templates:
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text)
    return Templates([folder], {"site": "The site"}, {})


@pytest.mark.parametrize("drafts", [False, True])
def test_the_views_of_a_whole_site_hold_nothing_that_leads_further(
    tmp_path: Path, listed: list[Output], drafts: bool
) -> None:
    build(SITE_FOLDER / "content", tmp_path / "output", at="2026-11-26", drafts=drafts)
    assert len({output.render for output in listed if isinstance(output.render, str)}) > 15
    foreign = {part for output in listed for part in foreign_parts(output.view, output.address)}
    assert foreign == set()


def test_the_list_is_whole(site: Site, listed: list[Output]) -> None:
    """But for the sitemap, which pelican-sitemap writes."""
    site.five_files().write("files/a.pdf", b"%PDF-1.4")
    site.build()
    listed_files = {output.file for output in listed} | {MARKER, "sitemap.xml"}
    assert {*site.files()} == listed_files


def test_a_view_of_loose_parts_is_told_by_its_path() -> None:
    whole = View("a", (1, 2.5, True, None, Markup("<b>"), datetime(2026, 1, 1), View("b")))  # noqa: DTZ001
    assert list(foreign_parts(whole)) == []
    loose = View("a", (View("b", ({},)), len, [1], Loose("x")))
    assert list(foreign_parts(loose, "view")) == [
        "view.parts[0].parts[0]: dict",
        "view.parts[1]: builtin_function_or_method",
        "view.parts[2]: list",
        "view.parts[3]: Loose",
    ]


def test_a_view_takes_its_fields_from_a_value_by_their_names() -> None:
    of = SimpleNamespace(title="Of it", parts=(1,), other=3)
    assert view_of(View, of) == View("Of it", (1,))
    assert view_of(View, of, parts=()) == View("Of it")


def test_a_template_sees_its_view_and_the_constants_alone(tmp_path: Path) -> None:
    made = templates(tmp_path, good="{{ page.title }} at {{ site }}", bad="{{ entry }}")
    assert made.render("good", View("A & B")) == "A &amp; B at The site"
    with pytest.raises(UndefinedError, match="'entry' is undefined"):
        made.render("bad", View("x"))


@pytest.mark.parametrize("many", [1, 1000])
def test_what_a_render_gives_is_written_whatever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(writing, "MANY", many)
    source = tmp_path / "source.bin"
    source.write_bytes(b"\0\1")
    outputs = [
        Output("/", View("Home"), "page"),
        Output("/a/b/", View("B"), "page"),
        Output("/text.txt", "é", str),
        Output("/bytes", b"\xff", bytes),
        Output("/copy.bin", source, Path),
    ]
    write_all(outputs, tmp_path / "out", templates(tmp_path, page="<{{ page.title }}>"))
    written = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert written == {
        "index.html": b"<Home>",
        "a/b/index.html": b"<B>",
        "text.txt": "é".encode(),
        "bytes": b"\xff",
        "copy.bin": b"\0\1",
    }


def test_two_outputs_are_never_one_file(tmp_path: Path) -> None:
    outputs = [Output("/a/", "1", str), Output("/a/index.html", "2", str)]
    with pytest.raises(ValueError, match=r"a/index\.html is to be written twice"):
        write_all(outputs, tmp_path / "out", templates(tmp_path))
    assert not (tmp_path / "out").exists()


def test_what_the_second_process_cannot_do_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MANY", 1)
    outputs = [Output("/a", "1", str), Output("/b", View("x"), "bad")]
    with pytest.raises(WritingError, match=r"UndefinedError.*'entry' is undefined"):
        write_all(outputs, tmp_path / "out", templates(tmp_path, bad="{{ entry }}"))
