"""What is public for certain: the words that the site is made of. What of a private text stands in them
too is no leak, whoever wrote it first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from plugins.entries.files import markdown_below
from plugins.entries.site import Site
from plugins.images.names import picture_name
from tools.deploy.before.fingerprints import passages_of, pictures_in
from tools.deploy.before.words import APART, plain, words_in

_SOURCES = ("theme", "plugins")
_SECRET = re.compile(r"PASS|SECRET|TOKEN|CREDENTIAL")
"""In the name of a setting. A key may be public, as HOST_KEY is."""
_BETWEEN = re.compile("[;,]")
_ENDINGS = frozenset((".html", ".css", ".js", ".py", ".svg", ".txt", ".xml"))


def public_words(site: Site, root: Path) -> bytes:
    """All of them, parted by zero bytes.

    root: the project, whose theme and plugins write words of their own.
    """
    texts = [
        *_of_entries(site),
        *_of_talk(site),
        *_of_settings(site),
        *_of_venues(site),
    ]
    return APART.join((*(plain(text) for text in texts), *_of_sources(root)))


def own_words(site: Site, root: Path) -> bytes:
    """Those of the settings, the theme and the plugins, which nobody types by mistake."""
    return APART.join((*(plain(text) for text in _of_settings(site)), *_of_sources(root)))


def public_titles(site: Site) -> bytes:
    """Of entries, topics, series and the site, parted by zero bytes."""
    entries = site.entries.values()
    texts = [site.settings.name, *(entry.title for entry in entries)]
    texts += dict.fromkeys(topic.name for entry in entries for topic in entry.topics)
    texts += dict.fromkeys(entry.series for entry in entries if entry.series)
    return APART.join(plain(text) for text in texts)


def public_addresses(site: Site) -> frozenset[str]:
    """Paths that something public has or had: "/posts/x/", and keys "posts/x"."""
    found = {str(address) for address in site.addresses}
    for entry in site.entries.values():
        found |= {entry.key, entry.address, *entry.aliases}
        found |= {topic.address for topic in entry.topics}
    return frozenset(found | set(site.redirects))


def public_pictures(site: Site) -> frozenset[str]:
    """The names (`fingerprints.picture_name`) of those that a public entry shows."""
    found: set[str] = set()
    for entry in site.entries.values():
        found |= pictures_in(entry.body.html)
        if entry.image:
            found.add(picture_name(entry.image))
    return frozenset(found)


def _of_entries(site: Site) -> Iterator[str]:
    for entry in site.entries.values():
        yield entry.title
        yield entry.summary
        yield from passages_of(entry.body.html)
        for field in entry.source.fields.values():
            if field.key.casefold() != "recap":
                yield field.text
                yield _BETWEEN.sub(" and ", field.text)  # as a page lists names
        # A recap is public when the meetup's page shows it.
        showing = site.sections["meetups"].agenda.by_key.get(entry.key)
        if showing is not None and showing.taken_place and showing.meetup.recap:
            yield showing.meetup.recap
        yield entry.body.html  # addresses of links are words too


def _of_talk(site: Site) -> Iterator[str]:
    for key, conversation in site.conversations.items():
        entry = site.entries[key]
        yield conversation.closed_why
        for node in conversation.nodes:
            yield f"{site.settings.url}{entry.address}#comment-{node.id}"
            yield f"{entry.key}/comment-{node.id}"  # the end of its feed id
            yield f"Re: {entry.title} ({node.id})"  # the subject of a reply by e-mail
            if not node.deleted:
                yield node.author
                yield node.url or ""
                yield node.body
                yield from passages_of(str(node.html))


def _of_settings(site: Site) -> Iterator[str]:
    waiting = [
        value
        for name, value in site.settings.given.items()
        if name.isupper() and not _SECRET.search(name)
    ]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting.extend(value)
        elif isinstance(value, Mapping):
            waiting.extend((*value.keys(), *value.values()))


def _of_venues(site: Site) -> Iterator[str]:
    for path in markdown_below(Path(site.settings.content, "venues")):
        yield path.read_text(encoding="utf-8", errors="ignore")


def _of_sources(root: Path) -> Iterator[bytes]:
    for folder in _SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _ENDINGS and path.is_file():
                yield words_in(path.read_text(encoding="utf-8", errors="ignore"), path.suffix)
