"""What a mail must not have: links that lead nowhere or hang on the page, pictures that a program without
them cannot tell, weight that Gmail cuts off.

Addresses of the site are looked up among the pages that the build wrote; of those elsewhere it is told
what `resources.check` remembers. Nobody is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from plugins.entries.dates import day
from plugins.entries.words import counted
from plugins.resources.ledger import Ledger
from tools.deploy.before.pages import page_facts
from tools.newsletter.letter import LEAVE
from tools.newsletter.message import message
from tools.newsletter.rendering import PreparedLetter

MOST = 102_000
"""Bytes: what is longer Gmail cuts off behind a link."""
MOST_OF_A_PICTURE = 250_000
MOST_OF_PICTURES = 800_000
SHOWN_EVERYWHERE = (".jpg", ".jpeg", ".png", ".gif")
LONGEST_SUBJECT = 70
LONGEST_PREHEADER = 130


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.images: list[dict[str, str]] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "img":
            self.images.append(given)
        elif tag in ("script", "form", "iframe", "object", "video", "audio"):
            self.scripts += 1


def size_of(made: PreparedLetter, date: datetime) -> int:
    """Bytes of the whole mail on the wire."""
    return len(
        message(
            made.letter,
            "sender@example.org",
            "reader@example.org",
            "<0@example.org>",
            date,
            "https://example.org/leave?who=" + "0" * 32,
        )
    )


def faults_of(made: PreparedLetter, date: datetime, ledger: Ledger | None = None) -> Iterator[str]:
    """Everything that is wrong with a mail, each as a line. ledger: what is known of links elsewhere."""
    known = ledger or Ledger()
    letter, name = made.letter, f"mail of {made.mail.month}"
    reader = _Reader()
    reader.feed(letter.html)
    for link in dict.fromkeys(reader.links):
        if why := _dead(link, made) or _dead_elsewhere(link, known):
            yield f'{name}: link "{link}" {why}'
    total = 0
    for image in reader.images:
        source = image.get("src", "")
        shown = source.rsplit("/", 1)[-1][:60]
        if "alt" not in image or not image["alt"].strip():
            yield f"{name}: picture {shown} has no alt; most programs show that first"
        if not image.get("width", "").isdigit():
            yield f"{name}: picture {shown} has no width; Outlook shows it as large as it is"
        if not urlsplit(source).path.lower().endswith(SHOWN_EVERYWHERE):
            yield f"{name}: picture {shown} is neither JPEG, PNG nor GIF; Outlook shows nothing"
        if why := _dead(source, made):
            yield f'{name}: picture "{source}" {why}'
        elif source.startswith(f"{made.site_url}/"):
            size = (made.output / _file(source, made)).stat().st_size
            total += size
            if size > MOST_OF_A_PICTURE:
                yield f"{name}: picture {shown} has {size // 1000} kB; {MOST_OF_A_PICTURE // 1000} are plenty"
    if total > MOST_OF_PICTURES:
        yield f"{name}: its pictures have {total // 1000} kB together; {MOST_OF_PICTURES // 1000} are plenty"
    if reader.scripts:
        yield f"{name}: holds {counted(reader.scripts, 'thing')} that no mail program runs (script, form, video)"
    size = size_of(made, date)
    if size > MOST:
        yield f"{name}: has {size / 1000:.0f} kB; Gmail cuts off what is over {MOST // 1000} kB. Shorten it"
    if len(letter.subject) > LONGEST_SUBJECT:
        yield (
            f"{name}: the subject has {len(letter.subject)} letters; a phone shows {LONGEST_SUBJECT} at "
            "most. Shorten its Title"
        )
    if len(made.mail.preheader) > LONGEST_PREHEADER:
        yield (
            f"{name}: the preheader has {len(made.mail.preheader)} letters; programs show "
            f'{LONGEST_PREHEADER} at most. Write a shorter line "Preheader: …"'
        )
    if LEAVE not in letter.html or LEAVE not in letter.text:
        yield f"{name}: does not say in both parts how to leave the list; tips_mail.html must"


def _dead(link: str, made: PreparedLetter) -> str | None:
    parts = urlsplit(link)
    if link == LEAVE or parts.scheme == "mailto":
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return "is not a whole address; a mail has no page that it could hang on"
    if not (link + "/").startswith(f"{made.site_url}/"):
        return None
    file = _file(link, made)
    page = made.output / file
    if not page.is_file():
        return "leads to no page of the site"
    is_page = parts.fragment and page.suffix == ".html"
    if is_page and unquote(parts.fragment) not in page_facts(page.read_bytes()).ids:
        return "leads to no such place on that page"
    return None


def _dead_elsewhere(link: str, known: Ledger) -> str | None:
    found = known.of(link)
    if found is None or found.state != "dead":
        return None
    since = f" since {day(found.since)}" if found.since else ""
    return f"is dead{since} ({found.why}); lead to another page, or to a copy of it"


def _file(link: str, made: PreparedLetter) -> str:
    path = unquote(urlsplit(link).path).removeprefix(urlsplit(made.site_url).path).lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path
