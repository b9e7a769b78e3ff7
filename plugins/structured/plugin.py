"""The Pelican side: leaves `json_ld` in the context, a function that the theme calls with the entry or
listing that a page shows. Reads `conversations`, `card_of` and, of a meetup, `event_of`, of a resource,
`work_of`."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pelican import signals

from plugins.entries.model import Entry
from plugins.structured.json_ld import Site, breadcrumbs_ld, entry_ld, script, website_ld


class StructuredGenerator:
    """Gathers only."""

    def __init__(self, context: dict[str, Any], settings: dict[str, Any], **_: Any) -> None:
        self.context = context
        self.settings = settings

    def generate_context(self) -> None:
        settings = self.settings
        url = settings["SITEURL"]
        about = self.context["entries"].get("pages/about")
        site = Site(
            url,
            settings["SITENAME"],
            settings["AUTHOR"],
            f"{url}{about.address if about else '/'}",
            f"{url}/icon-512.png",
        )

        def json_ld(shown: Any) -> Markup:
            steps = [(site.name, f"{url}/")]
            if isinstance(shown, Entry):
                if shown.kind == "posts":
                    steps.append(("Archive", f"{url}/archive/"))
                if shown.kind == "meetups":
                    steps.append(("Meetups", f"{url}/meetups/"))
                if shown.kind == "resources":
                    steps.append(("Resources", f"{url}/resources/"))
                if shown.kind == "tips":
                    steps.append((self.context["tips_name"], f"{url}/tips/"))
                steps.append((shown.title, f"{url}{shown.address}"))
                thread = self.context["conversations"].get(shown.key)
                card = f"{url}{self.context['card_of'](shown)}"
                things = [entry_ld(shown, thread, card, site), breadcrumbs_ld(steps)]
                if shown.kind == "meetups":
                    author = site.author_thing(site.author)
                    event = self.context["event_of"](shown, card, author)
                    things[0]["about"] = {"@id": event["@id"]}
                    things.append(event)
                if shown.kind == "resources":
                    things[0]["about"] = self.context["work_of"](shown)
                return script(things)
            if shown.address == "/":
                return script([website_ld(site, settings["SITESUBTITLE"])])
            if getattr(shown, "series", None) is not None:
                steps.append(("Meetups", f"{url}/meetups/"))
            steps += [(name, f"{url}{address}") for name, address in getattr(shown, "above", ())]
            if shown.topic is not None:
                steps.append(("Topics", f"{url}/topics/"))
            steps.append((shown.title, f"{url}{shown.first}"))
            return script([breadcrumbs_ld(steps)])

        self.context["json_ld"] = json_ld


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[StructuredGenerator]:
    return StructuredGenerator
