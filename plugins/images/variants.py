"""Makes of each picture that an author adds the files that browsers choose from.

1. The bytes are hashed; the hash is remembered with the file's size and time, so that a picture
   that nobody touched costs one look at its entry in the folder.
2. Hash and recipe name a folder of the cache. What is in it is taken as it is.
3. A missing picture is opened with bounds, turned the right way up, brought to sRGB, cleared of all
   that the camera and the editor wrote (place, time, device, owner), made narrower, and encoded as
   AVIF and WebP, and as JPEG or PNG for everything else. Never wider than it was.
4. `files` says which of them pages use, under names that change when the bytes do.

Drawings (SVG) are checked and published as they are; animations too, without their metadata.

Pillow lets go of Python's lock while it decodes, resizes and encodes, so threads do it: on two
cores they are as fast as processes, and nothing has to start.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError, features
from PIL import __version__ as pillow

from plugins.atomic import write_whole
from plugins.faults import Fault, sorted_faults
from plugins.images.drawings import Refusal, read_drawing
from plugins.images.model import Gallery, Picture, Variant
from plugins.images.moving import BrokenPicture, bare
from plugins.images.names import picture_name
from plugins.media_types import media_type

RECIPE = 1  # raise it when the same picture comes out differently
FOLDER = "images"
WIDTHS = (480, 800, 1200, 1600)
FALLBACK_WIDTH = 1200
MOST_PIXELS = 80_000_000
MOST_BYTES = 100_000_000
MOST_HEIGHT = 16_000  # WebP ends at 16,383
FLAT_COLOURS = 256
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
ENDINGS = {"GIF": "gif", "WEBP": "webp", "PNG": "png"}
# Speed 8 takes a quarter of the time of speed 6, for 6 % more bytes. One thread a file: pictures
# side by side keep the cores busy, and the bytes stay the same on every machine.
AVIF = {"quality": 55, "speed": 8, "max_threads": 1}
WEBP = {"quality": 76, "method": 4}
JPEG = {"quality": 78, "optimize": True, "progressive": True}
# What Pillow raises over files that are broken or made to break.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
              OverflowError, struct.error)  # fmt: skip
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
FOREIGN = (
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "JPEG XL"),
)


@dataclass(frozen=True)
class Encoded:
    """A file of the cache, named by its width: "800.avif"."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class Variants:
    """What the cache holds of one picture. The last of `files` is the fallback."""

    width: int
    height: int
    colour: str | None
    files: tuple[Encoded, ...]


@dataclass(frozen=True)
class HashedFile:
    """What a file's bytes hashed to when it had this size and time of change."""

    size: int
    mtime_ns: int
    sha256: str


class PictureStore:
    """The pictures of one build.

    `project` is the folder that names are relative to, `cache` one that only this store writes in,
    `workers` how many pictures are encoded at once (all cores unless told).
    """

    def __init__(self, project: Path, cache: Path, workers: int | None = None) -> None:
        self._project = project
        self._cache = cache
        self._workers = workers or os.cpu_count() or 1
        self._published: dict[str, Path] = {}
        self.encoded = 0

    def prepare(self, sources: Iterable[Path]) -> Gallery:
        """Makes what is missing in the cache and answers all pictures, and a fault for each file
        that cannot be published. The same source twice is one picture."""
        faults: list[Fault] = []
        hashes = self._hashes(sorted(set(sources)), faults)
        made: dict[str, Variants] = {}
        making: dict[str, Future[Variants | Refusal]] = {}
        with ThreadPoolExecutor(self._workers) as pool:
            for source, digest in hashes.items():
                key = _key(digest)
                if key in made or key in making:
                    continue
                if found := _read_made(self._cache / key):
                    made[key] = found
                else:
                    making[key] = pool.submit(_make, source, self._cache, key)
        pictures: dict[str, Picture] = {}
        for source, digest in hashes.items():
            key, name = _key(digest), self._name(source)
            outcome = making[key].result() if key in making else made[key]
            if isinstance(outcome, Refusal):
                faults.append(Fault(name, outcome.line, outcome.message))
            else:
                pictures[name] = self._picture(name, key, outcome)
        self.encoded += len(making)
        return Gallery(pictures, sorted_faults(faults))

    def files(self, pictures: Iterable[Picture]) -> dict[str, Path]:
        """By its path in the output, the file of the cache that is every variant of these pictures."""
        paths = {variant.path for picture in pictures for variant in picture.variants}
        return {path: self._published[path] for path in paths}

    def _name(self, source: Path) -> str:
        return source.relative_to(self._project).as_posix()

    def _picture(self, name: str, key: str, made: Variants) -> Picture:
        stem = f"{FOLDER}/{picture_name(name)}-{key[:8]}"
        variants: list[Variant] = []
        for each in made.files:
            size, _, ending = each.file.rpartition(".")
            path = f"{stem}.svg" if ending == "svg" else f"{stem}-{size}.{ending}"
            self._published[path] = self._cache / key / each.file
            variants.append(Variant(path, each.width, each.height, media_type(path).split(";")[0]))
        *chosen, fallback = variants
        sources = tuple(
            (kind, tuple(v for v in chosen if v.type == kind))
            for kind in dict.fromkeys(v.type for v in chosen)
        )
        return Picture(name, made.width, made.height, sources, fallback, made.colour)

    def _hashes(self, sources: list[Path], faults: list[Fault]) -> dict[Path, str]:
        """The SHA-256 of each file, from memory where size and time are as they were."""
        memory = self._cache / "known.json"
        before = _read_known(memory)
        now = dict(before)
        hashes: dict[Path, str] = {}
        for source in sources:
            name = self._name(source)
            try:
                stat = source.stat()
                known = before.get(name)
                as_was = known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
                if known is None or not as_was:
                    if refusal := _refused_at_sight(stat.st_size):
                        faults.append(Fault(name, None, refusal))
                        continue
                    digest = hashlib.sha256(source.read_bytes()).hexdigest()
                    known = HashedFile(stat.st_size, stat.st_mtime_ns, digest)
            except OSError as error:
                what = f"cannot be read ({error.strerror}); put the file there, or change the name"
                faults.append(Fault(name, None, what))
                continue
            now[name] = known
            hashes[source] = known.sha256
        if now != before:
            rows = {n: [k.size, k.mtime_ns, k.sha256] for n, k in sorted(now.items())}
            self._cache.mkdir(parents=True, exist_ok=True)
            write_whole(memory, json.dumps(rows, indent=0).encode())
        return hashes


