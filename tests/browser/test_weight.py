"""What a first view costs: few requests, few bytes, nobody else asked."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenTab
from tests.browser.static_host import Answered, StaticHost
from tests.browser.whereabouts import Whereabouts

WEIGHED = (
    *("home", "talked post", "topic", "archive", "conversations", "person", "meetups", "meetup"),
    "missing",
)
MOST_BYTES = 14 * 1024
MOST_REQUESTS = 3


def first_view(open_tab: OpenTab, site: StaticHost, address: str) -> list[Answered]:
    """All that a browser asks for, with an empty cache, on a telephone."""
    site.take_answered()
    page = open_tab(viewport={"width": 360, "height": 800}, device_scale_factor=2)
    page.goto(site.url + address, wait_until="networkidle")
    return site.take_answered()


@pytest.mark.parametrize("kind", WEIGHED)
def test_a_first_view_takes_three_requests_besides_pictures(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    answered = first_view(open_tab, site, places.kinds[kind])
    asked = [one.address for one in answered if not _is_picture(one)]
    assert len(asked) <= MOST_REQUESTS, asked
    assert all(one.status == 200 for one in answered[1:])


@pytest.mark.parametrize("kind", WEIGHED)
def test_a_first_view_takes_at_most_14_kb_besides_pictures(
    open_tab: OpenTab, site: StaticHost, places: Whereabouts, kind: str
) -> None:
    if kind == "talked post":
        assert places.talked[places.kinds[kind]] >= 30
    answered = first_view(open_tab, site, places.kinds[kind])
    sizes = {one.address: one.size for one in answered if not _is_picture(one)}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_no_page_names_a_file_of_another_host(site: StaticHost) -> None:
    for page in _pages(site.root):
        for address in re.findall(
            r'<(?:script|img|source|iframe)[^>]*?\ssrc(?:set)?="([^"]+)"', page
        ):
            assert address.startswith("/"), address
        for link in re.findall(r"<link [^>]*>", page):
            if re.search(r'rel="(?:stylesheet|preload|preconnect|dns-prefetch|manifest)"', link):
                assert 'href="/' in link, link


def test_one_style_and_one_script_serve_each_page_and_are_named_by_their_content(
    site: StaticHost,
) -> None:
    of_pages = [re.findall(r'"(/theme/[^"]+)"', page) for page in _pages(site.root)]
    assert {len(named) for named in of_pages} == {2}
    named = {address for addresses in of_pages for address in addresses}
    assert len(named) == 5
    for address in named:
        assert re.fullmatch(
            r"/theme/(?:reading|lists|site|meetups|resources)\.[0-9a-f]{8}\.(?:css|js)", address
        )
        assert (site.root / address.lstrip("/")).is_file()
    rules = (site.root / "_headers").read_text("utf-8")
    assert "/theme/*\n  Cache-Control: public, max-age=31536000, immutable\n" in rules


def test_the_script_is_a_trifle(site: StaticHost) -> None:
    for script in (site.root / "theme").glob("*.js"):
        assert len(gzip.compress(script.read_bytes(), 6)) <= 1024


def _is_picture(one: Answered) -> bool:
    return one.address.startswith("/images/")


def _pages(root: Path) -> list[str]:
    pages = [path.read_text("utf-8") for path in root.rglob("*.html")]
    return [page for page in pages if 'http-equiv="refresh"' not in page]
