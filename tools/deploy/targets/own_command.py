"""What hosts have in common that are sent to by a command of their own (Netlify, Cloudflare Pages).

Both take a whole site, ask for the files that they do not have, and make it live in one step when all is
there: a stopped publish leaves the old site, and what has arrived is not sent again.

They tell which deploy is live, but not what is in it. So releases are kept on this machine, in
`.cache/publish/<scheme>-<name>/` (tools.deploy.targets.kept_releases), and:

- a deploy is sent with a mark made of the release's id, by which it is known again even when we were
  killed before its number was noted;
- when the live deploy was not made from here (another machine, the host's dashboard), nobody can say which
  files differ. `current` is then the last release from here, `drift` counts every file of it as changed,
  and `unfinished` says why. Without a record on this machine `current` is None, and the publish is the
  first as seen from here; it replaces whatever is live as a whole;
- the lock is this machine's. Of two machines at once the later deploy is live, and either is whole; one
  that was live before the lock was taken is noticed;
- a command may outlive us when we are killed, and its deploy may yet go live: it is known by its mark. The
  next publish takes away what such a command still reads, so it fails instead of coming after.
"""

from __future__ import annotations

import contextlib
import errno
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plugins.atomic import locked
from tools.deploy.address import Address
from tools.deploy.manifest import Manifest, total
from tools.deploy.progress import Progress
from tools.deploy.release import Head, Release
from tools.deploy.targets.command_line import CommandLine, Program, Refused
from tools.deploy.targets.kept_releases import KeptReleases
from tools.deploy.targets.target import Drift, Job, Sent
from tools.errors import ProjectError, as_project_error

_UNSURE = frozenset({"network", "time", "killed", "odd"})
"""After which a deploy may have gone live all the same."""


@dataclass(frozen=True, slots=True)
class LiveDeploy:
    """The deploy that is live. deploy: what the host calls it. mark: what it was sent with. about: what
    else the host tells of it, for a reader; may be empty."""

    deploy: str
    mark: str
    about: str


