"""The front page, and the page for what is not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugins import words as interface
from plugins.conversations.pages import ConversationRow, TalkPages
from plugins.entries.model import Entry
from plugins.entries.site import Site
from plugins.entries.views import EntryItem, PageView
from plugins.meetups.section import MeetupItem, item
from plugins.outputs.model import Output

TALKS = 4
"""Conversations on the front page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView(PageView):
    """entries: the latest posts. meetup: the next one; issue: the latest of the campaign. notices: pages that
    speak of either, where there is none."""

    entries: tuple[EntryItem, ...]
    conversations: tuple[ConversationRow, ...]
    meetup: MeetupItem | None
    issue: EntryItem | None
    notices: tuple[EntryItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingView(PageView):
    entries: tuple[EntryItem, ...]


def outputs(site: Site, talk: TalkPages) -> Iterator[Output]:
    posts = site.of_kind("posts")
    agenda = site.sections["meetups"].agenda
    issues = site.sections["tips"].issues
    notices = [
        None if agenda.next else site.entries.get(site.settings.get("MEETUP_PAGE")),
        None if issues else site.entries.get(site.settings.get("CAMPAIGN_PAGE")),
    ]
    home = HomeView(
        address="/",
        title=site.settings.name,
        here="/",
        card=site.view.card,
        json_ld=site.json_ld(None),
        entries=_items(site, posts[: site.settings.get("HOME_SIZE", 6)]),
        conversations=tuple(talk.row(*pair) for pair in site.talk[:TALKS]),
        meetup=item(agenda.next, site) if agenda.next else None,
        issue=site.item(issues[0].entry) if issues else None,
        notices=tuple(site.item(one) for one in notices if one),
    )
    yield Output("/", home, "index", site.lastmod(posts))
    missing = MissingView(
        address="/404.html",
        title=interface.text("missing.title"),
        here="/404.html",
        card=site.view.card,
        entries=_items(site, posts[:3]),
    )
    yield Output("/404.html", missing, "404")


def _items(site: Site, entries: tuple[Entry, ...]) -> tuple[EntryItem, ...]:
    return tuple(map(site.item, entries))
