"""What every test may ask for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything of tools/ is imported: the tests build a site of their own, never the author's.
os.environ["SITE_FOLDER"] = str(Path(__file__).resolve().parent / "site")

from tests.sites import Site

# How long an example takes says something of the machine and what else it does, not of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A shell that runs something in the background has it pass over Ctrl-C, and what that starts as well.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site without any file yet."""
    (tmp_path / "content").mkdir()
    return Site(tmp_path)
