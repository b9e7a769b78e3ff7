"""A real Chromium, and the sites that it looks at: the project's own content, and what no author would
write but somebody will.

Each worker builds what its tests ask for, in a process of its own, and serves it on 127.0.0.1 with the
headers that the site's `_headers` file says. Each tab tells at its end whether anything was amiss.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from tests.browser.hostile_site import Hostile, write_hostile
from tests.browser.nasty_site import write_nasty
from tests.browser.static_host import StaticHost
from tests.browser.whereabouts import Whereabouts
from tests.sites import SITE_FOLDER
from tools.browser import require_chromium

ROOT = Path(__file__).resolve().parents[2]
LATER = "2099-12-31 12:00"
"""The moment of every build: what is scheduled is looked at before it is published, not after."""

NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
OpenTab = Callable[..., Page]


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for this folder; that there is none is an error."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", NOWHERE_ELSE]
    chromium = playwright.chromium.launch(
        executable_path=require_chromium(install=False), args=arguments
    )
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticHost]:
    """The project's own content, served."""
    yield from _served(SITE_FOLDER / "content", tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="package")
def places(site: StaticHost) -> Whereabouts:
    """Where each kind of page is in the project's own site."""
    return Whereabouts.of(site.root)


@pytest.fixture(scope="package")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticHost]:
    """The project's content, and among it what breaks layouts."""
    folder = tmp_path_factory.mktemp("nasty")
    write_nasty(folder / "content", SITE_FOLDER / "content")
    yield from _served(folder / "content", folder)


@pytest.fixture(scope="package")
def hostile_content(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Every payload in every place where a stranger's words may stand, as files not built yet."""
    return write_hostile(tmp_path_factory.mktemp("hostile") / "content")


@pytest.fixture(scope="package")
def hostile(hostile_content: Hostile) -> Iterator[StaticHost]:
    """The same, served, with a page about everyone who says any of it."""
    folder = hostile_content.folder.parent
    real = SITE_FOLDER / "pelicanconf.py"
    (folder / "pelicanconf.py").write_text(
        f"exec(compile(open({str(real)!r}, encoding='utf-8').read(), {str(real)!r}, 'exec'))\n"
        f"THEME = {str(ROOT / 'theme')!r}\nPEOPLE_FROM = 1\n"
    )
    yield from _served(hostile_content.folder, folder, SITE_FOLDER=str(folder))


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Opens tabs, each in a profile of its own unless `beside` another; options are Playwright's.

    The test ends in an error when a page reports one (scripts, policy, a file that is not there) or
    asks any other host for anything.
    """
    faults: list[str] = []

    def open_one(beside: Page | None = None, **options: Any) -> Page:
        context = beside.context if beside else browser.new_context(**options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: faults.extend(_amiss(page, message)))
        page.on("dialog", lambda dialog: (faults.append(f"{page.url}: a dialog"), dialog.dismiss()))
        page.on("request", lambda request: faults.extend(_elsewhere(request.url)))
        return page

    yield open_one
    for context in browser.contexts:
        context.close()
    assert not faults


def _amiss(page: Page, message: ConsoleMessage) -> Iterator[str]:
    """What a console message reports as an error; that a page which is not there is not there is none."""
    of_the_page = message.location.get("url") == page.url and "status of 404" in message.text
    if message.type == "error" and not of_the_page:
        yield f"{page.url}: {message.text}"


def _elsewhere(url: str) -> Iterator[str]:
    if not url.startswith(("http://127.0.0.1:", "data:")):
        yield f"asked another host: {url}"


def _served(content: Path, folder: Path, **environment: str) -> Iterator[StaticHost]:
    """Built for the address at which it is then served."""
    host = StaticHost()
    command = [sys.executable, "-m", "tools.build", "--content", str(content), "--at", LATER]
    command += ["--output", str(folder / "output"), "--site-url", host.url]
    try:
        built = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert built.returncode == 0, built.stdout + built.stderr
        host.show(folder / "output")
        yield host
    finally:
        host.stop()
