"""What a template needs to know of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugins.faults import Fault


@dataclass(frozen=True)
class Variant:
    """One published file of a picture. `path` is relative to the output, with slashes, and changes
    when the bytes do: "images/cafe-table-3f2a9c1b-800.avif"."""

    path: str
    width: int
    height: int
    type: str  # "image/avif"


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown: width and height in pixels, the right way up, at its natural size.

    `sources` are for `<source>`, the best first, each a type with its variants from narrow to wide;
    empty for what is published as it is (a drawing in SVG, an animation). `fallback` is for
    `<img>`. `placeholder_colour` is the colour that the picture has on average ("#c8b49a"), None
    where it is transparent or published as it is.
    """

    name: str  # the source, relative to the project: "content/images/cafe-table.jpg"
    width: int
    height: int
    sources: tuple[tuple[str, tuple[Variant, ...]], ...]
    fallback: Variant
    placeholder_colour: str | None

    @property
    def variants(self) -> tuple[Variant, ...]:
        return (*(v for _, variants in self.sources for v in variants), self.fallback)


@dataclass(frozen=True)
class Gallery:
    """The pictures by name, and what is wrong with the files that are none."""

    pictures: Mapping[str, Picture]
    faults: tuple[Fault, ...]
