"""A build as its host serves it: read back from real web servers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import brotli
import pytest

from plugins.hosting import files
from tests.deploy.small_sites import FILES, lay
from tests.deploy.web_servers import Server, apache, nginx
from tools.deploy.address import parse_address
from tools.deploy.dressing import MOST_REDIRECTS, dress

SITE = "https://site.example"
MOVED = {
    "/2014/05/one-size/": "/posts/one/",
    "/?p=12": "/posts/two/",
    "/old(1)+$x.html": "/posts/caf%C3%A9%20au%20lait/",
    '/a"b\\c/': "/posts/one/",
    "/caf%C3%A9/": "/posts/one/?a=1&b=$2#c",
}


def built(folder: Path, base_path: str = "", **more: bytes) -> Path:
    """A site as a build leaves it."""
    own = {
        "_headers": files.headers(base_path).encode(),
        "_redirects": files.redirects(MOVED, base_path).encode(),
    }
    own |= {
        "meetups.ics": b"BEGIN:VCALENDAR",
        "posts/one/feed.json": b"{}",
        "manifest.webmanifest": b"{}",
    }
    own |= {
        "feed.rss": b"<rss/>" * 400,
        "theme/site.12345678.js": b"let a = 1;" * 300,
        "robots.txt": b"x",
    }
    return lay(folder, {**FILES, **own, **more})


def names(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


@pytest.fixture(params=["nginx", "apache"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    site = built(tmp_path / "www")
    dress(site, parse_address(f"file:///www?server={request.param}&compressed=gz,br"), SITE)
    with {"nginx": nginx, "apache": apache}[request.param](site, tmp_path) as running:
        yield running


def test_pages_are_there_and_what_is_not_shows_our_page_with_404(server: Server) -> None:
    page = server.get("/posts/one/")
    assert (page.status, page.body) == (200, FILES["posts/one/index.html"])
    assert page.headers["content-type"].replace("UTF-8", "utf-8") == "text/html; charset=utf-8"
    for path in ("/nothing/", "/posts/one/nothing.html"):
        missing = server.get(path)
        assert (missing.status, missing.body) == (404, FILES["404.html"])
    assert server.get("/posts/").status in {403, 404}
    assert server.get("/posts/caf%C3%A9%20au%20lait/").body == b"<title>A name</title>"


def test_every_answer_has_the_headers_of_the_site(server: Server) -> None:
    for path in ("/", "/nothing/", "/feed.atom", "/theme/site.12345678.css"):
        headers = server.get(path).headers
        assert headers["content-security-policy"] == files.ANSWERED
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "public, max-age=0, must-revalidate"),
        ("/posts/one/", "public, max-age=0, must-revalidate"),
        ("/theme/site.12345678.css", "public, max-age=31536000, immutable"),
        ("/feed.atom", "public, max-age=300"),
        ("/meetups.ics", "public, max-age=300"),
        ("/robots.txt", "public, max-age=300"),
        ("/images/one-480.webp", "public, max-age=86400"),
    ],
)
def test_copies_may_be_kept_as_long_as_they_hold(server: Server, path: str, kept: str) -> None:
    assert server.get(path).headers["cache-control"] == kept
    assert server.get(path, Accept_Encoding="gzip").headers["cache-control"] == kept


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/posts/one/feed.json", "application/feed+json; charset=utf-8"),
        ("/meetups.ics", "text/calendar; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/theme/site.12345678.js", "text/javascript; charset=utf-8"),
        ("/images/one-480.webp", "image/webp"),
    ],
)
def test_kinds_of_file_are_named(server: Server, path: str, kind: str) -> None:
    said = (
        server.get(path)
        .headers["content-type"]
        .replace("application/javascript", "text/javascript")
    )
    assert said == kind
    assert server.get(path, Accept_Encoding="gzip").headers["content-type"].endswith(kind[-12:])


def test_scripts_of_other_sites_may_read_feeds_and_calendars_only(server: Server) -> None:
    for path in ("/feed.atom", "/feed.rss", "/posts/one/feed.json", "/meetups.ics"):
        assert server.get(path).headers["access-control-allow-origin"] == "*"
    for path in ("/", "/sitemap.xml", "/manifest.webmanifest"):
        assert "access-control-allow-origin" not in server.get(path).headers


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2014/05/one-size/", "/posts/one/"),
        ("/old(1)+$x.html", "/posts/caf%C3%A9%20au%20lait/"),
        ("/a%22b%5Cc/", "/posts/one/"),
        ("/caf%C3%A9/", "/posts/one/?a=1"),
    ],
)
def test_old_addresses_lead_to_new_ones(server: Server, old: str, new: str) -> None:
    answer = server.get(old)
    assert answer.status == 301
    to = answer.headers["location"].removeprefix(f"http://127.0.0.1:{server.port}")
    assert unquote(to).startswith(unquote(new))
    assert to.isascii()
    # Below an old address nothing moves by itself.
    assert server.get(f"{old}more").status == 404


def test_packed_copies_are_sent_to_who_takes_them(
    server: Server, request: pytest.FixtureRequest
) -> None:
    plain = FILES["posts/one/index.html"]
    packed = server.get("/posts/one/", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain
    assert packed.body == gzip.compress(plain, 9, mtime=0)
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert packed.headers["content-type"].startswith("text/html")
    assert "content-encoding" not in server.get("/posts/one/").headers
    if "apache" in request.node.name:
        best = server.get("/posts/one/", Accept_Encoding="gzip, br")
        assert best.headers["content-encoding"] == "br"
        assert brotli.decompress(best.body) == plain
        assert "content-language" not in best.headers


def test_what_is_for_the_host_is_for_nobody_else(server: Server) -> None:
    for path in ("/.htaccess", "/.nginx.conf", "/_headers", "/_redirects"):
        assert server.get(path).status in {403, 404}, path


def test_a_site_below_a_path(tmp_path: Path) -> None:
    for kind, start in (("nginx", nginx), ("apache", apache)):
        (tmp_path / kind).mkdir()
        site = built(tmp_path / kind / "www", "/blog")
        dress(site, parse_address(f"file:///www?server={kind}"), f"{SITE}/blog")
        with start(site, tmp_path / kind, "/blog") as running:
            assert running.get("/blog/posts/one/").body == FILES["posts/one/index.html"]
            assert running.get("/blog/nothing/").body == FILES["404.html"]
            moved = running.get("/blog/2014/05/one-size/")
            assert moved.status == 301
            assert moved.headers["location"].endswith("/blog/posts/one/")
            assert running.get("/blog/").headers["content-security-policy"] == files.ANSWERED


# --- without a server -----------------------------------------------------------------------------


def dressed(folder: Path, address: str, site_url: str = SITE) -> Path:
    site = built(folder)
    assert dress(site, parse_address(address), site_url) == ()
    return site


@pytest.mark.parametrize(
    ("address", "gone", "new"),
    [
        ("netlify://x", set(), set()),
        ("cloudflare-pages://x", set(), set()),
        ("s3://bucket", set(), set()),
        ("file:///www", {"_headers", "_redirects"}, set()),
        ("rsync://h/www?server=apache", {"_headers", "_redirects"}, {".htaccess"}),
        ("rsync://h/www?server=nginx", {"_headers", "_redirects"}, {".nginx.conf"}),
        ("github-pages://origin/x", {"_headers", "_redirects"}, {".nojekyll", "CNAME"}),
    ],
)
def test_each_kind_of_host_gets_its_own_files(
    tmp_path: Path, address: str, gone: set[str], new: set[str]
) -> None:
    before = names(built(tmp_path / "as built"))
    assert names(dressed(tmp_path / "site", address)) == (before - gone) | new


@pytest.mark.parametrize(
    ("site_url", "name"),
    [
        ("https://site.example", "site.example\n"),
        ("https://me.github.io", None),
        ("https://me.github.io/blog", None),
        ("https://site.example/blog", None),
        ("http://127.0.0.1:8000", None),
        ("http://localhost:8000", None),
    ],
)
def test_github_is_told_the_name_that_is_the_sites_own(
    tmp_path: Path, site_url: str, name: str | None
) -> None:
    cname = dressed(tmp_path / "site", "github-pages://origin/gh-pages", site_url) / "CNAME"
    assert (cname.read_text() if cname.exists() else None) == name


def test_packed_copies_are_the_same_each_time_and_only_where_they_help(tmp_path: Path) -> None:
    one = dressed(tmp_path / "one", "file:///www?compressed=gz,br")
    two = dressed(tmp_path / "two", "file:///www?compressed=gz,br")
    assert {n: (one / n).read_bytes() for n in names(one)} == {
        n: (two / n).read_bytes() for n in names(two)
    }
    packed = {name for name in names(one) if name.endswith((".gz", ".br"))}
    assert {"posts/one/index.html.gz", "posts/one/index.html.br", "feed.rss.gz"} <= packed
    assert not {name for name in packed if name.startswith(("index.html", "robots", "images/"))}
    only = dressed(tmp_path / "three", "file:///www?compressed=gz")
    assert not [name for name in names(only) if name.endswith(".br")]


def test_more_redirects_than_cloudflare_takes_are_told(tmp_path: Path) -> None:
    site = built(tmp_path / "site")
    many = "".join(f"/old-{n}/ /new/ 301\n" for n in range(MOST_REDIRECTS + 1))
    (site / "_redirects").write_text(many)
    (told,) = dress(site, parse_address("cloudflare-pages://x"), SITE)
    assert "There are 2,001 redirects, and Cloudflare Pages takes 2,000" in told
