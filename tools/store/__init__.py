"""A store of comments at an address: its copy on this machine, kept up to date and checked.

    COMMENTS_STORE            "https://…": where the store and its index.json are
    COMMENTS_STORE_REQUIRED   False: when the store cannot be pulled, the last good copy serves, with a
                              warning. True: that is an error
    the environment's COMMENTS_STORE_TOKEN   sent to the store's server as a bearer token

1. `address` says what may be pulled from, `model` what an index is.
2. `pull` asks for what changed (`fetch`, over `wire`), checks it, and switches `snapshots`.
3. `store_folder` hands a build the folder to read; `pull_for` is `invoke comments.pull`.
4. `publish_index` makes the index of a store that is to be served.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.faults import Fault
from tools.errors import ProjectError
from tools.store.address import is_address, parse_address
from tools.store.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from tools.store.pull import Pulled

DEFAULT_FOLDER = "comments"


def store_folder(
    settings: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS
) -> tuple[Path, tuple[Fault, ...]]:
    """The folder that a build reads comments from, and what the author should look at.

    A folder in COMMENTS_STORE is given back as it is. For an address the copy under CACHE_FOLDER is
    brought up to date first. Raises ProjectError when that fails and there is no copy, or when
    COMMENTS_STORE_REQUIRED is set.
    """
    setting = settings.get("COMMENTS_STORE", DEFAULT_FOLDER)
    if not is_address(setting):
        return Path(setting), ()
    from tools.store import snapshots
    from tools.store.faults import StoreFault

    address = parse_address(setting)
    home = Path(settings["CACHE_FOLDER"]) / "store" / address.folder_name
    try:
        pulled = _pull(setting, home, limits, settings.get("HOST_KEY"))
    except StoreFault as fault:
        if settings.get("COMMENTS_STORE_REQUIRED", False):
            raise ProjectError(
                f"{fault}. COMMENTS_STORE_REQUIRED is set, so the last copy does not stand in."
            ) from None
        copy = snapshots.read_copy(home, str(address))
        if copy is None or not copy.is_whole(copy.sound()):
            raise ProjectError(
                f"{fault}. There is no earlier copy of the store on this machine to build with."
            ) from None
        checked = copy.pointer.checked
        message = (
            f"{fault.came}; {fault.mend}. The comments are those of {checked:%Y-%m-%d %H:%M} UTC, "
            f"{age(datetime.now(UTC) - checked)} ago"
        )
        return copy.threads, (Fault(fault.address, None, message),)
    if pulled.removed:
        return pulled.folder, (Fault(pulled.address, None, pulled.gone()),)
    return pulled.folder, ()


def pull_for(configuration: Path) -> str:
    """Pull the store that a settings file names; what was done, for `invoke comments.pull`.

    Raises ProjectError when it names a folder, and when the pull fails.
    """
    from pelican.settings import read_settings

    from tools.store.faults import StoreFault

    settings = read_settings(str(configuration))
    setting = settings.get("COMMENTS_STORE", DEFAULT_FOLDER)
    if not is_address(setting):
        raise ProjectError(
            f'COMMENTS_STORE is the folder "{setting}", so there is nothing to pull; a store elsewhere '
            "is named by its https:// address"
        )
    home = configuration.resolve().parent / ".cache" / "store" / parse_address(setting).folder_name
    try:
        return str(_pull(setting, home, DEFAULT_LIMITS, settings.get("HOST_KEY")))
    except StoreFault as fault:
        raise ProjectError(f"{fault}. Nothing was replaced.") from None


def age(since: timedelta) -> str:
    """How long that is, in its largest unit: "3 hours"."""
    seconds = max(0, int(since.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' * (count != 1)}"
    return "less than a minute"


def _pull(setting: str, home: Path, limits: Limits, host_key: str | None) -> Pulled:
    from tools.store.pull import pull

    token = os.environ.get("COMMENTS_STORE_TOKEN") or None
    if token and not (token.isascii() and token.isprintable()):
        raise ProjectError("COMMENTS_STORE_TOKEN: has a letter that no token has; copy it again")
    return pull(setting, home, limits, token, host_key)
