"""Somebody at the keyboard who publishes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.deploy.hosts import Host, Web
from tests.sites import Site
from tools.deploy.address import parse_address
from tools.deploy.desk import Desk
from tools.deploy.history import status
from tools.deploy.progress import unseen
from tools.deploy.publishing import Choices, publish, roll_back


@dataclass
class Author:
    """Somebody at the keyboard, with a site and a host."""

    site: Site
    host: Host
    web: Web
    desk: Desk
    answer: bool = True
    questions: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def ask(self, question: str) -> bool:
        self.questions.append(question)
        return self.answer

    def publish(self, **choices: bool) -> str:
        self.shown.clear()
        self._later()
        return publish(self.desk, Choices(**choices), self.ask, self.shown.append, unseen)

    def back(self, typed: str | None = None) -> str:
        self.shown.clear()
        self._later()
        return roll_back(self.desk, typed, self.ask, self.shown.append, unseen)

    def status(self) -> str:
        self.shown.clear()
        return status(self.desk, self.shown.append)

    @property
    def told(self) -> str:
        return "\n".join(self.shown)

    def _later(self) -> None:
        now = self.desk.now() + timedelta(minutes=1)
        self.desk = replace(self.desk, now=lambda: now)


def author_of(site: Site, host: Host, web: Web) -> Author:
    """With a clock that goes on by a minute with each command."""
    desk = Desk(
        root=site.folder,
        content=site.content,
        address=parse_address(host.address),
        settings={"PUBLISH_SEEN_WITHIN": 2},
        site_url=web.url,
        zone=ZoneInfo("Australia/Sydney"),
        now=lambda: datetime(2026, 11, 25, 8, tzinfo=UTC),
        wait=lambda _: None,
    )
    return Author(site, host, web, desk)
