"""The site's mark, once for everything that shows it: the SVG files, the icons, the cards.

A cup of coffee seen from above that is also a speech bubble: the rim is the bubble, the coffee is
what is said, the handle is the tail that points at who said it. It is drawn on a square of 32 units
whose edges fall on whole pixels at 16, where it has to be readable.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]

UNITS = 32
CENTRE: Point = (17, 15)
BUBBLE, RIM, COFFEE = 13.0, 9.0, 6.0
TAIL_ENDS: Point = (4.95, 19.87)  # on the bubble's circle, above the tail
TAIL_STARTS: Point = (12.98, 27.36)  # and below it
TAIL: tuple[Curve, ...] = (
    ((10, 28.7), (6.8, 29.3), (3.2, 29.6)),
    ((1.9, 29.7), (1.1, 28.2), (2, 27.2)),
    ((3.7, 25.1), (4.7, 22.8), TAIL_ENDS),
)


def drawing() -> str:
    """The mark as one SVG path of 32 × 32 units, to be filled by the rule `evenodd`. Commas and no
    spaces: it reads the same in a page and in an address (data:), and is compressed there once."""
    tail = "".join("C" + ",".join(f"{x:g},{y:g}" for x, y in curve) for curve in TAIL)
    bubble = (
        f"M{TAIL_ENDS[0]:g},{TAIL_ENDS[1]:g}A{BUBBLE:g},{BUBBLE:g},0,1,1,"
        f"{TAIL_STARTS[0]:g},{TAIL_STARTS[1]:g}{tail}z"
    )
    return bubble + _circle(RIM) + _circle(COFFEE)


def mask(size: int, fineness: int = 8) -> Image.Image:
    """The mark as coverage (mode L) on a square of `size` pixels. It is drawn `fineness` times as
    large and reduced, for smooth edges."""
    fine = size * fineness
    scale = fine / UNITS
    image = Image.new("L", (fine, fine))
    draw = ImageDraw.Draw(image)
    _disc(draw, BUBBLE, scale, 255)
    outline = [CENTRE, TAIL_STARTS]
    for curve in TAIL:
        outline.extend(_along(outline[-1], curve))
    draw.polygon([(x * scale, y * scale) for x, y in outline], fill=255)
    _disc(draw, RIM, scale, 0)
    _disc(draw, COFFEE, scale, 255)
    return image.reduce(fineness)


def _circle(radius: float) -> str:
    x, y = CENTRE
    return f"M{x:g},{y - radius:g}a{radius:g},{radius:g},0,1,0,.01,0z"


def _disc(draw: ImageDraw.ImageDraw, radius: float, scale: float, fill: int) -> None:
    x, y = CENTRE
    draw.ellipse(
        ((x - radius) * scale, (y - radius) * scale,
         (x + radius) * scale - 1, (y + radius) * scale - 1),
        fill=fill,
    )  # fmt: skip


def _along(start: Point, curve: Curve, steps: int = 24) -> list[Point]:
    """Points along a cubic Bézier curve, without its start."""
    points: list[Point] = []
    for step in range(1, steps + 1):
        t = step / steps
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        corners = (start, *curve)
        x = sum(w * corner[0] for w, corner in zip(weights, corners, strict=True))
        y = sum(w * corner[1] for w, corner in zip(weights, corners, strict=True))
        points.append((x, y))
    return points
