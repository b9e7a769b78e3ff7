"""From an address to what stands there now: HEAD first, GET where that does not tell enough, and every
redirect looked at before it is followed.

A HEAD spares what is no page (a PDF, a recording) from being sent. What it refuses, or answers with an
error, is asked for with GET, since many servers do HEAD badly. A page is always read: its title says
whether it is still the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

from plugins.characters import printable
from tools.links.addresses import NotAsked, web_address
from tools.links.limits import Limits
from tools.links.politeness import LeftAlone, Politeness
from tools.web_client import Answer, Trouble

_REDIRECTS = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}


@dataclass(frozen=True, slots=True)
class Trail:
    """asked: the address as the site has it. steps: the status of each redirect and where it led.
    answer: what stands at the end; None when `trouble` or `left` says why there is none."""

    asked: URL
    steps: tuple[tuple[int, URL], ...] = ()
    answer: Answer | None = None
    trouble: Trouble | None = None
    left: LeftAlone | None = None

    @property
    def final(self) -> URL:
        return self.steps[-1][1] if self.steps else self.asked

    @property
    def for_good(self) -> bool:
        """Whether every redirect says that it is permanent."""
        return bool(self.steps) and all(status in _FOR_GOOD for status, _ in self.steps)


async def follow(typed: str, manners: Politeness, limits: Limits) -> Trail:
    """Where an address leads. Nothing is raised: what went wrong is in the trail."""
    try:
        asked = web_address(typed)
    except NotAsked as error:
        return Trail(URL(), trouble=Trouble("garbled", str(error)))
    head = await _walk(asked, asked, (), "HEAD", manners, limits)
    answer = head.answer
    if head.left or (head.trouble and head.trouble.kind not in {"lost", "cut", "garbled"}):
        return head
    if answer is not None and answer.status < 300 and _no_page(answer):
        return head
    if answer is not None and answer.status < 300:
        return await _walk(asked, head.final, head.steps, "GET", manners, limits)
    return await _walk(asked, asked, (), "GET", manners, limits)


async def _walk(
    asked: URL,
    begin: URL,
    before: tuple[tuple[int, URL], ...],
    method: str,
    manners: Politeness,
    limits: Limits,
) -> Trail:
    steps, at = list(before), begin
    seen = {asked, *(url for _, url in steps)}
    while True:
        try:
            await manners.allow(at)
            answer = await manners.ask(method, at, limits.page)
        except Trouble as trouble:
            return Trail(asked, tuple(steps), trouble=trouble)
        except LeftAlone as left:
            return Trail(asked, tuple(steps), left=left)
        location = answer.headers.get("Location")
        if answer.status not in _REDIRECTS or not location:
            return Trail(asked, tuple(steps), answer)
        try:
            target = web_address(str(at.join(URL(location))))
        except (NotAsked, ValueError):
            words = f'redirects to "{printable(location)}", which is no web address'
            return Trail(asked, tuple(steps), trouble=Trouble("garbled", words))
        steps.append((answer.status, target))
        if target in seen or len(steps) > limits.redirects:
            words = "redirects in a circle" if target in seen else "redirects again and again"
            return Trail(asked, tuple(steps), trouble=Trouble("loop", words))
        seen.add(target)
        at = target


def _no_page(answer: Answer) -> bool:
    """A server that does not say what it has is asked; only a type that is known is no page."""
    return bool(answer.media_type) and not answer.is_page
