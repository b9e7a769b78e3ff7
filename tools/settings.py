"""What pelicanconf.py and publishconf.py say, without a build."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plugins.entries.dates import DEFAULT_ZONE
from tools.errors import ProjectError

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(os.environ.get("SITE_FOLDER", ROOT)).resolve()
"""Where pelicanconf.py, publishconf.py and content/ are: beside the code, unless the environment names
another folder (as the tests do)."""


def run_settings(configuration: Path) -> dict[str, Any]:
    """What the file says, as it is now."""
    # What publishconf.py imports may have been another when this process ran it last.
    sys.modules.pop("pelicanconf", None)
    return runpy.run_path(str(configuration))


def settings() -> Mapping[str, Any]:
    """Every setting of pelicanconf.py by its name."""
    return run_settings(SITE / "pelicanconf.py")


def live_settings() -> Mapping[str, Any]:
    """Every setting of the live site, as pelicanconf.py and publishconf.py have it."""
    return run_settings(SITE / "publishconf.py")


def zone_of(given: Mapping[str, Any]) -> ZoneInfo:
    """The zone in which authors write times (ENTRY_TIMEZONE). Raises ProjectError when there is none of
    that name."""
    name = given.get("ENTRY_TIMEZONE", DEFAULT_ZONE)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise ProjectError(
            f'pelicanconf.py: ENTRY_TIMEZONE: "{name}" is no known time zone; write one such as '
            f'"{DEFAULT_ZONE}"'
        ) from None
