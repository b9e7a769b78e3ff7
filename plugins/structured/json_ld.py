"""JSON-LD 1.1 for one page: the entry with its comments nested as in the page, the way there, the site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plugins.entries.dates import iso
from plugins.entries.model import Entry
from plugins.entries.section import Section
from plugins.entries.views import Step
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later

Thing = dict[str, Any]

DEEPEST = 200
"""Readers of JSON give up on what is nested some hundred deep, and so does Python's own writer."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, and where. Addresses are absolute, without a closing slash."""

    url: str
    name: str
    author: str
    about: str
    """The address of the page about the author, or of the site when there is none."""
    logo: str
    language: str

    def author_thing(self, name: str) -> Thing:
        return {"@type": "Person", "name": name, "url": self.about}

    def publisher(self) -> Thing:
        return {
            "@type": "Organization",
            "name": self.name,
            "url": f"{self.url}/",
            "logo": {"@type": "ImageObject", "url": self.logo},
        }


def entry_ld(entry: Entry, kind: str, conversation: Any, card: str, site: Publisher) -> Thing:
    """kind: its type, as "BlogPosting", or "WebPage" of what has no date. card: absolute address."""
    url = f"{site.url}{entry.address}"
    dated = kind != "WebPage"
    thing: Thing = {
        "@type": kind,
        "@id": url,
        "url": url,
        "headline" if dated else "name": entry.title,
        "description": entry.summary,
        "inLanguage": site.language,
        "image": card,
        "author": site.author_thing(entry.author),
        "publisher": site.publisher(),
    }
    if dated:
        thing |= {
            "mainEntityOfPage": url,
            "wordCount": entry.body.words,
            "keywords": [t.name for t in entry.topics],
        }
    if entry.date and entry.changed:
        thing |= {"datePublished": iso(entry.date), "dateModified": iso(entry.changed)}
    if conversation is not None and conversation.nodes:
        thing["commentCount"] = conversation.count
        thing["comment"] = comments_ld(conversation, url, site)
    return thing


def comments_ld(conversation: Any, url: str, site: Publisher) -> list[Thing]:
    """The comments, each with its replies in `comment`. A deleted one hands its replies up to the
    nearest comment that still has words; what lies deeper than DEEPEST stands beside what it answers."""
    top: list[Thing] = []
    # By id: the list that replies to that comment go into, and how deep it lies.
    replies: dict[str, tuple[list[Thing], int]] = {}
    for node in conversation.nodes:
        siblings, depth = replies[node.answers.id] if node.answers else (top, 1)
        replies[node.id] = siblings, depth
        if node.deleted:
            continue
        author: Thing = {"@type": "Person", "name": node.author}
        if node.host:
            author["url"] = site.about
        elif node.url:
            author["url"] = node.url
        thing: Thing = {
            "@type": "Comment",
            "url": f"{url}#comment-{node.id}",
            "dateCreated": iso(node.date),
            "author": author,
            "text": node.text,
        }
        if node.edited:
            thing["dateModified"] = iso(node.edited)
        siblings.append(thing)
        if node.has_replies and depth < DEEPEST:
            thing["comment"] = []
            replies[node.id] = thing["comment"], depth + 1
    return top


def breadcrumbs_ld(steps: list[tuple[str, str]]) -> Thing:
    """The way to a page: (name, absolute address), the site first."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }


def website_ld(site: Publisher, description: str) -> Thing:
    return {
        "@type": "WebSite",
        "@id": f"{site.url}/#site",
        "url": f"{site.url}/",
        "name": site.name,
        "description": description,
        "inLanguage": site.language,
        "publisher": site.publisher(),
    }


def script(things: list[Thing]) -> Markup:
    """The things as the text of a <script type="application/ld+json">, closed to every way out of it."""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": things},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(text)  # noqa: S704 - no markup is left in it


class JsonLd:
    """What machines read on the pages of one build. about: what an entry of a kind is about (see Section);
    crumbs: by kind, what leads to its entries."""

    def __init__(
        self,
        site: Publisher,
        tagline: str,
        sections: Mapping[str, Section],
        conversations: Mapping[str, Any],
        digest_of_thread: Callable[[str], bytes],
        cards: Mapping[str | None, str],
    ) -> None:
        self._site, self._tagline = site, tagline
        self._digest_of_thread = digest_of_thread
        self._sections, self._conversations, self._cards = sections, conversations, cards

    def __call__(self, shown: Entry | Iterable[Step] | None) -> Markup | Later[Markup]:
        """shown: an entry; or of a list the way to it, itself as the last step; None is the home page."""
        if shown is None:
            return script([website_ld(self._site, self._tagline)])
        if isinstance(shown, Entry):
            thread = self._conversations.get(shown.key)
            without = script(self._entry(shown, None))
            if thread is None or not thread.nodes:
                return without
            return Later(
                digest_of(without, self._digest_of_thread(shown.key)),
                lambda: script(self._entry(shown, thread)),
            )
        return script([self._breadcrumbs(shown)])

    def _entry(self, entry: Entry, thread: Any) -> list[Thing]:
        site, section = self._site, self._sections[entry.kind]
        card = f"{site.url}{self._cards[entry.key]}"
        posting = entry_ld(entry, section.kind.thing, thread, card, site)
        above = [section.crumb] if section.crumb else []
        things = [posting, self._breadcrumbs([*above, Step(entry.title, entry.address)])]
        about = section.about(entry, card, site.author_thing(site.author))
        if about is not None:
            apart = about.get("@id")
            posting["about"] = {"@id": apart} if apart else about
            things += [about] if apart else []
        return things

    def _breadcrumbs(self, steps: Iterable[Step]) -> Thing:
        site = self._site
        way = [(step.title, f"{site.url}{step.address}") for step in steps]
        return breadcrumbs_ld([(site.name, f"{site.url}/"), *way])
