"""What every test may ask for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright

# Before anything of tools/ is imported: the tests build a site of their own, never the author's.
os.environ["SITE_FOLDER"] = str(Path(__file__).resolve().parent / "site")

from tests.sites import Site

# How long an example takes says something of the machine and what else it does, not of the code.
settings.register_profile("random", deadline=None)
# What is pushed is tested with the same examples each time; new ones are for a desk and for the night.
settings.register_profile("fixed", deadline=None, derandomize=True)
AT_NIGHT = os.environ.get("GITHUB_EVENT_NAME") == "schedule"
settings.load_profile("fixed" if os.environ.get("CI") and not AT_NIGHT else "random")

# A shell that runs something in the background has it pass over Ctrl-C, and what that starts as well.
signal.signal(signal.SIGINT, signal.default_int_handler)


class _FailuresAsTheyCome:
    """Says the name of a test that failed at once: a run takes minutes, and its summary comes last."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.write_line(f"\nFAILED {report.nodeid} ({report.when})", red=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_FailuresAsTheyCome(config))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is slow as a whole is not even read where nothing slow is wanted."""
    if collection_path.suffix != ".py" or "not slow" not in config.option.markexpr:
        return None
    whole = "\npytestmark = pytest.mark.slow\n" in collection_path.read_text(encoding="utf-8")
    return True if whole else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser, itself or by what it asks for, is marked so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser that an earlier test opened leaves its event loop running in this thread, where none but its
    own tests may find it: others begin their own."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all browsers: a second in the same process would be refused."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site without any file yet."""
    (tmp_path / "content").mkdir()
    return Site(tmp_path)
