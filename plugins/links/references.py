"""Internal references in the HTML of an entry: found, resolved, checked.

An author may write, in Markdown or in HTML:

    [x](five-questions.md)         a source file, relative to the one that links
    [x](/posts/five-questions.md)  a source file, from the content folder
    [x]({filename}five-questions.md)  the same, as Pelican writes it
    [x](id:five-questions)         an entry's id; id:pages/about where two kinds share one
    [x](/posts/five-questions/)    an address of this site
    …#fragment                     a heading or a comment of that entry

Addresses elsewhere, and `mailto:`, are left as they are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup

from plugins.entries.files import is_markdown, same_name
from plugins.entries.model import Entry, leads_in
from plugins.entries.tags import LEADS, NAME, TAG, attributes, rewritten
from plugins.faults import Fault, did_you_mean, nearest
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later

_ID = re.compile(r'\s(?:id|name)="([^"]+)"')
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|webcal|sms|geo):", re.IGNORECASE)

DrawImage = Callable[[Entry, Mapping[str, str]], str]
"""Given the entry and the attributes of an <img> as typed, the HTML to put in its place."""


@dataclass(frozen=True)
class Places:
    """Everything a reference can lead to.

    by_place: entries by source file. addresses: every other page and file of the site, by address.
    fragments: what of an entry can be linked to besides its headings (its comments).
    files: what is published from content/files as it is, relative to the content folder, by its name in
    one spelling (plugins.entries.files.same_name), as in by_place.
    held: source files and keys that are not public yet, with why.
    redirects: old addresses of this site, and where each leads now.
    faulty: source files and keys with faults of their own; a link to them is not one more.
    """

    site_url: str
    entries: Mapping[str, Entry]
    by_place: Mapping[str, Entry]
    addresses: frozenset[str]
    fragments: Callable[[Entry], frozenset[str]]
    files: Mapping[str, str]
    held: Mapping[str, str]
    redirects: Mapping[str, str]
    faulty: frozenset[str]
    by_address: dict[str, Entry] = field(default_factory=dict)
    by_id: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries.values():
            self.by_address[entry.address] = entry
            self.by_id.setdefault(entry.id, []).append(entry)


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry's HTML with every reference resolved, the keys of the entries it leads to, and faults."""

    html: Later[Markup]
    leads_to: tuple[str, ...]
    faults: tuple[Fault, ...]


class _Broken(Exception):
    """A reference that leads nowhere; its text says what to write."""


class _Untold(Exception):
    """A reference to an entry that has faults of its own, which are told where they are."""


def settle(entry: Entry, places: Places, base_path: str, draw_image: DrawImage) -> Settled:
    """Resolve every reference in the entry's body. base_path: "" or "/repo", where the site stands."""
    html, leads = entry.body.html, entry.body.leads
    leads_to: dict[str, None] = {}
    hrefs: dict[str, str] = {}
    broken = False
    for typed in leads.links:
        try:
            href, target = _resolve(typed, entry, places)
        except _Untold:
            continue
        except _Broken:
            broken = True
            continue
        if target is not None and target is not entry:
            leads_to[target.key] = None
        hrefs[typed] = base_path + href if href.startswith("/") else href
    drawn = tuple(str(draw_image(entry, dict(image))) for image in leads.images)
    faults = _faults(entry, places) if broken else ()
    digest = digest_of(html, tuple(hrefs.items()), drawn)
    return Settled(Later(digest, lambda: _settled(html, hrefs, drawn)), tuple(leads_to), faults)


def _settled(html: str, hrefs: Mapping[str, str], drawn: Iterable[str]) -> Markup:
    pictures = iter(drawn)

    def settled(match: re.Match[str]) -> str:
        tag = match[0]
        found = NAME.match(tag)
        name = found[1].lower() if found and tag[1] != "/" else ""
        if name == "img":
            return next(pictures)
        if name not in LEADS:
            return tag
        given = attributes(tag)
        if given.get("href", "").startswith("#fnref"):
            return tag
        for attribute in LEADS[name]:
            if (href := hrefs.get(given.get(attribute, ""))) is not None:
                tag = rewritten(tag, attribute, href)
        return tag

    return Markup(TAG.sub(settled, html))  # noqa: S704 - the author's own Markdown


def _faults(entry: Entry, places: Places) -> tuple[Fault, ...]:
    """What is wrong with each reference, under its line."""
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for tag in TAG.findall(entry.body.html):
        for typed in leads_in(tag).links:
            nth = seen.get(typed, 0)
            seen[typed] = nth + 1
            try:
                _resolve(typed, entry, places)
            except _Untold:
                continue
            except _Broken as broken:
                line = entry.source.line_of(typed, nth) or entry.source.line_of(tag)
                faults.append(Fault(entry.place, line, f'link "{typed}": {broken}'))
    return tuple(faults)


def resolved(typed: str, entry: Entry, places: Places, base_path: str) -> str | None:
    """Where a link under an entry leads; None when what it leads to has faults of its own. Raises
    ValueError with what to write when it leads nowhere."""
    try:
        href, _ = _resolve(typed, entry, places)
    except _Untold:
        return None
    except _Broken as broken:
        raise ValueError(str(broken)) from None
    return base_path + href if href.startswith("/") else href


