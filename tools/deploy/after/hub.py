"""Telling a hub which feeds have something new, so that it passes it on to who subscribed there (W3C WebSub).

How a publisher tells its hub is left to the two (section 6 of that specification). Hubs take what PubSubHubbub
0.3, section 7.1, has: a form that is posted, hub.mode=publish and hub.url, the feed's address. That may be
repeated, but there are hubs that answer well and read one only: only a hub that is known to take several is
sent several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from plugins.entries.words import counted
from tools.deploy.after.web import Patience, Web
from tools.errors import ProjectError
from tools.web_client import Answer, Trouble

SEVERAL = {"pubsubhubbub.appspot.com": 50}
"""Hubs that take several feeds at once, by name, and how many."""
MOST = 1000
"""Feeds that a hub is told of after one publish."""
WITHIN = 120.0
"""Seconds for all of it."""
_AT_ONCE = 4
_GIVE_UP = 5
"""Refusals, with no feed taken, after which the rest is not asked."""


def tell_hub(
    hub: str, feeds: Sequence[str], patience: Patience | None = None, within: float = WITHIN
) -> str:
    """feeds: absolute addresses, the weightiest first. Answers what was done, in a sentence; raises
    ProjectError when the hub did not take all."""
    if not feeds:
        return "no feed has anything new"
    name = urlsplit(hub).hostname or hub
    told = feeds[:MOST]
    run = _Run(hub, name)
    try:
        asyncio.run(run.all(told, patience or Patience(parallel=_AT_ONCE), within))
    except TimeoutError:
        run.troubles.append(f"the time was over after {within:g} s")
    except Trouble as trouble:
        run.troubles.append(str(trouble))
    if run.troubles:
        took = f"took {run.took:,} of {counted(len(told), 'feed')}: " if run.took else ""
        raise ProjectError(
            f"the hub {name} {took or 'was not told of any feed: '}{run.troubles[0]}"
        )
    more = f" (of {len(feeds):,}, those nearest to the home page)" if len(feeds) > MOST else ""
    return f"told {name} of {counted(len(told), 'feed')}{more}"


class _Run:
    """took: feeds that the hub has taken. troubles: what it said to others."""

    def __init__(self, hub: str, name: str) -> None:
        self.hub = hub
        self.several = SEVERAL.get(name, 1)
        self.took = 0
        self.troubles: list[str] = []

    async def all(self, feeds: Sequence[str], patience: Patience, within: float) -> None:
        """Raises Trouble and TimeoutError, and goes on after a refusal."""
        batches = [feeds[n : n + self.several] for n in range(0, len(feeds), self.several)]
        # One goes ahead: what is wrong with the hub is found out once.
        async with asyncio.timeout(within), Web(patience, feeds[0]) as web:
            await self._tell(web, batches[0])
            waiting = iter(batches[1:])

            async def work() -> None:
                for batch in waiting:
                    if len(self.troubles) >= _GIVE_UP and not self.took:
                        return
                    await self._tell(web, batch)

            works = [asyncio.ensure_future(work()) for _ in range(_AT_ONCE)]
            try:
                await asyncio.gather(*works)
            finally:
                for one in works:
                    one.cancel()

    async def _tell(self, web: Web, feeds: Sequence[str]) -> None:
        form = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)])
        answer = await web.post(self.hub, form.encode(), "application/x-www-form-urlencoded")
        if 200 <= answer.status < 300:
            self.took += len(feeds)
        elif len(feeds) > 1 and 400 <= answer.status < 500 and answer.status != 429:
            for feed in feeds:
                await self._tell(web, [feed])
        else:
            self.troubles.append(_refusal(feeds[0], answer))


def _refusal(feed: str, answer: Answer) -> str:
    said = f' ("{answer.words}")' if answer.words else ""
    match answer.status:
        case 429:
            return f"it was asked too often (429){said}"
        case 404 | 405 | 410:
            return f"nothing of the kind is at that address ({answer.status}); look at WEBSUB_HUB"
        case status if status >= 500:
            return f"it fails ({status}){said}"
        case status if 300 <= status < 400:
            return f"it sends us to {answer.headers.get('Location', '')[:80]}; write that as WEBSUB_HUB"
        case status:
            return f"it refuses {feed} ({status}){said}"
