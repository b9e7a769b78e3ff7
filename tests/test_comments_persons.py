"""Pictures that people gave: put in by a command, checked by the build, shown in place of a mark."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from plugins.conversations.portraits import MOST_BYTES, SIDE, fault_of
from tests.conversations.threads import WHEN, lay, said
from tests.sites import Site, comment
from tools.comments.desk import Desk, desk
from tools.comments.persons import find_person, set_person, square
from tools.errors import ProjectError

PRIYA, TOM, OTHER = "0123456789abcdef", "a1" * 16, "a1b2" * 8


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    content = tmp_path / "content"
    author = {"url": None, "host": False}
    lay(
        content / "comments",
        said("a"),
        said("b", minutes=1, author=author | {"name": "Tom", "key": TOM}),
        said("c", minutes=2, author=author | {"name": "Tom", "key": OTHER}),
        said("d", minutes=3, author=author | {"name": "Tom Baker", "key": OTHER}),
    )
    return desk(content, tmp_path, WHEN)


def picture(path: Path, size: tuple[int, int] = (400, 300), **options: object) -> Path:
    image = Image.effect_mandelbrot(size, (-2, -1.2, 1, 1.2), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x013B] = "A. Photographer"
    image.save(path, **{"exif": exif} | options)
    return path


@pytest.mark.parametrize("name", ["me.jpg", "me.png", "me.webp", "me.avif"])
def test_a_picture_becomes_a_small_square_without_metadata(
    at: Desk, tmp_path: Path, name: str
) -> None:
    told = set_person(at, "Priya Raman", picture(tmp_path / name))
    file = at.content / "people" / f"{PRIYA}.jpg"
    assert told == f"Priya Raman has a picture now: content/people/{PRIYA}.jpg"
    content = file.read_bytes()
    assert fault_of(content) is None
    assert b"Photographer" not in content
    with Image.open(BytesIO(content)) as image:
        assert image.size == (SIDE, SIDE)


def test_a_picture_stands_upright_and_lies_on_paper_where_it_is_transparent(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    tall = Image.new("RGB", (200, 400), "red")
    tall.paste("blue", (0, 0, 200, 200))
    tall.save(tmp_path / "turned.jpg", exif=exif)
    with Image.open(BytesIO(square(tmp_path / "turned.jpg"))) as upright:
        left, right = upright.getpixel((8, 64)), upright.getpixel((120, 64))
    assert left[0] > 200 > right[0]
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    with Image.open(BytesIO(square(tmp_path / "clear.png"))) as clear:
        assert min(clear.getpixel((64, 64))) > 230


def test_a_picture_is_taken_away_again(at: Desk, tmp_path: Path) -> None:
    set_person(at, "Priya Raman", picture(tmp_path / "me.jpg"))
    assert "has their mark again" in set_person(at, "priya-raman", no_picture=True)
    assert not (at.content / "people" / f"{PRIYA}.jpg").exists()
    with pytest.raises(ProjectError, match="Priya Raman has no picture"):
        set_person(at, "Priya Raman", no_picture=True)


def test_a_person_is_left_out_and_let_in_again(at: Desk) -> None:
    kept = at.content / "people/no-page.txt"
    assert set_person(at, "Priya Raman", page=False).startswith("There will be no page about Priya")
    assert kept.read_text() == f"{PRIYA}  Priya Raman\n"
    assert "is in content/people/no-page.txt already" in set_person(at, "Priya Raman", page=False)
    assert "may have a page again" in set_person(at, "Priya Raman", page=True)
    assert kept.read_text() == ""
    assert "is not in content/people/no-page.txt already" in set_person(
        at, "Priya Raman", page=True
    )
    with pytest.raises(ProjectError, match="Say what: --picture FILE"):
        set_person(at, "Priya Raman")
    with pytest.raises(ProjectError, match="write one of the two"):
        set_person(at, "Priya Raman", Path("x.jpg"), no_picture=True)


NAMES = {PRIYA: ("Priya Raman",), TOM: ("Tom",), OTHER: ("Tom Baker", "Tom")}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Priya Raman", PRIYA),
        ("priya raman", PRIYA),
        ("/people/priya-raman/", PRIYA),
        ("https://a.example/people/tom-baker/", OTHER),
        ("tom-a1a1", TOM),
        (PRIYA, PRIYA),
        ("a1b2", OTHER),
        ("Tom Baker", OTHER),
    ],
)
def test_a_person_is_found_by_name_page_or_key(typed: str, key: str) -> None:
    assert find_person(typed, NAMES)[0] == key


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Tom", f"could be 2 people; write the key:\n    {TOM}  Tom\n    {OTHER}  Tom Baker"),
        ("Prya Raman", 'nobody called "Prya Raman" has spoken; did you mean "Priya Raman"?'),
        ("zz", 'nobody called "zz" has spoken; write a name as it stands in a thread'),
    ],
)
def test_who_is_not_clear_is_asked_for(typed: str, told: str) -> None:
    with pytest.raises(ProjectError) as refused:
        find_person(typed, NAMES)
    assert told in str(refused.value)


def test_what_is_no_picture_is_refused_with_what_to_give(at: Desk, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("words")
    (tmp_path / "half.png").write_bytes(picture(tmp_path / "whole.png").read_bytes()[:2000])
    small = picture(tmp_path / "small.png", (100, 400))
    for path, told in (
        (tmp_path / "words.txt", "is not a picture that can be read; give a JPEG"),
        (tmp_path / "half.png", "is not a picture that can be read"),
        (tmp_path / "none.png", "no such file"),
        (small, f"is 100 × 400 pixels; {SIDE} × {SIDE} is the least"),
        (None, "Say what: --picture FILE"),
    ):
        with pytest.raises(ProjectError, match=told):
            set_person(at, "Priya Raman", path)
    assert not (at.content / "people").exists()


def test_a_build_shows_the_picture_wherever_the_mark_would_be(site: Site, tmp_path: Path) -> None:
    site.five_files()
    site.thread("posts/two", comment("c"))
    site.write(f"people/{PRIYA}.jpg", square(picture(tmp_path / "me.jpg")))
    site.write(f"people/{'d' * 16}.jpg", square(picture(tmp_path / "other.png", (200, 200))))
    site.build()
    published = [name for name in site.files() if name.startswith("images/people/")]
    assert len(published) == 1  # and nobody's who has not spoken
    for page in ("posts/two/", "people/priya-raman/", "conversations/"):
        (image,) = set(site.tree(page).xpath("//img[@class='face']/@src"))
        assert image == f"/{published[0]}"


def test_a_build_refuses_a_picture_that_no_command_made(site: Site, tmp_path: Path) -> None:
    site.five_files()
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "Somebody")
    site.write("people/Priya.jpg", square(picture(tmp_path / "a.jpg")))
    site.write(f"people/{PRIYA}.jpg", picture(tmp_path / "b.jpg").read_bytes())
    site.write(
        f"people/{TOM}.jpg", picture(tmp_path / "c.png", (130, 130), pnginfo=note).read_bytes()
    )
    site.write(f"people/{OTHER}.jpg", picture(tmp_path / "d.jpg", (SIDE, SIDE)).read_bytes())
    mend = "put it in with ./invoke comments.person"
    assert site.refused()[:-1] == [
        f"people/{PRIYA}.jpg: is 400 × 300 pixels, not 128 × 128; {mend}",
        f"people/Priya.jpg: is not <key>.jpg, the picture of a person; {mend}",
        f"people/{TOM}.jpg: is not a whole JPEG; {mend}",
        f"people/{OTHER}.jpg: holds metadata (exif); {mend}",
    ]
    assert fault_of(b"x" * (MOST_BYTES + 1)) == "is larger than 24 kB"
    assert comment("a")["author"]["key"] == PRIYA
