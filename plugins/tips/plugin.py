"""The Pelican side: issues into the build's context, their pages, lists and feeds, and the mail.

Reads `entries` and `reading`, and at the end `bodies`, `conversations` and, when there is one, the
meetups' `agenda`; leaves, when there is any issue,

    issues   every public Issue, the latest first
    mail_of  (id of an issue) -> its Mail, made when it is asked for

replaces the bodies of issues by what the theme shows, adds its feeds to `followed`, what stands on cards
to `bylines` and its pages to `addresses`. A site without issues has no generator of this plugin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.generators import Generator

from plugins.entries.model import Entry, dated
from plugins.entries.reading import Reading
from plugins.tips import archive, surrounding
from plugins.tips.checking import MONTH, faults_of
from plugins.tips.mail import LEAVE, Mail, for_mail, inlined, text_part
from plugins.tips.mail_feed import mail_feed
from plugins.tips.model import Issue, Item, Text
from plugins.tips.shaping import parts, shaped, titles

MAIL_FEED = "/tips/mail.rss"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class TipsGenerator(Generator):
    def generate_context(self) -> None:
        context, settings = self.context, self.settings
        reading: Reading = context["reading"]
        self.name: str = settings.get("TIPS_NAME", "Tips")
        self.site: str = settings["SITEURL"]
        self.issues: list[Issue] = []
        for entry in [one for one in context["entries"].values() if one.kind == "tips"]:
            date = dated(entry).astimezone(reading.zone)
            faults = list(faults_of(entry.source, entry.id, date))
            if entry.head.status == "draft":
                # It is being written: what it lacks is told, and what is there can be looked at.
                reading.report.warnings.extend(faults)
                faults = [fault for fault in faults if not MONTH.fullmatch(entry.id)]
            reading.report.faults.extend(faults)
            if faults:
                reading.faulty |= {entry.place, entry.key}
                continue
            made = replace(entry, body=shaped(entry.body), show_contents=False)
            context["entries"][entry.key] = made
            self.issues.append(self._issue(made))
        self.issues = list(_in_a_row(sorted(self.issues, key=lambda one: one.entry.id)))[::-1]
        if not self.issues:
            return
        size = settings.get("TIPS_SIZE", 24)
        self.lists = archive.lists(self.issues, self.name, size, self._changed({}))
        context["issues"] = tuple(self.issues)
        context["mail_of"] = self.mail
        context["tips_name"] = self.name
        context["tips_mail_feed"] = MAIL_FEED
        context["bylines"] |= {one.entry.key: f"{self.name} · {one.month}" for one in self.issues}
        about = f"{self.name}: four things a month to try."
        entries = tuple(issue.entry for issue in self.issues)
        context["followed"].append(
            ("/tips/", f"{settings['SITENAME']}: {self.name}", about, entries)
        )
        context["addresses"] |= {page.address for page in self.lists} | {MAIL_FEED}

    def generate_output(self, writer: Any) -> None:
        if not self.issues:
            return
        context = self.context
        changed = self._changed(context["changed"])
        template = self.get_template("tips_issue")
        for issue in self.issues:
            page = archive.IssuePage(issue.entry.address[1:], changed[issue.entry.key])
            writer.write_file(page.save_as, template, context, page=page, issue=issue)
        size = self.settings.get("TIPS_SIZE", 24)
        for listing in archive.lists(self.issues, self.name, size, changed):
            template = self.get_template(listing.template)
            writer.write_file(listing.save_as, template, context, page=listing)
        mails = [(self.mail(issue.entry.id), issue.entry) for issue in self.issues[:1]]
        path = Path(self.output_path) / MAIL_FEED.lstrip("/")
        feed = mail_feed(mails, self.settings["SITENAME"], f"{self.site}{MAIL_FEED}")
        path.write_text(feed, encoding="utf-8", newline="\n")

    def mail(self, identity: str) -> Mail:
        """The mail of an issue, when everything has been gathered. Raises KeyError for no issue."""
        issue = {one.entry.id: one for one in self.issues}[identity]
        entry, context = issue.entry, self.context
        url = f"{self.site}{entry.address}"
        text = _settled(parts(context["bodies"][entry.key]), url)
        at = surrounding.moment_of(dated(entry), context["reading"].at)
        since = surrounding.month_before(
            dated(entry), dated(issue.earlier) if issue.earlier else None
        )
        said = surrounding.said(
            context["entries"], context["conversations"], since, dated(entry), self.site
        )
        agenda = context.get("agenda")
        meeting = surrounding.next_meeting(agenda.meetups, at, self.site) if agenda else None
        mail = Mail(
            month=entry.id,
            subject=entry.title,
            preheader=issue.preheader,
            html="",
            text="",
            url=url,
            archive=f"{self.site}/tips/",
            name=self.name,
        )
        html = self.get_template("tips_mail").render(
            context, issue=issue, text=text, said=said, meeting=meeting, mail=mail, leave=LEAVE
        )
        made = text_part(issue, text, said, meeting, mail)
        return replace(mail, html=inlined(html), text=made)

    def _issue(self, entry: Entry) -> Issue:
        head: Any = entry.head
        return Issue(entry, titles(entry.body.html), head.preheader or entry.summary)

    def _changed(self, known: dict[str, datetime]) -> dict[str, datetime]:
        """When the page of each issue last changed, by its text or its thread."""
        return {
            one.entry.key: known.get(one.entry.key) or one.entry.changed or _NEVER
            for one in self.issues
        }


def _in_a_row(issues: list[Issue]) -> Iterator[Issue]:
    """Each with those before and after it. issues: the earliest first."""
    for number, issue in enumerate(issues):
        earlier = issues[number - 1].entry if number else None
        later = issues[number + 1].entry if number + 1 < len(issues) else None
        yield replace(issue, earlier=earlier, later=later)


def _settled(text: Text, url: str) -> Text:
    """The parts as they can stand in a mail."""

    def item(one: Item) -> Item:
        return replace(
            one,
            title=for_mail(one.title, url),
            html=for_mail(one.html, url),
            attempt=for_mail(one.attempt, url),
            note=for_mail(one.note, url),
        )

    return Text(
        for_mail(text.opening, url), tuple(map(item, text.items)), for_mail(text.closing, url)
    )


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(pelican: Pelican) -> type[TipsGenerator] | tuple[()]:
    return TipsGenerator if (Path(pelican.settings["PATH"]) / "tips").is_dir() else ()
