"""Who leads to a resource: entries and comments with a link to its page, or to what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from plugins.entries.model import Entry
from plugins.resources.model import Resource, same_place

_HREF = re.compile(r"""<a\b[^>]*?\shref=["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Mention:
    """address: within the site. who: of a comment, its author; of an entry, nothing."""

    title: str
    address: str
    who: str = ""


def mentions(
    resources: Sequence[Resource],
    entries: Iterable[Entry],
    conversations: Mapping[str, Any],
    leads_to: Mapping[str, Iterable[Entry]],
    site_url: str,
) -> dict[str, tuple[Mention, ...]]:
    """By the key of a resource: the entries, in the order given, then the comments, in theirs.

    leads_to: by key, the entries whose text leads to that entry. A resource does not mention itself, and
    neither do the comments under it.
    """
    by_place: dict[str, Resource] = {}
    if not resources:
        return {}
    found: dict[str, dict[Mention, None]] = {}
    for one in resources:
        by_place[same_place(one.link)] = one
        by_place[same_place(f"{site_url}{one.entry.address}")] = one
        for other in leads_to.get(one.entry.key, ()):
            found.setdefault(one.entry.key, {})[Mention(other.title, other.address)] = None
    if not by_place:
        return {}
    ordered = list(entries)
    for entry in ordered:
        for one in _meant(map(unescape, _HREF.findall(entry.body.html)), by_place, site_url):
            if one.entry.key != entry.key:
                mention = Mention(entry.title, entry.address)
                found.setdefault(one.entry.key, {})[mention] = None
    for entry in ordered:
        conversation = conversations.get(entry.key)
        for node in conversation.nodes if conversation is not None else ():
            if node.deleted:
                continue
            for one in _meant(node.leads_to, by_place, site_url):
                if one.entry.key != entry.key:
                    at = f"{entry.address}#comment-{node.id}"
                    mention = Mention(entry.title, at, node.author)
                    found.setdefault(one.entry.key, {})[mention] = None
    return {key: tuple(mentioned) for key, mentioned in found.items()}


def _meant(
    addresses: Iterable[str], by_place: Mapping[str, Resource], site_url: str
) -> Iterator[Resource]:
    for typed in addresses:
        if typed.startswith("/") and not typed.startswith("//"):
            href = f"{site_url}{typed}"
        elif typed.startswith(("http://", "https://")):
            href = typed
        else:
            continue  # a file or an id: the links between entries have been settled
        if (one := by_place.get(same_place(href))) is not None:
            yield one
