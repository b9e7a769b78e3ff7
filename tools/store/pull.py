"""Bring the copy of a remote store up to date, whole or not at all.

1. Ask for the index, on condition that it has changed; what is asked for next is what the index has
   and the copy has not (also a file that was damaged here).
2. Fetch those, a few at a time, into a new generation; link in what stays.
3. Check each: its hash, its form and its entry, its count. One that is wrong ends the pull.
4. Switch, so that the copy is the new one.

Until 4 the copy stands as it was; whatever goes wrong is a StoreFault.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from plugins.characters import printable
from plugins.conversations.store import parse_thread
from plugins.faults import Report
from tools.store import snapshots
from tools.store.address import Address, parse_address
from tools.store.faults import StoreFault, first_of, size_of
from tools.store.fetch import Client
from tools.store.limits import DEFAULT_LIMITS, Limits
from tools.store.model import Index, Listed, parse_index

_PUBLISHED_AGAIN = (
    "it may be in the middle of being published, so pull again; if it stays, its owner has to "
    "publish the store again, threads first and then the index"
)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did, as entry keys in order; `bytes` came over the wire; `folder` is the store."""

    address: str
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    bytes: int
    folder: Path

    def __str__(self) -> str:
        def threads(keys: tuple[str, ...]) -> str:
            return f"{len(keys)} thread{'s' * (len(keys) != 1)}"

        gone = f", {self.gone()}" if self.removed else ""
        return (
            f"Pulled {threads(self.changed)} ({size_of(self.bytes)}) from {self.address}; "
            f"{len(self.unchanged)} unchanged{gone}."
        )

    def gone(self) -> str:
        """The threads that the store has no more, the first few by name."""
        named = ", ".join(self.removed[:5]) + (" …" if len(self.removed) > 5 else "")
        return f"{len(self.removed)} gone from the store: {named}"


def pull(
    address: str,
    copy: Path,
    limits: Limits = DEFAULT_LIMITS,
    token: str | None = None,
    host_key: str | None = None,
) -> Pulled:
    """Bring the copy in the folder `copy` up to date with the store at `address`.

    token: sent as a bearer token. host_key: the one key that may speak as the host; without it badges
    go unchecked here. Raises ProjectError for an address that cannot be pulled from, and
    StoreFault, the copy being as it was, for whatever else is wrong.
    """
    where = parse_address(address)
    client = Client(where, limits, token)
    try:
        return _Pull(where, copy, limits, client, host_key).run()
    except OSError as error:
        came = f"the copy in {copy} cannot be written ({error.strerror or error})"
        raise StoreFault(str(where), came, "make room there, or make the folder writable") from None
    finally:
        client.close()


