"""The files of a release in a folder of this machine: read, linked, copied, compared."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from tools.deploy.manifest import Manifest, Stamp
from tools.deploy.targets.target import Drift
from tools.errors import ProjectError

_LINKLESS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP}


def drift_between(should: Manifest, found: Mapping[str, Stamp]) -> Drift:
    """How what was found at a host differs from what should be there."""
    return Drift(
        tuple(sorted(one for one in should.keys() & found.keys() if should[one] != found[one])),
        tuple(sorted(should.keys() - found.keys())),
        tuple(sorted(found.keys() - should.keys())),
    )


def stamps(folder: Path) -> dict[str, Stamp]:
    """Of all that lies below a folder; what is no plain file has no hash."""
    found: dict[str, Stamp] = {}
    for parent, folders, names in os.walk(folder):
        for name in (*names, *(one for one in folders if Path(parent, one).is_symlink())):
            path = Path(parent, name)
            shown = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                found[shown] = Stamp(0, "")
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[shown] = Stamp(path.stat().st_size, digest)
    return found


def linked(old: Path, new: Path) -> bool:
    """Whether the file could be made the same as the old one."""
    try:
        os.link(old, new, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
        return False
    return True


def copied(source: Path, new: Path, stamp: Stamp) -> None:
    """Raises ProjectError when what was copied is not what the manifest says."""
    digest = hashlib.sha256()
    with source.open("rb") as file, new.open("xb") as copy:
        while block := file.read(1 << 20):
            digest.update(block)
            copy.write(block)
    new.chmod(0o644)
    if digest.hexdigest() != stamp.sha256 or new.stat().st_size != stamp.size:
        raise ProjectError(f"{source.name} changed while it was published; publish again")
