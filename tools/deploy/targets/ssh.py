"""A host reached with the user's own ssh, so that ~/.ssh/config, the agent and known_hosts apply.

One connection is made and shared by everything that follows (ControlMaster; Windows has none, and connects
each time). What is asked of the host is a function of host.sh: the script goes in on standard input, so
that it does not matter which shell the user has there, and what belongs to the request comes after it.

PUBLISH_SSH in the environment is the command that is taken for ssh, split as a shell would:
PUBLISH_SSH="ssh -F work.config".
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, cast

from tools.deploy.address import Address
from tools.deploy.targets.ssh_faults import error_of, not_here
from tools.errors import ProjectError

OPTIONS = {
    "BatchMode": "yes",  # nobody is there to be asked
    "ConnectTimeout": "10",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
    "Compression": "yes",
    "LogLevel": "ERROR",
    "ClearAllForwardings": "yes",
    "RemoteCommand": "none",
    "RequestTTY": "no",
}
PERSISTS = 30
"""Seconds that the shared connection outlives what it was last used for; so no longer a killed publish."""
_LONGEST = 50
"""Characters of a folder for the connection's socket: its path may have about a hundred (unix(7)), and
ssh appends to it."""


def _script() -> str:
    """host.sh without what only a reader needs."""
    lines = Path(__file__).with_name("host.sh").read_text(encoding="utf-8").splitlines()
    stripped = (line.strip() for line in lines)
    return "\n".join(line for line in stripped if line and not line.startswith("#"))


class Ssh:
    """The connection to the host of an address, and its folder there."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.program = shlex.split(os.environ.get("PUBLISH_SSH") or "ssh") or ["ssh"]
        self.folder = _shell_word(address.path)
        self.reached = False
        self._shared = os.name != "nt"
        self._place: Path | None = None
        self._script = _script()

    def open(self) -> None:
        """Connect, and see whether a site can be published there. Raises ProjectError that says what to do."""
        answer = self.run("look")
        if not answer.startswith(b"publish here"):
            noise = answer.decode(errors="replace").strip().partition("\n")[0][:80]
            raise ProjectError(
                f'{self.address}: at each login the host prints "{noise}", which rsync takes for its own. '
                "Have ~/.bashrc or the like there print nothing without a terminal"
            )

    def close(self) -> None:
        if self._place is None:
            return
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [*self.command(), "-O", "exit", self.address.host],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=10,
                check=False,
            )
        shutil.rmtree(self._place, ignore_errors=True)
        self._place = None

    def command(self) -> list[str]:
        """ssh and its options, to be followed by the host."""
        options = OPTIONS | (
            {"ControlPath": self._socket, "ControlMaster": "no"} if self._shared else {}
        )
        words = [
            *self.program,
            *(word for name in options for word in ("-o", f"{name}={options[name]}")),
        ]
        if self.address.port:
            words += ["-p", str(self.address.port)]
        if self.address.user:
            words += ["-l", self.address.user]
        return words

    def run(self, request: str, *arguments: str, given: bytes = b"") -> bytes:
        """What the function `request` of host.sh prints, called with the folder and the arguments, and
        `given` on its standard input. Raises ProjectError, Broken when it may work the next time."""
        self.connect()
        call, script = self._call(request, arguments)
        done = subprocess.run(call, input=script + given, capture_output=True, check=False)
        if done.returncode:
            # A host that gives no shell says so where it can.
            said = done.stderr if self.reached else done.stderr + done.stdout
            raise self.fault(done.returncode, said)
        self.reached = self.reached or b"publish here" in done.stdout
        return done.stdout

    def begin(self, request: str, *arguments: str) -> subprocess.Popen[bytes]:
        """The same, going on: its standard input stays open."""
        self.connect()
        call, script = self._call(request, arguments)
        begun = subprocess.Popen(
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with contextlib.suppress(OSError):  # its end says why
            cast(IO[bytes], begun.stdin).write(script)
            cast(IO[bytes], begun.stdin).flush()
        return begun

    def fault(self, status: int, said: bytes) -> ProjectError:
        return error_of(self.address, status, said.decode(errors="replace"), self.reached)

    def connect(self) -> None:
        """Make the shared connection when there is none (any more)."""
        if not self._shared:
            if shutil.which(self.program[0]) is None:
                raise not_here(self.program[0], windows=True)
            return
        if self._place is not None and Path(self._socket).exists():
            return
        master = {"ControlMaster": "yes", "ControlPersist": str(PERSISTS)}
        words = [word for name in master for word in ("-o", f"{name}={master[name]}")]
        # What goes on in the background keeps its standard error; a pipe would never end.
        with tempfile.TemporaryFile() as said:
            try:
                done = subprocess.run(
                    [self.program[0], *words, *self.command()[1:], "-f", "-N", self.address.host],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    timeout=60,
                    check=False,
                )
                status = done.returncode
            except FileNotFoundError:
                raise not_here(self.program[0], windows=False) from None
            except subprocess.TimeoutExpired:
                raise self.fault(255, b"Connection timed out") from None
            said.seek(0)
            if status:
                # A line that is cut while keys are exchanged ends ssh without a word.
                raise self.fault(status, said.read())

    def _call(self, request: str, arguments: tuple[str, ...]) -> tuple[list[str], bytes]:
        call = " ".join([request, self.folder, *map(shlex.quote, arguments)])
        # Cut anywhere, it is no whole command, and nothing of it is done.
        script = f"{{\n{self._script}\n{call}\n}}\n".encode()
        # Octet by byte, so that what comes after is left for the request.
        shell = f"""exec sh -c 'eval "$(dd bs=1 count={len(script)} 2>/dev/null)"'"""
        return [*self.command(), self.address.host, shell], script

    @property
    def _socket(self) -> str:
        if self._place is None:
            usual = tempfile.gettempdir()
            short = usual if len(usual) <= _LONGEST else "/tmp"  # noqa: S108 - a folder of ours in it
            self._place = Path(tempfile.mkdtemp(prefix="publish-", dir=short))
        return str(self._place / "line")


def _shell_word(path: str) -> str:
    """The folder as a word of a shell at the host, whose home is known only there."""
    if path == "~" or path.startswith("~/"):
        return f'"$HOME"{shlex.quote(path[1:])}' if path[1:] else '"$HOME"'
    return shlex.quote(path)
