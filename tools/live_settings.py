"""What publishconf.py says: the settings of the live site, without a build."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def live_settings() -> Mapping[str, Any]:
    """Every setting by its name, as pelicanconf.py and publishconf.py have it."""
    return runpy.run_path(str(ROOT / "publishconf.py"))
