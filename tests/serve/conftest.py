"""A server for each test, and one real browser for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.serve.running import Running, make_site
from tools.browser import require_chromium


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of a small project."""
    make_site(tmp_path)
    return tmp_path


@pytest.fixture
def server(site: Path) -> Iterator[Running]:
    """The development server of that project, its first build done."""
    running = Running(site).start()
    running.says("Built in")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium; that there is none is an error."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    chromium = playwright.chromium.launch(
        executable_path=require_chromium(install=False), args=arguments
    )
    yield chromium
    chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab; a test ends in an error when its page broke the policy, or a script failed."""
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert not faults
