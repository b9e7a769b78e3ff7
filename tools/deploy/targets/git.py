"""Git as a program: run without questions, its faults in words.

It works in a repository of its own below .cache, so that the author's index, branches and working tree are
never touched; what the author's repository says of connections and credentials holds there too.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tools.deploy.targets.git_faults import GitFault, Where, fault_of

LONGEST = 3600.0
"""Seconds that one run of git may take."""
SILENCE = 300.0
"""Seconds for which a run that tells how far it is may say nothing: so long may a host check what it got."""
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15"
_OWN = re.compile(r"(?:http|credential|url|ssh|protocol|core\.sshcommand|user)\b", re.IGNORECASE)
"""Of the settings of the author's repository those that hold for what is done on its behalf."""
_ELSEWHERE = frozenset(
    (
        "GIT_DIR",
        "GIT_COMMON_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    )
)
_OURS = ("-c", "gc.autoDetach=false", "-c", f"core.hooksPath={os.devnull}")
_WHERE: Mapping[str, Where] = MappingProxyType(
    {"ls-remote": "fetch", "fetch": "fetch", "push": "push"}
)


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
        self.folder.mkdir(parents=True, exist_ok=True)
        # Where there is one this changes nothing, but for what a killed one did not come to.
        quietly = ("--quiet", "--bare", "--template=", "--object-format=sha1")
        self._run(["git", "init", *quietly, str(self.folder)])
        rows = self.of_author("config", "--local", "--includes", "--list", "-z") or ""
        own = [row.partition("\n") for row in rows.split("\0") if _OWN.match(row)]
        environment = self._environment
        given = environment.get("GIT_CONFIG_COUNT", "")
        first = int(given) if given.isdecimal() else 0
        for number, (name, _, value) in enumerate(own, first):
            environment[f"GIT_CONFIG_KEY_{number}"] = name
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        environment["GIT_CONFIG_COUNT"] = str(first + len(own))
        if not {"GIT_SSH", "GIT_SSH_COMMAND"} & environment.keys() and not self.of_author(
            "config", "core.sshCommand"
        ):
            environment["GIT_SSH_COMMAND"] = _SSH

    def of_author(self, *arguments: str) -> str | None:
        """What git says of the author's repository, None when it says no. Raises GitFault when there is no
        git."""
        try:
            return self._run(["git", "-C", str(self.root), *arguments]).decode(errors="replace")
        except NoGit:
            raise
        except GitFault:
            return None

    def run(
        self,
        *arguments: str,
        given: bytes = b"",
        heard: Callable[[str], None] | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        within: float = LONGEST,
    ) -> bytes:
        """One run in the repository. given: standard input. heard: is told each line as it comes, those of
        standard error too. environment: besides the usual one. within: seconds. Raises GitFault."""
        command = ["git", "--git-dir", str(self.folder), *_OURS, *arguments]
        where = _WHERE.get(arguments[0], "here")
        if heard is not None:
            return self._heard(command, where, heard)
        return self._run(command, where, given, environment, within)

    def line(
        self,
        *arguments: str,
        given: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
        within: float = LONGEST,
    ) -> str:
        """What one run answers, without white space at its ends."""
        answer = self.run(*arguments, given=given, environment=environment, within=within)
        return answer.decode(errors="surrogateescape").strip()

    def _run(
        self,
        command: Sequence[str],
        where: Where = "here",
        given: bytes = b"",
        more: Mapping[str, str] = MappingProxyType({}),
        within: float = LONGEST,
    ) -> bytes:
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                env={**self._environment, **more},
                input=given,
                capture_output=True,
                timeout=within,
                check=False,
            )
        except FileNotFoundError:
            raise NoGit from None
        except subprocess.TimeoutExpired:
            raise self._silent(within) from None
        if done.returncode:
            raise fault_of(self._shown, done.stderr.decode(errors="replace"), where)
        return done.stdout

    def _heard(self, command: Sequence[str], where: Where, heard: Callable[[str], None]) -> bytes:
        try:
            running = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Progress comes in lines that end in a carriage return, which text mode reads as lines.
                encoding="utf-8",
                errors="replace",
            )
        except FileNotFoundError:
            raise NoGit from None
        lines: queue.Queue[str | None] = queue.Queue()

        def read() -> None:
            if running.stdout is not None:
                with running.stdout as answers:
                    for line in answers:
                        lines.put(line.rstrip())
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        said: list[str] = []
        try:
            while (line := lines.get(timeout=SILENCE)) is not None:
                said.append(line)
                heard(line)
        except queue.Empty:
            # Asked to end it takes those along that it runs.
            running.terminate()
            running.wait()
            raise self._silent(SILENCE) from None
        except BaseException:
            running.kill()
            running.wait()
            raise
        if running.wait():
            raise fault_of(self._shown, "\n".join(said), where)
        return "\n".join(said).encode()

    def _silent(self, seconds: float) -> GitFault:
        return GitFault(
            f"{self._shown}: the remote has said nothing for {seconds:.0f} s. Look at your line, and whether the "
            "host has trouble. A publish is live whole or not at all there; run it again"
        )


class NoGit(GitFault):
    """There is no git on this machine."""

    def __init__(self) -> None:
        super().__init__("There is no git on this machine; install it (https://git-scm.com)")
