"""Made-up photographs and drawings, from a random generator: the same seed, the same picture.

A photograph is soft patches of colour under grain, so that it costs an encoder what one from a camera
does; a drawing has lines and circles on paper in a few flat colours.
"""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

PHOTO = (1600, 1200)
DRAWING = (1200, 800)
_INKS = ("#1f2a37", "#a3402b", "#2f6d62", "#b58b2a")


def photo(random: Random) -> bytes:
    """A JPEG, 1600 × 1200."""
    patches = _noise(random, 16, 12).resize(PHOTO, Image.Resampling.BICUBIC)
    grain = _noise(random, 400, 300).resize(PHOTO, Image.Resampling.BILINEAR)
    return _encoded(Image.blend(patches, grain, 0.12), "JPEG", quality=85)


def drawing(random: Random) -> bytes:
    """A PNG, 1200 × 800."""
    sheet = Image.new("RGB", DRAWING, "#fbf7ee")
    pen = ImageDraw.Draw(sheet)
    for _ in range(40):
        x, y, size = random.randrange(1100), random.randrange(700), random.randint(20, 160)
        ink = random.choice(_INKS)
        if random.random() < 0.5:
            pen.ellipse((x, y, x + size, y + size), outline=ink, width=5)
        else:
            pen.line((x, y, random.randrange(1200), random.randrange(800)), fill=ink, width=4)
    return _encoded(sheet, "PNG")


def _noise(random: Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.randbytes(width * height * 3))


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    written = BytesIO()
    image.save(written, form, **options)
    return written.getvalue()
