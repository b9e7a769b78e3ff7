"""The theme's tokens are the one place of a colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.colours import TOKENS, mixed, palette_of
from tests.sites import ROOT
from tools.serve.pages import theme_colours

COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def lay(folder: Path, text: str) -> Path:
    (folder / TOKENS).parent.mkdir(parents=True)
    (folder / TOKENS).write_text(text)
    return folder


def test_no_file_but_the_tokens_says_a_colour_of_the_palette() -> None:
    palette = palette_of(ROOT / "theme")
    known = {value for one in (palette.light, palette.dark) for value in vars_of(one)}
    named = []
    for folder in ("plugins", "tools", "theme"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".css", ".js", ".html", ".svg"} and not path.match(TOKENS):
                found = {one.lower() for one in COLOUR.findall(path.read_text(encoding="utf-8"))}
                named += [f"{path.relative_to(ROOT)}: {one}" for one in found & known]
    assert named == []


def vars_of(colours: object) -> list[str]:
    return [getattr(colours, name) for name in type(colours).__slots__]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--accent: tomato;", '"tomato" is no such pair'),
        ("--accent: light-dark(#f00, #0f0);", '"light-dark(#f00, #0f0)" is no such pair'),
        ("", "is missing"),
    ],
)
def test_a_token_that_is_missing_or_no_pair_is_told_with_what_to_write(
    tmp_path: Path, line: str, said: str
) -> None:
    text = (ROOT / "theme" / TOKENS).read_text()
    wrong = re.sub(r"--accent: [^;]*;", line, text)
    message = re.escape(f"--accent: {said}; cards and mails need both colours in six digits: ")
    with pytest.raises(ValueError, match=message):
        palette_of(lay(tmp_path, wrong))


def test_the_pages_of_serve_have_colours_whatever_becomes_of_the_tokens(tmp_path: Path) -> None:
    whole = theme_colours(ROOT / "theme")
    palette = palette_of(ROOT / "theme")
    assert f"--accent: light-dark({palette.light.accent}, {palette.dark.accent});" in whole
    assert "--paper: Canvas;" in theme_colours(lay(tmp_path, "nothing"))


def test_a_colour_is_mixed_by_its_parts() -> None:
    assert mixed("#000000", "#ff8000", 0.5) == "#804000"
    assert mixed("#123456", "#ffffff", 0) == "#123456"
