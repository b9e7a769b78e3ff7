"""A host to publish to by ssh: a real sshd on loopback, with keys and settings of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.deploy.programs import program
from tools.deploy.address import parse_address
from tools.deploy.targets.rsync import RsyncTarget

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
    running: subprocess.Popen[bytes] | None = None
    targets: list[RsyncTarget] = field(default_factory=list)

    def address(self, path: Path | str, port: int | None = None, options: str = "") -> str:
        return f"rsync://{self.user}@127.0.0.1:{port or self.port}{path}{options}"

    def target(self, path: Path | str, port: int | None = None, options: str = "") -> RsyncTarget:
        """A target at that folder, open; it is closed with the server. port: that of a line to it."""
        target = RsyncTarget(parse_address(self.address(path, port, options)), self.folder / "root")
        target.waits = (0.05, 0.1, 0.2, 0.4)
        self.targets.append(target)
        target.open()
        return target

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        log = self.folder / "sshd.log"
        self.running = subprocess.Popen(
            [program("sshd"), "-D", "-f", str(self.folder / "sshd_config"), "-E", str(log)],
            env={**os.environ, **(environment or {})},
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

    def stop(self) -> None:
        for target in self.targets:
            target.close()
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
    folder.mkdir(parents=True, exist_ok=True)
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
    server = SshServer(folder, port, getpass.getuser(), folder / "config")
    server.config.write_text(CLIENT.format(folder=folder), encoding="utf-8")
    settings = SETTINGS.format(folder=folder, port=port)
    (folder / "sshd_config").write_text(settings, encoding="utf-8")
    server.start()
    return server


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    """One for this test; PUBLISH_SSH knows its key."""
    server = started(tmp_path / "ssh")
    monkeypatch.setenv("PUBLISH_SSH", f"ssh -F {server.config}")
    yield server
    server.stop()
    shutil.rmtree(tmp_path / "ssh", ignore_errors=True)