def _refused_at_sight(size: int) -> str | None:
    if size == 0:
        return "is empty; put the picture there again"
    if size > MOST_BYTES:
        return f"has {size:,} bytes; export it smaller, {MOST_BYTES:,} bytes is the most"
    return None


def _key(digest: str) -> str:
    """Names what this recipe, with these encoders, makes of the file with that hash."""
    encoders = [features.version(name) for name in ("avif", "webp", "libjpeg_turbo", "zlib")]
    recipe = (digest, RECIPE, pillow, encoders, WIDTHS, FALLBACK_WIDTH, AVIF, WEBP, JPEG)
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()


def _make(source: Path, cache: Path, key: str) -> Variants | Refusal:
    """Encodes one picture into its folder of the cache, which appears only when it is complete."""
    content = source.read_bytes()
    encoded = _encode(content)
    if isinstance(encoded, Refusal):
        return encoded
    made, files = encoded
    cache.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        for name, bytes_ in files.items():
            (own / name).write_bytes(bytes_)
        row = (made.width, made.height, made.colour,
               [(e.file, e.width, e.height) for e in made.files])  # fmt: skip
        (own / "made.json").write_text(json.dumps(row), encoding="utf-8")
        own.chmod(0o755)
        folder = cache / key
        if folder.exists() and not _read_made(folder):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            own.rename(folder)
        except OSError:
            # Another build was quicker, with the same bytes.
            if not _read_made(folder):
                raise
    finally:
        shutil.rmtree(own, ignore_errors=True)
    return made


def _encode(content: bytes) -> tuple[Variants, dict[str, bytes]] | Refusal:
    """The files of a picture by name, and what they are."""
    if _is_drawing(content):
        drawing = read_drawing(content)
        if isinstance(drawing, Refusal):
            return drawing
        file = Encoded("drawing.svg", drawing.width, drawing.height)
        return Variants(drawing.width, drawing.height, None, (file,)), {file.file: content}
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if refusal := _refused_size(image.width, image.height):
                return refusal
            if image.format in ENDINGS and getattr(image, "is_animated", False):
                return _animation(image, content)
            width, height = _upright(image)
            pixels = _pixels(image)
    except BOMB:
        return Refusal(None, "has more pixels than a picture can have; export it again, smaller")
    except UNREADABLE as error:
        return Refusal(None, _unreadable(content, error))
    return _photograph(pixels, width, height)


def _is_drawing(content: bytes) -> bool:
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<?xml", b"<svg")) or (start.startswith(b"<!") and b"<svg" in start)


def _refused_size(width: int, height: int) -> Refusal | None:
    if width * height > MOST_PIXELS:
        return Refusal(None, f"is {width} × {height} pixels; export it smaller, "
                             f"{MOST_PIXELS // 1_000_000} million pixels is the most")  # fmt: skip
    if min(width, WIDTHS[-1]) * height / width > MOST_HEIGHT:
        return Refusal(None, f"is {width} × {height} pixels, too high for its width; "
                             "divide it into several pictures")  # fmt: skip
    return None


def _unreadable(content: bytes, error: Exception) -> str:
    for start, form in FOREIGN:
        if start.match(content):
            return f"is a {form} file, which browsers do not show; export it as JPEG or PNG"
    if isinstance(error, UnidentifiedImageError):
        kind = "text" if b"\0" not in content[:1000] and content[:1000].isascii() else "no picture"
        return f"is {kind}; a picture is a JPEG, PNG, WebP, AVIF, GIF or SVG file"
    return f"is broken off or damaged ({error}); export or copy it again"


