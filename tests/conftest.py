"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site without any file yet."""
    (tmp_path / "content").mkdir()
    return Site(tmp_path)
