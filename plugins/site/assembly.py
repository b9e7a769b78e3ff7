"""Assembly: makes the `Site` of a build, from all files that were read, in the order in which each step needs
those before it.

1. entries: of every file that was read, with addresses, topics and feed ids;
2. what each kind makes of its own: meetups as they stand at the moment of the build, issues with their
   items, resources with what the ledger knows of their links;
3. threads, bound to entries, and the people who speak;
4. pictures and cards;
5. links, which may lead to anything of all that.

Whatever is wrong goes into the reading's report; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from plugins.conversations.folder import DEFAULT_STORE, folder_of
from plugins.conversations.mail_links import ReplyAddress
from plugins.conversations.pages import TalkPages, by_latest_comment
from plugins.conversations.people import PEOPLE_FROM, People, people
from plugins.conversations.portraits import Portrait, read_portraits, read_without_page
from plugins.conversations.threads import Threads
from plugins.conversations.tree import Conversation
from plugins.conversations.view import TEMPLATES, ThreadView, thread_view
from plugins.entries.filters import FILTERS
from plugins.entries.gather import entries_of, renamed_to, topics_of
from plugins.entries.model import Entry
from plugins.entries.reading import ReadEntry, Reading
from plugins.entries.renaming import renamed_topics
from plugins.entries.section import Section
from plugins.entries.settings import Settings
from plugins.entries.site import Site, step
from plugins.entries.views import SiteView, Step
from plugins.feeds.model import ATOM
from plugins.feeds.outputs import addresses as feed_addresses
from plugins.hosting.outputs import Hosting
from plugins.images.icons import FAVICON, icons
from plugins.images.pictures import Pictures
from plugins.kinds import KINDS
from plugins.links.linking import SHOWN, linked
from plugins.memory import Memory
from plugins.outputs.fingerprints import digest_of
from plugins.outputs.model import Later
from plugins.outputs.templates import Templates
from plugins.privacy import public_addresses
from plugins.schedule.next_build import changes_in_threads, next_build
from plugins.site.outputs import NEXT_BUILD
from plugins.structured.json_ld import JsonLd, Publisher
from plugins.workers import Workers

PORTRAITS = "people"


class Assembly:
    """Of one build. `site` is there when `gather` is done."""

    def __init__(self, settings: Settings, workers: Workers, memory: Memory) -> None:
        self.settings = settings
        self.icons = icons(
            settings.palette, settings.cache / "icons", settings.theme / "static/icons"
        )
        self.hosting = Hosting(settings, self.icons[FAVICON])
        self.pictures = Pictures(settings, workers)
        store = folder_of(settings.get("COMMENTS_STORE", DEFAULT_STORE))
        # Read here and not when all is gathered: the bodies of entries are being rendered by other
        # processes now, and Pelican's reader would only wait for them.
        self.threads = Threads(
            settings.content / store,
            store,
            settings.get("HOST_KEY"),
            (settings.author, settings.name),
            public_addresses(settings.given),
            settings.zone,
            memory,
        )
        self.portraits: Mapping[str, Portrait] = {}
        self.talk_pages: TalkPages
        self.site: Site

    def gather(
        self, read: Iterable[ReadEntry], addresses: Mapping[str, str], reading: Reading
    ) -> None:
        """addresses: where entries stand that are not at /<kind>/<slug>/, by key."""
        settings, report = self.settings, reading.report
        read = list(read)
        renames = renamed_topics(settings.get("RENAMED_TOPICS", {}), report)
        standing = {one.key: f"/{one.kind.folder}/{one.slug}/" for one in read} | dict(addresses)
        entries = entries_of(read, standing, settings.authority, settings.author, report, renames)
        renamed = renamed_to(renames, entries.values()) if renames else {}
        sections = {
            folder: kind.section()(
                kind, [one for one in entries.values() if one.kind == folder], settings, reading
            )
            for folder, kind in KINDS.items()
        }
        entries |= {one.key: one for section in sections.values() for one in section.entries}
        topics = topics_of(sections["posts"].entries)

        conversations = self.threads.bound(entries, reading)
        talk = by_latest_comment(entries, conversations)
        self.portraits = read_portraits(settings.content / PORTRAITS, PORTRAITS, report)
        faces = {key: one.html(settings.base_path) for key, one in self.portraits.items()}
        everyone = people(
            conversations.values(),
            faces,
            settings.get("PEOPLE_FROM", PEOPLE_FROM),
            read_without_page(settings.content / PORTRAITS, PORTRAITS, report),
        )
        self.talk_pages = TalkPages(
            talk, everyone, settings.get("TALK_SIZE", 50), self.threads.digest
        )

        # Cards first: they are drawn by processes, which are best forked before any thread is.
        facts = {key: sections[entry.kind].facts(entry) for key, entry in entries.items()}
        bylines = {key: one.byline for key, one in facts.items() if one.byline}
        cards = self.pictures.order_cards(entries.values(), bylines)
        self.pictures.prepare(entries.values(), report)
        leads = self.pictures.leads(entries.values())

        listed = {"/", NEXT_BUILD, *self.hosting.addresses(), *self.talk_pages.addresses()}
        listed |= {f"/{name}" for name in self.icons}
        listed |= {*feed_addresses(["/", *(one.feed[0] for one in sections.values() if one.feed)])}
        listed |= {*feed_addresses(["/conversations/"] if talk else [])}
        followed = [topic.address for topic in topics]
        followed += [f"/topics/{old}/" for old, new in renamed.items() if new in topics]
        followed += [entry.address for entry, _ in talk]
        followed += [address for _, address in everyone.pages]
        listed |= {*feed_addresses(followed, ATOM)}
        moved = dict(everyone.moved)
        for section in sections.values():
            listed |= {*section.addresses()}
            moved |= section.moved(renamed)
        moved |= {f"/topics/{old}/": new.address for old, new in renamed.items() if new in topics}
        links = linked(
            settings,
            reading,
            entries,
            conversations,
            self.threads.leads,
            self.threads.line_of,
            listed,
            moved,
            self.pictures.draw,
        )

        mail = ReplyAddress(settings.get("REPLY_TO"))
        about = entries.get("pages/about")
        about_url = f"{settings.url}{about.address if about else '/'}"
        publisher = Publisher(
            settings.url,
            settings.name,
            settings.author,
            about_url,
            f"{settings.url}/icon-512.png",
            settings.language,
        )
        view = self._site_view(links.addresses, about_url, entries, sections, cards)
        later = self.threads.later_than(reading.at)
        moments = [*reading.changes, *changes_in_threads(later, reading.at)]
        self.site = Site(
            settings=settings,
            reading=reading,
            entries=entries,
            sections=sections,
            topics=topics,
            renamed=renamed,
            conversations=conversations,
            threads=self._threads(entries, conversations, everyone, mail),
            digest_of_thread=self.threads.digest,
            people=everyone,
            talk=talk,
            mail=mail,
            line_of=self.threads.line_of,
            changed=_changed(entries, conversations),
            bodies=links.bodies,
            leads=leads,
            mentions=links.mentions,
            cards=cards,
            addresses=links.addresses,
            redirects=links.redirects,
            downloads=links.downloads,
            json_ld=JsonLd(
                publisher, settings.tagline, sections, conversations, self.threads.digest, cards
            ),
            next_build=next_build(moments, reading.at),
            view=view,
            templates=Templates(
                [settings.theme / "templates", TEMPLATES],
                {**self.hosting.constants(), "site": view},
                FILTERS,
                settings.cache / "templates",
            ),
        )

    def _threads(
        self,
        entries: Mapping[str, Entry],
        conversations: Mapping[str, Conversation],
        people: People,
        mail: ReplyAddress,
    ) -> dict[str, Later[ThreadView]]:
        base, speakers = self.settings.base_path, people.by_key
        shown = {
            key: digest_of(one.name, one.address, one.url, one.picture)
            for key, one in speakers.items()
        }
        found = {}
        for key, made in conversations.items():
            entry = entries[key]
            given = (entry.title, f"{entry.address}feed.atom")
            hangs_on = (*given, base, mail.to, *(shown[one] for one in made.people))
            found[key] = Later(
                digest_of(self.threads.digest(key), *hangs_on),
                partial(thread_view, made, *given, speakers, mail, base),
            )
        return found

    def _site_view(
        self,
        addresses: frozenset[str],
        about: str,
        entries: Mapping[str, Entry],
        sections: Mapping[str, Section],
        cards: Mapping[str | None, str],
    ) -> SiteView:
        settings = self.settings

        def menu(name: str) -> tuple[Step, ...]:
            rows = settings.get(name, ())
            return tuple(Step(label, to) for label, to in rows if to in addresses)

        campaign = entries.get(settings.get("CAMPAIGN_PAGE"))
        return SiteView(
            name=settings.name,
            tagline=settings.tagline,
            language=settings.language,
            url=settings.url,
            base_path=settings.base_path,
            menu=menu("MENU"),
            footer_menu=menu("FOOTER_MENU"),
            known=tuple(address for address in SHOWN if address in addresses),
            about=about,
            card=cards[None],
            mailbox=settings.get("REPLY_TO"),
            campaign=step(campaign) if campaign else None,
            tips_name=settings.get("TIPS_NAME", "Tips"),
        )


def _changed(
    entries: Mapping[str, Entry], conversations: Mapping[str, Conversation]
) -> dict[str, datetime]:
    """By key, when an entry's page last changed: its text or its thread (aware)."""
    found = {}
    for key, entry in entries.items():
        thread = conversations.get(key)
        moments = [when for when in (entry.changed, thread.last if thread else None) if when]
        if moments:
            found[key] = max(moments)
    return found