def _animation(image: Image.Image, content: bytes) -> tuple[Variants, dict[str, bytes]] | Refusal:
    image.load()  # the first picture, at least, can be shown
    try:
        stripped = bare(content, image.format or "")
    except BrokenPicture:
        return Refusal(None, "is an animation that breaks off; export or copy it again")
    file = Encoded(f"{image.width}.{ENDINGS[image.format or '']}", image.width, image.height)
    return Variants(image.width, image.height, None, (file,)), {file.file: stripped}


def _upright(image: Image.Image) -> tuple[int, int]:
    """The size after the camera's orientation has been applied."""
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    return (image.height, image.width) if turned else image.size


def _pixels(image: Image.Image) -> Image.Image:
    """The picture upright, in sRGB or grey, with alpha where it has any, and with nothing else."""
    enough = 2 * WIDTHS[-1] / min(image.size)
    if enough < 1:
        # A JPEG can be decoded to a half or a quarter of its size, which is much faster.
        image.draft(None, (round(image.width * enough), round(image.height * enough)))
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    upright: Image.Image = image
    alpha: Image.Image | None = None
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        alpha = upright.getchannel("A")
        upright = upright.convert("RGB")
        if alpha.getextrema()[0] == 255:
            alpha = None
    pixels = _standard_colours(_eight_bits(upright), profile)
    if alpha is not None:
        pixels = pixels.convert("RGB")
        pixels.putalpha(alpha)
    # A picture made from another one takes over what is known of it, and savers write that.
    pixels.info = {}
    return pixels


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("1", "I", "F"):
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _standard_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; a profile that cannot be read or does not fit the picture is as good as none."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            standard = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, own, standard, outputMode="RGB")
            if changed is not None:
                return changed
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image


def _photograph(pixels: Image.Image, width: int, height: int) -> tuple[Variants, dict[str, bytes]]:
    transparent = pixels.mode == "RGBA"
    flat = pixels.getcolors(FLAT_COLOURS) is not None
    files: dict[str, bytes] = {}
    rows: list[Encoded] = []
    widths = [*(w for w in WIDTHS if w < width), *([width] if width <= WIDTHS[-1] else [])]
    narrow = min(width, FALLBACK_WIDTH)
    sizes = {w: (w, max(1, round(height * w / width))) for w in {*widths, narrow}}
    colour = None if transparent else _average(pixels)
    # The narrower ones are made from the widest, which is quicker and looks the same.
    pixels = _resized(pixels, sizes[max(sizes)])
    resized = {w: _resized(pixels, size) for w, size in sizes.items()}
    for ending in ("avif", "webp"):
        for w in widths:
            name = f"{w}.{ending}"
            files[name] = _avif(resized[w]) if ending == "avif" else _webp(resized[w], flat)
            rows.append(Encoded(name, *sizes[w]))
    ending, content = _fallback(resized[narrow], transparent, flat)
    files[f"{narrow}.{ending}"] = content
    rows.append(Encoded(f"{narrow}.{ending}", *sizes[narrow]))
    return Variants(width, height, colour, tuple(rows)), files


def _resized(pixels: Image.Image, size: tuple[int, int]) -> Image.Image:
    if pixels.size == size:
        return pixels
    return pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _average(pixels: Image.Image) -> str:
    colour = pixels.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{colour.hex()}"


def _saved(image: Image.Image, form: str, options: dict[str, int]) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _avif(image: Image.Image) -> bytes:
    return _saved(image, "AVIF", AVIF)


def _webp(image: Image.Image, flat: bool) -> bytes:
    lossy = _saved(image, "WEBP", WEBP)
    if not flat:
        return lossy
    return min(_saved(image, "WEBP", {"lossless": True, "method": 4}), lossy, key=len)


def _fallback(image: Image.Image, transparent: bool, flat: bool) -> tuple[str, bytes]:
    """The ending and the bytes for whoever reads neither AVIF nor WebP."""
    if transparent:
        return "png", _saved(image, "PNG", {"optimize": True})
    jpeg = _saved(image, "JPEG", JPEG)
    if flat:
        png = _saved(image, "PNG", {"optimize": True})
        if len(png) < len(jpeg):
            return "png", png
    return "jpg", jpeg


def _read_made(folder: Path) -> Variants | None:
    """What a folder of the cache holds; None when it is not there or not whole."""
    try:
        width, height, colour, rows = json.loads((folder / "made.json").read_text("utf-8"))
        files = tuple(Encoded(file, w, h) for file, w, h in rows)
    except (OSError, ValueError, TypeError):
        return None
    return Variants(width, height, colour, files)


def _read_known(memory: Path) -> dict[str, HashedFile]:
    try:
        rows = json.loads(memory.read_bytes())
        return {name: HashedFile(*row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
