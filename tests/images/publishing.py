"""Puts files of a cache where a build would publish them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path


def publish(files: Mapping[str, Path], output: Path) -> None:
    """files: by its path in the output, each file of the cache."""
    for path, file in files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, output / path)
