"""A host to publish to by ssh: a real sshd on loopback, with keys and settings of its own, and a home
without anybody's ~/.bashrc."""

from __future__ import annotations

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.deploy.programs import program
from tests.deploy.small_sites import job_for
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.targets.rsync import RsyncTarget
from tools.deploy.targets.target import Sent

SETTINGS = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100:30:200
SetEnv HOME="{folder}/home"
Subsystem sftp internal-sftp
"""
CLIENT = """\
Host *
  IdentityFile {folder}/user_key
  IdentitiesOnly yes
  IdentityAgent none
  HostKeyAlias the-host
  UserKnownHostsFile {folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
"""


@dataclass
class SshServer:
    """folder: keys and settings. config: for `ssh -F`. port: where sshd listens."""

    folder: Path
    port: int
    user: str
    config: Path
    settings: str
    running: subprocess.Popen[bytes] | None = None
    targets: list[RsyncTarget] = field(default_factory=list)

    def address(self, path: Path | str, port: int | None = None, options: str = "") -> str:
        return f"rsync://{self.user}@127.0.0.1:{port or self.port}{quote(str(path))}{options}"

    def target(self, path: Path | str, port: int | None = None, options: str = "") -> RsyncTarget:
        """A target at that folder, open; it is closed with the server. port: that of a line to it."""
        target = RsyncTarget(parse_address(self.address(path, port, options)), self.folder / "root")
        target.waits = (0.05, 0.1, 0.2)
        self.targets.append(target)
        target.open()
        return target

    def start(self, umask: int = -1) -> None:
        log = self.folder / "sshd.log"
        self.running = subprocess.Popen(
            [program("sshd"), "-D", "-f", str(self.folder / "sshd_config"), "-E", str(log)],
            umask=umask,
            stdin=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 15
        while time.monotonic() < ends:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if self.running.poll() is not None:
                    break
                time.sleep(0.02)
            else:
                return
        pytest.fail(
            f"sshd does not start: {log.read_text(encoding='utf-8') if log.exists() else ''}"
        )

    def again(self, settings: str = "", umask: int = -1) -> None:
        """Restarted, with more settings (sshd_config(5), of which the first counts)."""
        self.stop()
        path = self.folder / "sshd_config"
        path.write_text(f"{settings}\n{self.settings}", encoding="utf-8")
        self.start(umask)

    def forced(self, script: str) -> None:
        """Restarted, so that every login runs this instead of what is asked for: $SSH_ORIGINAL_COMMAND."""
        path = self.folder / "forced"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        self.again(f"ForceCommand {path}")

    def stop(self) -> None:
        for target in self.targets:
            target.close()
        self.targets.clear()
        if self.running is not None:
            self.running.send_signal(signal.SIGTERM)
            self.running.wait(10)
            self.running = None


def started(folder: Path) -> SshServer:
    if sys.platform == "win32":
        pytest.skip("publishing by ssh from Windows is done from WSL")
    program("ssh")
    program("sshd")
    program("rsync")
    (folder / "home").mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, parents=True, exist_ok=True)
    for name in ("host_key", "user_key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
        )
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    public = (folder / "host_key.pub").read_text(encoding="utf-8")
    (folder / "known_hosts").write_text(f"the-host {public}", encoding="utf-8")
    settings = SETTINGS.format(folder=folder, port=port)
    server = SshServer(folder, port, getpass.getuser(), folder / "config", settings)
    server.config.write_text(CLIENT.format(folder=folder), encoding="utf-8")
    (folder / "sshd_config").write_text(settings, encoding="utf-8")
    server.start()
    return server


@contextlib.contextmanager
def serving(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """A host for one test; PUBLISH_SSH knows the key. Its own keys and settings lie in `folder`."""
    server = started(folder)
    patch.setenv("PUBLISH_SSH", f"ssh -F {server.config}")
    try:
        yield server
    finally:
        server.stop()


def publish(target: RsyncTarget, site: Path, minute: int) -> Sent:
    """As a publish does it, that many minutes after the first."""
    job = job_for(target, site, minute)
    with target.locked("a test"):
        return target.send(job, unseen)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def live(www: Path) -> dict[str, bytes]:
    """All that a web server would show."""
    return files((www / "current").resolve())
