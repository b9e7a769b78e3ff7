"""The files of a built site as git knows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tools.deploy.manifest import Stamp
from tools.deploy.targets.git import Git
from tools.deploy.targets.git_records import files_of, tree_of
from tools.errors import ProjectError


def ids_of(git: Git, site: Path, files: Mapping[str, Stamp]) -> dict[str, str]:
    """Take files below `site` over into git; their ids by path. Raises ProjectError when one is not what the
    manifest says, as after another build."""
    should = {path: _id(site / path, stamp) for path, stamp in files.items()}
    names = "".join(f"{site / path}\n" for path in files).encode(errors="surrogateescape")
    made = git.run("hash-object", "-w", "--no-filters", "--stdin-paths", given=names)
    for (path, one), found in zip(should.items(), made.decode().split(), strict=True):
        if one != found:
            raise _changed(path)
    return should


def site_tree(git: Git, ids: Mapping[str, str]) -> str:
    """The tree of a site of files by path. Raises ProjectError for a name that git leaves out, such as
    .git/config."""
    tree = tree_of(git, ids)
    if left := sorted(ids.keys() - files_of(git, tree).keys()):
        raise ProjectError(f"{left[0]}: git takes no file of this name; rename it")
    return tree


def _id(path: Path, stamp: Stamp) -> str:
    """The id that git gives to a file that is as it should be. One reading gives both hashes."""
    try:
        content = path.read_bytes()
    except OSError:
        raise _changed(path.name) from None
    if hashlib.sha256(content).hexdigest() != stamp.sha256:
        raise _changed(path.name)
    whole = b"blob %d\0" % len(content) + content
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


def _changed(name: str) -> ProjectError:
    return ProjectError(f"{name} changed while it was published; publish again")
