"""The small PNG writer writes what every reader reads."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from plugins.colours import palette_of
from plugins.images.cards import ALIKE, Card, draw
from plugins.images.small_png import COLOURS, begin, small_png
from tests.sites import ROOT

PALETTE = palette_of(ROOT / "theme")


def image(width: int, height: int, seed: int) -> Image.Image:
    random = Random(seed)
    made = Image.new("P", (width, height))
    made.putpalette([random.randrange(256) for _ in range(3 * COLOURS)])
    made.putdata([random.randrange(COLOURS) for _ in range(width * height)])
    return made


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 2**32))
def test_what_is_written_is_read_back_dot_for_dot(half: int, height: int, seed: int) -> None:
    made = image(2 * half, height, seed)
    with Image.open(BytesIO(small_png(made))) as read:
        read.load()
        assert read.format == "PNG"
        assert read.size == made.size
        assert read.convert("RGB").tobytes() == made.convert("RGB").tobytes()
        assert set(read.info) <= {"transparency"}


@pytest.mark.parametrize("size", [(2, 1), (1200, 630)])
def test_one_colour_is_next_to_nothing(size: tuple[int, int]) -> None:
    made = Image.new("P", size, 3)
    made.putpalette([7] * 48)
    assert len(small_png(made)) < 2000


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 2**32), st.data())
def test_a_file_is_the_same_whether_its_first_lines_were_packed_before(
    half: int, height: int, seed: int, data: st.DataObject
) -> None:
    made = image(2 * half, height, seed)
    begun = begin(made, data.draw(st.integers(0, height)))
    assert small_png(made, begun) == small_png(made)
    assert small_png(made, begun) == small_png(made)


def test_the_tops_of_two_cards_are_alike_as_far_as_is_said() -> None:
    tops = []
    for card in (
        Card("Ä" * 80, "Åg|ÁÉ", "byline", "A site", PALETTE.light),
        Card("", "", "", "A site", PALETTE.light),
    ):
        with Image.open(BytesIO(draw(card))) as read:
            tops.append(read.convert("RGB").crop((0, 0, 1200, ALIKE)).tobytes())
    assert tops[0] == tops[1]
