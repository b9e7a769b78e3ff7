"""What is said of a file besides its content."""

from __future__ import annotations

import mimetypes

import pytest

from plugins.hosting.files import headers
from plugins.media_types import A_DAY, ASKED_FOR, FIVE_MINUTES, FOR_GOOD, cache_control, media_type


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.atom", "application/atom+xml; charset=utf-8"),
        ("topics/x/feed.rss", "application/rss+xml; charset=utf-8"),
        ("feed.json", "application/feed+json; charset=utf-8"),
        ("topics/x/feed.json", "application/feed+json; charset=utf-8"),
        ("next-build.json", "application/json"),
        ("meetups.ics", "text/calendar; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("blogroll.opml", "text/x-opml; charset=utf-8"),
        ("theme/site.2299783d.js", "text/javascript; charset=utf-8"),
        ("images/one-becef4da-480.avif", "image/avif"),
        ("images/one-becef4da-480.webp", "image/webp"),
        ("images/One.JPG", "image/jpeg"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("files/without-ending", "application/octet-stream"),
        ("files.d/x.exe", "application/octet-stream"),
    ],
)
def test_a_path_has_one_media_type(path: str, kind: str) -> None:
    assert media_type(path) == kind


def test_what_this_machine_thinks_of_endings_makes_no_difference() -> None:
    mimetypes.add_type("text/nonsense", ".html")
    try:
        assert mimetypes.guess_type("index.html")[0] == "text/nonsense"
        assert media_type("index.html") == "text/html; charset=utf-8"
    finally:
        mimetypes.init()


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("theme/style.c9090677.css", FOR_GOOD),
        ("images/four-things-becef4da-1200.avif", FOR_GOOD),
        ("images/cards/0123456789abcdef0123.png", FOR_GOOD),
        ("images/by-hand.png", A_DAY),
        ("theme/by-hand.css", ASKED_FOR),
        ("posts/images/x-becef4da-1200.avif", A_DAY),
        ("index.html", ASKED_FOR),
        ("404.html", ASKED_FOR),
        ("feed.atom", FIVE_MINUTES),
        ("feed.json", FIVE_MINUTES),
        ("meetups/x.ics", FIVE_MINUTES),
        ("sitemap.xml", FIVE_MINUTES),
        ("next-build.json", FIVE_MINUTES),
        ("robots.txt", FIVE_MINUTES),
        ("favicon.ico", A_DAY),
        ("icon-512.png", A_DAY),
        ("files/talk.pdf", A_DAY),
    ],
)
def test_a_copy_may_be_used_as_long_as_its_kind_allows(path: str, caching: str) -> None:
    assert cache_control(path) == caching


def test_hosts_that_read_a_header_file_are_told_the_same() -> None:
    told = headers("")
    assert f"/theme/*\n  Cache-Control: {FOR_GOOD}\n" in told
    assert f"/images/*\n  Cache-Control: {FOR_GOOD}\n" in told
    for ending in ("x.atom", "x.rss", "x.ics", "feed.json"):
        assert f"Content-Type: {media_type(ending)}\n" in told
