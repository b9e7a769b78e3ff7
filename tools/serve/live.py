"""What is up at this moment, shared by the builds, which change it, and the browsers, which wait for it.

A state never changes; a new one takes its place at once. So a request that has taken the state
works with one site from beginning to end, whatever is built meanwhile.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from threading import Condition

from tools.serve.failure import Failure
from tools.serve.site import Site


@dataclass(frozen=True)
class State:
    """The last good site, the failure of the newest build (if it failed), and whether one is running."""

    number: int = 0
    site: Site | None = None
    failure: Failure | None = None
    failed_at: int = 0
    building: bool = True

    @property
    def decided(self) -> bool:
        """Whether a first build has ended, well or not."""
        return bool(self.site or self.failure)


class Live:
    """Holds the state; `server` is a name made for this run, by which a browser knows a restart."""

    def __init__(self) -> None:
        self.server = secrets.token_hex(4)
        self._changed = Condition()
        self._state = State()
        self._closed = False

    @property
    def state(self) -> State:
        """The state now."""
        return self._state

    @property
    def closed(self) -> bool:
        """Whether the server is about to end."""
        return self._closed

    def building(self) -> None:
        """A build has begun."""
        self._put(replace(self._state, building=True))

    def good(self, site: Site) -> None:
        """A build succeeded: its site goes up."""
        self._put(replace(self._state, site=site, failure=None, building=False))

    def failed(self, failure: Failure) -> None:
        """A build failed: the last good site stays."""
        number = self._state.number + 1
        self._put(replace(self._state, failure=failure, failed_at=number, building=False))

    def close(self) -> None:
        """Let go of everyone who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def after(self, number: int, seconds: float) -> State:
        """The state as soon as it is newer than `number`; after `seconds`, whatever it is."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state.number > number, seconds)
            return self._state

    def decided(self) -> State:
        """The state, once the first build has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state.decided)
            return self._state

    def for_browser(self, state: State) -> str:
        """A state as the JSON that `reload.js` reads."""
        failure = state.failure.for_browser() if state.failure else None
        return json.dumps(
            {
                "generation": f"{self.server}-{state.site.generation if state.site else 0}",
                "decided": state.decided,
                "building": state.building,
                "failure": failure and failure | {"id": f"{self.server}-{state.failed_at}"},
            }
        )

    def _put(self, state: State) -> None:
        with self._changed:
            self._state = replace(state, number=self._state.number + 1)
            self._changed.notify_all()
