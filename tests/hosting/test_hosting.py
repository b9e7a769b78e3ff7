"""What a host reads beside the pages: headers, redirects, robots, manifest; and a site below a path."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from plugins.entries.gather import file_of
from plugins.hosting import assets, files
from tests.sites import ROOT, SITE_FOLDER, Site, with_settings

URL = "https://x.example/repo"
REFERENCES = "//@href | //@src | //form/@action | //@poster"


def test_headers_hold_a_policy_that_lets_nothing_inline_and_nothing_foreign_run(site: Site) -> None:
    site.five_files().build()
    (policy,) = re.findall(r"Content-Security-Policy: (.*)", site.text("_headers"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:", policy)
    assert "X-Content-Type-Options: nosniff" in site.text("_headers")


def test_every_page_has_the_policy_and_keeps_to_it(site: Site) -> None:
    site.post("a", "| a |\n|:-:|\n| b |\n\n```python\nx = 1\n```\n")
    site.five_files().build()
    for name, page in site.pages():
        (policy,) = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
        assert policy.startswith("default-src 'self'"), name
        assert {"object-src 'none'", "base-uri 'self'"} <= set(policy.split("; ")), name
        assert not page.xpath("//@style | //style | //script[not(@src) and not(@type)]"), name
        assert not page.xpath('//@*[starts-with(name(), "on")]'), name
        for source in page.xpath('//script/@src | //img/@src | //link[@rel="stylesheet"]/@href'):
            assert source.startswith("/"), name
        first = page.xpath("//script")[0]
        assert first.get("type") in (None, "application/ld+json")


def test_what_is_kept_for_ever_is_named_by_its_content(site: Site) -> None:
    site.five_files().build()
    named = [name for name in site.files() if name.startswith("theme/")]
    assert sorted(name.split(".")[0] for name in named) == [
        "theme/lists",
        "theme/reading",
        "theme/site",
    ]
    for name in named:
        digest = hashlib.sha256(site.files()[name]).hexdigest()[:8]
        assert f".{digest}." in name
    assert "/theme/*\n  Cache-Control: public, max-age=31536000, immutable" in site.text("_headers")


@pytest.mark.parametrize(
    ("sheet", "own", "others"),
    [("reading", ".comment", ".entries"), ("lists", ".entries", ".comment")],
)
def test_a_style_sheet_begins_with_the_order_of_its_layers_and_holds_what_its_pages_need(
    sheet: str, own: str, others: str
) -> None:
    made = assets.style(ROOT / "theme/static/css", sheet)
    assert made.text.lstrip().startswith("@layer ")
    assert "/*" not in made.text
    assert made.text.count("{") == made.text.count("}") > 50
    assert ".masthead" in made.text
    assert own in made.text
    assert f"{others}{{" not in made.text
    assert assets.style(ROOT / "theme/static/css", sheet) == made


@pytest.mark.parametrize(
    ("old", "file"),
    [
        ("/2014/05/old/", "2014/05/old/index.html"),
        ("/2014/05/old", "2014/05/old/index.html"),
        ("/old.html", "old.html"),
        ("/old.htm", "old.htm"),
        ("/old.php", "old.php/index.html"),
        ("/caf%C3%A9/", "café/index.html"),
        ("/café/", "café/index.html"),
    ],
)
def test_an_old_address_leads_on_from_the_file_that_a_host_looks_for(
    site: Site, old: str, file: str
) -> None:
    site.post("here", aliases=old)
    site.build(site_url=URL)
    assert file_of(old) == file
    page = site.tree(file)
    assert page.xpath('//meta[@http-equiv="refresh"]/@content') == ["0; url=/repo/posts/here/"]
    assert page.xpath('//link[@rel="canonical"]/@href') == [f"{URL}/posts/here/"]
    assert page.xpath('//meta[@name="robots"]/@content') == ["noindex"]
    assert page.xpath("//a/@href") == ["/repo/posts/here/"]
    assert site.text("_redirects") == f"/repo{old} /repo/posts/here/ 301\n"


def test_redirects_lead_straight_to_where_entries_stand_now(site: Site) -> None:
    site.post("b", slug="new-b", aliases="/b/ /2013/b/")
    site.page("a", aliases="/c/")
    site.build()
    assert site.text("_redirects").splitlines() == [
        "/2013/b/ /posts/new-b/ 301",
        "/b/ /posts/new-b/ 301",
        "/c/ /a/ 301",
    ]


def test_robots_may_read_all_and_are_told_of_the_sitemap(site: Site) -> None:
    site.five_files().build(site_url=URL)
    assert "Disallow" not in site.text("robots.txt")
    assert site.text("robots.txt").endswith(f"\nSitemap: {URL}/sitemap.xml\n")


def test_the_manifest_names_icons_of_their_true_size(site: Site) -> None:
    site.five_files().build()
    manifest = json.loads(site.text("manifest.webmanifest"))
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        content = site.files()[icon["src"][1:]]
        width = int.from_bytes(content[16:20])
        assert icon["sizes"] == f"{width}x{width}"


@pytest.fixture
def below(site: Site) -> Site:
    """A site that stands below a path, built."""
    site.post("pictured", "![Two people](../images/round.png)", topics="Work", aliases="/old/")
    picture = (SITE_FOLDER / "content/images/round-table.png").read_bytes()
    site.write("images/round.png", picture)
    site.five_files().build(site_url=URL)
    return site


def test_below_a_path_every_address_of_every_page_leads_to_a_file(below: Site) -> None:
    files = set(below.files())
    checked = 0
    for name, page in below.pages():
        here = f"{URL}/{name.removesuffix('index.html')}"
        srcset = [part.split()[0] for set_ in page.xpath("//@srcset") for part in set_.split(",")]
        for typed in [*page.xpath(REFERENCES), *srcset]:
            address = urlsplit(urljoin(here, typed))
            if address.scheme == "data" or address.netloc != "x.example":
                continue
            assert address.path.startswith("/repo/"), (name, typed)
            file = address.path.removeprefix("/repo/")
            file += "index.html" if not file or file.endswith("/") else ""
            assert file in files, (name, typed)
            checked += 1
    assert checked > 200


def test_below_a_path_the_files_of_the_host_say_the_path(below: Site) -> None:
    manifest = json.loads(below.text("manifest.webmanifest"))
    addresses = [manifest["start_url"], *(icon["src"] for icon in manifest["icons"])]
    addresses += re.findall(r"^(/\S*)", below.text("_headers"), re.MULTILINE)
    addresses += re.findall(r"/\S+", below.text("_redirects"))
    assert all(address.startswith("/repo/") for address in addresses)
    locations = re.findall(r"<loc>(.*?)</loc>", below.text("sitemap.xml"))
    assert f"{URL}/posts/one/" in locations
    assert all(location.startswith(f"{URL}/") for location in locations)


def test_below_a_path_pages_say_their_own_absolute_address(below: Site) -> None:
    for name, page in below.pages():
        if name == "404.html":
            continue
        (canonical,) = page.xpath('//link[@rel="canonical"]/@href')
        if name != "old/index.html":
            assert canonical == f"{URL}/{name.removesuffix('index.html')}"
            assert page.xpath('//meta[@property="og:url"]/@content') == [canonical]


def test_the_icon_in_the_page_is_a_whole_url_and_the_same_picture(site: Site) -> None:
    site.five_files().build()
    (address,) = [
        link.get("href")
        for link in site.tree("posts/one/").xpath('//link[@rel="icon"]')
        if link.get("type") == "image/svg+xml"
    ]
    kind, _, picture = address.partition(",")
    assert kind == "data:image/svg+xml"
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+", picture)  # RFC 3986
    assert unquote(picture) == site.text("favicon.svg").strip()


def test_the_key_for_search_engines_is_a_file_that_holds_it_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files().build()
    before = site.files()
    with_settings(monkeypatch, INDEXNOW_KEY="0a1B-Z9xyz")
    site.build()
    after = site.files()
    assert after.pop("0a1B-Z9xyz.txt") == b"0a1B-Z9xyz"
    assert after == before


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("short-7", "a key has 8 to 128 characters, and this has 7"),
        ("", "a key has 8 to 128 characters, and this has 0"),
        ("a" * 129, "a key has 8 to 128 characters, and this has 129"),
        ("../../etc/passwd", "'.' cannot be in a key; it has letters a to z, digits and dashes"),
        ("schlüssel", "'ü' cannot be in a key; it has letters a to z, digits and dashes"),
        ("12345678\n", "'\\n' cannot be in a key; it has letters a to z, digits and dashes"),
        (12345678, "12345678 is no text; write the key in quotes"),
    ],
)
def test_a_key_that_search_engines_would_refuse_stops_the_build(
    site: Site, monkeypatch: pytest.MonkeyPatch, key: object, told: str
) -> None:
    site.post("a")
    with_settings(monkeypatch, INDEXNOW_KEY=key)
    assert site.refused()[0] == f"publishconf.py: INDEXNOW_KEY: {told}"


@pytest.mark.parametrize("key", ["a" * 8, "A-9" * 42 + "zz"])
def test_keys_of_the_least_and_the_most_length_are_taken(key: str) -> None:
    assert files.key_file(key) == f"{key}.txt"
