"""The site's icons are drawn in the theme's colours, and a theme may have its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from plugins.colours import Palette, palette_of
from plugins.images.drawings import Drawing, read_drawing
from plugins.images.icons import icons
from tests.sites import ROOT

NAMES = [
    "apple-touch-icon.png",
    "favicon.ico",
    "favicon.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
]


@pytest.fixture(scope="module")
def palette() -> Palette:
    return palette_of(ROOT / "theme")


@pytest.fixture(scope="module")
def drawn(palette: Palette, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("icons")
    return icons(palette, folder / "cache", folder / "none")


def rgb(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def test_all_icons_together_weigh_less_than_40_kilobytes(drawn: dict[str, Path]) -> None:
    assert sorted(drawn) == NAMES
    assert sum(path.stat().st_size for path in drawn.values()) < 40_000


def test_other_colours_give_other_icons_and_the_same_ones_are_drawn_once(
    palette: Palette, tmp_path: Path
) -> None:
    first = icons(palette, tmp_path, tmp_path / "none")
    times = {path: path.stat().st_mtime_ns for path in first.values()}
    assert icons(palette, tmp_path, tmp_path / "none") == first
    assert {path: path.stat().st_mtime_ns for path in first.values()} == times
    green = replace(palette, light=replace(palette.light, accent="#0a7d32"))
    others = icons(green, tmp_path, tmp_path / "none")
    for name, path in others.items():
        assert path.read_bytes() != first[name].read_bytes()
    assert "#0a7d32" in others["favicon.svg"].read_text()


def test_a_theme_s_own_icon_stands_in_place_of_the_drawn_one(
    palette: Palette, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "favicon.ico").write_bytes(b"own")
    found = icons(palette, tmp_path / "cache", own)
    assert found["favicon.ico"] == own / "favicon.ico"
    assert found["icon-192.png"].parent.parent == tmp_path / "cache"


def test_the_favicon_holds_three_sizes(drawn: dict[str, Path]) -> None:
    with Image.open(drawn["favicon.ico"]) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_home_screen_icon_is_opaque_and_sized(drawn: dict[str, Path]) -> None:
    with Image.open(drawn["apple-touch-icon.png"]) as icon:
        assert icon.size == (180, 180)
        assert not icon.has_transparency_data


def test_the_maskable_icon_keeps_within_the_circle_that_is_never_cut(
    drawn: dict[str, Path],
) -> None:
    icon = rgb(drawn["icon-maskable-512.png"])
    paper = icon.getpixel((0, 0))
    for y in range(512):
        for x in range(512):
            if (x - 255.5) ** 2 + (y - 255.5) ** 2 > (0.4 * 512) ** 2:
                assert icon.getpixel((x, y)) == paper


def test_the_favicon_only_draws_and_knows_the_dark(
    drawn: dict[str, Path], palette: Palette
) -> None:
    content = drawn["favicon.svg"].read_bytes()
    assert read_drawing(content) == Drawing(32, 32)
    assert f"prefers-color-scheme:dark){{path{{fill:{palette.dark.accent}}}}}" in content.decode()
