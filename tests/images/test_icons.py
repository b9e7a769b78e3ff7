"""The site's icons are what their script draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from plugins.images.drawings import Drawing, read_drawing
from plugins.images.icons import FOLDER, draw_all

NAMES = (
    "apple-touch-icon.png",
    "favicon.ico",
    "favicon.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "mark.svg",
)


def rgb(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def test_the_committed_icons_are_the_drawn_ones(tmp_path: Path) -> None:
    drawn = draw_all(tmp_path)
    assert sorted(path.name for path in drawn) == list(NAMES)
    for path in drawn:
        committed = FOLDER / path.name
        if path.suffix == ".svg":
            assert committed.read_bytes() == path.read_bytes()
        else:
            assert rgb(committed).tobytes() == rgb(path).tobytes()


def test_all_icons_together_weigh_less_than_40_kilobytes() -> None:
    assert sum((FOLDER / name).stat().st_size for name in NAMES) < 40_000


def test_the_favicon_holds_three_sizes() -> None:
    with Image.open(FOLDER / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_home_screen_icon_is_opaque_and_sized() -> None:
    with Image.open(FOLDER / "apple-touch-icon.png") as icon:
        assert icon.size == (180, 180)
        assert not icon.has_transparency_data


def test_the_maskable_icon_keeps_within_the_circle_that_is_never_cut() -> None:
    icon = rgb(FOLDER / "icon-maskable-512.png")
    paper = icon.getpixel((0, 0))
    for y in range(512):
        for x in range(512):
            if (x - 255.5) ** 2 + (y - 255.5) ** 2 > (0.4 * 512) ** 2:
                assert icon.getpixel((x, y)) == paper


@pytest.mark.parametrize("name", ["mark.svg", "favicon.svg"])
def test_the_svg_files_only_draw(name: str) -> None:
    assert read_drawing((FOLDER / name).read_bytes()) == Drawing(32, 32)


def test_the_mark_takes_the_colour_around_it_and_the_favicon_knows_the_dark() -> None:
    assert '<path fill="currentColor"' in (FOLDER / "mark.svg").read_text()
    assert "prefers-color-scheme:dark" in (FOLDER / "favicon.svg").read_text()
