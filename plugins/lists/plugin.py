"""The Pelican side of the lists.

Reads `posts`, `topics`, `renamed`, `entries` and `conversations`; adds what it will write to `addresses`,
old addresses of renamed topics to `moved` and their feeds to `followed`; leaves

    changed        by key, when an entry's page last changed: its text or its thread (aware)
    archive_years  (year, address, posts), for the archive's own way around
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pelican import signals
from pelican.generators import Generator

from plugins.lists.listing import Listing, latest, pages, years

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class ListsGenerator(Generator):
    def generate_context(self) -> None:
        context, settings = self.context, self.settings
        posts, topics = context["posts"], context["topics"]
        conversations = context["conversations"]
        changed: dict[str, datetime] = {}
        for key, entry in context["entries"].items():
            thread = conversations.get(key)
            moments = [when for when in (entry.changed, thread.last if thread else None) if when]
            if moments:
                changed[key] = max(moments)
        # What says of itself neither when it was written nor when it changed is as old as the site.
        oldest = min(changed.values(), default=_NEVER)
        for content in context["generated_content"].values():
            # The sitemap's lastmod: a page changes with its thread, not only with its text.
            entry = getattr(content, "entry", None)
            if entry is not None:
                content.modified = changed.get(entry.key, oldest)
        now = latest(posts, changed, oldest)
        size = settings.get("ARCHIVE_SIZE", 100)
        archive = pages("archive/", "Archive", "archive", posts, size, changed, oldest)
        self.listings = [
            Listing("", settings["SITENAME"], "index", posts[: settings.get("HOME_SIZE", 6)], now),
            *archive,
            Listing("topics/", "Topics", "topics", posts, now),
        ]
        for topic, tagged in topics.items():
            size = settings.get("TOPIC_SIZE", 20)
            url = topic.address[1:]
            self.listings += pages(url, topic.name, "topic", tagged, size, changed, oldest, topic)
        for old, new in context["renamed"].items():
            if new in topics:
                # Pages lead to the new address; feeds stay, since many readers follow no redirect.
                address = f"/topics/{old}/"
                context["moved"][address] = new.address
                name = f"{settings['SITENAME']}: {new.name}"
                about = f"Posts on {new.name} at {settings['SITENAME']}."
                context["followed"].append((address, name, about, topics[new]))
        context["changed"] = changed
        context["archive_years"] = years(archive)
        context["addresses"] |= {listing.address for listing in self.listings}

    def generate_output(self, writer: Any) -> None:
        for listing in self.listings:
            writer.write_file(
                listing.save_as, self.get_template(listing.template), self.context, page=listing
            )
        missing = Listing("404.html", "Not found", "404", self.context["posts"][:3], _NEVER)
        writer.write_file("404.html", self.get_template("404"), self.context, page=missing)


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[ListsGenerator]:
    return ListsGenerator
