'''What follows once a release was seen live: each step once a release, its outcome in `Head.after`.

Work that must not come before readers can see what it speaks of waits here. It is a function of the news and
the settings that answers in words what it did, or raises ProjectError, and a row in STEPS:

    def mail_replies(news: News, settings: Mapping[str, Any]) -> str:
        """Tell who asked for it that somebody answered."""
        for thread, comments in news.new_comments.items():
            ...
        return "told 3 people of answers"

    Step("replies", wanted=lambda settings: bool(settings.get("REPLY_MAIL")), work=mail_replies)

A step that failed is due again at the next publish, with all that has come since it last went well: so it may
be asked for the same thing twice (some of it was done, or somebody went back a release and forward again).
One that speaks to people keeps its own record of whom it has told what.
'''

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.deploy.after.hub import tell_hub
from tools.deploy.after.indexnow import ENDPOINT, tell_engines
from tools.deploy.after.news import News
from tools.deploy.release import Head, Release, noted
from tools.errors import ProjectError

Settings = Mapping[str, Any]
_NOT_YET = "failed: was not done yet"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """name: under which its outcome is kept ("hub"). wanted: whether the settings ask for it. work: does it,
    and answers in words; raises ProjectError that says why it could not."""

    name: str
    wanted: Callable[[Settings], bool]
    work: Callable[[News, Settings], str]


def _hub(news: News, settings: Settings) -> str:
    return tell_hub(settings["WEBSUB_HUB"], news.feeds)


def _indexnow(news: News, settings: Settings) -> str:
    pages = (*news.pages, *news.gone)
    endpoint = settings.get("INDEXNOW_ENDPOINT") or ENDPOINT
    return tell_engines(news.site_url, settings["INDEXNOW_KEY"], pages, endpoint)


STEPS = (
    FollowUp("hub", lambda settings: bool(settings.get("WEBSUB_HUB")), _hub),
    FollowUp("indexnow", lambda settings: bool(settings.get("INDEXNOW_KEY")), _indexnow),
)


def silent(_: str, __: str) -> None:
    """Nobody listens."""


def due(head: Head, settings: Settings, steps: Iterable[FollowUp] = STEPS) -> tuple[FollowUp, ...]:
    """What is wanted and has not been done for a release; nothing before it was seen live."""
    if not head.seen:
        return ()
    return tuple(step for step in steps if step.wanted(settings) and not done(head, step.name))


def done(head: Head, name: str) -> bool:
    said = head.after.get(name, "")
    return bool(said) and not said.startswith("failed")


def awaiting(head: Head, settings: Settings, steps: Iterable[FollowUp] = STEPS) -> Head:
    """The head with what is due written down as not done. Recorded at the host before `follow`, it makes
    the next publish do what one that was stopped in between has not."""
    left = [step for step in due(head, settings, steps) if step.name not in head.after]
    return noted(head, **{step.name: _NOT_YET for step in left})


def follow(
    news: News,
    settings: Settings,
    head: Head,
    now: Callable[[], datetime],
    *,
    earlier: Sequence[Head] = (),
    load: Callable[[str], Release] | None = None,
    tell: Callable[[str, str], None] = silent,
    steps: Iterable[FollowUp] = STEPS,
) -> Head:
    """Do what is due, one step after the other; one that fails hinders no other.

    head: that of news.release as it is now. now: aware. earlier: the other releases that are kept; with
    `load`, which answers one by its id, a step that failed then gets what it missed. tell: is told each
    step's name and what it says. Answers the head with what came of it, to be recorded.
    """
    for step in due(head, settings, steps):
        try:
            said = step.work(_missed(step.name, news, earlier, load), settings)
            outcome = now().isoformat(timespec="seconds")
        except ProjectError as error:
            said, outcome = f"failed: {error}", f"failed: {error}"
        except Exception as error:  # noqa: BLE001 - a defect in one step is told, and hinders no other
            said = outcome = f"failed: {type(error).__name__}: {error}"
        tell(step.name, said)
        head = noted(head, **{step.name: outcome[:500]})
    return head


def _missed(
    name: str, news: News, earlier: Sequence[Head], load: Callable[[str], Release] | None
) -> News:
    """The news since the last release after which the step had nothing left to do."""
    if load is None:
        return news
    older = sorted((one for one in earlier if one.id < news.release.id), key=lambda one: one.id)
    if not older or news.before is None:
        return news
    # Not seen: nothing was done. Failed: it was not done. Seen and not there: it was not wanted then.
    good = [one for one in older if one.seen and not one.after.get(name, "").startswith("failed")]
    since = good[-1].id if good else None
    if since == news.before.id:
        return news
    return news.since(load(since) if since else None)
