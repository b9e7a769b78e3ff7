"""The pages that list issues: `/tips/`, the latest first, and one for each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from plugins.entries.paging import Paging, page_url
from plugins.tips.model import Issue

URL = "tips/"


@dataclass(frozen=True, slots=True, eq=False)
class IssuePage:
    """The page of one issue, as Pelican's writer and pelican-sitemap take it."""

    url: str
    modified: datetime

    @property
    def save_as(self) -> str:
        return f"{self.url}index.html"


@dataclass(frozen=True, slots=True, eq=False)
class IssueList(Paging):
    """One page of a list. above: what leads to it, (name, address). year: whose page it is."""

    url: str
    title: str
    issues: tuple[Issue, ...]
    modified: datetime
    number: int = 1
    of: int = 1
    year: int | None = None
    above: tuple[tuple[str, str], ...] = ()

    topic = None  # lists of posts have one
    template = "tips"

    @property
    def by_year(self) -> tuple[tuple[int, tuple[Issue, ...]], ...]:
        return tuple((year, tuple(group)) for year, group in groupby(self.issues, _year))


def lists(
    issues: Sequence[Issue], name: str, size: int, changed: dict[str, datetime]
) -> list[IssueList]:
    """Every page. issues: the latest first. changed: when each issue's page last changed, by key."""
    starts = range(0, len(issues), size)
    made = [
        IssueList(
            url=page_url(URL, number),
            title=name,
            issues=tuple(issues[start : start + size]),
            modified=_latest(issues[start : start + size], changed),
            number=number,
            of=len(starts),
        )
        for number, start in enumerate(starts, 1)
    ]
    for year, group in groupby(issues, _year):
        shown = tuple(group)
        made.append(
            IssueList(
                url=f"{URL}{year}/",
                title=f"{name} in {year}",
                issues=shown,
                modified=_latest(shown, changed),
                year=year,
                above=((name, f"/{URL}"),),
            )
        )
    return made


def _latest(issues: Sequence[Issue], changed: dict[str, datetime]) -> datetime:
    return max(changed[issue.entry.key] for issue in issues)


def _year(issue: Issue) -> int:
    return issue.year