class OwnCommandTarget(ABC):
    atomic = True
    program: Program

    def __init__(self, address: Address, root: Path) -> None:
        self.address = address
        name = re.sub(r"[^A-Za-z0-9._-]", "_", "-".join(filter(None, (address.host, address.path))))
        folder = root / ".cache" / "publish" / f"{address.scheme}-{name}"
        self.kept = KeptReleases(folder, self.wrong)
        self.command = CommandLine(self.program, str(address))
        self._shown: LiveDeploy | None = None

    # --- what each host does its own way ---------------------------------------------------------

    @abstractmethod
    def shown(self) -> LiveDeploy | None:
        """What is live now, None when nothing ever was. Raises ProjectError when it cannot be asked."""

    @abstractmethod
    def mark(self, identity: str) -> str:
        """What `Shown.mark` is when that release is live."""

    @abstractmethod
    def check(self, manifest: Manifest) -> None:
        """Raises ProjectError when the host would not take a site of these files as it is."""

    @abstractmethod
    def deployed(self, site: Path, identity: str) -> str:
        """The site, sent and live: what the host calls the deploy."""

    def restored(self, deploys: tuple[str, ...]) -> str | None:
        """The first of the deploys that the host could make live again by itself; None when it cannot."""
        return None

    # --- questions -------------------------------------------------------------------------------

    def open(self) -> None:
        self.command.installed()
        self._shown = self.shown()

    def close(self) -> None:
        self._shown = None

    def releases(self) -> tuple[Head, ...]:
        with self._telling():
            live = {release for release, _ in self.kept.pairs()} | {self._known()}
            heads = [self.kept.head(one) for one in self.kept.ids() if one in live]
        return tuple(sorted(heads, key=lambda head: head.id, reverse=True))

    def current(self) -> str | None:
        if self._shown is None:
            return None
        with self._telling():
            return self._known() or self._last()

    def release(self, identity: str) -> Release:
        with self._telling():
            return self.kept.release(identity)

    def drift(self, release: Release) -> Drift:
        """Either nothing, or every file: see above."""
        with self._telling():
            known = self._known()
        return Drift() if known == release.id else Drift(changed=tuple(sorted(release.manifest)))

    def unfinished(self) -> str | None:
        host = self.program.host
        with self._telling():
            if self._shown is not None and self._known() is None:
                about = f" ({self._shown.about})" if self._shown.about else ""
                said = (
                    f"{host} shows deploy {self._shown.deploy}{about}, which was not made from this machine: "
                    "another machine or the dashboard did. What is in it cannot be compared, so "
                )
                if self._last() is None:
                    return (
                        said + "this counts as the first publish; it replaces the site as a whole."
                    )
                return said + "every file counts as changed. The next publish replaces it."
            on_the_way = self.kept.ids() - {one for one, _ in self.kept.pairs()} - {self._known()}
        if on_the_way:
            return (
                f"A publish stopped on the way ({max(on_the_way)}). Nothing of it is live; what arrived at "
                f"{host} is not sent again."
            )
        return None

    # --- what changes the host -------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, who: str) -> Iterator[None]:
        folder = self.kept.folder
        with self._telling():
            folder.mkdir(parents=True, exist_ok=True)
        # Who holds it is written by the lock itself: it knows the process too.
        with as_project_error(), locked(folder / "publish", str(self.address), folder, patience=1):
            now = self.shown()
            if (now and now.deploy) != (self._shown and self._shown.deploy):
                raise self.wrong(
                    f"somebody else published in the meantime (deploy {now.deploy if now else 'taken away'}); "
                    "nothing was changed by this publish. Run it again"
                )
            yield

    def send(self, job: Job, progress: Progress) -> Sent:
        """The bytes sent are those of the files that differ: the commands tell no more."""
        manifest = job.release.manifest
        self.check(manifest)
        whole = total(manifest)
        progress(0, whole)
        with self._telling():
            self._forget_what_never_was()
            site, _ = self.kept.keep(job)
        self._make_live(site, job.release.id)
        progress(whole, whole)
        sent = {*job.changes.sent, *(path for path in job.drift.changed if path in manifest)}
        return Sent(total(manifest, sent), len(sent))

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        whole = total(to.manifest)
        progress(0, whole)
        with self._telling():
            deploys = tuple(deploy for one, deploy in reversed(self.kept.pairs()) if one == to.id)
        again = self.restored(tuple(dict.fromkeys(deploys)))
        if again is not None:
            self._note_live(to.id, again)
        else:
            with self._telling():
                harm = self.kept.drift(to)
            if harm:
                first = (*harm.changed, *harm.missing, *harm.extra)[0]
                raise self.wrong(
                    f"the files of release {to.id} that were kept are not as they were ({first}); "
                    "choose another"
                )
            self._make_live(self.kept.site(to.id), to.id)
        progress(whole, whole)

    def note(self, head: Head) -> None:
        with self._telling():
            self.kept.note(head)

    # --- the steps -------------------------------------------------------------------------------

    def _make_live(self, site: Path, identity: str) -> None:
        try:
            deploy = self.deployed(site.resolve(), identity)
        except Refused as error:
            if error.kind not in _UNSURE:
                raise Refused(f"{error}. What is live is as it was", error.kind) from None
            raise Refused(
                f"{error}. What is live is the old site or the new one, whole: ./invoke publish.status "
                "tells; then publish again",
                error.kind,
            ) from None
        self._note_live(identity, deploy)

    def _note_live(self, identity: str, deploy: str) -> None:
        with self._telling():
            before = self._known()
            if before and self._shown and before not in {one for one, _ in self.kept.pairs()}:
                self.kept.went_live(before, self._shown.deploy)
            self.kept.went_live(identity, deploy)
            self._shown = LiveDeploy(deploy, self.mark(identity), "")
            newest = sorted(self.kept.ids(), reverse=True)[: self.address.keep]
            self.kept.prune(frozenset({*newest, identity}))

    def _forget_what_never_was(self) -> None:
        live = {release for release, _ in self.kept.pairs()} | {self._known()}
        self.kept.prune(frozenset(one for one in self.kept.ids() if one in live))

    def _known(self) -> str | None:
        """The release that is live, when it is one that was made from here."""
        if self._shown is None:
            return None
        ids = self.kept.ids()
        for release, deploy in self.kept.pairs():
            if deploy == self._shown.deploy and release in ids:
                return release
        return next((one for one in ids if self.mark(one) == self._shown.mark), None)

    def _last(self) -> str | None:
        """The one that went live last from here."""
        ids = self.kept.ids()
        return next((one for one, _ in reversed(self.kept.pairs()) if one in ids), None)

    # --- what is told ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """What the disk of this machine refuses, in words."""
        try:
            yield
        except OSError as error:
            place = error.filename or self.kept.folder
            why = f"{place}: {error.strerror or error}"
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                why = (
                    "the disk of this machine is full, where releases are kept to go back to. Make room, or "
                    "keep fewer (?keep=3 at the end of the address), and publish again"
                )
            raise self.wrong(why) from error

    def wrong(self, why: str) -> ProjectError:
        return ProjectError(f"{self.address}: {why}")
