"""Archives, office documents and PDFs.

An office document is a ZIP of XML in which a word may be split into runs (ECMA-376 part 1, section
17.3.2; OpenDocument 1.3 part 3, section 6): runs are joined, paragraphs and cells are lines. PDFs are read by
pypdf: what their pages, notes, links and metadata say, and the files attached to them.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

MEMBERS = 2_000
PAGES = 500
"""No more is looked into of one file."""

_OFFICE = re.compile(
    r"(?:word|ppt|xl|docProps|customXml)/.*\.xml|(?:content|styles|meta|settings)\.xml"
)
_RELATIONS = re.compile(r".*\.rels|\[Content_Types\]\.xml|META-INF/.*|mimetype")
_PARAGRAPH = re.compile(
    r"</(?:w:p|a:p|si|row|c|text:p|text:h|text:list-item|dc:\w+|cp:\w+|meta:\w+)>|<(?:w:br|w:tab|text:tab|text:line-break)\b[^>]*>"
)
_SPACE = re.compile(r"<text:s\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"""="([^"]*)\"""")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. words: what an office document says, joined; None when `data` is to be read
    as the file it is. unread: why it was not looked into."""

    name: str
    data: bytes = b""
    words: str | None = None
    unread: str = ""


@dataclass(slots=True)
class Pdf:
    texts: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    unread: str = ""


def members(data: bytes, room: Callable[[], int]) -> Iterator[Member]:
    """The files of an archive. room: how many bytes may still be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            office = "[Content_Types].xml" in names or "mimetype" in names
            for entry in archive.infolist()[:MEMBERS]:
                if entry.is_dir():
                    continue
                if entry.flag_bits & 1:
                    yield Member(entry.filename, unread="locked by a password")
                    continue
                yield _member(archive, entry, office, room())
            if len(names) > MEMBERS:
                yield Member("", unread=f"only {MEMBERS:,} of its files")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error):
        yield Member("", unread="broken")


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, office: bool, room: int) -> Member:
    try:
        with archive.open(entry) as file:
            data = file.read(room + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error, EOFError):
        return Member(entry.filename, unread="broken")
    if len(data) > room:
        return Member(entry.filename, unread="too large when it is unpacked")
    if office and _RELATIONS.fullmatch(entry.filename):
        return Member(
            entry.filename, data, "\n".join(_VALUE.findall(data.decode("utf-8", "ignore")))
        )
    if office and _OFFICE.fullmatch(entry.filename):
        return Member(entry.filename, data, _joined(data.decode("utf-8", "ignore")))
    return Member(entry.filename, data)


def _joined(xml: str) -> str:
    """The words of an office document's XML, a paragraph a line; below them what its attributes say."""
    text = _TAG.sub("", _SPACE.sub(" ", _PARAGRAPH.sub("\n", xml)))
    said = [
        value for value in _VALUE.findall(xml) if not value.startswith(("http://schemas.", "urn:"))
    ]
    return unescape("\n".join([text, *dict.fromkeys(said)]))


def pdf(data: bytes) -> Pdf:
    """What a PDF says; with an empty password, as it is opened by most programs."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    made = Pdf()
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            made.unread = "locked by a password"
            return made
        made.texts += [str(value) for value in (reader.metadata or {}).values()]
        if packet := _packet(reader):
            made.texts.append(packet)
        for number, page in enumerate(reader.pages):
            if number >= PAGES:
                made.unread = f"only {PAGES} of its pages"
                break
            made.texts += _of_page(page)
        for name, versions in reader.attachments.items():
            made.texts.append(name)
            made.files += [(name, bytes(version)) for version in versions]
    except DependencyError:
        made.unread = "locked by a password"
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        made.unread = "broken"
    except (RecursionError, OverflowError, zlib.error, OSError, AssertionError):
        made.unread = "broken"
    return made


def _packet(reader: Any) -> str:
    """XMP, as it stands in the file."""
    packet = reader.root_object.get("/Metadata")
    found = packet.get_object().get_data() if packet is not None else b""
    return bytes(found).decode("utf-8", "ignore")


def _of_page(page: Any) -> Iterator[str]:
    yield page.extract_text()
    for one in page.get("/Annots") or ():
        note = one.get_object()
        for name in ("/Contents", "/T", "/RC", "/V"):
            if name in note:
                yield str(note[name])
        action = note.get("/A")
        if action is not None and "/URI" in action.get_object():
            yield str(action.get_object()["/URI"])
