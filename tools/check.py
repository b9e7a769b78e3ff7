"""Look for everything that is wrong, and write nothing that stays.

1. Build the content as it would be published, and again with drafts and later entries, so that what
   is not public yet is checked before its day. Both builds go to a temporary folder.
2. Read back what was written: every address and fragment within the site leads somewhere, no page
   uses an id twice, every picture has an alternative text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.faults import Fault, in_order
from tools.build import build
from tools.errors import ProjectError

SITE = "https://check.invalid"


@dataclass(frozen=True, slots=True)
class Checked:
    pages: int
    references: int
    warnings: tuple[Fault, ...]

    def __str__(self) -> str:
        return f"Nothing to mend: {self.pages} pages, {self.references} references within the site."


def check(content: Path) -> Checked:
    """Raises ProjectError with every fault, once each."""
    told: dict[str, None] = {}
    warnings: set[Fault] = set()
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        public = Path(scratch) / "public"
        for output, drafts in ((public, False), (Path(scratch) / "drafts", True)):
            try:
                warnings.update(build(content, output, drafts=drafts, site_url=SITE).warnings)
            except ProjectError as error:
                lines = str(error).splitlines()
                told |= dict.fromkeys(
                    line for line in lines if not line.endswith("nothing was written.")
                )
        if told:
            count = len(told)
            raise ProjectError("\n".join([*told, f"{count} thing{'s' * (count != 1)} to mend."]))
        pages = read_back(public)
        faults = faults_of(pages, public)
    if faults:
        raise ProjectError("\n".join(str(fault) for fault in faults))
    references = sum(len(page.references) for page in pages.values())
    return Checked(len(pages), references, in_order(warnings))


@dataclass(frozen=True, slots=True)
class Page:
    """What a written page holds: its ids, in order, where it leads, and its pictures without a text."""

    ids: tuple[str, ...]
    references: tuple[str, ...]
    bare_pictures: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.references: list[str] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        for name in ("href", "src"):
            if given.get(name):
                self.references.append(given[name] or "")
        for candidate in (given.get("srcset") or "").split(","):
            if candidate.strip():
                self.references.append(candidate.split()[0])
        if tag == "img" and (given.get("alt") is None):
            self.bare.append(given.get("src") or "")


def read_back(output: Path) -> dict[str, Page]:
    """Every page of a built site by its path, "posts/x/index.html"."""
    pages = {}
    for path in sorted(output.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        page = Page(tuple(reader.ids), tuple(reader.references), tuple(reader.bare))
        pages[path.relative_to(output).as_posix()] = page
    return pages


def faults_of(pages: dict[str, Page], output: Path) -> tuple[Fault, ...]:
    """What does not hold together in the written site."""
    return in_order(
        fault for name, page in pages.items() for fault in _page_faults(name, page, pages, output)
    )


def _page_faults(name: str, page: Page, pages: dict[str, Page], output: Path) -> Iterable[Fault]:
    for source in page.bare_pictures:
        yield Fault(name, None, f'picture "{source}" has no alt')
    for repeated in {identity for identity in page.ids if page.ids.count(identity) > 1}:
        yield Fault(name, None, f'id "{repeated}" is used more than once')
    for reference in dict.fromkeys(page.references):
        address = reference.removeprefix(SITE) or "/"
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = unquote(parts.path).lstrip("/") if parts.path else name
        if not target or target.endswith("/"):
            target += "index.html"
        if not (output / target).is_file():
            yield Fault(name, None, f'"{reference}" leads nowhere')
        elif (
            parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
        ):
            yield Fault(name, None, f'"{reference}": no such place on that page')
