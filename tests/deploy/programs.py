"""Programs that tests of publishing run for real: found on this machine or, where we may, installed."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.atomic import locked
from tools.browser import APT

PACKAGES = {
    "rsync": "rsync",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "busybox": "busybox",
    "openssl": "openssl",
    "perl": "perl",
    "mv": "coreutils",
    "cp": "coreutils",
    "nginx": "nginx-light",
    "apache2": "apache2-bin",
}
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"))
_POLICY = Path("/usr/sbin/policy-rc.d")


@functools.cache
def program(name: str) -> str:
    """The path of the program. Without it the test is left out, and in CI it fails."""
    found = shutil.which(name, path=PATH)
    said = ""
    if found is None and os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        # Tests run side by side, and packages are installed one at a time.
        here = Path("/tmp")
        with locked(here / "install-packages", "apt-get", here, patience=300):
            said = _install(PACKAGES[name])
        found = shutil.which(name, path=PATH)
    if found is None:
        why = f"there is no {name} here (on Debian: apt install {PACKAGES[name]}) {said}"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return found


def _install(package: str) -> str:
    """What was said, when it failed."""
    if any(shutil.which(name, path=PATH) for name, one in PACKAGES.items() if one == package):
        return ""  # by another test, while this one waited
    said = ""
    with _no_service():
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            done = subprocess.run(
                [*APT, "-q", *command],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            said = "" if done.returncode == 0 else done.stdout[-500:]
    return said


@contextlib.contextmanager
def _no_service() -> Iterator[None]:
    """A package that is installed starts no service (Debian's policy-rc.d): no sshd is to listen."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
