"""The hosts that a site can go to. `opened` makes of an address a target that can be asked and sent to.

A new kind of host is a module here with a class that does what `Target` says, and a line in _KINDS.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from tools.deploy.address import Address
from tools.deploy.targets.target import Target

_KINDS = {
    "file": ("folder", "FolderTarget"),
    "rsync": ("rsync", "RsyncTarget"),
    "s3": ("s3", "S3Target"),
    "github-pages": ("git_branch", "GitBranchTarget"),
    "netlify": ("netlify", "NetlifyTarget"),
    "cloudflare-pages": ("cloudflare", "CloudflareTarget"),
}


@contextmanager
def opened(address: Address, root: Path) -> Iterator[Target]:
    """root: the project's folder, for a remote of its repository and for what is kept in .cache.

    Raises ProjectError when the host cannot be reached or does not let us in. Nothing is written there.
    """
    # Each kind brings a library or a program that the others do not need.
    module, name = _KINDS[address.scheme]
    kind = getattr(import_module(f"tools.deploy.targets.{module}"), name)
    target: Target = kind(address, root)
    try:
        target.open()
        yield target
    finally:
        target.close()
