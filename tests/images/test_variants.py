"""Pictures become the files that browsers choose from, and nothing more than pixels leaves."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from hashlib import shake_256
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw

from plugins.images.model import Gallery, Picture
from plugins.images.variants import PictureStore
from tests.images.publishing import publish

pytestmark = pytest.mark.slow

Prepare = Callable[..., Gallery]
SECRET = b"Ms Example, Room 12"


@pytest.fixture
def photograph() -> Callable[..., Image.Image]:
    """A picture with as many colours as a camera's, lighter on the left than on the right."""

    def make(width: int, height: int, mode: str = "RGB") -> Image.Image:
        noise = Image.frombytes("RGB", (40, 40), shake_256(b"camera").digest(4800))
        image = noise.resize((width, height), Image.Resampling.BICUBIC)
        ImageDraw.Draw(image).rectangle((0, 0, width // 2, height), fill="#f0e0d0")
        return image.convert(mode)

    return make


@pytest.fixture
def prepare(tmp_path: Path) -> Prepare:
    def run(*names: str) -> Gallery:
        store = PictureStore(tmp_path, tmp_path / "cache")
        gallery = store.prepare(tmp_path / name for name in names)
        publish(store.files(gallery.pictures.values()), tmp_path / "output")
        return gallery

    return run


def only(gallery: Gallery) -> Picture:
    assert gallery.faults == ()
    (picture,) = gallery.pictures.values()
    return picture


def published(folder: Path, picture: Picture) -> dict[str, Image.Image]:
    return {v.path: Image.open(folder / "output" / v.path) for v in picture.variants}


def message(gallery: Gallery) -> str:
    assert not gallery.pictures
    (fault,) = gallery.faults
    return str(fault)


def test_each_width_up_to_the_natural_one_is_made_in_both_formats(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    photograph(1000, 500).save(tmp_path / "Café table.jpg")
    picture = only(prepare("Café table.jpg"))
    assert (picture.width, picture.height) == (1000, 500)
    assert {kind: [v.width for v in files] for kind, files in picture.sources} == {
        "image/avif": [480, 800, 1000],
        "image/webp": [480, 800, 1000],
    }
    for variant in picture.variants:
        with Image.open(tmp_path / "output" / variant.path) as image:
            assert image.size == (variant.width, variant.height)
            assert image.get_format_mimetype() == variant.type
        assert variant.path.startswith("images/cafe-table-")


def test_a_picture_is_never_made_wider_than_it_is(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    photograph(300, 200).save(tmp_path / "small.png")
    assert {v.width for v in only(prepare("small.png")).variants} == {300}


def test_what_is_wider_than_the_widest_ends_there_and_its_fallback_sooner(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    photograph(4000, 1000).save(tmp_path / "wide.jpg")
    picture = only(prepare("wide.jpg"))
    assert (picture.width, max(v.width for v in picture.variants)) == (4000, 1600)
    assert (picture.fallback.width, picture.fallback.type) == (1200, "image/jpeg")


@pytest.mark.parametrize("size", [(600, 300), (9000, 3300)])
def test_the_camera_s_orientation_is_applied(
    tmp_path: Path,
    photograph: Callable[..., Image.Image],
    prepare: Prepare,
    size: tuple[int, int],
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: left is top
    photograph(*size).save(tmp_path / "upright.jpg", exif=exif)
    picture = only(prepare("upright.jpg"))
    assert (picture.width, picture.height) == size[::-1]
    for image in published(tmp_path, picture).values():
        assert image.height > image.width
        light = image.convert("L")
        top, bottom = light.crop((0, 0, image.width, 40)), light.crop(
            (0, image.height - 40, image.width, image.height)
        )  # fmt: skip
        assert min(top.tobytes()) > 180 > min(bottom.tobytes())


def with_everything(image: Image.Image, path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra = {"comment": SECRET} if form == "JPEG" else {}
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    if form != "PNG":
        extra["xmp"] = xmp
    image.save(path, form, exif=exif, icc_profile=profile, **extra)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_place_owner_and_profile_are_gone(
    tmp_path: Path,
    photograph: Callable[..., Image.Image],
    prepare: Prepare,
    form: str,
    mode: str,
) -> None:
    image = photograph(500, 300)
    if mode == "RGBA" and form != "JPEG":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    source = tmp_path / f"told.{form.lower()}"
    with_everything(image, source, form)
    assert SECRET in source.read_bytes()
    picture = only(prepare(source.name))
    for path, published_image in published(tmp_path, picture).items():
        content = (tmp_path / "output" / path).read_bytes()
        assert not dict(published_image.getexif())
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(published_image.info)
        for trace in (SECRET, b"Exif", b"ICC_PROFILE", b"ICCP", b"iCCP", b"tEXt", b"xmpmeta"):
            assert trace not in content, (path, trace)


def test_a_profile_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, prepare: Prepare) -> None:
    Image.new("RGB", (64, 64), "#a8451f").save(tmp_path / "odd.png", icc_profile=b"no profile")
    picture = only(prepare("odd.png"))
    shown = published(tmp_path, picture)[picture.fallback.path].convert("RGB")
    for value, wanted in zip(shown.crop((9, 9, 10, 10)).tobytes(), (0xA8, 0x45, 0x1F), strict=True):
        assert abs(value - wanted) < 6


def test_colours_are_brought_from_their_profile_to_srgb(tmp_path: Path, prepare: Prepare) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    Image.new("RGB", (64, 64), "#ff0000").save(tmp_path / "swapped.png", icc_profile=swapped)
    picture = only(prepare("swapped.png"))
    assert picture.placeholder_colour is not None
    red, _, blue = bytes.fromhex(picture.placeholder_colour[1:])
    assert blue > 200
    assert red < 50


def test_a_transparent_picture_stays_transparent(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    image = photograph(500, 300)
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(tmp_path / "glass.png")
    picture = only(prepare("glass.png"))
    assert picture.fallback.type == "image/png"
    assert picture.placeholder_colour is None
    assert {i.mode for i in published(tmp_path, picture).values()} == {"RGBA"}


def test_a_flat_drawing_falls_back_to_png_and_a_photograph_to_jpeg(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    flat = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(flat).rectangle((100, 100, 500, 400), fill="#1f5a68")
    flat.save(tmp_path / "flat.png")
    photograph(900, 600).save(tmp_path / "photo.png")
    gallery = prepare("flat.png", "photo.png")
    assert gallery.pictures["flat.png"].fallback.type == "image/png"
    assert gallery.pictures["photo.png"].fallback.type == "image/jpeg"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_way_of_storing_colours_is_understood(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare, mode: str
) -> None:
    if mode == "I;16":
        image = Image.frombytes("I;16", (64, 64), bytes([0, 128] * 64 * 64))
    else:
        image = photograph(64, 64).convert("L" if mode == "LA" else mode)
        if mode == "LA":
            image.putalpha(200)
    image.save(tmp_path / ("p.jpg" if mode == "CMYK" else "p.png"))
    picture = only(prepare("p.jpg" if mode == "CMYK" else "p.png"))
    if mode == "I;16":
        assert picture.placeholder_colour == "#808080"


def test_an_unchanged_picture_is_neither_encoded_nor_read_again(
    tmp_path: Path, photograph: Callable[..., Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "same.jpg"
    photograph(500, 300).save(source)
    first = PictureStore(tmp_path, tmp_path / "cache")
    before = first.prepare([source])
    assert first.encoded == 1
    second = PictureStore(tmp_path, tmp_path / "cache")
    monkeypatch.setattr(Path, "read_bytes", _only_of(Path.read_bytes, "known.json"))
    assert second.prepare([source]) == before
    assert second.encoded == 0


def _only_of(read: Callable[[Path], bytes], name: str) -> Callable[[Path], bytes]:
    def guarded(path: Path) -> bytes:
        assert path.name == name
        return read(path)

    return guarded


def test_a_changed_picture_gets_new_names(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    source = tmp_path / "board.jpg"
    photograph(400, 300).save(source)
    before = only(prepare("board.jpg"))
    photograph(400, 301).save(source)
    os.utime(source, ns=(1, 1))
    after = only(prepare("board.jpg"))
    assert not {v.path for v in before.variants} & {v.path for v in after.variants}


def test_two_runs_from_nothing_give_the_same_bytes(
    tmp_path: Path, photograph: Callable[..., Image.Image]
) -> None:
    for number in range(3):
        photograph(900 + number, 500).save(tmp_path / f"{number}.jpg")
    outcomes: list[dict[str, bytes]] = []
    for run in ("one", "two"):
        store = PictureStore(tmp_path, tmp_path / run)
        gallery = store.prepare(tmp_path.glob("*.jpg"))
        publish(store.files(gallery.pictures.values()), tmp_path / f"out-{run}")
        folder = tmp_path / f"out-{run}"
        outcomes.append({p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert len(outcomes[0]) == 21
    assert outcomes[0] == outcomes[1]


def _build(folder: Path, output: str) -> dict[str, bytes]:
    store = PictureStore(folder, folder / "cache")
    gallery = store.prepare(folder.glob("*.jpg"))
    publish(store.files(gallery.pictures.values()), folder / output)
    return {p.name: p.read_bytes() for p in (folder / output).rglob("*") if p.is_file()}


def test_two_builds_at_once_share_a_cache(
    tmp_path: Path, photograph: Callable[..., Image.Image]
) -> None:
    for number in range(3):
        photograph(600 + number, 400).save(tmp_path / f"{number}.jpg")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as builds:
        first, second = builds.map(_build, [tmp_path, tmp_path], ["one", "two"])
    assert len(first) == 15
    assert first == second
    assert not [left for left in (tmp_path / "cache").iterdir() if left.name.startswith(".")]


def test_a_folder_of_the_cache_that_is_not_whole_is_made_again(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    photograph(300, 200).save(tmp_path / "a.jpg")
    before = only(prepare("a.jpg"))
    for made in (tmp_path / "cache").glob("*/made.json"):
        made.write_text("[1,")
    (tmp_path / "cache" / "known.json").write_text("nonsense")
    assert only(prepare("a.jpg")) == before


def test_one_content_under_two_names_is_encoded_once(
    tmp_path: Path, photograph: Callable[..., Image.Image]
) -> None:
    photograph(300, 200).save(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "a.jpg").read_bytes())
    store = PictureStore(tmp_path, tmp_path / "cache")
    gallery = store.prepare([tmp_path / "a.jpg", tmp_path / "b.jpg"])
    assert (store.encoded, len(gallery.pictures)) == (1, 2)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path, prepare: Prepare) -> None:
    Image.new("1", (9_000, 9_000)).save(tmp_path / "bomb.png")
    assert message(prepare("bomb.png")).startswith("bomb.png: is 9000 × 9000 pixels; export")


def test_a_bomb_that_pillow_itself_refuses_is_a_fault_too(tmp_path: Path, prepare: Prepare) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    assert message(prepare("bomb.png")).startswith("bomb.png: has more pixels than")


def test_a_picture_that_breaks_off_is_a_fault(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    for form in ("jpg", "png", "webp", "avif", "gif"):
        photograph(300, 200).save(tmp_path / f"half.{form}")
        whole = (tmp_path / f"half.{form}").read_bytes()
        (tmp_path / f"half.{form}").write_bytes(whole[: len(whole) // 2])
        assert message(prepare(f"half.{form}")).startswith(f"half.{form}: is "), form


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Dear all, the photo is on the drive.\n", "is text; a picture is a JPEG, PNG"),
        (b"\0\xff\x13\x37" * 40, "is no picture; a picture is a JPEG, PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC file, which browsers do not show"),
        (b"II*\0\x08\0\0\0", "is a TIFF file"),
        (b"", "is empty; put the picture there again"),
    ],
)
def test_what_is_no_picture_is_a_fault_that_names_it(
    tmp_path: Path, prepare: Prepare, content: bytes, told: str
) -> None:
    (tmp_path / "photo.jpg").write_bytes(content)
    assert message(prepare("photo.jpg")).startswith(f"photo.jpg: {told}")


def test_a_file_that_is_not_there_is_a_fault(prepare: Prepare) -> None:
    assert message(prepare("gone.jpg")).startswith("gone.jpg: cannot be read (No such file")


def test_all_faults_are_told_and_the_good_picture_is_made(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    (tmp_path / "b.jpg").write_bytes(b"x")
    (tmp_path / "a.jpg").write_bytes(b"y")
    photograph(50, 50).save(tmp_path / "good.png")
    gallery = prepare("b.jpg", "good.png", "a.jpg")
    assert [fault.place for fault in gallery.faults] == ["a.jpg", "b.jpg"]
    assert list(gallery.pictures) == ["good.png"]


def test_a_picture_too_high_for_its_width_is_a_fault(tmp_path: Path, prepare: Prepare) -> None:
    Image.new("L", (100, 17_000)).save(tmp_path / "strip.png")
    assert "divide it into several" in message(prepare("strip.png"))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_published_frame_for_frame_without_what_was_written_into_it(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare, form: str
) -> None:
    frames = [photograph(60, 40).rotate(90 * n) for n in range(3)]
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    extra: dict[str, object] = {"comment": SECRET} if form == "GIF" else {"exif": exif}
    source = tmp_path / f"steam.{form.lower()}"
    frames[0].save(
        source, form, save_all=True, append_images=frames[1:], duration=90, loop=0, **extra
    )
    assert SECRET in source.read_bytes()
    picture = only(prepare(source.name))
    assert picture.sources == ()
    assert (picture.fallback.width, picture.fallback.type) == (60, f"image/{form.lower()}")
    content = (tmp_path / "output" / picture.fallback.path).read_bytes()
    assert SECRET not in content
    with Image.open(source) as before, Image.open(BytesIO(content)) as after:
        assert after.n_frames == before.n_frames == 3  # type: ignore[attr-defined]
        assert after.info.get("loop") == before.info.get("loop")
        for number in range(3):
            before.seek(number)
            after.seek(number)
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_an_animation_that_breaks_off_is_a_fault(
    tmp_path: Path, photograph: Callable[..., Image.Image], prepare: Prepare
) -> None:
    frames = [photograph(60, 40).rotate(90 * n) for n in range(3)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    whole = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "a.gif").write_bytes(whole[:-200])
    assert message(prepare("a.gif")).startswith("a.gif: is an animation that breaks off")
