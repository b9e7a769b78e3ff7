"""Pages in a build; the one from which one subscribes lists the feeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugins import words as interface
from plugins.entries.model import Entry
from plugins.entries.section import Section
from plugins.entries.site import Site
from plugins.entries.views import EntryView


@dataclass(frozen=True, slots=True)
class FeedRow:
    """address: of the page that the feeds stand beside. formats: whether there are more than Atom. mail: of
    the feed for services that send mail."""

    title: str
    address: str
    formats: bool = True
    mail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeView(EntryView):
    feeds: tuple[FeedRow, ...]


class Pages(Section):
    def template_of(self, entry: Entry) -> str:
        return entry.template

    def view(self, entry: Entry, site: Site) -> EntryView:
        if entry.template != "subscribe":
            return super().view(entry, site)
        fields = site.entry_page(entry, entry.address)
        return SubscribeView(**fields, feeds=tuple(_feeds(site)))


def _feeds(site: Site) -> Iterator[FeedRow]:
    yield FeedRow(interface.text("subscribe.everything"), "/")
    if site.talk:
        yield FeedRow(interface.text("title.conversations"), "/conversations/")
    tips = site.sections["tips"]
    if tips.issues:
        yield FeedRow(tips.name, tips.root, mail=tips.mail_feed)
    for topic in site.topics:
        yield FeedRow(topic.name, topic.address, formats=False)
