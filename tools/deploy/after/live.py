"""The live site, read back: is what readers get what was sent?

1. A sample of addresses is asked for as a reader would ask (`sample`), and what comes is compared with the
   release by content hash.
2. Those that differ are asked for again, after pauses that grow, until all agree or the time is over: a
   host or a cache may take minutes to change over.
3. Where the old is shown to the end, it is asked for past caches, to tell whether one is in the way.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL

from tools.deploy.after.altered import alteration, title
from tools.deploy.after.sample import Question, address, sample
from tools.deploy.after.seen import Difference, Kind, Seen
from tools.deploy.after.web import Patience, Web
from tools.deploy.manifest import Changes, Stamp, stamp
from tools.deploy.progress import Progress, unseen
from tools.deploy.release import Release
from tools.web_client import Answer, Trouble

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between one round and the next: each twice the one before, up to the longest."""
NOBODY = 15.0
"""Seconds that are enough where nothing answers at all: it is an address that is wrong, or a host that is down."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MOST_REDIRECTS = 5
_LARGER = 64 * 1024
"""Octets by which something may be more than twice as large as what was sent, and still be looked at."""
_PAST_CACHES = 8
"""Addresses that are asked for past caches."""
_DOWN = frozenset(("unknown", "offline", "refused", "tls"))
"""What is so of a whole host, and needs not be asked of each address."""
_NO_TIME = "was not asked for: the time was over"


@dataclass(frozen=True, slots=True)
class _Found:
    """What an address showed; of `same` it is what was sent."""

    kind: Kind | None
    words: str = ""


@dataclass
class _Look:
    """One reading back. notes: by what they are about, so that each is told once."""

    release: Release
    before: Release | None
    site: Path | None
    patience: Patience
    notes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = URL(self.release.head.site_url.rstrip("/") + "/")
        # Where a redirect may lead to: an old address is a page of its own, which hosts may turn into one.
        self.sent = {address(path): one for path, one in self.release.manifest.items()}
        self.entries = {entry.address for entry in self.release.index.entries.values()}

    def url(self, shown: str) -> URL:
        return URL(f"{str(self.root)[:-1]}{shown}", encoded=True)

    async def find(self, web: Web, question: Question, *, past_caches: bool = False) -> _Found:
        """Raises Trouble."""
        url = self.url(question.address)
        headers = {"Accept-Encoding": question.coding, "Accept": "*/*"}
        if past_caches:
            url = url.with_query({"seen": self.release.id})
            headers["Cache-Control"] = "no-cache"
        largest = max((one.size for one in (question.want, question.was) if one), default=0)
        visited = [url]
        while True:
            answer = await web.get(url, 2 * largest + _LARGER, headers)
            to = answer.headers.get("Location", "")
            if answer.status not in _REDIRECTS or not to:
                return self._judged(question, answer)
            if question.wants == "gone":
                return _Found(None)
            try:
                url = url.join(URL(to)).with_fragment(None)
            except ValueError:
                return _Found("away", "redirects to what is no address")
            if not self._at_home(visited[-1], url):
                return _Found("away", f"leads to another place, {_shortened(url)}")
            if url in visited or len(visited) > _MOST_REDIRECTS:
                return _Found("loop", f"redirects without end, at last to {_shortened(url)}")
            visited.append(url)

    def _at_home(self, left: URL, url: URL) -> bool:
        """Whether a redirect stays at the host. From http to https is fine, and noted."""
        if url.host != self.root.host or url.scheme not in {"http", "https"}:
            return False
        if url.origin() == left.origin():
            return True
        if (left.scheme, url.scheme) != ("http", "https"):
            return False
        better = str(self.root).replace(str(self.root.origin()), str(url.origin())).rstrip("/")
        self.notes["https"] = (
            f"{self.root.origin()} sends readers on to {url.origin()}: write {better} as SITEURL, so that feeds "
            "and links say so too."
        )
        return True

    def _judged(self, question: Question, answer: Answer) -> _Found:
        got = stamp(answer.body) if answer.whole else None
        if question.wants == "gone":
            return self._of_gone(question, answer, got)
        if question.wants == "nowhere":
            return self._of_nowhere(question, answer, got)
        if answer.status != 200:
            return _of_status(answer.status)
        if got == question.want or self._moved(question, answer.url, got):
            return _Found(None)
        if got is not None and got == question.was:
            return _Found("before", "shows the release before")
        return self._of_other(question, answer)

    def _moved(self, question: Question, url: URL, got: Stamp | None) -> bool:
        """Whether the page of an old address has become a redirect to where that page leads. One to the
        home page is what hosts do with what they do not have."""
        to = url.raw_path.removeprefix(self.root.raw_path.rstrip("/"))
        return (
            to not in {question.address, "/"}
            and question.address not in self.entries
            and got is not None
            and self.sent.get(to) == got
        )

    def _of_gone(self, question: Question, answer: Answer, got: Stamp | None) -> _Found:
        if answer.status in {404, 410}:
            return _Found(None)
        if answer.status != 200:
            return _of_status(answer.status)
        if got is not None and got == question.was:
            return _Found("kept", "was deleted, and is still there")
        return _Found("soft", "is not there, and the host answers 200, as if it were")

    def _of_nowhere(self, question: Question, answer: Answer, got: Stamp | None) -> _Found:
        if answer.status in {404, 410}:
            if question.want is None or got == question.want:
                return _Found(None)
            return _Found("plain", "answers 404 with a page of the host, in place of 404.html")
        if answer.status == 200:
            return _Found("soft", "is not there, and the host answers 200, as if it were")
        return _of_status(answer.status)

    def _of_other(self, question: Question, answer: Answer) -> _Found:
        if not answer.whole:
            return _Found("other", f"shows something larger than {len(answer.body):,} bytes")
        sent = self.site / question.path if self.site else None
        if (
            sent is not None
            and sent.is_file()
            and stamp(content := sent.read_bytes()) == question.want
        ):
            done = alteration(content, answer.body)
            if done:
                return _Found("altered", done)
        named = title(answer.body)
        page = f'another page, "{named}"' if named else "something else"
        return _Found("other", f"shows {page}: neither this release nor the one before")


def seen_live(
    release: Release,
    before: Release | None,
    changes: Changes,
    within: float = 300.0,
    progress: Progress = unseen,
    *,
    site: Path | None = None,
    patience: Patience | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Seen:
    """Read the live site back, at `release.head.site_url`.

    changes: from `before` to `release`; what did not change is not asked for, but for the home page, an
    asset and an address that was never there. within: seconds; once is always asked. progress: is told
    addresses that agree, of how many. site: the folder of the release, to tell what was altered on the
    way. Nothing is raised for what is wrong with the site: that is the answer.
    """
    patience = patience or Patience()
    look = _Look(release, before, site, patience)
    questions = sample(release, before, changes)
    began = clock()
    found: dict[Question, _Found] = {}
    left, pause = questions, FIRST_PAUSE
    while True:
        over = max(began + within, clock() + patience.request)
        found |= asyncio.run(_round(look, left, clock, over))
        left = tuple(question for question in questions if found[question].kind)
        progress(len(questions) - len(left), len(questions))
        nobody = all(found[question].kind == "unreachable" for question in questions)
        remaining = began + (min(within, NOBODY) if nobody else within) - clock()
        if remaining <= 0 or not any(_difference(one, found[one]).hinders for one in left):
            break
        sleep(min(pause, remaining))
        pause = min(2 * pause, LONGEST_PAUSE)
    old = [one for one in left if found[one].kind in {"before", "missing"}]
    found |= asyncio.run(_past_caches(look, {one: found[one] for one in old[:_PAST_CACHES]}))
    return Seen(
        len(questions),
        len(questions) - len(left),
        tuple(_difference(question, found[question]) for question in left),
        tuple(look.notes.values()),
        clock() - began,
    )


async def _round(
    look: _Look, questions: Iterable[Question], clock: Callable[[], float], over: float
) -> dict[Question, _Found]:
    """Ask each once, until the clock says that it is over. The first goes ahead: when it finds the host
    down, that is so for all."""
    found: dict[Question, _Found] = {}
    waiting = deque(questions)
    first = waiting.popleft()
    async with Web(look.patience, str(look.root)) as web:
        try:
            found[first] = await look.find(web, first)
        except Trouble as trouble:
            found[first] = _Found("unreachable", str(trouble))
            if trouble.kind in _DOWN:
                return dict.fromkeys((first, *waiting), found[first])

        async def work() -> None:
            while waiting:
                question = waiting.popleft()
                if clock() < over:
                    found[question] = await _asked(look, web, question)
                else:
                    found[question] = _Found("unreachable", _NO_TIME)

        await asyncio.gather(*(work() for _ in range(look.patience.parallel)))
    return found


async def _asked(look: _Look, web: Web, question: Question) -> _Found:
    try:
        return await look.find(web, question)
    except Trouble as trouble:
        return _Found("unreachable", str(trouble))


async def _past_caches(look: _Look, old: Mapping[Question, _Found]) -> dict[Question, _Found]:
    """Of those that show the old: whether only a cache does."""
    found: dict[Question, _Found] = {}
    async with Web(look.patience, str(look.root)) as web:
        for question, shows in old.items():
            try:
                past = await look.find(web, question, past_caches=True)
            except Trouble:
                break
            if past.kind is None:
                found[question] = _Found("cached", f"{shows.words}, out of a cache")
    return found


def _difference(question: Question, found: _Found) -> Difference:
    return Difference(question.shown, found.kind or "other", found.words)


def _of_status(status: int) -> _Found:
    match status:
        case 404 | 410:
            return _Found("missing", f"is not there ({status})")
        case 401 | 403 | 407:
            return _Found("refused", f"is refused ({status})")
        case _ if status >= 500 or status in {408, 429}:
            return _Found("failing", f"the host fails ({status})")
        case _:
            return _Found("other", f"the host answers {status}")


def _shortened(url: URL) -> str:
    text = str(url)
    return text if len(text) <= 80 else f"{text[:79]}…"
