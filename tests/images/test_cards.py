"""A card shows any title, in a picture of one size, and soon."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont, features

from plugins.colours import palette_of
from plugins.images import cards
from plugins.images.card_store import IN_PLACE, CardStore
from plugins.images.cards import Card, draw, set_title
from plugins.images.typeface import Typeface
from plugins.workers import Workers
from tests.images.publishing import publish
from tests.sites import ROOT

SITE = "Activate Learning"
COLOURS = palette_of(ROOT / "theme").light
ORDINARY = (
    "One size does not fit all",
    "Tips",
    "What the café taught us about asking better questions, and why the best answers come late",
    "How to run a retrospective that people look forward to",
)


def card(title: str) -> Card:
    return Card(title, "Social learning", "activatelearning · 25 May 2026", SITE, COLOURS)


def pixels(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image.convert("RGB")


def width(line: str, size: int) -> float:
    return cards._face("title").width(line) * size


@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
@example("", "", "", "")
@example("日本語のタイトル 😀", "社会", "山田", "学び")
@example("שלום עולם \u202emalicious\u202c", "", "", "")
@example("W" * 400, "W" * 60, "W" * 60, "W" * 60)
@example("e\u0301" * 50 + "\ud800", "\0", "\n", "\t")
@settings(max_examples=150, deadline=None)
def test_any_words_make_a_card_of_the_one_size(
    title: str, kicker: str, byline: str, site: str
) -> None:
    content = draw(Card(title, kicker, byline, site, COLOURS))
    with Image.open(BytesIO(content)) as image:
        assert image.format == "PNG"
        assert image.size == (1200, 630)
    assert len(content) < 40_000


@given(st.text(max_size=300))
@example("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen " * 3)
@settings(max_examples=300, deadline=None)
def test_a_title_stays_within_its_lines(title: str) -> None:
    setting = set_title(title)
    assert len(setting.lines) <= cards.TITLE_LINES
    for line in setting.lines:
        assert width(line, setting.size) <= cards.TEXT_RIGHT - cards.TEXT_LEFT + 0.5
    room = cards.TITLE_BOTTOM - cards.TITLE_TOP
    assert len(setting.lines) * setting.size * cards.LEADING <= room + 1


@given(st.lists(st.sampled_from(["one", "size", "does", "not", "fit", "everyone"]), max_size=12))
def test_no_word_of_an_ordinary_title_is_lost(words: list[str]) -> None:
    lines = " ".join(set_title(" ".join(words)).lines)
    for letters, ligature in cards._face("title").ligatures:
        lines = lines.replace(ligature, letters)
    assert lines.split() == words


def test_lines_are_about_equally_long() -> None:
    setting = set_title(ORDINARY[2])
    widths = [width(line, setting.size) for line in setting.lines]
    assert len(widths) == 3
    assert min(widths) > 0.8 * max(widths)


def test_what_is_far_too_long_ends_in_an_ellipsis() -> None:
    assert set_title("word " * 200).lines[-1].endswith("…")


def test_characters_that_the_font_lacks_leave_no_boxes() -> None:
    assert draw(card("Tea 日本語 😀\u0600 time")) == draw(card("Tea time"))


def test_a_title_of_which_nothing_can_be_set_gives_way_to_the_site_s_name() -> None:
    assert set_title("日本語").lines == ()
    assert draw(card("日本語")) == draw(card(SITE))


def test_greek_cyrillic_and_accents_are_set() -> None:
    title = "Γνώση, знание, naïveté, Đặng"
    assert " ".join(set_title(title).lines) == title


@pytest.mark.skipif(not features.check("raqm"), reason="needs Raqm to compare with")
@pytest.mark.parametrize("text", ["AVATAR", "ToTe,Ty.P.LTWe", "“Why”Yes,f)", "ΓάΤο", "ТогдаГ."])
def test_pairs_are_kerned_as_a_shaper_kerns_them(text: str) -> None:
    face = Typeface(cards._face("title").path)
    shaped = ImageFont.truetype(str(face.path), 1000, layout_engine=ImageFont.Layout.RAQM)
    wanted = shaped.getlength(text, features=["-liga"]) / 1000
    assert sum(map(face.advance, text)) > wanted + 0.01
    assert face.width(text) == pytest.approx(wanted, abs=0.002)


@pytest.mark.parametrize("title", ORDINARY)
def test_a_card_weighs_little(title: str) -> None:
    assert len(draw(card(title))) <= 25_000


def test_the_same_card_has_the_same_bytes_and_another_one_another_name() -> None:
    assert draw(card("Tips")) == draw(card("Tips"))
    assert cards.path(card("Tips")) == cards.path(card("Tips"))
    assert cards.path(card("Tips")) != cards.path(card("Tricks"))
    green = replace(card("Tips"), colours=replace(COLOURS, accent="#0a7d32"))
    assert cards.path(card("Tips")) != cards.path(green)
    assert (10, 125, 50) in {colour for _, colour in pixels(draw(green)).getcolors() or ()}


def test_a_card_has_ink_accents_and_paper() -> None:
    colours = {colour for _, colour in pixels(draw(card("Tips"))).getcolors() or ()}
    assert {(0xFB, 0xF8, 0xF2), (0x22, 0x20, 0x1C), (0xA8, 0x45, 0x1F)} <= colours


@pytest.mark.parametrize("count", [3, IN_PLACE, 2 * IN_PLACE])
def test_cards_are_drawn_once_and_then_only_published(tmp_path: Path, count: int) -> None:
    wanted = [card(f"Number {number}") for number in range(count)]
    outcomes: list[dict[str, bytes]] = []
    for run in range(2):
        workers = Workers(2)
        store = CardStore(tmp_path / "cache", workers)
        paths = [store.submit(each) for each in wanted]
        store.submit(wanted[0])
        output = tmp_path / f"output{run}"
        store.finish()
        assert workers.begun == (run == 0 and count > IN_PLACE)
        workers.close()
        publish(store.files(), output)
        assert store.drawn == (0 if run else count)
        outcomes.append({path: (output / path).read_bytes() for path in paths})
    assert len(outcomes[0]) == count
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][cards.path(wanted[0])] == draw(wanted[0])


def test_processes_and_one_process_draw_the_same_bytes(tmp_path: Path) -> None:
    wanted = [card(f"Number {number}") for number in range(IN_PLACE + 5)]
    for count in (1, 2):
        workers = Workers(count)
        store = CardStore(tmp_path / f"cache{count}", workers)
        for each in wanted:
            store.submit(each)
        store.finish()
        assert workers.begun == (count > 1)
        workers.close()
        publish(store.files(), tmp_path / f"output{count}")
    for each in wanted:
        path = cards.path(each)
        assert (tmp_path / "output1" / path).read_bytes() == (
            tmp_path / "output2" / path
        ).read_bytes()