def _resolve(typed: str, entry: Entry, places: Places) -> tuple[str, Entry | None]:
    """(href, entry it leads to). Raises _Broken."""
    typed_url = typed
    if places.site_url and (typed + "/").startswith(places.site_url + "/"):
        typed_url = typed[len(places.site_url) :] or "/"
    if _ELSEWHERE.match(typed_url) or typed_url.startswith("//"):
        return typed, None
    if not _INVISIBLE.sub("", typed):
        raise _Broken(
            "is empty; write an address, a file such as five-questions.md, or id:five-questions"
        )
    for prefix in ("{filename}", "|filename|", "{static}"):
        typed_url = typed_url.removeprefix(prefix)
    try:
        parts = urlsplit(_INVISIBLE.sub("", typed_url) if ":" in typed_url else typed_url)
    except ValueError:
        raise _Broken("is no address that can be read; write it anew") from None
    if parts.scheme == "id":
        target = _by_id(parts.path, places)
    elif parts.scheme:
        raise _Broken(
            f'"{parts.scheme}:" is no address a reader can follow; write https://…, a file, or id:…'
        )
    elif not parts.path:
        target = entry
    elif is_markdown(PurePosixPath(parts.path)):
        target = _by_file(unquote(parts.path), entry, places)
    else:
        found = _by_address(unquote(parts.path), entry, places)
        if isinstance(found, str):
            return quote(found, safe="/%:@!$&'()*+,;=~-._") + _tail(
                parts.query, parts.fragment
            ), None
        target = found
    if parts.fragment:
        _check_fragment(unquote(parts.fragment), target, places)
    if target is entry and not parts.path and not parts.scheme:
        return f"#{parts.fragment}" if parts.fragment else typed_url, None
    return target.address + _tail(parts.query, parts.fragment), target


def _tail(query: str, fragment: str) -> str:
    return (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _by_id(path: str, places: Places) -> Entry:
    if path in places.entries:
        return places.entries[path]
    several = places.by_id.get(path, [])
    if len(several) == 1:
        return several[0]
    if several:
        choices = " or ".join(f"id:{entry.key}" for entry in several)
        raise _Broken(f"{len(several)} entries have this id; write {choices}")
    for key, why in places.held.items():
        if key == path or key.split("/", 1)[-1] == path:
            raise _Broken(f"leads to what is not public yet ({why})")
    if any(path in {key, key.split("/", 1)[-1]} for key in places.faulty):
        raise _Untold
    raise _Broken(f"no entry has this id{did_you_mean(path, [*places.by_id, *places.entries])}")


def _by_address(path: str, entry: Entry, places: Places) -> Entry | str:
    """The entry, or the address of a list or a file, that the path leads to."""
    for place in _places_meant(path, entry):
        if place in places.files:
            return f"/{places.files[place]}"
    stem = path.strip("/").split("/")[-1]
    if not path.startswith("/"):
        near = nearest(stem, places.by_id)
        hint = f"; did you mean id:{near}?" if near else ""
        raise _Broken(f"is neither a file of the content nor an address that begins with /{hint}")
    if path in places.by_address:
        return places.by_address[path]
    if path in places.addresses:
        return path
    for old in (path, path.rstrip("/") or path, f"{path.rstrip('/')}/"):
        if old in places.redirects:
            now = places.redirects[old]
            return places.by_address.get(now, now)
    if path + "/" in places.by_address or path + "/" in places.addresses:
        raise _Broken(f'lacks its closing slash; write "{path}/"')
    for key, why in places.held.items():
        if key.split("/", 1)[-1] == stem:
            raise _Broken(f"leads to what is not public yet ({why})")
    if any(key.split("/", 1)[-1] == stem for key in places.faulty):
        raise _Untold
    near = nearest(stem, places.by_id)
    hint = f'; did you mean "{places.by_id[near][0].address}"?' if near else ""
    raise _Broken(f"no page has this address{hint}")


def _places_meant(path: str, entry: Entry) -> list[str]:
    """What a typed path may mean, relative to the content folder: beside the entry, or from the top."""
    path = same_name(path)
    if path.startswith("/"):
        return [posixpath.normpath(path[1:])]
    beside = posixpath.join(posixpath.dirname(entry.place), path)
    return [posixpath.normpath(beside), posixpath.normpath(path)]


def _by_file(path: str, entry: Entry, places: Places) -> Entry:
    tries = _places_meant(path, entry)
    for attempt in tries:
        if attempt in places.by_place:
            return places.by_place[attempt]
    for attempt in tries:
        if attempt in places.held:
            raise _Broken(f"leads to what is not public yet ({places.held[attempt]})")
    if any(attempt in places.faulty for attempt in tries):
        raise _Untold
    # Without their endings, in which all names are alike.
    files = {PurePosixPath(place).stem: place for place in places.by_place if place != entry.place}
    near = nearest(PurePosixPath(path).stem, files)
    meant = posixpath.relpath(files[near], posixpath.dirname(entry.place) or ".") if near else ""
    hint = f'; did you mean "{meant}"?' if near else ""
    raise _Broken(f"no such file in the content{hint}")


def _check_fragment(fragment: str, target: Entry, places: Places) -> None:
    known = frozenset(_ID.findall(target.body.html)) | places.fragments(target)
    if fragment not in known and fragment != "top":
        raise _Broken(f'{target.place} has no "#{fragment}"{did_you_mean(fragment, known)}')
