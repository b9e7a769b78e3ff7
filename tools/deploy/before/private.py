"""What the content holds that is not public: entries that wait, their threads, comments that are dated
later or were never approved, and the recap of a meetup that is not over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from plugins.conversations.folder import thread_files
from plugins.conversations.markup import to_html
from plugins.entries.body import render
from plugins.entries.head import Source, split
from plugins.entries.site import Site
from plugins.entries.words import slugify
from plugins.images.names import picture_name
from plugins.meetups.reading import without_recap
from tools.deploy.before.fingerprints import (
    Exact,
    Private,
    passages_of,
    pictures_in,
)
from tools.deploy.before.public import public_addresses, public_pictures

_TITLES = ("title", "series", "image-alt")
_NO_TEXT = {*_TITLES, *("date", "modified", "updated", "added", "status", "slug", "id", "guid")}
_NO_TEXT |= {*("aliases", "alias", "image", "contents", "template", "topics", "tags", "category")}
_NO_TEXT |= {*("start", "end", "duration", "timezone")}


def private_content(site: Site) -> Iterator[Private]:
    public, pictures = public_addresses(site), public_pictures(site)
    for key, (place, why) in sorted(site.reading.held.items()):
        yield _entry(site, key, place, why, public, pictures)
    yield from _comments(site)
    yield from _recaps(site)


def _entry(
    site: Site,
    key: str,
    place: str,
    why: str,
    public: frozenset[str],
    shown_in_public: frozenset[str],
) -> Private:
    content, shown = _places(site)
    source = split(place, (content / place).read_bytes())
    kind = key.partition("/")[0]
    draft = why.startswith("Draft")
    what = "a tips issue that is not public yet" if kind == "tips" else "which is not public yet"
    if draft:
        what = "which is a draft" if kind != "tips" else "a tips issue that is a draft"
        mend = 'find what shows it; when it may be read, take its "Status: draft" line out'
    else:
        date = source.fields.get("date") or source.fields.get("added")
        what += f" (its date is {date.text})" if date else ""
        mend = "find what shows it, or give it the date from which it may be read"
    body = render(source.text)
    fields = source.fields
    pictures = pictures_in(body.html)
    if "image" in fields:
        pictures.add(picture_name(fields["image"].text))
    return Private(
        place=f"{shown}/{place}",
        what=what,
        mend=mend,
        passages=(
            *passages_of(body.html),
            *(field.text for name, field in fields.items() if name not in _NO_TEXT),
        ),
        titles=tuple(fields[name].text for name in _TITLES if name in fields),
        exact=tuple(_exact(site, key, source, public)),
        files=tuple(
            path for address in _addresses(site, key, source, public) if (path := address[1:-1])
        ),
        pictures=tuple(sorted(pictures - shown_in_public)),
    )


def _addresses(site: Site, key: str, source: Source, public: frozenset[str]) -> list[str]:
    """Where the entry will stand, unless something public stands there."""
    kind = key.partition("/")[0]
    typed = source.fields.get("slug")
    slug = typed.text if typed else slugify(PurePosixPath(source.place).stem)
    form = {"posts": site.settings.get("ARTICLE_URL"), "pages": site.settings.get("PAGE_URL")}.get(
        kind
    )
    address = f"/{form.format(slug=slug)}" if form else f"/{kind}/{slug}/"
    inside = any(other.startswith(address) for other in public)
    return [] if inside or len(address) < 3 else [address]


def _exact(site: Site, key: str, source: Source, public: frozenset[str]) -> Iterator[Exact]:
    base = urlsplit(site.settings.url).path
    for address in _addresses(site, key, source, public):
        at_root = address.count("/") == 2
        text = f"{base}{address[:-1]}" if at_root else address[1:-1]
        yield Exact(text, f"the address {address}", at_root)
        if key not in public and key != address[1:-1]:
            yield Exact(key, f"the key {key}")
    known = {address for address in public if address.startswith("/topics/")}
    for name in ("topics", "tags", "category"):
        typed = source.fields[name].text if name in source.fields else ""
        for topic in typed.split(";" if ";" in typed else ","):
            address = f"topics/{slugify(topic)}"
            if slugify(topic) and f"/{address}/" not in known:
                yield Exact(address, f"the address /{address}/ of a topic")


def _comments(site: Site) -> Iterator[Private]:
    """Every comment of the store that no page shows. Files are read as they are, whatever a reader of
    the store would say to them."""
    content, shown = _places(site)
    store = content / str(site.settings.get("COMMENTS_STORE", "comments"))
    if not store.is_dir():
        return
    conversations, held = site.conversations, site.reading.held
    at = site.reading.at
    ids = {node.id for one in conversations.values() for node in one.nodes}
    for path in thread_files(store):
        key = path.relative_to(store).with_suffix("").as_posix()
        place = f"{shown}/{_shown_store(site)}/{key}.json"
        conversation, entry = conversations.get(key), site.entries.get(key)
        nodes = conversation.nodes if conversation else ()
        public = {node.id for node in nodes if not node.deleted}
        standing = {node.id for node in nodes}
        for comment in _comments_of(path):
            identity, state = str(comment.get("id")), str(comment.get("state"))
            if identity in public:
                continue
            if key in held:
                what = f"a comment on {key}, which is not public yet"
            elif state != "approved":
                what = f"a comment whose state is {state}"
            else:
                what = f"a comment that is dated {comment.get('date')}, after {at:%Y-%m-%d %H:%M}"
            body = str(comment.get("body") or "")
            yield Private(
                place=f"{place}, {identity}",
                what=what,
                mend="find what shows it",
                passages=(*passages_of(str(to_html(body))), body) if body.strip() else (),
                exact=()
                if identity in standing
                else tuple(_comment_ids(identity, entry.address if entry else None, ids)),
            )


def _comment_ids(identity: str, address: str | None, public: set[str]) -> Iterator[Exact]:
    """An id is looked for by itself unless a comment of another thread has the same and is public."""
    if identity not in public:
        yield Exact(f"comment-{identity}", f"the id comment-{identity}")
    elif address:
        yield Exact(f"{address}#comment-{identity}", f"the address {address}#comment-{identity}")


def _recaps(site: Site) -> Iterator[Private]:
    _, shown = _places(site)
    at = site.reading.at
    for key, showing in site.sections["meetups"].agenda.by_key.items():
        entry = showing.entry
        waits = showing.meetup.first.end > at and "recap" in entry.source.text.casefold()
        html = render(entry.source.text).html if waits else ""
        before = without_recap(replace(entry, body=replace(entry.body, html=html))).body.html
        recap = html[_alike(html, before) :] if html != before else ""
        line = None if showing.taken_place else entry.source.fields.get("recap")
        if recap or line:
            yield Private(
                place=f"{shown}/{entry.place}",
                what=f"the recap of {key}, which is not over yet",
                mend='keep it for later: what stands below the heading "Recap" is shown when all is over',
                passages=(*passages_of(recap), *((line.text,) if line else ())),
            )


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _comments_of(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_bytes())["comments"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _places(site: Site) -> tuple[Path, str]:
    """The content folder, and how messages name it."""
    return site.settings.content, site.reading.report.root or "content"


def _shown_store(site: Site) -> str:
    return PurePosixPath(
        Path(str(site.settings.get("COMMENTS_STORE", "comments"))).as_posix()
    ).as_posix()
