"""A drawing is published as it is when it only draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.images.drawings import Drawing, Refusal, read_drawing
from plugins.images.variants import PictureStore
from tests.images.publishing import publish

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def drawing(inside: str, attributes: str = 'viewBox="0 0 32 16"') -> bytes:
    return f"{OPEN}{attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 32 16"', (32, 16)),
        ('width="640" height="480px"', (640, 480)),
        ('width="100%" height="100%" viewBox="0,0,300,150"', (300, 150)),
        ('width="64" viewBox="0 0 32 16"', (64, 32)),
        ('width="1in" height="25.4mm"', (96, 96)),
    ],
)
def test_the_size_comes_from_width_and_height_or_the_view_box(
    attributes: str, size: tuple[int, int]
) -> None:
    assert read_drawing(drawing("", attributes)) == Drawing(*size)


@pytest.mark.parametrize("attributes", ["", 'viewBox="0 0 x 3"', 'width="0" height="3"'])
def test_a_drawing_without_a_size_is_refused(attributes: str) -> None:
    refusal = read_drawing(drawing("", attributes))
    assert isinstance(refusal, Refusal)
    assert "write viewBox" in refusal.message


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<g>\n<script>alert(1)</script></g>", "has a <script> element"),
        ('<s:script xmlns:s="http://www.w3.org/2000/svg"/>', "has a <script> element"),
        ('<rect onclick="go()"/>', "has onclick= on <rect>"),
        ('<rect ONLOAD="go()"/>', "has ONLOAD= on <rect>"),
        ("<foreignObject/>", "has a <foreignObject> element"),
        ('<image href="https://example.org/a.png"/>', "fetches"),
        ('<image xlink:href="//example.org/a.png"/>', "fetches"),
        ('<use href="other.svg#a"/>', "fetches"),
        ('<image href="data:image/svg+xml,x"/>', "fetches"),
        ('<a href=" java\nscript:go()"><rect/></a>', "has a script address"),
        ('<set attributeName="href" to="javascript:go()"/>', "has a script address"),
        ('<rect fill="url(https://example.org/a)"/>', "fetches"),
        ("<rect style=\"fill:url( 'a.svg#b')\"/>", "fetches"),
        ('<rect style="fill:u\\72l(a.svg)"/>', "fetches"),
        ("<style>@import 'a.css';</style>", "fetches something in <style>"),
        ("<style>a{b:url(x)}</style>", "fetches something in <style>"),
        ('<?xml-stylesheet href="a.css"?>', "has <?xml-stylesheet"),
    ],
)
def test_what_does_more_than_draw_is_refused(inside: str, told: str) -> None:
    refusal = read_drawing(drawing(inside))
    assert isinstance(refusal, Refusal)
    assert refusal.message.startswith(told)


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><path id="a"/></defs><use href="#a"/><rect fill="url(#a)"/>',
        "<rect style=\"fill:url('#a')\"/>",
        '<image href="data:image/png;base64,AAAA"/>',
        '<a href="https://example.org/"><rect/></a>',
        "<style>path{fill:#a8451f}@media(prefers-color-scheme:dark){path{fill:red}}</style>",
    ],
)
def test_what_only_draws_is_taken(inside: str) -> None:
    assert read_drawing(drawing(inside)) == Drawing(32, 16)


def test_a_document_type_is_refused_before_its_entities_grow() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + drawing("<text>&b;</text>")
    refusal = read_drawing(bomb)
    assert isinstance(refusal, Refusal)
    assert refusal.message.startswith("has a DOCTYPE")


def test_other_xml_and_broken_xml_are_refused_with_the_line() -> None:
    assert isinstance(read_drawing(b"<rss/>"), Refusal)
    broken = read_drawing(drawing("\n\n<g>"))
    assert isinstance(broken, Refusal)
    assert broken.line == 3


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    for content in (text.encode("utf-8", "replace"), drawing(text)):
        assert isinstance(read_drawing(content), Drawing | Refusal)


def test_a_drawing_is_published_byte_for_byte_and_a_bad_one_told_with_file_and_line(
    tmp_path: Path,
) -> None:
    (tmp_path / "good.svg").write_bytes(drawing("<rect/>"))
    (tmp_path / "bad.svg").write_bytes(drawing("\n<script/>"))
    store = PictureStore(tmp_path, tmp_path / "cache")
    gallery = store.prepare(tmp_path.glob("*.svg"))
    publish(store.files(gallery.pictures.values()), tmp_path / "output")
    picture = gallery.pictures["good.svg"]
    assert (picture.width, picture.height, picture.sources) == (32, 16, ())
    assert picture.fallback.type == "image/svg+xml"
    assert (tmp_path / "output" / picture.fallback.path).read_bytes() == drawing("<rect/>")
    assert [str(f) for f in gallery.faults] == [
        "bad.svg:2: has a <script> element; delete it, a drawing only draws"
    ]
