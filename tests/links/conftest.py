"""Other people's servers, and a desk whose content leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugins.resources.ledger import Link
from tests.links.outer_web import QUICK, OuterWeb
from tests.sites import Site
from tools.links.checking import LinkCheck, check
from tools.links.desk import Desk, desk
from tools.links.limits import Limits

DAY = datetime(2026, 11, 2, 1, tzinfo=UTC)


@pytest.fixture
def web() -> Iterator[OuterWeb]:
    made = OuterWeb()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def at(site: Site) -> Callable[[int], Desk]:
    """The desk so many days after the first."""
    return lambda days: desk(site.content, DAY + timedelta(days=days))


@pytest.fixture
def looked(site: Site, at: Callable[[int], Desk]) -> Callable[..., Link]:
    """Checks one address, which the site leads to, and gives what the ledger then has of it."""

    def look(address: str, days: int = 0, limits: Limits = QUICK, *allowed: str) -> Link:
        path: Path = site.content / "posts/links.md"
        if not path.exists() or address not in path.read_text("utf-8"):
            site.post("links", f"[There]({address}).")
        checked: LinkCheck = check(
            at(days), allowed=frozenset(allowed or {"127.0.0.1"}), limits=replace(limits)
        )
        return checked.links[address]

    return look
