"""Which feeds there are, and what is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from plugins.entries.settings import Settings
from plugins.entries.site import Site
from plugins.faults import ContentFaults, Fault
from plugins.feeds.jsonfeed import json_feed
from plugins.feeds.model import FORMATS, Feed, Publisher, hub_address
from plugins.feeds.of_posts import PostFeeds
from plugins.feeds.of_talk import TalkFeeds
from plugins.outputs.model import Output


def atom(feed: Feed) -> str:
    from plugins.feeds import syndication  # feedgenerator takes long to import

    return syndication.atom(feed)


def rss(feed: Feed) -> str:
    from plugins.feeds import syndication

    return syndication.rss(feed)


_RENDER: dict[str, Callable[[Feed], str]] = {"atom": atom, "rss": rss, "json": json_feed}


def publisher_of(settings: Settings) -> Publisher:
    """Raises ContentFaults when WEBSUB_HUB is no address."""
    try:
        hub = hub_address(settings.get("WEBSUB_HUB"))
    except ValueError as error:
        raise ContentFaults([Fault("publishconf.py", None, f"WEBSUB_HUB: {error}")]) from None
    return Publisher(
        settings.name,
        settings.tagline,
        settings.author,
        settings.url,
        settings.authority,
        settings.language,
        hub,
    )


def addresses(folders: Iterable[str], formats: Iterable[str] = FORMATS) -> Iterator[str]:
    """Of the feeds beside the pages in these folders."""
    return (f"{folder}feed.{ending}" for folder in folders for ending in formats)


def outputs(site: Site, publisher: Publisher) -> Iterator[Output]:
    """Every feed in each of its formats."""
    for feed in _feeds(site, publisher):
        for ending in feed.formats:
            yield Output(f"{feed.address}.{ending}", feed, _RENDER[ending])


def _feeds(site: Site, publisher: Publisher) -> Iterator[Feed]:
    settings = site.settings
    posts = PostFeeds(publisher, settings.get("FEED_SIZE", 20), site)
    followed = [(*one.feed, one.entries) for one in site.sections.values() if one.feed]
    # Pages lead to the new address; feeds stay, since many readers follow no redirect.
    renamed = {f"/topics/{old}/": new for old, new in site.renamed.items() if new in site.topics}
    yield from posts.feeds(site.of_kind("posts"), site.topics, followed, renamed)
    talk = TalkFeeds(publisher, settings.get("TALK_FEED_SIZE", 50), site.digest_of_thread)
    yield from _also_where_they_were(talk.feeds(site.talk, site.people.pages), site, renamed)


def _also_where_they_were(
    feeds: Iterable[Feed], site: Site, taken: Iterable[str]
) -> Iterator[Feed]:
    """Each feed, and the same one beside each former address of its page: many readers follow no
    redirect. taken: addresses that have theirs already."""
    taken = set(taken)
    former: dict[str, list[str]] = defaultdict(list)
    for old, now in site.redirects.items():
        if old.endswith("/") and old not in taken:
            former[f"{now}feed"].append(unquote(old))
    for feed in feeds:
        yield feed
        for old in former.get(feed.address, ()):
            yield replace(feed, address=f"{old}feed")
