"""Conversations alone, in any Pelican site: docs/conversations.md says how.

Pelican's own generators make the articles and pages; when they have, each one that has a thread in the
store (posts/<slug>.json, pages/<slug>.json) gets `comments`, which its template includes. Every article
and page has it, so that a template can ask for the count. What is wrong in the store is logged as errors,
by file and line, and that thread is left out. With SITEURL, each thread has a feed, and
/conversations/feed.atom has what was said last.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, PagesGenerator

from plugins.conversations.folder import DEFAULT_STORE, folder_of, likeliest_of
from plugins.conversations.mail_links import ReplyAddress
from plugins.conversations.people import people
from plugins.conversations.store import read_store
from plugins.conversations.tree import Conversation, conversation
from plugins.conversations.view import TEMPLATES, thread_view
from plugins.entries.filters import FILTERS
from plugins.faults import Report
from plugins.feeds.model import Feed, Publisher
from plugins.feeds.of_talk import TalkFeeds
from plugins.feeds.syndication import atom
from plugins.outputs.templates import Templates
from plugins.words import speak

ROOT = "/conversations/"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comments:
    """What a template sees of a thread: how many comments it has, and all of it as HTML."""

    count: int
    html: Markup


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article or a page as feeds name it."""

    key: str
    title: str
    address: str
    feed_id: str


def connect() -> None:
    signals.initialized.connect(_templates)
    signals.all_generators_finalized.connect(_bind)


def _templates(pelican: Pelican) -> None:
    """Themes may include conversation.html, and may have their own."""
    given = pelican.settings
    given["THEME_TEMPLATES_OVERRIDES"] = [
        *given.get("THEME_TEMPLATES_OVERRIDES", ()),
        str(TEMPLATES),
    ]


def _bind(generators: list[Any]) -> None:
    settings = generators[0].settings
    speak(str(settings["DEFAULT_LANG"]))
    store = folder_of(settings.get("COMMENTS_STORE", DEFAULT_STORE))
    report = Report(root=Path(settings["PATH"]).name)
    threads = read_store(Path(settings["PATH"]) / store, store, report, settings.get("HOST_KEY"))
    zone, at = ZoneInfo(settings["TIMEZONE"]), datetime.now(UTC)
    contents = {f"{kind}/{one.slug}": one for kind, one in _contents(generators)}
    found = {key: conversation(threads[key], zone, at) for key in threads if key in contents}
    for key in threads.keys() - found.keys():
        near = likeliest_of(key, contents)
        mend = f'; did you mean "{near}"?' if near else "; no article or page has this slug"
        report.fault(f"{store}/{key}.json", None, f'entry: "{key}" is no entry{mend}')
    for fault in sorted(report.faults, key=str):
        _LOG.error("%s", fault.under(report.root))
    site, talked = settings["SITEURL"], []
    for key, content in contents.items():
        content.comments = Comments(0, Markup())
        if key in found and found[key].nodes:
            title = Markup(content.title).striptags()  # noqa: S704 - the author's own
            identity = f"tag:{_authority(settings)}:{key}"
            entry = _Entry(key, title, f"/{content.url}", identity)
            feed = f"{_feed_of(key)}.atom" if site and found[key].count else None
            content.comments = _comments(found[key], title, feed, settings)
            talked += [(entry, found[key])] if found[key].count else []
    for made in _feeds(talked, settings) if site else ():
        path = Path(generators[0].output_path, f"{made.address[1:]}.atom")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(atom(made), encoding="utf-8", newline="\n")


def _contents(generators: list[Any]) -> Iterator[tuple[str, Any]]:
    """Every article and page that is written, and the folder of its threads."""
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            for one in (*generator.articles, *generator.hidden_articles, *generator.drafts):
                yield "posts", one
        elif isinstance(generator, PagesGenerator):
            for one in (*generator.pages, *generator.hidden_pages, *generator.draft_pages):
                yield "pages", one


def _comments(made: Conversation, title: str, feed: str | None, settings: Any) -> Comments:
    everyone = people([made], {}, least=2).by_key  # nobody has a page of their own
    mail = ReplyAddress(settings.get("REPLY_TO"))
    view = thread_view(made, title, feed, everyone, mail, urlsplit(settings["SITEURL"]).path)
    return Comments(
        made.count,
        Templates([TEMPLATES], {}, FILTERS).part("thread", view),
    )


def _feeds(talked: list[tuple[_Entry, Conversation]], settings: Any) -> Iterator[Feed]:
    """One of each thread, and one of all. talked: where somebody spoke."""
    site = settings["SITEURL"]
    publisher = Publisher(
        settings["SITENAME"],
        settings.get("SITESUBTITLE") or "",
        settings.get("AUTHOR") or settings["SITENAME"],
        site,
        _authority(settings),
        settings["DEFAULT_LANG"],
    )
    made = list(
        TalkFeeds(publisher, settings.get("TALK_FEED_SIZE", 50), str.encode).feeds(talked, ())
    )
    for (entry, _), feed in zip(talked, made, strict=False):
        yield replace(feed, address=_feed_of(entry.key))
    yield from made[len(talked) :]


def _feed_of(key: str) -> str:
    """Where the feed of a thread stands, without its ending."""
    return f"{ROOT}{key}/feed"


def _authority(settings: Any) -> str:
    host = urlsplit(settings["SITEURL"]).hostname
    return str(settings.get("FEED_ID_AUTHORITY") or f"{host},2026")
