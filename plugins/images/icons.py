"""The site's icons, drawn of its mark in its colours, and kept in the cache.

- `favicon.svg`, with a lighter mark where the browser is dark;
- `favicon.ico`, with 16, 32 and 48 pixels, for what asks for nothing else;
- `apple-touch-icon.png`, opaque, because that home screen paints transparency black;
- `icon-192.png`, `icon-512.png` and `icon-maskable-512.png` for a web manifest; the last keeps the
  mark within the circle of four fifths that every launcher leaves standing.

A theme that has one of these in static/icons shows its own in place of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL import __version__ as pillow

from plugins.atomic import write_whole
from plugins.colours import Palette
from plugins.images import mark

RECIPE = 1  # raise it when the same colours give other icons
FAVICON = "favicon.svg"


def icons(palette: Palette, cache: Path, own: Path) -> dict[str, Path]:
    """The file of each icon by its name, drawn where it is missing. own: the theme's folder of icons."""
    recipe = json.dumps([RECIPE, pillow, astuple(palette)])
    folder = cache / hashlib.sha256(recipe.encode()).hexdigest()[:16]
    files = {}
    for name, draw in _icons(palette).items():
        files[name] = own / name if (own / name).is_file() else folder / name
        if not files[name].is_file():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(files[name], draw())
    return files


def _icons(palette: Palette) -> dict[str, Callable[[], bytes]]:
    return {
        FAVICON: partial(_svg, palette),
        "favicon.ico": partial(_ico, palette, 16, 32, 48),
        "apple-touch-icon.png": partial(_png, palette, 180, 0.66),
        "icon-192.png": partial(_png, palette, 192, 0.74),
        "icon-512.png": partial(_png, palette, 512, 0.74),
        "icon-maskable-512.png": partial(_png, palette, 512, 0.54),
    }


def _svg(palette: Palette) -> bytes:
    style = (
        f"<style>path{{fill:{palette.light.accent}}}@media(prefers-color-scheme:dark)"
        f"{{path{{fill:{palette.dark.accent}}}}}</style>"
    )
    path = f'<path fill-rule="evenodd" d="{mark.drawing()}"/>'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {mark.UNITS} {mark.UNITS}">'
    return f"{opening}{style}{path}</svg>\n".encode()


def _png(palette: Palette, size: int, share: float) -> bytes:
    """The mark, as wide as a share of the square, in the middle of paper: from paper to the accent in
    sixteen steps, which is all that smooth edges need."""
    inner = round(size * share)
    icon = Image.new("RGB", (size, size), palette.light.paper)
    corner = (size - inner) // 2
    icon.paste(palette.light.accent, (corner, corner), mark.mask(inner))
    out = BytesIO()
    icon.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ico(palette: Palette, *sizes: int) -> bytes:
    """The mark on nothing, drawn for each size on its own and not scaled from the largest."""
    drawn: list[Image.Image] = []
    for size in sizes:
        icon = Image.new("RGBA", (size, size), palette.light.accent)
        icon.putalpha(mark.mask(size))
        drawn.append(icon)
    out = BytesIO()
    drawn[-1].save(out, "ICO", sizes=[(size, size) for size in sizes], append_images=drawn[:-1])
    return out.getvalue()
