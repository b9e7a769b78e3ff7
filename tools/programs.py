"""Programs that tests of publishing run for real (servers, rsync, shells): found, or installed before the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.browser import APT, fault_of

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
"""By program, the package of Debian that has it."""
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"))
_POLICY = Path("/usr/sbin/policy-rc.d")


def find(name: str) -> str | None:
    """The path of a program, also where only root usually looks."""
    return shutil.which(name, path=_PATH)


def install_missing() -> str | None:
    """Install what is not here, where we may (root, on Debian); what was said when it failed."""
    missing = sorted({package for name, package in PACKAGES.items() if find(name) is None})
    if not missing or os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print(f"Installing {', '.join(missing)}, which tests of publishing need …", flush=True)
    install = [*APT, "install", "-y", "--no-install-recommends", *missing]
    with _no_service():
        return next(filter(None, map(fault_of, ([*APT, "update"], install))), None)


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
