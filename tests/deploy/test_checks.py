"""What was written is read back: each thing that a reader, a feed reader or a host would stumble over
is told with its file, and a site without faults raises nothing."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.sites import Site, comment
from tools.deploy.before import facts as facts_module
from tools.deploy.before.checked import checked_output
from tools.deploy.before.facts import facts_of_site
from tools.deploy.before.pages import page_facts

SITE = "https://site.example"


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html>\n<html lang="en">\n<title>T</title>\n{head}\n<body>\n{body}\n</html>\n'


def picture(size: tuple[int, int] = (8, 8), ending: str = "png") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, ending)
    return file.getvalue()


ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>tag:site.example,2014:/feed</id>
<updated>2026-11-20T07:30:00+11:00</updated><author><name>A</name></author>
<link rel="self" href="{SITE}/feed.atom"/>
<entry><title>One</title><id>tag:one</id><updated>2026-11-20T07:30:00+11:00</updated>
<link rel="alternate" href="{SITE}/posts/one/"/></entry>
</feed>
"""
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>T</title><link>{SITE}/</link><description>D</description>
<atom:link rel="self" href="{SITE}/feed.rss"/>
<item><title>One</title><link>{SITE}/posts/one/</link><guid isPermaLink="false">tag:one</guid>
<pubDate>Fri, 20 Nov 2026 07:30:00 +1100</pubDate></item>
</channel></rss>
"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "feed_url": f"{SITE}/feed.json",
        "items": [
            {
                "id": "tag:one",
                "url": f"{SITE}/posts/one/",
                "content_html": "<p>x</p>",
                "date_published": "2026-11-20T07:30:00+11:00",
            }
        ],
    }
)
ICS = "\r\n".join(
    (
        *("BEGIN:VCALENDAR", "PRODID:-//x//EN", "VERSION:2.0", "BEGIN:VEVENT", "UID:1"),
        *("DTSTAMP:20261120T090000Z", "DTSTART:20261202T070000Z", "SUMMARY:An evening"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    )
)
SITEMAP = f"""<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{SITE}/</loc></url>
<url><loc>{SITE}/posts/one/</loc></url>
</urlset>
"""
GOOD: dict[str, str | bytes] = {
    "index.html": page(
        '<a href="/posts/one/#here">One</a> <a href="#top">x</a> <i id="top"></i>'
        '<img src="/images/a.png" alt=""> <a href="https://elsewhere.example/x">x</a>'
        f'<a href="{SITE}">x</a> <form action="https://lists.example/join"></form>',
        '<link rel="stylesheet" href="/theme/a.css"><script src="/theme/a.js"></script>'
        '<link rel="icon" href="data:image/svg+xml,x">'
        f'<meta property="og:image" content="{SITE}/images/a.png">'
        '<script type="application/ld+json">{"@context": "https://schema.org"}</script>',
    ),
    "posts/one/index.html": page('<h1 id="here">One</h1><a href="../../">x</a>'),
    "theme/a.css": "body{background:url(../images/a.png)} @import 'b.css';",
    "theme/b.css": 'p{color:#123;mask:url("data:image/png;base64,x")}',
    "theme/a.js": "document.title;",
    "images/a.png": picture(),
    "feed.atom": ATOM,
    "feed.rss": RSS,
    "feed.json": JSON,
    "meetups.ics": ICS,
    "sitemap.xml": SITEMAP,
    "feeds.opml": "<opml version='2.0'><body/></opml>",
    "manifest.webmanifest": '{"start_url": "/", "icons": [{"src": "/images/a.png"}]}',
    "robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {SITE}/sitemap.xml\n",
    "_redirects": "/old/ /posts/one/ 301\n",
}


def lay(folder: Path, **changed: str | bytes) -> Path:
    """The good site with some files changed, `a_b` for what is no name: see `told`."""
    for name, content in {**GOOD, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told(folder: Path, name: str, content: str | bytes) -> list[str]:
    return [str(one) for one in checked_output(lay(folder, **{name: content}), SITE).faults]


def test_a_site_without_faults_raises_nothing(tmp_path: Path) -> None:
    checks = checked_output(lay(tmp_path), SITE)
    assert checks.faults == ()
    assert checks.warnings == ()
    assert checks.pages == 2
    assert checks.references > 8


def test_a_site_below_a_folder_of_its_host_is_read_as_one(tmp_path: Path) -> None:
    moved: dict[str, str | bytes] = {}
    for name, content in GOOD.items():
        text = content if isinstance(content, bytes) else content.encode()
        if name.endswith((".html", ".webmanifest")):
            text = text.replace(b'"/', b'"/blog/')
        text = text.replace(SITE.encode(), f"{SITE}/blog".encode())
        moved[name] = text.replace(b"/old/ /posts", b"/blog/old/ /blog/posts")
    lay(tmp_path, **moved)
    assert checked_output(tmp_path, f"{SITE}/blog").faults == ()
    (tmp_path / "posts/one/index.html").write_text(
        page('<h1 id="here">One</h1><a href="/other/">x</a><a href="/blog/none/">x</a>')
    )
    assert [str(one) for one in checked_output(tmp_path, f"{SITE}/blog").faults] == [
        'posts/one/index.html:6: "/blog/none/" leads nowhere'
    ]


PAGES = {
    "an end without a beginning": ("<p>x</b>", "is no valid HTML: "),
    "an attribute twice": ('<a href="/" href="/">x</a>', "is no valid HTML: "),
    "broken nesting": ("<b><i>x</b></i>", "is no valid HTML: Unexpected </i> end tag"),
    "an element without an end": ("<p><b>x</p>", "is no valid HTML: <b> of line 6 is still open"),
    "a link to nowhere": ('<a href="/none/">x</a>', '"/none/" leads nowhere'),
    "a link beyond the top": ('<a href="../none/">x</a>', '"../none/" leads nowhere'),
    "no address": ('<a href="http://[x/">x</a>', '"http://[x/" is no address'),
    "a place that is not there": ('<a href="/posts/one/#no">x</a>', ": no such place on that page"),
    "an id twice": ('<i id="a"></i><i id="a"></i>', 'id "a" is used more than once'),
    "a picture without a text": ('<img src="/images/a.png">', 'picture "/images/a.png" has no alt'),
    "a script": ("<script>alert(1)</script>", "has a script in the page, which its policy forbids"),
    "a module": ('<script type="module">1</script>', "has a script in the page"),
    "a handler": ('<a href="/" onclick="x()">x</a>', "has a handler in the page (onclick)"),
    "an address that is a script": ('<a href=" JavaScript:x()">x</a>', "leads to a script (href)"),
    "broken JSON-LD": (
        '<script type="application/ld+json">{"a": }</script>',
        "holds broken JSON (application/ld+json): Expecting value",
    ),
    "a script in a template": ("<template><script>1</script></template>", "has a script in the page"),
    "a card's picture": (
        f'<meta property="og:image" content="{SITE}/none.png">',
        f'"{SITE}/none.png" leads nowhere',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PAGES)
def test_what_is_wrong_with_a_page_is_told_with_its_line(tmp_path: Path, what: str) -> None:
    body, said = PAGES[what]
    faults = told(tmp_path, "posts/two/index.html", page(body))
    assert faults, what
    assert all(line.startswith("posts/two/index.html:6: ") for line in faults), faults
    assert said in faults[0]


ELSEWHERE = (
    '<script src="https://cdn.example/x.js"></script>',
    '<link rel="stylesheet" href="//cdn.example/x.css">',
    '<link rel="preload" href="https://cdn.example/x.woff2" as="font">',
    '<link rel="preconnect" href="https://cdn.example">',
    '<img alt="" src="https://cdn.example/x.png">',
    '<img alt="" src="/images/a.png" srcset="/images/a.png 1x, https://cdn.example/x.png 2x">',
    '<picture><source srcset="https://cdn.example/x.png"><img alt="" src="/images/a.png"></picture>',
    '<iframe src="https://cdn.example/embed/"></iframe>',
    '<video poster="https://cdn.example/x.png"></video>',
    '<audio src="https://cdn.example/x.mp3"></audio>',
    '<object data="https://cdn.example/x"></object>',
    '<p style="background:url(https://cdn.example/x.png)">x</p>',
    "<svg><image href='https://cdn.example/x.png'/></svg>",
)


@pytest.mark.parametrize("body", ELSEWHERE)
def test_what_would_have_a_browser_ask_somebody_else_is_told(tmp_path: Path, body: str) -> None:
    (fault,) = told(tmp_path, "posts/two/index.html", page(body))
    assert fault.startswith('posts/two/index.html:6: "')
    assert "would have every reader's browser ask cdn.example; keep a copy of it in" in fault


@pytest.mark.parametrize(
    "sheet",
    [
        "a{}\nb{background:url(https://cdn.example/x.png)}",
        'a{}\n@font-face{src:url("//cdn.example/x.woff2")}',
        "a{}\n@import 'https://cdn.example/x.css';",
    ],
)
def test_a_style_sheet_asks_nobody_else_either(tmp_path: Path, sheet: str) -> None:
    (fault,) = told(tmp_path, "theme/a.css", sheet)
    assert fault.startswith("theme/a.css:2: ")
    assert "ask cdn.example" in fault


def test_what_a_reader_follows_by_a_click_may_lead_anywhere(tmp_path: Path) -> None:
    body = '<a href="https://a.example/">x</a><form action="https://b.example/"><q cite="https://c.example">x</q></form>'
    assert told(tmp_path, "posts/two/index.html", page(body)) == []


FILES = {
    "an Atom feed that is no XML": ("feed.atom", "<feed>", "feed.atom:1: is no XML: "),
    "entities": ("feed.atom", '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<feed/>',
                 "feed.atom:2: declares a document type"),
    "no feed at all": ("feed.atom", "<html/>", "feed.atom:1: is neither Atom nor RSS: it begins with <html>"),
    "no title": ("feed.atom", ATOM.replace("<title>One</title>", ""), 'item "tag:one" has no title'),
    "no id": ("feed.atom", ATOM.replace("<id>tag:one</id>", ""), "an item without an id has no id"),
    "no updated": ("feed.atom", ATOM.replace("<updated>", "<x>", 1).replace("</updated>", "</x>", 1), "the feed has no updated"),
    "no author": ("feed.atom", ATOM.replace("<author><name>A</name></author>", ""), "has no author"),
    "a wrong date": ("feed.atom", ATOM.replace("2026-11-20T07:30:00+11:00</updated>\n<link rel=\"alt", "20 November</updated>\n<link rel=\"alt"),
                     'item "tag:one": updated "20 November" is no date'),
    "a date without a zone": ("feed.atom", ATOM.replace("07:30:00+11:00", "07:30:00"), 'updated "2026-11-20T07:30:00" is no date'),
    "an item twice": ("feed.atom", ATOM.replace("</feed>", ATOM[ATOM.index("<entry>"):]), 'item "tag:one" is in it more than once'),
    "a relative address": ("feed.atom", ATOM.replace(f"{SITE}/posts/one/", "/posts/one/"), 'has the address "/posts/one/", which is not absolute'),
    "no link to itself": ("feed.atom", ATOM.replace('rel="self"', 'rel="via"'), "has no absolute link to itself"),
    "a link to another": ("feed.atom", ATOM.replace("/feed.atom", "/other.atom"), f'says that it stands at "{SITE}/other.atom"'),
    "an item that is gone": ("feed.atom", ATOM.replace("/posts/one/", "/posts/none/"), f'"{SITE}/posts/none/" leads nowhere'),
    "an item elsewhere than in others": ("feed.atom", ATOM.replace(f"{SITE}/posts/one/", f"{SITE}/"), f'item "tag:one" leads to {SITE}/'),
    "an id that is no IRI": ("feed.atom", ATOM.replace("tag:site.example,2014:/feed", "feed"), 'the id "feed" of the feed is no IRI'),
    "Atom with a relative address in its text": ("feed.atom", ATOM.replace("</entry>", '<content type="html">&lt;a href="/x/"&gt;</content></entry>'), 'its text has the address "/x/", which is not absolute'),
    "RSS with a relative address in its text": ("feed.rss", RSS.replace("</item>", '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;img src="x.png"&gt;</content:encoded></item>'), 'its text has the address "x.png"'),
    "JSON with a relative address in its text": ("feed.json", JSON.replace("<p>x</p>", "<a href=\\\"#x\\\">x</a>"), 'its text has the address "#x"'),
    "RSS of another version": ("feed.rss", RSS.replace('"2.0"', '"0.9"'), "is no RSS 2.0"),
    "RSS without a description": ("feed.rss", RSS.replace("<description>D</description>", ""), "the feed has no description"),
    "RSS without a guid": ("feed.rss", RSS.replace('<guid isPermaLink="false">tag:one</guid>', ""), "has no guid"),
    "a guid that is no address": ("feed.rss", RSS.replace(' isPermaLink="false"', ""), "has a guid that is no address"),
    "a wrong pubDate": ("feed.rss", RSS.replace("Fri, 20 Nov 2026 07:30:00 +1100", "2026-11-20"), 'pubDate "2026-11-20" is no date'),
    "broken JSON": ("feed.json", '{"version": ', "feed.json:1: is no JSON: "),
    "JSON of another version": ("feed.json", JSON.replace("1.1", "9"), "its version is not https://jsonfeed.org/version/1.1"),
    "JSON without items": ("feed.json", '{"title": "T"}', "is no JSON Feed: it has no list of items"),
    "JSON without an id": ("feed.json", JSON.replace('"id"', '"no"'), "has no id"),
    "JSON without content": ("feed.json", JSON.replace("content_html", "content"), "has neither content_html nor content_text"),
    "JSON with a wrong date": ("feed.json", JSON.replace("2026-11-20T07:30:00+11:00", "soon"), 'date_published "soon" is no date'),
    "other JSON": ("search.json", "[1,", "search.json:1: is no JSON: "),
    "an icon that is gone": ("manifest.webmanifest", '{"icons": [{"src": "/none.png"}]}', 'manifest.webmanifest: "/none.png" leads nowhere'),
    "bare line ends": ("meetups.ics", ICS.replace("\r\n", "\n"), "has lines that do not end in CRLF"),
    "a long line": ("meetups.ics", ICS.replace("An evening", "x" * 80), "meetups.ics:8: has a line of 88 bytes"),
    "no UID": ("meetups.ics", ICS.replace("UID:1\r\n", ""), 'event "An evening" has no UID'),
    "no DTSTAMP": ("meetups.ics", ICS.replace("DTSTAMP:20261120T090000Z\r\n", ""), 'event "An evening" has no DTSTAMP'),
    "no calendar": ("meetups.ics", "BEGIN:VEVENT\r\n", "is no calendar: "),
    "an event twice": ("meetups.ics", ICS.replace("END:VCALENDAR", ICS[ICS.index("BEGIN:VEVENT"):].strip()), "is in it more than once, by UID 1"),
    "a picture that is none": ("images/b.png", b"\x89PNG\r\n\x1a\nnothing", "images/b.png: is no picture that can be opened"),
    "half a picture": ("images/b.png", picture((64, 64))[:-30], "images/b.png: is no picture that can be opened"),
    "a page that is none": ("sitemap.xml", SITEMAP.replace("/posts/one/", "/posts/none/"), f'lists "{SITE}/posts/none/", which is no page'),
    "a page of others": ("sitemap.xml", SITEMAP.replace(f"{SITE}/posts", "https://other.example/posts"), "which is no page of this site"),
    "a page twice": ("sitemap.xml", SITEMAP.replace("/posts/one/", "/"), f'lists "{SITE}/" more than once'),
    "no OPML": ("feeds.opml", "<html/>", "feeds.opml:1: is no OPML"),
    "a broken drawing": ("images/b.svg", "<svg>", "images/b.svg:1: is no XML"),
    "nobody let in": ("robots.txt", "User-agent: *\nDisallow: /\n", "robots.txt:2: keeps every search engine out"),
    "no sitemap": ("robots.txt", f"Sitemap: {SITE}/map.xml\n", "is no sitemap of this site"),
    "a redirect to nowhere": ("_redirects", "# x\n/old/ /none/ 301\n", '_redirects:2: "/none/" leads nowhere'),
    "no UTF-8": ("posts/two/index.html", b"<!DOCTYPE html>\n<title>\xff</title>", "posts/two/index.html:2: byte 0xff is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_what_is_wrong_with_any_other_file_is_told(tmp_path: Path, what: str) -> None:
    name, content, said = FILES[what]
    faults = told(tmp_path, name, content)
    assert any(said in line for line in faults), faults
    assert all(line.startswith((name, "feed.")) for line in faults), faults


def test_a_machine_that_is_kept_out_by_its_name_is_no_fault(tmp_path: Path) -> None:
    robots = f"User-agent: Greedy\nDisallow: /\n\nUser-agent: *\nDisallow:\n\nSitemap: {SITE}/sitemap.xml\n"
    assert told(tmp_path, "robots.txt", robots) == []


def test_all_faults_are_told_in_one_run(tmp_path: Path) -> None:
    lay(tmp_path, **{"posts/two/index.html": page('<a href="/none/">x</a><script>1</script>')})
    faults = told(tmp_path, "feed.rss", "<rss")
    assert [line.split(":")[0] for line in faults] == ["feed.rss", *["posts/two/index.html"] * 2]


def test_a_page_with_many_parse_errors_tells_five_and_how_many_more(tmp_path: Path) -> None:
    faults = told(tmp_path, "posts/two/index.html", page("</b>\n" * 9))
    assert len(faults) == 6
    assert "posts/two/index.html: is no valid HTML in 4 more places" in faults


def unpackable(seed: int) -> str:
    """24,000 letters that weigh some 15 kB packed."""
    drawn = random.Random(seed)
    return "".join(drawn.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=24_000))


def test_a_heavy_first_view_is_told_with_its_figure_and_is_no_fault(tmp_path: Path) -> None:
    text = unpackable(1)
    checks = checked_output(lay(tmp_path, **{"posts/long/index.html": page(text)}), SITE)
    assert checks.faults == ()
    assert checks.warnings == (), "nothing that every publish must say"
    (warning,) = checks.heavy
    assert warning.place == "posts/long/index.html"
    assert warning.message.startswith("weighs 15.")
    assert warning.message.endswith(" kB at first view, more than 14 kB")


def test_a_style_sheet_counts_in_the_weight_of_each_page_that_asks_for_it(tmp_path: Path) -> None:
    text = unpackable(2)
    link = '<link rel="stylesheet" href="/theme/heavy.css">'
    files = {f"posts/n{number}/index.html": page("x", link) for number in range(7)}
    checks = checked_output(lay(tmp_path, **files, **{"theme/heavy.css": f"/*{text}*/"}), SITE)
    assert len(checks.heavy) == 5
    assert checks.heavy[-1].message.endswith("more than 14 kB (as do 2 more pages)")


def test_more_than_three_requests_and_heavy_pictures_are_told(tmp_path: Path) -> None:
    scripts = "".join(f'<script src="/theme/a.js?{n}"></script>' for n in range(3))
    noisy = Image.effect_noise((1400, 1400), 100)
    file = io.BytesIO()
    noisy.save(file, "png")
    lay(tmp_path, **{"posts/two/index.html": page("x", scripts), "images/big.png": file.getvalue()})
    checks = checked_output(tmp_path, SITE)
    warnings = [str(one) for one in (*checks.heavy, *checks.warnings)]
    assert warnings[0] == ("posts/two/index.html: takes 4 requests at first view, more than 3")
    assert warnings[1].startswith("images/big.png: weighs ")


def test_a_page_with_the_same_bytes_is_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, cache = lay(tmp_path / "site"), tmp_path / "cache/checked"
    first = checked_output(site, SITE, cache)
    parsed: list[str] = []
    real = facts_module._facts

    def counting(path: Path) -> facts_module.Facts:
        parsed.append(path.name)
        return real(path)

    monkeypatch.setattr(facts_module, "_facts", counting)
    assert checked_output(site, SITE, cache) == first
    assert parsed == []
    (site / "posts/one/index.html").write_text(page('<h1 id="here">Two</h1>'))
    (site / "posts/new.html").write_text(page('<a href="/none/">x</a>'))
    again = checked_output(site, SITE, cache)
    assert parsed == ["new.html", "index.html"]
    assert [str(one) for one in again.faults] == ['posts/new.html:6: "/none/" leads nowhere']
    assert checked_output(site, SITE, cache) == again


def test_a_fault_that_was_found_before_is_found_again(tmp_path: Path) -> None:
    site, cache = tmp_path / "site", tmp_path / "checked"
    lay(site, **{"posts/two/index.html": page("<p><b>x</p>")})
    first = checked_output(site, SITE, cache)
    assert first.faults
    assert checked_output(site, SITE, cache) == first


def test_what_is_remembered_is_of_this_site_alone(tmp_path: Path) -> None:
    site, cache = lay(tmp_path / "site"), tmp_path / "checked"
    for number in range(30):
        (site / "posts/one/index.html").write_text(page(f'<h1 id="here">{number}</h1>'))
        facts_of_site(site, cache)
    document = json.loads(gzip.decompress(cache.read_bytes()))
    assert len(document["facts"]) == len(GOOD)


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", *(gzip.compress(one, mtime=0) for one in (b"[]", b'{"by": 1}', b"{"))],
    ids=("empty", "nonsense", "a list", "of another", "cut off"),
)
def test_a_broken_memory_is_made_anew(tmp_path: Path, content: bytes) -> None:
    site, cache = lay(tmp_path / "site"), tmp_path / "checked"
    cache.write_bytes(content)
    assert checked_output(site, SITE, cache).faults == ()
    assert len(json.loads(gzip.decompress(cache.read_bytes()))["facts"]) == len(GOOD)


def test_many_pages_are_parsed_by_several_processes(tmp_path: Path) -> None:
    files = {
        f"posts/n{n}/index.html": page('<a href="/none/">x</a>' * (n == 150)) for n in range(200)
    }
    lay(tmp_path, **files)
    (fault,) = checked_output(tmp_path, SITE).faults
    assert fault.place == "posts/n150/index.html"


def test_a_real_site_is_without_fault_and_every_fault_of_one_is_seen(site: Site) -> None:
    site.five_files()
    site.meetup("evening")
    site.thread("posts/two", comment("x", body="Words, and [a link](/posts/one/)."))
    site.build(site_url=SITE)
    assert checked_output(site.output, SITE).faults == ()
    shutil.rmtree(site.output / "posts/one")
    faults = [str(one) for one in checked_output(site.output, SITE).faults]
    assert any(line.startswith("sitemap.xml: lists ") for line in faults)
    assert any(line.startswith("feed.atom: ") for line in faults)
    assert any(line.startswith("posts/two/index.html:") for line in faults)


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_looked_at_as_a_page(text: str) -> None:
    assert page_facts(text.encode("utf-8", "surrogatepass")).weight >= 0
