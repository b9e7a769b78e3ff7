"""A branch of a remote of this repository, as GitHub Pages serves it: `github-pages://origin/gh-pages`.

One publish is one commit, whose tree is the site. It is pushed together with the records (`git_records`) and
a ref of its own, `refs/publish/releases/<id>`, by which it can be had again; all or nothing of that happens
at the remote, and only when nobody else has pushed since it was asked. A way back is one more commit.

What is needed of the remote is little: the names of files in the last commit, and the records. Files that
stay are neither fetched nor sent.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from plugins.atomic import locked
from tools.deploy.address import Address
from tools.deploy.manifest import total
from tools.deploy.progress import Progress
from tools.deploy.release import Head, Release
from tools.deploy.retrying import WAITS
from tools.deploy.targets.git import Git
from tools.deploy.targets.git_faults import GitFault
from tools.deploy.targets.git_files import ids_of, site_tree
from tools.deploy.targets.git_records import NOBODY, Records, files_of, read_records
from tools.deploy.targets.git_remote import Remote
from tools.deploy.targets.target import Drift, Job, Sent, foreign_files
from tools.errors import ProjectError, as_project_error

RECORDS = "refs/publish/records"
RELEASES = "refs/publish/releases"
_SOURCES = frozenset(("pelicanconf.py", "publishconf.py", "tasks.py"))
_WRITTEN = (".md", ".rst")


class GitBranchTarget:
    atomic = True
    waits: tuple[float, ...] = WAITS

    def __init__(self, address: Address, root: Path) -> None:
        self.address = address
        self._root = root
        self._branch = f"refs/heads/{address.path}"
        self._home = root / ".cache" / "publish" / "git"
        self._tip: str | None = None
        self._git: Git
        self._remote: Remote
        self._records: Records

    def open(self) -> None:
        """Raises ProjectError when there is no such remote or branch name, or what is on the branch must
        not be replaced."""
        url = self._url(Git(self._root, self._root, str(self.address)))
        name = hashlib.sha256(url.encode()).hexdigest()[:12]
        self._git = Git(self._home / f"{name}.git", self._root, str(self.address))
        with self._alone():
            self._git.open()
            self._remote = Remote(self._git, url, self.waits)
            # Whoever typed a wrong address wants to hear it at once.
            self._look(self.waits[:2])
        self._refuse_others()

    def close(self) -> None:
        pass

    # --- questions -------------------------------------------------------------------------------

    def releases(self) -> tuple[Head, ...]:
        return self._records.heads()

    def current(self) -> str | None:
        """As it is at the remote now."""
        with self._alone():
            self._look(self.waits)
        return self._records.live

    def release(self, identity: str) -> Release:
        return self._records.release(identity)

    def drift(self, release: Release) -> Drift:
        """What somebody pushed to the branch since."""
        if self._tip == self._records.commits[release.id]:
            return Drift()
        paths = tuple(sorted(release.manifest))
        if self._tip is None:
            return Drift(missing=paths)
        try:
            should = files_of(self._git, self._had(release.id))
        except GitFault as fault:
            if fault.passing:
                raise
            # Somebody took away what it could be compared with: nothing of it is certain.
            return Drift(changed=paths)
        found = files_of(self._git, self._tip)
        return Drift(
            tuple(sorted(one for one in should.keys() & found.keys() if should[one] != found[one])),
            tuple(sorted(should.keys() - found.keys())),
            tuple(sorted(found.keys() - should.keys())),
        )

    def unfinished(self) -> str | None:
        """A push happens or does not."""
        return None

    # --- what changes the remote -----------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, who: str) -> Iterator[None]:
        """Of this machine; a push from another one in between is noticed by the remote."""
        place = self._git.folder.with_suffix(".publish")
        with as_project_error(), locked(place, str(self.address), self._home, patience=1):
            yield

    def send(self, job: Job, progress: Progress) -> Sent:
        self._refuse_large(job)
        with self._alone():
            blobs, made = self._blobs(job)
            commit = self._commit(site_tree(self._git, blobs), job.release.head)
            records = self._records.with_release(job.release, commit, self.address.keep)
        return Sent(self._push(commit, records, job.release.id, progress), made)

    def back(self, to: Release, now: Release, progress: Progress) -> None:
        try:
            had = self._had(to.id)
        except GitFault as fault:
            if fault.passing:
                raise
            raise self._error(
                f"release {to.id} is no longer at the remote; choose another"
            ) from fault
        with self._alone():
            commit = self._commit(
                self._git.line("rev-parse", f"{had}^{{tree}}"), to.head, "Back to: "
            )
            records = self._records.with_live(to.id, commit)
        self._push(commit, records, to.id, progress)

    def note(self, head: Head) -> None:
        with self._alone():
            records = self._records.with_head(head)
            refs = {RECORDS: records.commit()}
        self._remote.push(refs, lambda _: None)
        self._records = replace(records, parent=refs[RECORDS])
        with self._alone():
            self._remote.keep(refs)

    # --- asking ----------------------------------------------------------------------------------

    def _url(self, asking: Git) -> str:
        if asking.of_author("rev-parse", "--git-dir") is None:
            raise self._error("the project is no git repository; make it one (git init)")
        remotes = (asking.of_author("remote") or "").split()
        url = asking.of_author("remote", "get-url", "--push", self.address.host)
        if url is None:
            there = (
                f"there {'is' if len(remotes) == 1 else 'are'} {', '.join(remotes)}"
                if remotes
                else "there is none"
            )
            raise self._error(
                f'the repository has no remote "{self.address.host}" ({there}); add it (git remote add '
                f"{self.address.host} https://…), or name another"
            )
        if asking.of_author("check-ref-format", self._branch) is None:
            raise self._error(f'"{self.address.path}" cannot be the name of a branch')
        at = (asking.of_author("symbolic-ref", "--quiet", "HEAD") or "").strip()
        if at == self._branch:
            raise self._error(
                f"you are on the branch {self.address.path} yourself; publish to another, such as gh-pages"
            )
        return url.strip()

    def _look(self, waits: tuple[float, ...]) -> None:
        """How the remote is now: the branch, and the records."""
        self._remote.look(self._branch, RECORDS, f"{RELEASES}/*", waits=waits)
        refs = self._remote.refs
        for ref in (self._branch, RECORDS):
            if ref in refs:
                self._remote.fetch(ref, whole=ref == RECORDS)
        self._tip = refs.get(self._branch)
        self._records = read_records(self._git, refs.get(RECORDS), self.address.path)

    def _had(self, identity: str) -> str:
        """The commit of a release that is kept, which is here afterwards. Raises GitFault when the remote no
        longer gives it."""
        commit, ref = self._records.commits[identity], f"{RELEASES}/{identity}"
        there = self._remote.refs.get(ref) == commit
        with self._alone():
            self._remote.fetch(ref, whole=False, commit=None if there else commit)
        return commit

    def _refuse_others(self) -> None:
        """Raise ProjectError when what is on the branch is nothing that a publish may replace."""
        branch, records = self.address.path, self._records
        if records.branch != branch:
            raise self._error(
                f"releases of this remote are on its branch {records.branch}; publish there. To change over, "
                f"forget them (git push {self.address.host} :{RECORDS})"
            )
        if self._tip is None or records.commits:
            return
        if own := self._sources(self._tip):
            raise self._error(
                f"the branch holds the sources of a site ({own}); name one that holds nothing else"
            )
        if self._remote.default == self._branch:
            raise self._error(
                f"{branch} is the default branch of the remote, and no publish wrote it; publish to another, "
                "such as gh-pages, and choose that in the settings of the repository (Pages)"
            )

        if foreign := sorted(files_of(self._git, self._tip)):
            raise self._error(
                f"{foreign_files(foreign)}; name a new branch, or take this one away first "
                f"(git push {self.address.host} :{branch})"
            )

    def _sources(self, tip: str) -> str:
        """What of the sources of a site is in a commit."""
        paths = files_of(self._git, tip)
        found = sorted(_SOURCES & paths.keys())
        if any(one.startswith("content/") and one.endswith(_WRITTEN) for one in paths):
            found.insert(0, "content/")
        return ", ".join(found)

    # --- making ----------------------------------------------------------------------------------

    def _blobs(self, job: Job) -> tuple[dict[str, str], int]:
        """The ids of the site's files by path, and how many of them were new to git here."""
        manifest = job.release.manifest
        known: dict[str, str] = {}
        if job.before is not None and self._tip == self._records.commits.get(job.before.id):
            was = files_of(self._git, self._tip) if self._tip else {}
            same = manifest.keys() & job.before.manifest.keys() & was.keys()
            known = {
                path: was[path]
                for path in same
                if manifest[path].sha256 == job.before.manifest[path].sha256
            }
        new = [path for path in manifest if path not in known]
        if new:
            known |= ids_of(self._git, job.site, {path: manifest[path] for path in new})
        return known, len(new)

    def _commit(self, tree: str, head: Head, before: str = "") -> str:
        parents = ["-p", self._tip] if self._tip else []
        message = f"{before}{head.said or 'The site'}\n\nRelease: {head.id}\n"
        if head.commit:
            message += f"Source: {head.commit}{' and more' if head.dirty else ''}\n"
        arguments = ("commit-tree", tree, *parents, "-m", message.strip())
        try:
            # Never who git makes up of the user's and the machine's names: everybody can read it.
            return self._git.line("-c", "user.useConfigOnly=true", *arguments)
        except GitFault:
            return self._git.line(*arguments, environment=NOBODY)

    def _refuse_large(self, job: Job) -> None:
        large = [path for path, one in job.release.manifest.items() if one.size > 100 << 20]
        if large:
            raise self._error(
                f"{large[0]} has more than 100 MiB, which GitHub takes of no file; keep it elsewhere"
            )
        if total(job.release.manifest) > 1 << 30:
            raise self._error(
                "the site has more than 1 GiB, which is what GitHub Pages serves at most"
            )

    def _push(self, commit: str, records: Records, identity: str, progress: Progress) -> int:
        """The branch, the release and the records, all or nothing; bytes that were written."""
        with self._alone():
            refs = {
                self._branch: commit,
                f"{RELEASES}/{identity}": commit,
                RECORDS: records.commit(),
            }
        kept = {f"{RELEASES}/{one}" for one in records.commits}
        there = {ref for ref in self._remote.refs if ref.startswith(f"{RELEASES}/")}
        refs |= dict.fromkeys(sorted(there - kept), "")
        byte_count = self._remote.push(refs, lambda done: progress(done, 100))
        self._records, self._tip = replace(records, parent=refs[RECORDS]), commit
        with self._alone():
            self._remote.keep(refs)
            # What was made and is no longer needed goes when git thinks it worth it.
            with contextlib.suppress(GitFault):
                self._git.run("gc", "--auto", "--quiet")
        return byte_count

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """While something is written in the repository below .cache. What a killed git locked there is free
        again, and what it had half written makes room."""
        folder = self._git.folder
        try:
            with as_project_error(), locked(folder, str(self.address), self._home, patience=60):
                for pattern in ("*.lock", "tmp_*"):
                    for stale in folder.rglob(pattern):
                        stale.unlink(missing_ok=True)
                yield
        except OSError as error:
            why = f"{error.filename or folder}: {error.strerror or error}"
            raise self._error(f"{why}. What is live is as it was; publish again") from error

    def _error(self, why: str) -> ProjectError:
        return ProjectError(f"{self.address}: {why}")
