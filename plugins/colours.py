"""The palette: the colours of theme/static/css/tokens.css, for whatever is no style sheet.

Each is a custom property there, `--accent: light-dark(#rrggbb, #rrggbb);`. Cards, icons, the mail, the web
manifest and the pages of `./invoke serve` take theirs from here, so that a change of a token is a change
of them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

TOKENS = "static/css/tokens.css"
_TOKEN = re.compile(r"--([a-z]+):\s*light-dark\(\s*(#[0-9a-fA-F]{6})\s*,\s*(#[0-9a-fA-F]{6})\s*\)")


@dataclass(frozen=True, slots=True)
class Colours:
    """Each as "#rrggbb", by the name of its token."""

    paper: str
    raised: str
    ink: str
    soft: str
    rule: str
    branch: str
    accent: str
    link: str
    mark: str


@dataclass(frozen=True, slots=True)
class Palette:
    light: Colours
    dark: Colours


def palette_of(theme: Path) -> Palette:
    """Raises ValueError when a token is missing or is no pair of colours, with what to write."""
    text = (theme / TOKENS).read_text(encoding="utf-8")
    found = {name: (light.lower(), dark.lower()) for name, light, dark in _TOKEN.findall(text)}
    for field in fields(Colours):
        if field.name not in found:
            there = re.search(rf"--{field.name}:\s*([^;}}]*)", text)
            what = f'"{there[1].strip()}" is no such pair' if there else "is missing"
            raise ValueError(
                f"{TOKENS}: --{field.name}: {what}; cards and mails need both colours in six digits: "
                f"--{field.name}: light-dark(#rrggbb, #rrggbb);"
            )
    known = {field.name: found[field.name] for field in fields(Colours)}
    return Palette(
        Colours(**{name: pair[0] for name, pair in known.items()}),
        Colours(**{name: pair[1] for name, pair in known.items()}),
    )


def mixed(one: str, other: str, share: float) -> str:
    """`one` with so large a share (0 to 1) of `other` in it."""
    parts = (int(one[at : at + 2], 16) for at in (1, 3, 5))
    others = (int(other[at : at + 2], 16) for at in (1, 3, 5))
    made = (round(p + (o - p) * share) for p, o in zip(parts, others, strict=True))
    return "#" + "".join(f"{part:02x}" for part in made)
