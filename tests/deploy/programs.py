"""Programs that tests of publishing run for real, as `./invoke test` has installed them where it may."""

from __future__ import annotations

import os

import pytest

from tools.programs import PACKAGES, find


def program(name: str) -> str:
    """The path of the program. Without it the test is left out, and in CI it fails."""
    found = find(name)
    if found is None:
        why = f"there is no {name} here (on Debian: apt install {PACKAGES[name]})"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return found
