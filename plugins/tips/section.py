"""Issues in a build: a page for each, lists of all and of each year, and the mail when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from markupsafe import Markup

from plugins import words as interface
from plugins.entries.facts import NO_FACTS, Facts
from plugins.entries.kinds import Kind
from plugins.entries.model import Entry, dated
from plugins.entries.paging import paged
from plugins.entries.reading import Reading
from plugins.entries.section import Section
from plugins.entries.settings import Settings
from plugins.entries.site import Site, step
from plugins.entries.views import EntryItem, EntryView, ListView, Place, Step
from plugins.outputs.model import Output, view_of
from plugins.tips import extras
from plugins.tips.checking import MONTH, faults_of
from plugins.tips.mail import Mail, mail_of
from plugins.tips.mail_feed import mail_feed
from plugins.tips.model import Issue
from plugins.tips.shaping import parts, shaped, titles
from plugins.words import titled

ROOT = "/tips/"
MAIL_FEED = f"{ROOT}mail.rss"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView(EntryView):
    """month: `June 2026`. titles: (kind, title) of each item."""

    month: str
    titles: tuple[tuple[str, Markup], ...]
    earlier: Step | None
    later: Step | None


@dataclass(frozen=True, slots=True)
class IssueItem(EntryItem):
    month: str
    titles: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueListView(ListView):
    """by_year: what stands on this page. year: whose list it is; None of all. total: of the whole list."""

    by_year: tuple[tuple[int, tuple[IssueItem, ...]], ...]
    year: int | None
    total: int


class Tips(Section):
    """issues: the latest first."""

    template = "tips_issue"
    mail_feed = MAIL_FEED

    def __init__(
        self, kind: Kind, entries: Iterable[Entry], settings: Settings, reading: Reading
    ) -> None:
        super().__init__(kind, entries, settings, reading)
        self.name: str = settings.get("TIPS_NAME", titled("tips", "Tips"))
        self.crumb = Step(self.name, ROOT)
        made = {entry.key: self._checked(entry) for entry in self.entries}
        self.entries = tuple(made[entry.key] or entry for entry in self.entries)
        issues = [self._issue(entry) for entry in made.values() if entry is not None]
        ordered = sorted(issues, key=lambda one: one.entry.id)
        self.issues: tuple[Issue, ...] = tuple(_in_a_row(ordered))[::-1]
        self.feed = None
        if self.issues:
            about = interface.text("tips.about", name=self.name)
            self.feed = (ROOT, interface.text("feed.of", site=settings.name, of=self.name), about)

    def addresses(self) -> Iterable[str]:
        if self.issues:
            yield from (place.address for _, pages in self._lists() for place, _ in pages)
            yield MAIL_FEED

    def facts(self, entry: Entry) -> Facts:
        issue = self.by_key.get(entry.key)
        return Facts(f"{self.name} · {issue.month}") if issue else NO_FACTS

    @property
    def by_key(self) -> dict[str, Issue]:
        return {issue.entry.key: issue for issue in self.issues}

    def view(self, entry: Entry, site: Site) -> EntryView:
        issue = self.by_key[entry.key]
        return IssueView(
            **site.entry_page(entry, ROOT),
            month=issue.month,
            titles=issue.titles,
            earlier=step(issue.earlier) if issue.earlier else None,
            later=step(issue.later) if issue.later else None,
        )

    def lists(self, site: Site) -> Iterator[Output]:
        if not self.issues:
            return
        for year, pages in self._lists():
            title = (
                interface.text("tips.title_year", name=self.name, year=year) if year else self.name
            )
            total = sum(len(shown) for _, shown in pages)
            for place, shown in pages:
                view = IssueListView(
                    **site.list_page(title, place, [Step(self.name, ROOT)] if year else []),
                    by_year=tuple(
                        (y, tuple(_item(one, site) for one in group))
                        for y, group in groupby(shown, lambda one: one.year)
                    ),
                    year=year,
                    total=total,
                )
                listed = [one.entry for one in shown]
                yield Output(place.address, view, "tips", site.lastmod(listed))
        latest = self.issues[0].entry
        feed = mail_feed(
            [(self.mail(latest.id, site), latest)],
            self.settings.name,
            f"{self.settings.url}{MAIL_FEED}",
            self.settings.language,
        )
        yield Output(MAIL_FEED, feed, str)

    def mail(self, identity: str, site: Site) -> Mail:
        """The mail of an issue. Raises KeyError for no issue."""
        issue = {one.entry.id: one for one in self.issues}[identity]
        entry, url = issue.entry, self.settings.url
        date, earlier = dated(entry), dated(issue.earlier) if issue.earlier else None
        said = extras.said(
            site.entries,
            site.conversations,
            extras.month_before(date, earlier),
            date,
            url,
        )
        agenda = getattr(site.sections.get("meetups"), "agenda", None)
        at = extras.moment_of(date, self.settings.at)
        meeting = extras.next_meeting(agenda.meetups, at, url) if agenda else None
        text = parts(site.bodies[entry.key].make())
        return mail_of(issue, text, said, meeting, self.name, url, site.templates)

    def _lists(self) -> list[tuple[int | None, list[tuple[Place, tuple[Issue, ...]]]]]:
        """Of all, and of each year: the pages, with the issues on each."""
        years = [
            (year, paged(f"{ROOT}{year}/", tuple(group), len(self.issues)))
            for year, group in groupby(self.issues, lambda one: one.year)
        ]
        return [(None, paged(ROOT, self.issues, self.settings.get("TIPS_SIZE", 24))), *years]

    def _checked(self, entry: Entry) -> Entry | None:
        """The entry as the theme shows it; None of one that is no issue, which is told."""
        reading = self.reading
        date = dated(entry).astimezone(reading.zone)
        faults = list(faults_of(entry.source, entry.id, date))
        if entry.head.status == "draft":
            # It is being written: what it lacks is told, and what is there can be looked at.
            reading.report.warnings.extend(faults)
            faults = [fault for fault in faults if not MONTH.fullmatch(entry.id)]
        reading.report.faults.extend(faults)
        if faults:
            reading.faulty |= {entry.place, entry.key}
            return None
        return replace(entry, body=shaped(entry.body), show_contents=False)

    def _issue(self, entry: Entry) -> Issue:
        head: Any = entry.head
        return Issue(entry, titles(entry.body.html), head.preheader or entry.summary)


def _item(issue: Issue, site: Site) -> IssueItem:
    listed = site.item(issue.entry)
    return view_of(IssueItem, listed, month=issue.month, titles=issue.titles)


def _in_a_row(issues: list[Issue]) -> Iterator[Issue]:
    """Each with those before and after it. issues: the earliest first."""
    for number, issue in enumerate(issues):
        earlier = issues[number - 1].entry if number else None
        later = issues[number + 1].entry if number + 1 < len(issues) else None
        yield replace(issue, earlier=earlier, later=later)
