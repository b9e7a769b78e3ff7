"""Makes the mark's files and the site's icons again: `python -m plugins.images.icons`.

They are committed, and made again only when the mark itself changes:

- `mark.svg`, to be put into a page: takes the colour of the text around it;
- `favicon.svg`, with a lighter mark where the browser is dark;
- `favicon.ico`, with 16, 32 and 48 pixels, for what asks for nothing else;
- `apple-touch-icon.png`, opaque, because that home screen paints transparency black;
- `icon-192.png`, `icon-512.png` and `icon-maskable-512.png` for a web manifest; the last keeps the
  mark within the circle of four fifths that every launcher leaves standing.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from plugins.images import mark

PAPER, TERRACOTTA, TERRACOTTA_ON_DARK = "#fbf8f2", "#a8451f", "#e8946d"
FOLDER = Path(__file__).parents[2] / "theme" / "static" / "icons"


def draw_all(folder: Path) -> tuple[Path, ...]:
    """Writes every icon into the folder and answers their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "mark.svg": _svg(' fill="currentColor"', ""),
        "favicon.svg": _svg(
            "",
            f"<style>path{{fill:{TERRACOTTA}}}@media(prefers-color-scheme:dark)"
            f"{{path{{fill:{TERRACOTTA_ON_DARK}}}}}</style>",
        ),
        "favicon.ico": _ico(16, 32, 48),
        "apple-touch-icon.png": _png(_on_paper(180, 0.66)),
        "icon-192.png": _png(_on_paper(192, 0.74)),
        "icon-512.png": _png(_on_paper(512, 0.74)),
        "icon-maskable-512.png": _png(_on_paper(512, 0.54)),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in files)


def _svg(attributes: str, style: str) -> bytes:
    path = f'<path{attributes} fill-rule="evenodd" d="{mark.drawing()}"/>'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {mark.UNITS} {mark.UNITS}">'
    return f"{opening}{style}{path}</svg>\n".encode()


def _on_paper(size: int, share: float) -> Image.Image:
    """The mark, as wide as a share of the square, in the middle of paper."""
    inner = round(size * share)
    icon = Image.new("RGB", (size, size), PAPER)
    corner = (size - inner) // 2
    icon.paste(TERRACOTTA, (corner, corner), mark.mask(inner))
    return icon


def _png(icon: Image.Image) -> bytes:
    """Paper to terracotta in sixteen steps, which is all that smooth edges need."""
    out = BytesIO()
    icon.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ico(*sizes: int) -> bytes:
    """The mark on nothing, drawn for each size on its own and not scaled from the largest."""
    icons: list[Image.Image] = []
    for size in sizes:
        icon = Image.new("RGBA", (size, size), TERRACOTTA)
        icon.putalpha(mark.mask(size))
        icons.append(icon)
    out = BytesIO()
    icons[-1].save(out, "ICO", sizes=[(size, size) for size in sizes], append_images=icons[:-1])
    return out.getvalue()


def main() -> int:
    for path in draw_all(FOLDER):
        print(f"{path.stat().st_size:6} {path.relative_to(FOLDER.parents[2])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
