"""Git as a program: run without questions, its faults in words.

It works in a repository of its own below .cache, so that the author's index, branches and working tree are
never touched; what the author's repository says of connections and credentials holds there too.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tools.errors import ProjectError

LONGEST = 3600.0
"""Seconds that one run of git may take."""
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15"
_OWN = re.compile(r"(?:http|credential|url|ssh|protocol|core\.sshcommand|user)\b", re.IGNORECASE)
"""Of the settings of the author's repository those that hold for what is done on its behalf."""
_HIDDEN = re.compile(r"(://)[^/@\s]+@")


class GitFault(ProjectError):
    """What git could not do. passing: whether it may be otherwise in a moment. stale: whether somebody else
    changed the remote since it was asked."""

    def __init__(self, message: str, passing: bool = False, stale: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
        self.stale = stale


class Git:
    """folder: the bare repository to work in. root: the author's, whose settings hold. shown: the address,
    with which messages begin."""

    def __init__(self, folder: Path, root: Path, shown: str) -> None:
        self.folder = folder
        self.root = root
        self._shown = shown
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in _ELSEWHERE},
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def open(self) -> None:
        """Make the repository when there is none, and take over the author's settings of connections."""
        if not (self.folder / "HEAD").is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._run(["git", "init", "--quiet", "--bare", str(self.folder)])
        rows = self.of_author("config", "--local", "--includes", "--list", "-z") or ""
        own = [row.partition("\n") for row in rows.split("\0") if _OWN.match(row)]
        environment = self._environment
        for number, (name, _, value) in enumerate(own):
            environment[f"GIT_CONFIG_KEY_{number}"] = name
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        environment["GIT_CONFIG_COUNT"] = str(len(own))
        if not {"GIT_SSH", "GIT_SSH_COMMAND"} & environment.keys() and not any(
            name.lower() == "core.sshcommand" for name, *_ in own
        ):
            environment["GIT_SSH_COMMAND"] = _SSH

    def of_author(self, *arguments: str) -> str | None:
        """What git says of the author's repository, None when it says no."""
        try:
            return self._run(["git", "-C", str(self.root), *arguments]).decode(errors="replace")
        except GitFault:
            return None

    def run(
        self,
        *arguments: str,
        given: bytes = b"",
        heard: Callable[[str], None] | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        """One run in the repository. given: standard input. heard: is told each line as it comes, those of
        standard error too. environment: besides the usual one. Raises GitFault."""
        command = ["git", "--git-dir", str(self.folder), "-c", "gc.autoDetach=false", *arguments]
        return self._run(command, given, heard, environment)

    def line(
        self,
        *arguments: str,
        given: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """What one run answers, without white space at its ends."""
        return self.run(*arguments, given=given, environment=environment).decode().strip()

    def _run(
        self,
        command: Sequence[str],
        given: bytes = b"",
        heard: Callable[[str], None] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> bytes:
        environment = {**self._environment, **(more or {})}
        try:
            if heard is not None:
                return self._heard(command, environment, heard)
            done = subprocess.run(
                command,
                cwd=self.root,
                env=environment,
                input=given,
                capture_output=True,
                timeout=LONGEST,
                check=False,
            )
        except FileNotFoundError:
            raise GitFault(
                "There is no git on this machine; install it (https://git-scm.com)"
            ) from None
        except subprocess.TimeoutExpired:
            raise GitFault(f"{self._shown}: git took more than an hour; try again") from None
        if done.returncode:
            raise self._fault(done.stderr.decode(errors="replace"))
        return done.stdout

    def _heard(
        self, command: Sequence[str], environment: Mapping[str, str], heard: Callable[[str], None]
    ) -> bytes:
        said: list[str] = []
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Progress comes in lines that end in a carriage return, which text mode reads as lines.
            encoding="utf-8",
            errors="replace",
        ) as running:
            try:
                for line in running.stdout or ():
                    said.append(line.rstrip())
                    heard(said[-1])
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            raise self._fault("\n".join(said))
        return "\n".join(said).encode()

    def _fault(self, said: str) -> GitFault:
        said = _HIDDEN.sub(r"\1", said)
        for pattern, message, passing, stale in _FAULTS:
            found = re.search(pattern, said, re.IGNORECASE | re.MULTILINE)
            if found:
                words = message.format(*(group or "" for group in found.groups()))
                return GitFault(f"{self._shown}: {words}", passing, stale)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if not [
            line
            for line in lines
            if not line.startswith(("To ", "Writing", "Enumerating", "Counting"))
        ]:
            # What git runs for a connection has ended without a word.
            return GitFault(f"{self._shown}: {_BROKEN}", passing=True)
        kept = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or lines
        return GitFault(f"{self._shown}: git says: {' / '.join(kept[:3]) or 'nothing'}")


_ELSEWHERE = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
)
_BROKEN = "the line to the remote broke. A publish is live whole or not at all there; run it again"
_AGAIN = "What is live is as it was; publish again"
_FAULTS: tuple[tuple[str, str, bool, bool], ...] = (
    (
        r"host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the host's key is not the one that this machine knows, or it knows none. Connect once by hand (ssh -T "
        "git@the-host), compare what is shown with what the host says of its key, and publish again",
        False,
        False,
    ),
    (
        r"permission denied \(|authentication failed|could not read username|invalid username|error: 403|"
        r"error: 401|access denied or repository not exported",
        "the remote does not let you in. Look whether you may push there (git push by hand), and with which "
        "key or token",
        False,
        False,
    ),
    (
        r"repository .*not found|no such repository|does not appear to be a git repository|no such file or directory|"
        r"repository not exported",
        "there is no repository at the remote's address (git remote -v shows it), or you may not see it",
        False,
        False,
    ),
    (
        r"stale info|non-fast-forward|fetch first|cannot lock ref .*(?:but expected|reference already exists)|"
        r"failed to update ref|atomic push failed.*stale",
        "somebody else published in the meantime; nothing was changed by this publish. Run it again",
        False,
        True,
    ),
    (
        r"no space left on device|disk quota exceeded|out of disk space|unable to write file",
        f"the disk of the remote is full. {_AGAIN} when there is room",
        False,
        False,
    ),
    (
        r"File (.*) is .*exceeds GitHub's file size limit of (.*)$",
        "{0} is larger than GitHub takes ({1}). Make it smaller, or keep it elsewhere",
        False,
        False,
    ),
    (
        r"^remote: (?:error: )?(.*(?:protected|insufficient permission|read-only file system|permission denied).*)$",
        f"the remote refuses: {{0}}. {_AGAIN} when you may",
        False,
        False,
    ),
    (
        r"^remote: (?!error: GH|Resolving|Compressing|Counting|Enumerating|Total)(.+)$(?:.|\n)*(?:hook declined|remote rejected)",
        f"the remote refuses: {{0}}. {_AGAIN} when that is settled",
        False,
        False,
    ),
    (
        r"insufficient permission|read-only file system|unpacker error|remote rejected\] .*\((.*)\)",
        f"the remote could not write it {{0}}. {_AGAIN} when it can",
        False,
        False,
    ),
    (
        r"could not resolve host(?:name)?:? ?(\S*)|name or service not known",
        "no host of that name is known ({0}); look at the remote's address (git remote -v) and at your line",
        False,
        False,
    ),
    (
        r"Writing objects: 100%[^|]*\|?(?:.|\n)*hung up",
        "the remote broke off when it had all; its disk may be full. A publish is live whole or not at all "
        "there; run it again",
        True,
        False,
    ),
    (
        r"hung up|early EOF|connection (?:reset|closed|timed out|refused)|timed out|unexpected disconnect|"
        r"RPC failed|broken pipe|unable to connect|failed to connect|bad pack header|unable to look up|"
        r"expected flush|expected .* (?:packet|line)|protocol error|bad line length|remote did not send|"
        r"read error|invalid index-pack|index-pack failed|pack-objects died|packet|lost connection|"
        r"could not read from remote|send-pack: |fetch-pack: |unable to rewind|transfer closed|sideband",
        _BROKEN,
        True,
        False,
    ),
)
