"""Feeds, and the musts of their formats: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from tools.deploy.before.facts import Facts, Placed
from tools.deploy.before.xml import NotXml, parsed, plain_name

_ATOM = "{http://www.w3.org/2005/Atom}"
_HANGING = re.compile(r'<[a-z][^<>]*\s(?:href|src)="(?!https?:|mailto:|tel:|data:|acct:)([^"]*)"')
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def feed_facts(data: bytes) -> Facts:
    """Of an Atom or RSS document."""
    try:
        root = parsed(data)
    except NotXml as error:
        return Facts(faults=((error.line, str(error)),))
    if root.tag == f"{_ATOM}feed":
        return _atom(root)
    if root.tag == "rss":
        return _rss(root)
    return Facts(faults=((1, f"is neither Atom nor RSS: it begins with <{plain_name(root.tag)}>"),))


def json_facts(data: bytes, name: str) -> Facts:
    """Of a JSON document; of a feed when it says that it is one, or is called so."""
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        return Facts(faults=((line, f"is no JSON: {error}"),))
    version = document.get("version") if isinstance(document, dict) else None
    if name == "feed.json" or str(version).startswith("https://jsonfeed.org/"):
        return _json_feed(document)
    if name.endswith(".webmanifest") and isinstance(document, dict):
        icons = document.get("icons") or ()
        found = [document.get("start_url", "/"), *(icon.get("src", "") for icon in icons)]
        return Facts(references=tuple((None, str(address)) for address in found))
    return Facts()


def _atom(root: Element) -> Facts:
    faults = [*_lacking("the feed", root, _ATOM, ("id", "title", "updated"))]
    entries = root.findall(f"{_ATOM}entry")
    everyone = root.find(f"{_ATOM}author") is not None
    items = []
    for entry in entries:
        name = _name(entry.findtext(f"{_ATOM}id"))
        faults += _lacking(name, entry, _ATOM, ("id", "title", "updated"))
        if not everyone and entry.find(f"{_ATOM}author") is None:
            faults.append(f"{name} has no author, and the feed has none either")
        for tag in ("updated", "published"):
            faults += _date(name, tag, entry.findtext(f"{_ATOM}{tag}"), rfc3339)
        links = _links(entry)
        content = entry.find(f"{_ATOM}content")
        if content is None and not links.get("alternate"):
            faults.append(f"{name} has neither content nor a link")
        faults += _relative(name, content.text if content is not None else None)
        items.append((entry.findtext(f"{_ATOM}id") or "", links.get("alternate", "")))
    faults += _date("the feed", "updated", root.findtext(f"{_ATOM}updated"), rfc3339)
    own = _links(root).get("self", "")
    return _facts(faults, items, own, root.findtext(f"{_ATOM}id"))


def _rss(root: Element) -> Facts:
    channel = root.find("channel")
    if root.get("version") != "2.0" or channel is None:
        return Facts(faults=((1, "is no RSS 2.0 with a channel"),))
    faults = [*_lacking("the feed", channel, "", ("title", "link", "description"))]
    items = []
    for item in channel.findall("item"):
        identity, link = item.findtext("guid") or "", item.findtext("link") or ""
        name = _name(identity or link)
        if not item.findtext("title") and not item.findtext("description"):
            faults.append(f"{name} has neither title nor description")
        if not identity:
            faults.append(f"{name} has no guid")
        guid = item.find("guid")
        permanent = guid is not None and guid.get("isPermaLink", "true").lower() == "true"
        if permanent and not _absolute(identity):
            faults.append(f'{name} has a guid that is no address; write isPermaLink="false"')
        faults += _date(name, "pubDate", item.findtext("pubDate"), rfc822)
        faults += _relative(name, item.findtext(_CONTENT))
        items.append((identity, link))
    own = next(
        (
            link.get("href", "")
            for link in channel.findall(f"{_ATOM}link")
            if link.get("rel") == "self"
        ),
        "",
    )
    return _facts(faults, items, own)


def _json_feed(document: Any) -> Facts:
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return Facts(faults=((1, "is no JSON Feed: it has no list of items"),))
    faults = []
    if document.get("version") not in {
        "https://jsonfeed.org/version/1",
        "https://jsonfeed.org/version/1.1",
    }:
        faults.append("is no JSON Feed: its version is not https://jsonfeed.org/version/1.1")
    if not document.get("title"):
        faults.append("the feed has no title")
    items = []
    for item in document["items"]:
        if not isinstance(item, dict):
            faults.append("has an item that is no object")
            continue
        identity, link = item.get("id"), item.get("url")
        name = _name(str(identity or link or ""))
        if not isinstance(identity, str) or not identity:
            faults.append(f"{name} has no id")
        if not any(isinstance(item.get(key), str) for key in ("content_html", "content_text")):
            faults.append(f"{name} has neither content_html nor content_text")
        for key in ("date_published", "date_modified"):
            faults += _date(name, key, item.get(key), rfc3339)
        faults += _relative(name, item.get("content_html"))
        items.append((str(identity or ""), str(link or "")))
    return _facts(faults, items, str(document.get("feed_url") or ""))


def _facts(
    faults: Iterable[str], items: list[tuple[str, str]], own: str, identity: str | None = None
) -> Facts:
    """What all formats have in common: ids once each, absolute addresses, a link to itself."""
    found = list(faults)
    found += [
        f"{_name(repeated)} is in it more than once"
        for repeated, count in Counter(one for one, _ in items if one).items()
        if count > 1
    ]
    if identity is not None and not urlsplit(identity).scheme:
        found.append(f'the id "{identity}" of the feed is no IRI')
    found += [
        f'{_name(one)} has the address "{link}", which is not absolute'
        for one, link in items
        if not _absolute(link)
    ]
    if not _absolute(own):
        found.append("has no absolute link to itself")
    placed: tuple[Placed, ...] = tuple((None, message) for message in dict.fromkeys(found))
    return Facts(faults=placed, own=own, items=tuple(items))


def rfc3339(text: str) -> datetime:
    """A date with its offset (RFC 3339). Raises ValueError."""
    date = datetime.fromisoformat(text)
    if date.tzinfo is None or "T" not in text:
        raise ValueError(text)
    return date


def rfc822(text: str) -> datetime:
    """A date as mail has it (RFC 822, with years of four digits). Raises ValueError."""
    return parsedate_to_datetime(text)


def _date(name: str, tag: str, text: Any, read: Any) -> Iterator[str]:
    if text is None:
        return
    try:
        read(str(text))
    except (ValueError, TypeError):
        yield f'{name}: {tag} "{text}" is no date of its format'


def _lacking(name: str, element: Element, space: str, tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        count = len(element.findall(f"{space}{tag}"))
        if count != 1:
            yield f"{name} has {'no' if not count else f'{count} times'} {tag}"


def _relative(name: str, text: Any) -> Iterator[str]:
    """An address in an item's HTML that a reader far from the page cannot follow."""
    found = _HANGING.search(text) if isinstance(text, str) else None
    if found:
        yield f'{name}: its text has the address "{found[1]}", which is not absolute'


def _links(element: Element) -> dict[str, str]:
    links = [link for link in element.findall(f"{_ATOM}link") if link.get("href")]
    return {link.get("rel", "alternate"): link.get("href", "") for link in reversed(links)}


def _absolute(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _name(identity: str | None) -> str:
    return f'item "{identity}"' if identity else "an item without an id"
