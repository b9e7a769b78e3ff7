"""Keeps the style sheets and scripts of the look before this one at the host, so that a page which somebody had
open, or had just asked for, when the new site went live still finds them.

Their names have a hash of what is in them, so they are in nobody's way. What a publish has sent of theme/ is
kept below .cache/publish/theme, by host: `own` of the last site, `left` of the look before it. Where that is
not there (another machine), nothing is left.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection
from pathlib import Path

from tools.deploy.address import Address
from tools.deploy.manifest import Manifest, manifest_of

FOLDER = "theme"


def home_of(root: Path, address: Address) -> Path:
    """Where the looks of a host are kept. root: the project's folder."""
    name = hashlib.sha256(str(address).encode()).hexdigest()[:12]
    return root / ".cache" / "publish" / FOLDER / name


def lay(site: Path, home: Path, live: Manifest) -> frozenset[str]:
    """Put into a fresh site what is to stay of the look before; the names of these files, in theme/.

    live: what lies at the host, which alone can stay.
    """
    names = _names(site / FOLDER)
    before = _before(names, home)
    if before is None:
        return frozenset()
    stay = {
        name
        for name, stamp in manifest_of(before).items()
        if name not in names and live.get(f"{FOLDER}/{name}") == stamp
    }
    for name in stay:
        shutil.copyfile(before / name, site / FOLDER / name)
    return frozenset(stay)


def keep(site: Path, home: Path, laid: Collection[str]) -> None:
    """Remember the look of a site that went live, and that before it. laid: what `lay` put into it."""
    names = _names(site / FOLDER) - set(laid)
    before = _before(names, home)
    new = home.with_name(f"{home.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    if before:
        shutil.copytree(before, new / "left")
    (new / "own").mkdir()
    for name in names:
        shutil.copyfile(site / FOLDER / name, new / "own" / name)
    shutil.rmtree(home, ignore_errors=True)
    new.rename(home)


def _before(names: Collection[str], home: Path) -> Path | None:
    """Where the look before the one of these names is; None when none is known."""
    own, left = home / "own", home / "left"
    known = own if own.is_dir() and _names(own) != set(names) else left
    return known if known.is_dir() else None


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()
