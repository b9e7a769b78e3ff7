"""What files hold as words, whatever they are packed in: read by whoever looks for private data and by
whoever looks for what is not public yet."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import brotli
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from tools.containers import contents
from tools.privacy.output import look_through

TEXT = "write to jo@host.example"
FOUND = "j***@h***.example"


def archive(**files: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


def docx(text: str) -> bytes:
    """As a word processor saves it that has checked the spelling: a word in several runs."""
    runs = "".join(f"<w:r><w:t>{letter}</w:t></w:r><w:proofErr/>" for letter in text)
    types = {"[Content_Types].xml": "<Types/>"}
    return archive(**types, word__document_dot_xml=f"<w:document><w:p>{runs}</w:p></w:document>")


def odt(text: str) -> bytes:
    half = len(text) // 2
    said = f"<text:p>{text[:half]}<text:span>{text[half:]}</text:span></text:p>"
    kind = "application/vnd.oasis.opendocument.text"
    return archive(mimetype=kind, content_dot_xml=f"<office:text>{said}</office:text>")


def pdf(text: str = "", title: str = "", link: str = "", password: str = "") -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    drawn = StreamObject()
    drawn.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    of_font = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): of_font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(drawn.flate_encode())
    if title:
        writer.add_metadata({"/Title": title})
    if link:
        from pypdf.annotations import Link

        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=link))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def picture(ending: str, **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, ending, **more)  # type: ignore[arg-type]
    return file.getvalue()


def png(*texts: tuple[str, bool]) -> bytes:
    info = PngInfo()
    for text, packed in texts:
        info.add_text("Comment", text, zip=packed)
    return picture("png", pnginfo=info)


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG with these segments behind its beginning, by the second byte of their marks."""
    plain = picture("jpeg")
    made = b"".join(
        bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body for mark, body in segments
    )
    return plain[:2] + made + plain[2:]


def gif(*comments: str) -> bytes:
    plain = picture("gif")
    made = b"".join(b"!\xfe" + bytes((len(one),)) + one.encode() + b"\0" for one in comments)
    return plain[:-1] + made + plain[-1:]


IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20\x1c\x02\x78\0\x18" + TEXT.encode()
WAYS: dict[str, tuple[str, bytes]] = {
    "a page that is packed": ("a.html.gz", gzip.compress(f"<p>{TEXT}</p>".encode())),
    "a page packed by Brotli": ("a.html.br", brotli.compress(f"<p>{TEXT}</p>".encode())),
    "a text in UTF-16": ("a.txt", TEXT.encode("utf-16")),
    "a text in UTF-16 that does not say so": ("a.csv", TEXT.encode("utf-16-be")),
    "a text in UTF-32": ("a.srt", b"\xff\xfe\0\0" + TEXT.encode("utf-32-le")),
    "a folded line of a calendar": ("a.ics", b"DESCRIPTION:write to jo@ho\r\n st.exam\r\n ple\r\n"),
    "a ZIP": ("a.zip", archive(a_dot_txt=TEXT)),
    "a ZIP under another name": ("a.dat", archive(a_dot_txt=TEXT)),
    "a ZIP in a ZIP": ("a.zip", archive(b_dot_zip=archive(a_dot_txt=TEXT))),
    "the name of a file in a ZIP": ("a.zip", archive(**{"jo@host.example__a": ""})),
    "an EPUB": ("a.epub", archive(mimetype="application/epub+zip", a_dot_xhtml=f"<p>{TEXT}</p>")),
    "a DOCX in runs": ("a.docx", docx(TEXT)),
    "an ODT in spans": ("a.odt", odt(TEXT)),
    "a page of a PDF": ("a.pdf", pdf(TEXT)),
    "the title of a PDF": ("a.pdf", pdf(title=TEXT)),
    "a link of a PDF": ("a.pdf", pdf(link="mailto:jo@host.example")),
    "a PDF in a ZIP": ("a.zip", archive(a_dot_pdf=pdf(TEXT))),
    "a text of a PNG": ("a.png", png((TEXT, False))),
    "a packed text of a PNG": ("a.png", png((TEXT, True))),
    "the first of two texts of a PNG": ("a.png", png((TEXT, False), ("another", False))),
    "the first of two comments of a JPEG": ("a.jpg", jpeg((0xFE, TEXT.encode()), (0xFE, b"more"))),
    "IPTC": ("a.jpg", jpeg((0xED, IPTC))),
    "the first of two comments of a GIF": ("a.gif", gif(TEXT, "another")),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_address_is_found_in_whatever_it_is_packed(way: str, tmp_path: Path) -> None:
    name, data = WAYS[way]
    (tmp_path / name).write_bytes(data)
    looked = look_through(tmp_path)
    (fault,) = map(str, looked.faults)
    assert FOUND in fault
    assert looked.unread == {}


def test_a_folded_line_is_told_where_it_begins_to_be_said(tmp_path: Path) -> None:
    lines = b"BEGIN:VEVENT\r\nSUMMARY:a\r\n b\r\nDESCRIPTION:jo@host.example\r\nEND:VEVENT\r\n"
    (tmp_path / "a.ics").write_bytes(lines)
    (fault,) = map(str, look_through(tmp_path).faults)
    assert fault.startswith("a.ics:4: ")


def bomb() -> bytes:
    return archive(a_dot_txt=b"\0" * 70_000_000)


def locked() -> bytes:
    """A ZIP whose file says that it is encrypted."""
    data = bytearray(archive(a_dot_txt=TEXT))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


UNREAD: dict[str, tuple[str, bytes, str]] = {
    "a locked ZIP": ("a.zip", locked(), "locked by a password"),
    "a locked PDF": ("a.pdf", pdf(TEXT, password="word"), "locked by a password"),
    "a broken ZIP": ("a.zip", archive(a_dot_txt=TEXT)[:60], "broken"),
    "a broken PDF": ("a.pdf", b"%PDF-1.4\nnothing of it", "broken"),
    "a broken Brotli": ("a.br", b"\xff\xff\xff\xff", "broken"),
    "more than may be unpacked": ("a.zip", bomb(), "too large when it is unpacked"),
    "gzip without an end": ("a.gz", gzip.compress(b"\0" * 70_000_000, 1), "too large when it is unpacked"),
    "packed too often": ("a.gz", gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))), "packed too often"),
    "sound": ("a.mp3", b"ID3\4\0\0" + zlib.compress(b"noise") * 40, "of a kind that is not known"),
    "a picture that cannot be opened": ("a.jpg", b"\xff\xd8\xff\xe1Exif\0\0x", "a picture that cannot be opened"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREAD)
def test_what_is_not_looked_into_is_said(what: str, tmp_path: Path) -> None:
    name, data, why = UNREAD[what]
    (tmp_path / name).write_bytes(data)
    looked = look_through(tmp_path)
    assert looked.unread == {name: why}
    assert looked.faults == ()


@pytest.mark.parametrize("beginning", [b"wOF2", b"wOFF", b"OTTO", b"\0\1\0\0"])
def test_fonts_hold_nothing_that_anybody_typed(beginning: bytes) -> None:
    found = contents(beginning + b"\0" * 40, "a.woff2")
    assert (found.parts, found.unread) == ([], "")


def test_what_office_documents_are_made_of_is_no_finding() -> None:
    text = "\n".join(part.text for part in contents(docx("Good morning"), "a.docx").parts)
    assert "Good morning" in text
    assert "<w:" not in text


@pytest.mark.parametrize("name", ["a.html", "a.pem", "notes.txt"])
def test_a_private_key_is_refused_wherever_it_stands(name: str, tmp_path: Path) -> None:
    begins = "-----BEGIN OPENSSH PRIVATE KEY-----"
    (tmp_path / name).write_text(f"<p>\n{begins}\n{'b3BlbnNzaC1rZXktdjEA' * 3}\n", encoding="utf-8")
    (fault,) = map(str, look_through(tmp_path).faults)
    assert fault.startswith(f"{name}:2: holds a private key; ")
    (tmp_path / name).write_text(f"It begins with {begins} and goes on.", encoding="utf-8")
    assert not look_through(tmp_path).faults


def test_a_pdf_whose_text_is_split_is_read_whole() -> None:
    assert TextStringObject(TEXT) in "\n".join(p.text for p in contents(pdf(TEXT), "a").parts)
