"""The plot of RESULTS.md: an SVG of seconds by the clock, on a logarithmic scale.

A panel for each blog and size, a line in it for each scenario, a mark on that for each site. Sites differ in
shape as well as in colour, so that the plot can be read in print. It brings its own background, light or dark
as the reader's system is, so that it can be read on a page of any colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.results import Block, Row

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "rule": "#d0d7de",
    "ours": "#b02a1f",
    "pelican": "#1a6b4f",
    "hugo": "#1f4fa8",
    "eleventy": "#6b4a00",
}
DARK = {
    "paper": "#14181d",
    "ink": "#e8eaed",
    "rule": "#3d444d",
    "ours": "#ff8f80",
    "pelican": "#6fd3ab",
    "hugo": "#8db8ff",
    "eleventy": "#e3bd62",
}
_SHAPES = {
    "ours": '<circle r="5"/>',
    "pelican": '<rect x="-4" y="-4" width="8" height="8"/>',
    "hugo": '<path d="M0-5.5 5 4H-5z"/>',
    "eleventy": '<path d="M0-6 5 0 0 6-5 0z"/>',
}
# All in pixels.
_NAMES, _PANEL, _GAP, _LINE, _TOP, _AXIS, _LEGEND = 200, 260, 28, 20, 44, 52, 100


def plot(blocks: Sequence[Block]) -> str:
    """An SVG, one row of panels for each manner, one column for each size."""
    manners = list(dict.fromkeys(block.manner for block in blocks))
    sizes = sorted({block.posts for block in blocks})
    scenarios = list(dict.fromkeys(row.scenario for block in blocks for row in block.rows))
    sites = list(dict.fromkeys(row.site for block in blocks for row in block.rows))
    least, most = _decades(row for block in blocks for row in block.rows)
    high = len(scenarios) * _LINE + _AXIS
    width = max(_NAMES + len(sizes) * (_PANEL + _GAP), _GAP + len(sites) * _LEGEND)
    height = _TOP + len(manners) * (high + _GAP)
    parts = [_legend(sites)]
    for down, manner in enumerate(manners):
        top = _TOP + down * (high + _GAP) + _GAP
        parts += [
            _text(_NAMES - 12, top + (at + 0.5) * _LINE + 4, name, "end")
            for at, name in enumerate(scenarios)
        ]
        for across, size in enumerate(sizes):
            left = _NAMES + across * (_PANEL + _GAP)
            parts += [
                _panel(block, scenarios, least, most, left, top)
                for block in blocks
                if (block.manner, block.posts) == (manner, size)
            ]
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img">\n'
        f"<title>Seconds of each build by scenario and site</title>\n<style>{_style()}</style>\n"
        f'<rect class="paper" width="{width}" height="{height}"/>\n{inside}\n</svg>\n'
    )


def _panel(
    block: Block, scenarios: Sequence[str], least: int, most: int, left: float, top: float
) -> str:
    bottom = top + len(scenarios) * _LINE

    def across(seconds: float) -> float:
        return left + (log10(seconds) - least) / (most - least) * _PANEL

    parts = [_text(left, top - 8, block.title, "start", "head")]
    for power in range(least, most + 1):
        x = across(10**power)
        parts.append(f'<path class="rule" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>')
        parts.append(_text(x, bottom + 16, f"{10**power:g} s", "middle"))
    for row in block.rows:
        y = top + (scenarios.index(row.scenario) + 0.5) * _LINE
        parts.append(
            f'<g class="{row.site}"><title>{escape(row.site)}, {escape(row.scenario)}: {row.wall:.2f} s</title>'
            f'<path d="M{across(row.low):.1f} {y:.1f}H{across(row.high):.1f}"/>'
            f'<g transform="translate({across(row.wall):.1f} {y:.1f})">{_SHAPES[row.site]}</g></g>'
        )
    return "\n".join(parts)


def _legend(sites: Sequence[str]) -> str:
    return "\n".join(
        f'<g class="{site}" transform="translate({_GAP + at * _LEGEND} 20)">{_SHAPES[site]}</g>'
        f"{_text(_GAP + at * _LEGEND + 12, 24, site, 'start')}"
        for at, site in enumerate(sites)
    )


def _text(x: float, y: float, words: str, anchor: str, name: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _decades(rows: Iterable[Row]) -> tuple[int, int]:
    """The powers of ten between which all seconds lie; two of them at least."""
    ends = [log10(seconds) for row in rows for seconds in (row.low, row.high)]
    least = floor(min(ends))
    return least, max(least + 1, ceil(max(ends)))


def _style() -> str:
    dark = _colours(DARK)
    return (
        "text{font:12px system-ui,sans-serif}.head{font-weight:bold}path{stroke-width:1.5}"
        f"{_colours(LIGHT)}@media(prefers-color-scheme:dark){{{dark}}}"
    )


def _colours(colours: dict[str, str]) -> str:
    sites = "".join(f".{site}{{fill:{colours[site]};stroke:{colours[site]}}}" for site in _SHAPES)
    return (
        f".paper{{fill:{colours['paper']}}}text{{fill:{colours['ink']}}}"
        f".rule{{stroke:{colours['rule']}}}{sites}"
    )
