"""Files sent by the user's rsync, over the connection that ssh holds: only what the host has not, compared
by content (--checksum), packed on the line (-z).

Nothing here needs more of rsync than version 2.6.9 and openrsync (macOS) have; where it is the rsync of
Samba, 3.1 or later, progress is told within files too.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from tools.deploy.targets.ssh import Ssh
from tools.deploy.targets.ssh_faults import not_here
from tools.errors import ProjectError

PARTIAL = ".publish-partial"
"""The folder, beside each file, in which rsync keeps what has arrived of it; host.sh knows it too."""
_FIGURES = re.compile(rb"^\s*([\d,.]+)\s+\d+%")
_TOTAL = re.compile(rb"^Total bytes sent: ([\d,.]+)", re.MULTILINE)


class Rsync:
    """The program on this machine. tells_bytes: whether it tells how far it is within a file."""

    def __init__(self, ssh: Ssh) -> None:
        self._ssh = ssh
        self.tells_bytes = False

    def open(self) -> None:
        """Raises ProjectError when there is no such program here."""
        try:
            said = subprocess.run(["rsync", "--version"], capture_output=True, check=False).stdout
        except FileNotFoundError:
            raise not_here("rsync", os.name == "nt") from None
        version = re.match(rb"rsync\s+version v?(\d+)\.(\d+)", said)
        self.tells_bytes = version is not None and (int(version[1]), int(version[2])) >= (3, 1)

    def send(
        self,
        folder: Path,
        names: Iterable[str],
        to: str,
        token: str,
        told: Callable[[int, str], None],
    ) -> int:
        """Bring the files of `folder` named (relative, with slashes) to the folder `to`, below that of the
        site at the host, while the lock of `token` is held there. Answers with the bytes that went out.

        told: called with the bytes of content that have been seen to, and with each name that is done;
        which of the two is told depends on the program.
        """
        options = ["--info=progress2", "--no-h"] if self.tells_bytes else ["-v"]
        host = (
            f"[{self._ssh.address.host}]"
            if ":" in self._ssh.address.host
            else self._ssh.address.host
        )
        self._ssh.connect()
        with tempfile.NamedTemporaryFile() as listed, tempfile.TemporaryFile() as said:
            listed.write(b"".join(os.fsencode(f"./{name}\0") for name in names))
            listed.flush()
            running = subprocess.Popen(
                [
                    *("rsync", "-z", "--checksum", "--stats", *options),
                    *(f"--partial-dir={PARTIAL}", f"--files-from={listed.name}", "--from0"),
                    *("-e", shlex.join(self._ssh.command())),
                    f"--rsync-path={self._at_host(to, token)}",
                    f"{folder}/",
                    f"{host}:.",
                ],
                env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
            )
            try:
                end = _followed(cast(IO[bytes], running.stdout), told)
                status = running.wait()
            finally:
                running.kill()
                running.wait()
            said.seek(0)
            if status:
                raise self._fault(status, said.read())
        total = _TOTAL.search(end)
        return int(re.sub(rb"\D", b"", total[1])) if total else 0

    def _at_host(self, to: str, token: str) -> str:
        """What is run there for rsync: as host.sh's `working`, then rsync in the right folder. Whichever
        shell the user has, it sees one quoted word."""
        steps = (
            f"cd {self._ssh.folder} || exit 1",
            f'if [ "$(cat publish.lock/token)" != {token} ]; then echo "publish: lost" >&2; exit 70; fi',
            "echo $$ >publish.lock/worker || exit 11",
            f"umask 022; cd {shlex.quote(to)} || exit 1",
            'exec rsync "$@"',
        )
        return f"exec sh -c {shlex.quote('; '.join(steps))} sh"

    def _fault(self, status: int, said: bytes) -> ProjectError:
        if status == 24 or b"link_stat" in said:
            return ProjectError(
                f"{self._ssh.address}: files of the built site went away while they were sent; publish again"
            )
        return self._ssh.fault(status, said)


def _followed(output: IO[bytes], told: Callable[[int, str], None]) -> bytes:
    """All that rsync prints, of which the end is returned; a line ends with CR where it is overwritten."""
    end = b""
    for line in _lines(output):
        if figures := _FIGURES.match(line):
            told(int(re.sub(rb"\D", b"", figures[1])), "")
        elif line:
            told(0, os.fsdecode(line.removeprefix(b"./")))
        end = end[-4000:] + line + b"\n"
    return end


def _lines(output: IO[bytes]) -> Iterator[bytes]:
    begun = b""
    while block := os.read(output.fileno(), 65536):
        *whole, begun = (begun + block).replace(b"\r", b"\n").split(b"\n")
        yield from whole
    yield begun
