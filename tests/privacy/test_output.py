"""What was written: texts and pictures."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tools.privacy.output import look_through

REPLY_TO = "hello@site.example"


def faults(folder: Path, name: str, content: str | bytes) -> list[str]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [str(fault) for fault in look_through(folder, (REPLY_TO,)).faults]


@pytest.mark.parametrize(
    "name",
    [
        "posts/x/index.html",
        "feed.atom",
        "feed.rss",
        "feed.json",
        "sitemap.xml",
        "robots.txt",
        "theme/a.svg",
        "meetups.ics",
        "manifest.webmanifest",
        "_headers",
        "theme/site.js",
    ],
)
def test_an_address_in_any_text_file_is_told_with_file_and_line_and_masked(
    name: str, tmp_path: Path
) -> None:
    (fault,) = faults(tmp_path, name, "one\ntwo jo@host.example\n")
    assert fault.startswith(f"{name}:2: holds the e-mail address j***@h***.example; ")


def test_what_stands_in_many_files_is_told_once_of_a_page(tmp_path: Path) -> None:
    for name in ("feed.atom", "feed.rss", "posts/x/index.html"):
        found = faults(tmp_path, name, "jo@host.example")
    (fault,) = found
    assert fault.startswith("posts/x/index.html:1: holds ")
    assert "j***@h***.example (so do 2 more); " in fault


@pytest.mark.parametrize(
    "text",
    [
        '<a href="mailto:jo&#64;host.example">',
        "".join(f"&#{ord(c)};" for c in "jo@host.example"),
        "jo@&#104;ost.example",
        "j&#111;@host.example",
        "?to=jo%40host.example",
        '{"a": "jo\\u0040host.example"}',
        "jo＠host.example",
        "josé@bücher.example",
        "jo (at) host.example",
        "from 8.8.8.8",
        "from 2606:4700::1111",
        "Mozilla/5.0 (X11; Linux)",
    ],
)
def test_every_way_of_writing_it_is_found(text: str, tmp_path: Path) -> None:
    assert len(faults(tmp_path, "a.html", f"<p>{text}</p>")) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", f'<a href="mailto:{REPLY_TO}?subject=On%20this">{REPLY_TO}</a>'),
        ("a.html", '<script type="application/ld+json">{"@type": "Person"}</script>'),
        ("a.html", "<code>http://127.0.0.1:8000/</code> or 192.168.1.20, <b>2001:db8::1</b>"),
        ("a.html", '<svg><path d="M1.5.5.5 0c1.2.3.4 8.8.8.8z"/></svg>'),
        ("a.css", "a::before { } @media print { } .b::after { } ;@layer a"),
        ("a.ics", "BEGIN:VEVENT\r\nUID:meetup-1@site.example\r\nEND:VEVENT\r\n"),
        ("a.bin", b"\0\0 jo@host.example"),
        ("a.html", "<p>Version 1.2.3.4 of pkg@1.2 from @jo@social.example</p>"),
    ],
)
def test_what_is_meant_or_only_looks_like_one_is_let_be(
    name: str, text: str | bytes, tmp_path: Path
) -> None:
    assert faults(tmp_path, name, text) == []


def test_a_public_address_lets_no_longer_one_by(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "a.html", f"not{REPLY_TO} {REPLY_TO}.au")) == 2


@pytest.mark.parametrize("distance", range(280, 360))
def test_an_address_at_the_edge_of_what_is_looked_at_is_not_cut_to_another(
    distance: int, tmp_path: Path
) -> None:
    text = f"{REPLY_TO} @name@social.example{' ' * distance}&#64;{' ' * distance}{REPLY_TO}"
    assert faults(tmp_path, "a.html", text) == []


def test_only_some_files_are_looked_at_when_only_they_are_new(tmp_path: Path) -> None:
    faults(tmp_path, "old.html", "jo@host.example")
    new = tmp_path / "new.html"
    new.write_text("jo@host.example")
    assert [fault.place for fault in look_through(tmp_path, only=[new]).faults] == ["new.html"]


def picture(ending: str, exif: Image.Exif | None = None, **more: object) -> bytes:
    file = io.BytesIO()
    kept = {"exif": exif} if exif else {}
    Image.new("RGB", (8, 8)).save(file, ending, **kept, **more)
    return file.getvalue()


@pytest.mark.parametrize("ending", ["jpeg", "png", "webp", "avif"])
def test_a_picture_that_says_where_it_was_taken_or_by_whom_is_told(
    ending: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, f"plain.{ending}", picture(ending)) == []
    exif = Image.Exif()
    exif[0x0112] = 1
    assert faults(tmp_path, f"turned.{ending}", picture(ending, exif)) == []
    exif[0x013B] = "Jo"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (33.0, 51.0, 0.0)
    found = faults(tmp_path, f"told.{ending}", picture(ending, exif))
    assert sorted(fault.split(";")[0] for fault in found) == [
        f"told.{ending}: holds Artist (Exif)",
        f"told.{ending}: holds the position where it was taken (Exif)",
    ]


def test_a_text_in_a_png_is_read_for_addresses(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("Comment", "by jo@host.example")
    (fault,) = faults(tmp_path, "a.png", picture("png", pnginfo=info))
    assert "j***@h***.example" in fault


def test_a_broken_picture_is_no_ones_leak(tmp_path: Path) -> None:
    assert faults(tmp_path, "a.jpg", b"\xff\xd8\xff\xe1Exif\0\0nonsense") == []


def test_fifteen_hundred_pages_take_a_moment(tmp_path: Path) -> None:
    link = f'<p><a href="mailto:{REPLY_TO}?subject=On%20a%20comment">Reply</a></p>\n'
    page = (
        '<article class="x"><p>Some words, at 8:15: "and" more.</p></article>\n' * 300 + link * 30
    )
    for number in range(1500):
        (tmp_path / f"{number}.html").write_text(page)
    began = time.process_time()
    assert not look_through(tmp_path, (REPLY_TO,)).faults
    assert time.process_time() - began < 1.5  # a quarter of it on a machine that does nothing else


def test_the_end_of_a_public_address_in_a_very_long_link_is_no_other_address(
    tmp_path: Path,
) -> None:
    link = f"mailto:hello@a.example?subject={'a%40' * 200}"
    (tmp_path / "index.html").write_text(f'<a href="{link}">x</a>')
    assert not look_through(tmp_path, {"hello@a.example"}).faults
    assert len(look_through(tmp_path).faults) == 1