class _Pull:
    def __init__(
        self, where: Address, home: Path, limits: Limits, client: Client, host_key: str | None
    ) -> None:
        self.where, self.home, self.limits, self.client = where, home, limits, client
        self.host_key = host_key
        self.old = snapshots.read_copy(home, str(where))
        self.sound = self.old.sound() if self.old else {}

    def run(self) -> Pulled:
        index, raw, etag, last_modified = self._index()
        old = self.old.index.threads if self.old else {}
        wanted = sorted(
            key
            for key, listed in index.threads.items()
            if key not in self.sound or old[key] != listed
        )
        kept = tuple(sorted(index.threads.keys() - set(wanted)))
        gone = tuple(sorted(old.keys() - index.threads.keys()))
        fresh = self.old is None or bool(wanted or gone) or not self.old.is_whole(self.sound)
        generation = (
            snapshots.begin(self.home) if fresh or not self.old else self.old.threads.parent
        )
        try:
            if fresh:
                self._fill(generation, index, raw, wanted, kept)
            pointer = snapshots.Pointer(
                address=str(self.where),
                generation=generation.name,
                etag=etag,
                last_modified=last_modified,
                checked=snapshots.now(),
            )
            if fresh:
                snapshots.switch(self.home, pointer)
            else:
                snapshots.point(self.home, pointer)
        except BaseException:
            if fresh:
                snapshots.discard(self.home, generation)
            raise
        if fresh and self.old:
            snapshots.retire(self.home, self.old.pointer)
        snapshots.tidy(self.home, generation.name)
        threads = generation / "threads"
        return Pulled(str(self.where), tuple(wanted), kept, gone, self.client.received, threads)

    def _index(self) -> tuple[Index, bytes, str | None, str | None]:
        """The index that holds now, as values and as bytes, and its validators."""
        conditions = {}
        if self.old:
            known = {
                "If-None-Match": self.old.pointer.etag,
                "If-Modified-Since": self.old.pointer.last_modified,
            }
            conditions = {name: value for name, value in known.items() if value}
        into = io.BytesIO()
        answer = self.client.get("index.json", into, self.limits.index, conditions)
        if answer is None and self.old:
            pointer = self.old.pointer
            return self.old.index, self.old.index.to_json(), pointer.etag, pointer.last_modified
        raw = into.getvalue()
        index = parse_index(raw, f"{self.where}index.json")
        if answer is None:
            raise AssertionError("a request without conditions is answered 200 or refused")
        return index, raw, answer.etag, answer.last_modified

    def _fill(
        self,
        generation: Path,
        index: Index,
        raw: bytes,
        wanted: list[str],
        kept: Iterable[str],
    ) -> None:
        threads = generation / "threads"
        for kind in {key.split("/", 1)[0] for key in index.threads}:
            (threads / kind).mkdir()
        if self.old:
            for key in kept:
                self.client.take_room(self.sound[key])
                snapshots.keep(self.old.threads / f"{key}.json", threads / f"{key}.json")
        with (generation / "index.json").open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        hashes = self._fetch(wanted, threads)
        wrong = [
            said
            for key in wanted
            if (said := self._fault_of(key, index.threads[key], hashes[key], threads))
        ]
        if wrong:
            raise StoreFault(
                wrong[0][0], first_of([w[1] for w in wrong], "thread"), _PUBLISHED_AGAIN
            )

    def _fetch(self, keys: list[str], threads: Path) -> dict[str, str]:
        """Every file's hash, as it came. Raises the first thing that went wrong, at once."""

        def one(key: str) -> str:
            with (threads / f"{key}.json").open("w+b") as file:
                answer = self.client.get(f"{key}.json", file, self.limits.file)
                file.flush()
                os.fsync(file.fileno())
            if answer is None:
                raise AssertionError("a request without conditions is answered 200 or refused")
            return answer.sha256

        with ThreadPoolExecutor(self.limits.parallel, "pull") as workers:
            asked: dict[Future[str], str] = {workers.submit(one, key): key for key in keys}
            try:
                done, _ = wait(asked, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
            except BaseException:
                workers.shutdown(wait=False, cancel_futures=True)
                self.client.close()
                raise
            return {key: future.result() for future, key in asked.items()}

    def _fault_of(
        self, key: str, listed: Listed, sha256: str, threads: Path
    ) -> tuple[str, str] | None:
        """The address and what is wrong with a thread's file, or None."""
        url = f"{self.where}{key}.json"
        if sha256 != listed.sha256:
            return url, f"its sha256 is {sha256[:12]}…, the index says {listed.sha256[:12]}…"
        report = Report()
        raw = (threads / f"{key}.json").read_bytes()
        thread = parse_thread(raw, url, report, self.host_key)
        if thread is None:
            said = [
                f"line {fault.line}: {fault.message}" if fault.line else fault.message
                for fault in report.faults
            ]
            return url, first_of([printable(one, 200) for one in said], "fault")
        if thread.entry != key:
            return url, f'its entry is "{thread.entry}", the index says "{key}"'
        if len(thread.comments) != listed.comments:
            return url, f"it has {len(thread.comments)} comments, the index says {listed.comments}"
        return None
