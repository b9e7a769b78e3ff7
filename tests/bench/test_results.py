"""Figures are kept, told in a table, and drawn so that they can be read on paper and on a dark page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bench.corpus import FLAVOURS
from bench.plot import DARK, LIGHT, plot
from bench.results import FIGURES, PLOT, TOLD, Block, Row, compared, keep, merged, read, table, told
from bench.run import _blogs
from bench.sites import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def row(scenario: str, site: str, wall: float) -> Row:
    return Row(scenario, site, wall, wall / 2, wall * 2, wall * 1.5, 100, None, 3)


def block(manner: str = "technical", posts: int = 100, seconds: float = 1.0) -> Block:
    rows = [
        row("cold", "ours", seconds),
        row("cold", "hugo", 0.5),
        row("a meetup passed", "ours", seconds / 4),
    ]
    versions = {"ours": "abc", "hugo": "0.168"}
    return Block(manner, posts, posts * 10, 2, "1 May 2026", "Linux", versions, rows)


def test_the_figures_of_a_blog_are_replaced_and_those_of_others_stay(tmp_path: Path) -> None:
    keep(tmp_path, block("hers"))
    keep(tmp_path, block(posts=1000))
    keep(tmp_path, block(seconds=8))
    keep(tmp_path, block(seconds=2))
    kept = read(tmp_path / "results.json")
    assert [(each.manner, each.posts) for each in kept] == [
        ("technical", 100),
        ("technical", 1000),
        ("hers", 100),
    ]
    assert kept[0] == block(seconds=2)
    text = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "(results.svg)" in text
    assert text.index("## Technical, 100 posts") < text.index("## Technical, 1,000 posts")
    assert "1,000 comments; each command twice, 1 May 2026; Linux; ours abc, hugo 0.168." in text


def test_a_ratio_is_a_median_over_the_peers_own_and_absent_where_the_peer_has_no_case() -> None:
    shown = compared(block()).splitlines()
    assert shown[0].split("|")[-2].strip() == "× hugo"
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown[2:]]
    assert [line[-1] for line in cells] == ["2.00 / 2.00", "1.00 / 1.00", "–"]
    assert cells[0][2] == "1.00 (0.50 to 2.00)"
    assert cells[0][5] == "–"


def test_the_plot_has_a_mark_for_each_figure_and_a_panel_for_each_blog() -> None:
    blocks = merged([block(), block(posts=1000)], block("hers"))
    drawn = etree.fromstring(plot(blocks).encode())
    titles = [title.text for title in drawn.iter(f"{SVG}title")]
    assert len(titles) == 1 + 3 * 3
    assert "hugo, cold: 0.50 s" in titles
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    assert {"technical, 100 posts", "technical, 1,000 posts", "hers, 100 posts"} <= set(words)


@pytest.mark.parametrize("sizes", [[100], [100, 1000, 10_000]], ids=["one size", "three sizes"])
def test_no_word_of_the_plot_leaves_it(sizes: list[int]) -> None:
    rows = [row("one post edited, published", site, 100) for site in FLAVOURS]
    drawn = etree.fromstring(
        plot([replace(block(posts=size), rows=rows) for size in sizes]).encode()
    )
    width, height = float(drawn.get("width")), float(drawn.get("height"))
    for text in drawn.iter(f"{SVG}text"):
        long = len(text.text) * 7  # at most, in letters of 12 pixels
        left = (
            float(text.get("x"))
            - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")] * long
        )
        assert left >= 0, text.text
        assert left + long <= width, text.text
        assert 0 <= float(text.get("y")) <= height


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_plot_can_be_read_on_its_own_background(colours: dict[str, str]) -> None:
    faint = {name for name in ("ink", *FLAVOURS) if contrast(colours[name], colours["paper"]) < 4.5}
    assert faint == set()
    assert contrast("#777777", "#ffffff") < 4.5  # so one could be found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio of two colours "#rrggbb"."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_large_blog_with_pictures_is_measured_only_when_it_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sizes = (100, 10_000)
    assert list(_blogs(None, sizes)) == [("technical", 100), ("technical", 10_000), ("hers", 100)]
    assert "hers, 10,000 posts: left out" in capsys.readouterr().out
    assert list(_blogs("hers", sizes)) == [("hers", 100), ("hers", 10_000)]


def test_a_table_is_as_wide_as_its_widest_cells() -> None:
    assert table(("site", "wall s"), [("ours", "1.25")], words=1).splitlines() == [
        "| site | wall s |",
        "| ---- | -----: |",
        "| ours |   1.25 |",
    ]


def test_the_committed_results_are_what_the_committed_figures_say() -> None:
    folder = ROOT / "bench"
    kept = read(folder / FIGURES)
    assert kept
    assert (folder / TOLD).read_text("utf-8") == told(kept)
    assert (folder / PLOT).read_text("utf-8") == plot(kept)
