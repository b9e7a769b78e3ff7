"""The live site read back: what agrees, each way in which it may not, and that it is waited for."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest
from yarl import URL

from tests.deploy.live_site import Clock, LiveSite, Reply, Request, serving, unused_port
from tests.deploy.small_sites import BEGAN, FILES, lay
from tools.deploy.after.live import seen_live
from tools.deploy.after.sample import MOST, address, sample, spread
from tools.deploy.after.seen import ADVICE, Difference, Seen
from tools.deploy.after.web import Patience, Web
from tools.deploy.index import PublicEntry, SiteIndex, address_of
from tools.deploy.manifest import differences, stamp
from tools.deploy.release import EMPTY, Release, new_release
from tools.web_client import Answer

pytestmark = pytest.mark.slow

QUICK = Patience(connect=2, silence=0.4, request=1.5, waits=(), parallel=8)
NEW = {
    **FILES,
    "index.html": b"<!DOCTYPE html><title>Home</title><p>second",
    "posts/one/index.html": b"<!DOCTYPE html><title>One</title>" + b"<p>two and two</p>" * 400,
    "posts/three/index.html": b"<!DOCTYPE html><title>Three</title><p>A third one.</p>",
    "feed.atom": b"<feed><entry/></feed>" * 50,
}
del NEW["posts/two/index.html"]


def release(files: dict[str, bytes], url: str, minute: int = 0) -> Release:
    entries = {
        key: PublicEntry(key, "posts", key, f"/{key}/", f"tag:{key}", "", "")
        for key in ("posts/one", "posts/three")
    }
    index = SiteIndex(entries, frozenset())
    when = BEGAN.replace(minute=minute)
    return new_release({path: stamp(body) for path, body in files.items()}, index, when, url)


@pytest.fixture
def site() -> Iterator[LiveSite]:
    with serving(LiveSite(dict(NEW))) as live:
        yield live


@pytest.fixture
def clock() -> Clock:
    return Clock()


def look(
    live: LiveSite,
    clock: Clock,
    within: float = 0,
    old: dict[str, bytes] | None = None,
    new: dict[str, bytes] | None = None,
    url: str | None = None,
    **more: Any,
) -> Seen:
    """Read it back as after a publish of NEW over FILES."""
    url = url or live.url
    now = release(dict(NEW) if new is None else new, url, 1)
    before = release(dict(FILES) if old is None else old, url)
    changes = differences(before.manifest, now.manifest)
    more = {"patience": QUICK, "clock": clock, "sleep": clock.sleep} | more
    return seen_live(now, before, changes, within, **more)


def found(seen: Seen) -> dict[str, tuple[str, str]]:
    return {one.address: (one.kind, one.found) for one in seen.differing}


def test_a_site_that_is_what_was_sent_is_seen_at_once(site: LiveSite, clock: Clock) -> None:
    told: list[tuple[int, int]] = []
    seen = look(site, clock, 300, progress=lambda done, of: told.append((done, of)))
    # The home page in four codings, two posts, a feed, an asset, one that went, one that never was.
    assert (seen.asked, seen.same, seen.differing, seen.notes) == (10, 10, (), ())
    assert seen.live
    assert seen.why == ""
    assert (
        str(seen) == "The live site is what was sent: 10 of 10 addresses answered as they should."
    )
    assert told == [(10, 10)]
    assert clock.slept == []
    made_up = f"/no-such-page-{release(NEW, site.url, 1).id[-6:]}/"
    assert set(site.paths()) == {
        *("/", "/posts/one/", "/posts/three/", "/feed.atom", "/theme/site.12345678.css"),
        *("/posts/two/", made_up),
    }
    assert {one.headers["User-Agent"] for one in site.asked} == {
        f"activate-learning-site (+{site.url}/)"
    }


def test_what_readers_get_is_asked_for_and_not_what_lies_behind_caches(
    site: LiveSite, clock: Clock
) -> None:
    look(site, clock)
    assert not any("?" in path for path in site.paths())
    assert not any("Cache-Control" in one.headers or "Pragma" in one.headers for one in site.asked)


def test_packed_answers_are_unpacked_and_the_home_page_is_asked_for_in_each_form(
    site: LiveSite, clock: Clock
) -> None:
    site.packs = True
    assert look(site, clock).live
    forms = [one.headers["Accept-Encoding"] for one in site.asked if one.path == "/"]
    assert sorted(forms) == ["br", "gzip", "gzip, br", "identity"]


@pytest.mark.parametrize("form", ["gzip", "br"])
def test_a_packed_copy_that_was_left_behind_is_found(
    site: LiveSite, clock: Clock, form: str
) -> None:
    def stale(request: Request) -> Reply:
        old = request.headers["Accept-Encoding"] == form
        site.packs = True
        return site.packed(request, FILES["index.html"] if old else NEW["index.html"])

    site.replies["/"] = stale
    seen = look(site, clock)
    assert found(seen) == {f"/ (asked for as {form})": ("before", "shows the release before")}
    assert not seen.live


def test_a_site_below_a_path_is_asked_for_there(clock: Clock) -> None:
    with serving(LiveSite(dict(NEW), base="/blog")) as live:
        assert look(live, clock).live
        assert all(path.startswith("/blog/") for path in live.paths())
        # What answers at the top of the host is not the site.
        seen = look(live, clock, url=live.url.removesuffix("/blog") + "/other")
        assert found(seen)["/"] == ("missing", "is not there (404)")


def test_names_with_spaces_and_accents_are_asked_for_as_browsers_do(clock: Clock) -> None:
    new = {**FILES, "posts/café au lait/index.html": b"<title>Another</title>"}
    with serving(LiveSite(new)) as live:
        assert look(live, clock, new=new).live
        assert "/posts/caf%C3%A9%20au%20lait/" in live.paths()
    assert address("a/100%?.html") == "/a/100%25%3F.html"
    assert address("xindex.html") == "/xindex.html"


# --- waiting ----------------------------------------------------------------------------------------


def test_a_host_that_takes_a_while_is_asked_again_for_what_differed_alone(clock: Clock) -> None:
    with serving(LiveSite(dict(FILES) | {"feed.atom": NEW["feed.atom"]})) as live:
        clock.meanwhile[20] = lambda: live.files.update({"index.html": NEW["index.html"]})

        def all_of_it() -> None:
            live.files.clear()
            live.files.update(NEW)

        clock.meanwhile[40] = all_of_it
        seen = look(live, clock, 300)
    assert seen.live
    assert seen.same == seen.asked == 10
    assert clock.slept == [1, 2, 4, 8, 15, 15]
    assert seen.seconds == 45
    assert live.paths().count("/feed.atom") == 1
    assert live.paths().count("/posts/one/") == 7
    # After 1, 2, 4, 8, 15 seconds it is the 30th.
    assert live.paths().count("/") == 4 * 6
    assert "45 s" in str(seen)


def test_when_the_time_is_over_it_is_told_what_is_still_the_old(clock: Clock) -> None:
    with serving(LiveSite(dict(FILES))) as live:
        seen = look(live, clock, 12)
    assert clock.slept == [1, 2, 4, 5]
    assert not seen.live
    kinds = {address: kind for address, (kind, _) in found(seen).items()}
    assert kinds == {
        "/": "before",
        **{f"/ (asked for as {coding})": "before" for coding in ("identity", "gzip", "br")},
        "/posts/one/": "before",
        "/posts/three/": "missing",
        "/feed.atom": "before",
        "/posts/two/": "kept",
    }
    said = str(seen)
    assert said.startswith(
        "The live site is not (yet) what was sent: 2 of 10 addresses answered as they should, after 12 s.\n"
        "  /, / (asked for as identity), / (asked for as gzip), / (asked for as br), /posts/one/ and 1 more: "
        "shows the release before\n    The host has not changed over yet"
    )
    assert "  /posts/two/: was deleted, and is still there\n    What was taken away" in said
    assert seen.why == "/: shows the release before (and 7 more)"


def test_a_cache_that_shows_the_old_is_told_from_a_host_that_does(clock: Clock) -> None:
    def cached(request: Request) -> Reply:
        return Reply(200, FILES["posts/one/index.html"])

    with serving(LiveSite(dict(NEW), {"/posts/one/": cached}, caches=True)) as live:
        seen = look(live, clock, 5)
        past = live.asked[-1]
    assert found(seen) == {
        "/posts/one/": ("cached", "shows the release before, out of a cache"),
    }
    assert not seen.live
    assert "purge" in str(seen)
    assert past.path.startswith("/posts/one/?seen=20261125-")
    assert past.headers["Cache-Control"] == "no-cache"


def test_a_cache_that_gives_way_in_time_is_waited_for(clock: Clock) -> None:
    with serving(LiveSite(dict(NEW), {"/": Reply(200, FILES["index.html"])})) as live:
        clock.meanwhile[6] = live.replies.clear
        seen = look(live, clock, 300)
    assert seen.live
    assert clock.slept == [1, 2, 4]


def test_at_most_eight_are_asked_for_at_once_and_no_more_than_the_bound(clock: Clock) -> None:
    many = {f"posts/{n:03}/index.html": b"<title>%d</title>" % n for n in range(1000)}
    new = {**FILES, **many}
    slow = {
        f"/posts/{n:03}/": Reply(200, b"<title>%d</title>" % n, silence=0.02) for n in range(1000)
    }
    with serving(LiveSite(new, dict(slow))) as live:
        seen = look(live, clock, new=new)
    assert seen.live
    assert seen.asked == 4 + MOST + 1 + 1
    assert 1 < live.most_at_once <= 8
    asked = sorted(path for path in live.paths() if path.startswith("/posts/"))
    assert (asked[0], asked[-1]) == ("/posts/000/", "/posts/999/")


def test_a_sample_is_spread_over_all_and_small_changes_are_asked_for_whole() -> None:
    assert spread(range(5), 7) == (0, 1, 2, 3, 4)
    assert spread(range(1000), 3)[::2] == (0, 999)
    assert len(set(spread(range(201), 200))) == 200
    first = release(dict(FILES), "https://x.example")
    asked = sample(first, None, differences(EMPTY, first.manifest))
    public = {address_of(path) for path in FILES} - {None}
    assert {question.address for question in asked if question.wants == "file"} == {
        *(address(path) for path in FILES if address_of(path)),
        "/images/one-480.webp",
    }
    assert len(public) == 6
    assert [question.address for question in asked][-1] == f"/no-such-page-{first.id[-6:]}/"


def test_when_nothing_changed_the_home_page_an_asset_and_a_made_up_address_are_asked_for(
    site: LiveSite, clock: Clock
) -> None:
    seen = look(site, clock, old=NEW)
    assert seen.live
    assert seen.asked == 6
    assert {path for path in site.paths() if "no-such" not in path} == {
        "/",
        "/theme/site.12345678.css",
    }


def test_an_asset_is_asked_for_as_itself_and_never_as_its_packed_copy() -> None:
    old = release({**FILES, "theme/a.css.br": b"old"}, "https://x.example")
    now = release({**FILES, "theme/a.css.br": b"new"}, "https://x.example", 1)
    asked = sample(now, old, differences(old.manifest, now.manifest))
    assert [one.path for one in asked if one.path.startswith("theme/")] == [
        "theme/site.12345678.css"
    ]
    big = {**FILES, "images/big.png": b"x" * 2_000_001}
    now = release(big, "https://x.example", 1)
    asked = sample(now, old, differences(old.manifest, now.manifest))
    assert "images/big.png" not in {one.path for one in asked}


def test_slow_pages_are_given_up_and_time_that_is_over_is_over(clock: Clock) -> None:
    class Running(Clock):
        """Every look at it takes ten seconds."""

        def __call__(self) -> float:
            self.now += 10
            return self.now

    running = Running()
    with serving(LiveSite(dict(NEW), {"/posts/one/": Reply(200, b"x", silence=0.8)})) as live:
        seen = look(live, clock)
        assert found(seen) == {"/posts/one/": ("unreachable", "no answer came in time")}
        live.asked.clear()
        seen = look(live, running, 15)
    assert [one.address for one in seen.differing if "time was over" in one.found]
    assert len(live.asked) < seen.asked


# --- each way in which it may differ -------------------------------------------------------------------

ONE = "/posts/one/"
BOMB = brotli.compress(b"\0" * 80_000_000, quality=1)


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(404, b"no"), "missing", "is not there (404)"),
        (Reply(410, b"no"), "missing", "is not there (410)"),
        (Reply(401, b"no"), "refused", "is refused (401)"),
        (Reply(403, b"no"), "refused", "is refused (403)"),
        (Reply(503, b"no"), "failing", "the host fails (503)"),
        (Reply(429, b"no"), "failing", "the host fails (429)"),
        (Reply(204), "other", "the host answers 204"),
        (Reply(301), "other", "the host answers 301"),
        (
            Reply(200, b"<html><title>Welcome to\n nginx&#33;</title>\x1b[2J"),
            "other",
            'shows another page, "Welcome to nginx!": neither this release nor the one before',
        ),
        (
            Reply(200, b"parked"),
            "other",
            "shows something else: neither this release nor the one before",
        ),
        (Reply(200, b""), "other", "shows something else: neither this release nor the one before"),
        (Reply(200, b"x" * 5000, cut=100), "unreachable", "what it sent was damaged or cut short"),
        (
            Reply(200, b"no gzip", {"Content-Encoding": "gzip"}),
            "unreachable",
            "what it sent was damaged or cut short",
        ),
        (
            Reply(200, gzip.compress(b"x" * 9000)[:20], {"Content-Encoding": "gzip"}),
            "unreachable",
            "what it sent was damaged or cut short",
        ),
        (
            Reply(200, b"x", {"Content-Encoding": "zstd"}),
            "unreachable",
            "what came cannot be read: is packed as 'zstd', which was not asked for",
        ),
        (
            Reply(302, headers={"Location": "https://www.site.example/posts/one/"}),
            "away",
            "leads to another place, https://www.site.example/posts/one/",
        ),
        (
            Reply(302, headers={"Location": "//127.0.0.1:1/"}),
            "away",
            "leads to another place, http://127.0.0.1:1/",
        ),
        (
            Reply(302, headers={"Location": "javascript:alert(1)"}),
            "away",
            "leads to another place, javascript:alert(1)",
        ),
    ],
)
def test_each_other_answer_is_told_for_what_it_is(
    site: LiveSite, clock: Clock, reply: Reply, kind: str, words: str
) -> None:
    site.replies[ONE] = reply
    seen = look(site, clock)
    assert found(seen) == {ONE: (kind, words)}
    assert not seen.live
    assert ADVICE[seen.differing[0].kind] in str(seen)
    assert seen.why == f"{ONE}: {words}"


@pytest.mark.parametrize("form", ["", "gzip", "br"])
def test_what_is_far_larger_than_was_sent_is_not_read_to_its_end(
    site: LiveSite, clock: Clock, form: str
) -> None:
    body = b"\0" * 80_000_000
    packed = {"": lambda: body, "gzip": lambda: gzip.compress(body, 1), "br": lambda: BOMB}[form]()
    site.replies[ONE] = Reply(200, packed, {"Content-Encoding": form} if form else {})
    ((kind, words),) = found(look(site, clock)).values()
    most = 2 * len(FILES["posts/one/index.html"]) + 64 * 1024
    assert len(FILES["posts/one/index.html"]) > len(NEW["posts/one/index.html"])
    assert (kind, words) == ("other", f"shows something larger than {most:,} bytes")


SCRIPT = b'<script src="https://cdn.example/beacon.js"></script>'


@pytest.mark.parametrize(
    ("came", "words"),
    [
        (
            NEW["posts/one/index.html"] + SCRIPT,
            'came with something put in: "<script src="https://cdn.example/beacon.js"></script>"',
        ),
        (
            NEW["posts/one/index.html"].replace(b"<title>", SCRIPT + b"<title>"),
            'came with something put in: "<script src="https://cdn.example/beacon.js"></script>"',
        ),
        (
            NEW["posts/one/index.html"].replace(b"</p>", b""),
            "came with the same words in other bytes",
        ),
        (
            NEW["posts/one/index.html"].replace(b"<!DOCTYPE html>", b""),
            'came with something taken out: "<!DOCTYPE html>"',
        ),
        (
            NEW["posts/one/index.html"].replace(b"<p>", b"\r\n<p>\r\n"),
            "came with the same words in other bytes",
        ),
    ],
)
def test_what_was_altered_on_the_way_is_told_with_what_was_done(
    site: LiveSite, clock: Clock, tmp_path: Path, came: bytes, words: str
) -> None:
    site.replies[ONE] = Reply(200, came)
    sent = lay(tmp_path / "site", NEW)
    ((kind, told),) = found(look(site, clock, site=sent)).values()
    assert kind == "altered"
    assert told.startswith(words)
    # Without what was sent it cannot be known.
    assert found(look(site, clock))[ONE][0] == "other"


def test_line_ends_that_were_changed_are_named(
    site: LiveSite, clock: Clock, tmp_path: Path
) -> None:
    text = {**NEW, "feed.atom": b"<feed>\n<entry/>\n</feed>\n"}
    site.replies["/feed.atom"] = Reply(200, text["feed.atom"].replace(b"\n", b"\r\n"))
    seen = look(site, clock, new=text, site=lay(tmp_path / "site", text))
    assert found(seen) == {"/feed.atom": ("altered", "came with other line ends or spaces")}


def test_another_text_is_not_taken_for_an_altered_one(
    site: LiveSite, clock: Clock, tmp_path: Path
) -> None:
    site.replies[ONE] = Reply(200, NEW["posts/one/index.html"].replace(b"two", b"six"))
    seen = look(site, clock, site=lay(tmp_path / "site", NEW))
    assert found(seen)[ONE][0] == "other"


# --- what is not there -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, b"Not here"),
        Reply(410),
        Reply(301, headers={"Location": "/posts/one/"}),
        Reply(301, headers={"Location": "https://elsewhere.example/"}),
    ],
)
def test_what_was_deleted_may_be_gone_or_lead_on(
    site: LiveSite, clock: Clock, reply: Reply
) -> None:
    site.replies["/posts/two/"] = reply
    assert look(site, clock).live


def test_what_was_deleted_and_can_still_be_read_hinders(site: LiveSite, clock: Clock) -> None:
    site.replies["/posts/two/"] = Reply(200, FILES["posts/two/index.html"])
    seen = look(site, clock)
    assert found(seen) == {"/posts/two/": ("kept", "was deleted, and is still there")}
    assert not seen.live


def test_a_host_that_has_a_page_of_its_own_for_what_is_not_there_is_told_of_and_hinders_nothing(
    site: LiveSite, clock: Clock
) -> None:
    del site.files["404.html"]
    seen = look(site, clock, 300)
    ((kind, words),) = found(seen).values()
    assert (kind, words) == ("plain", "answers 404 with a page of the host, in place of 404.html")
    assert seen.live
    assert clock.slept == []
    assert "error_page 404 /404.html;" in str(seen)
    assert str(seen).startswith("The live site is what was sent: 9 of 10")


def test_a_host_that_answers_anything_with_200_is_told_of(site: LiveSite, clock: Clock) -> None:
    site.files = {name: body for name, body in NEW.items() if name != "404.html"}
    site.replies |= {
        path: Reply(200, NEW["404.html"])
        for path in ("/posts/two/", f"/no-such-page-{release(NEW, '', 1).id[-6:]}/")
    }
    seen = look(site, clock)
    assert {kind for kind, _ in found(seen).values()} == {"soft"}
    assert seen.live
    assert "Let the host answer 404" in str(seen)


def test_a_site_without_a_page_for_it_takes_any_404(clock: Clock) -> None:
    new = {name: body for name, body in NEW.items() if name != "404.html"}
    with serving(LiveSite(new)) as live:
        assert look(live, clock, new=new).differing == ()


# --- redirects ---------------------------------------------------------------------------------------

OLD = {**FILES, "posts/older/index.html": b"<title>Moved</title>"}
MOVED = {**NEW, "posts/older/index.html": b'<title>Moved</title><a href="/posts/three/">'}


@pytest.mark.parametrize("to", ["/posts/three/", "../three/", "/posts/three"])
def test_the_page_of_an_old_address_may_become_a_redirect_to_where_it_leads(
    clock: Clock, to: str
) -> None:
    with serving(LiveSite(dict(MOVED))) as live:
        live.replies["/posts/older/"] = Reply(301, headers={"Location": to})
        live.replies["/posts/three"] = Reply(301, headers={"Location": "/posts/three/"})
        assert look(live, clock, old=OLD, new=MOVED).differing == ()


def test_a_redirect_of_everything_to_the_home_page_is_not_taken_for_it(clock: Clock) -> None:
    with serving(LiveSite(dict(MOVED))) as live:
        live.replies["/posts/older/"] = Reply(302, headers={"Location": "/"})
        live.replies["/posts/three/"] = Reply(302, headers={"Location": "/posts/one/"})
        seen = look(live, clock, old=OLD, new=MOVED)
    kinds = {address: kind for address, (kind, _) in found(seen).items()}
    assert kinds == {"/posts/older/": "other", "/posts/three/": "other"}


def test_a_redirect_at_the_host_to_the_same_page_is_followed(site: LiveSite, clock: Clock) -> None:
    site.replies[ONE] = Reply(308, headers={"Location": "/posts/one"})
    site.replies["/posts/one"] = Reply(200, NEW["posts/one/index.html"])
    assert look(site, clock).live


def test_redirects_that_go_round_are_given_up(site: LiveSite, clock: Clock) -> None:
    site.replies[ONE] = Reply(302, headers={"Location": "/a"})
    site.replies["/a"] = Reply(302, headers={"Location": ONE})
    ((kind, words),) = found(look(site, clock)).values()
    assert (kind, words) == ("loop", f"redirects without end, at last to {site.url}{ONE}")
    endless = {f"/{n}": Reply(302, headers={"Location": f"/{n + 1}"}) for n in range(100)}
    site.replies |= {ONE: Reply(302, headers={"Location": "/0"}), **endless}
    site.asked.clear()
    assert found(look(site, clock))[ONE][0] == "loop"
    assert len(site.asked) < 25


# --- encrypted, and not reached -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """good.pem for 127.0.0.1, other.pem for another name, old.pem that has expired."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("openssl is needed to make a certificate; apt-get install openssl")
    folder = tmp_path_factory.mktemp("certificates")
    for name, names in (
        ("good", "IP:127.0.0.1"),
        ("other", "DNS:x.example"),
        ("old", "IP:127.0.0.1"),
    ):
        make = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        make += [
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={name}",
            "-addext",
            f"subjectAltName={names}",
        ]
        subprocess.run([*make, "-keyout", "key", "-out", "made"], cwd=folder, check=True)
        past = [openssl, "x509", "-in", "made", "-signkey", "key", "-days", "-1", "-out", "made"]
        if name == "old":
            subprocess.run(past, cwd=folder, check=True)
        made = (folder / "made").read_bytes()
        (folder / f"{name}.crt").write_bytes(made)
        (folder / f"{name}.pem").write_bytes((folder / "key").read_bytes() + made)
    return folder


@pytest.mark.parametrize(
    ("name", "trusted", "words"),
    [
        ("good", True, None),
        ("good", False, "its certificate was not made by an authority that browsers trust"),
        ("other", True, "its certificate is for another name"),
        ("old", True, "its certificate has expired"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(
    clock: Clock,
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    trusted: bool,
    words: str | None,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / f"{name}.crt"))
    with serving(LiveSite(dict(NEW)), certificates / f"{name}.pem") as live:
        seen = look(live, clock, url=live.url.replace("http:", "https:"))
    if words is None:
        assert seen.live
    else:
        assert {one.found for one in seen.differing} == {words}
        assert live.asked == []
        assert len(seen.differing) == seen.asked


def test_http_that_leads_to_https_at_the_same_host_is_fine_and_noted(
    clock: Clock, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good.crt"))
    with (
        serving(LiveSite(dict(NEW), base="/blog"), certificates / "good.pem") as live,
        serving(LiveSite(base="/blog")) as plain,
    ):
        better = live.url.replace("http:", "https:")
        plain.replies["*"] = lambda request: Reply(
            301, headers={"Location": better.removesuffix("/blog") + request.path}
        )
        seen = look(plain, clock)
        back = look(live, clock, url=better)
        # The other way it is another place.
        live.replies["/blog/posts/one/"] = Reply(301, headers={"Location": f"{plain.url}/x"})
        down = look(live, clock, url=better)
    assert seen.differing == ()
    (note,) = seen.notes
    assert note == (
        f"{plain.url.removesuffix('/blog')} sends readers on to {better.removesuffix('/blog')}: "
        f"write {better} as SITEURL, so that feeds and links say so too."
    )
    assert note in str(seen)
    assert back.notes == ()
    assert found(down)[ONE] == ("away", f"leads to another place, {plain.url}/x")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:{unused}", "nobody answers there"),
        ("https://127.0.0.1:{unused}/blog", "nobody answers there"),
        ("https://127.0.0.1:{plain}", "no encrypted connection comes about there (TLS)"),
    ],
)
def test_a_host_that_is_not_reached_is_found_out_once_and_told(
    site: LiveSite, clock: Clock, url: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    get = Web.get

    async def counted(web: Web, url: URL, most: int, headers: Mapping[str, str]) -> Answer:
        tries.append(url)
        return await get(web, url, most, headers)

    monkeypatch.setattr(Web, "get", counted)
    seen = look(site, clock, 3, url=url.format(unused=unused_port(), plain=site.port))
    assert {(one.kind, one.found) for one in seen.differing} == {("unreachable", words)}
    assert (seen.same, len(seen.differing)) == (0, seen.asked)
    assert clock.slept == [1, 2]
    assert len(tries) == 3
    assert len(str(seen).splitlines()) == 3
    assert site.asked == []


def test_a_name_that_nobody_knows_is_told(clock: Clock) -> None:
    seen = look(LiveSite(), clock, url="https://nobody.invalid")
    assert {one.kind for one in seen.differing} == {"unreachable"}
    assert seen.differing[0].found in {
        "there is no host of that name",
        "its name could not be looked up",
    }


def test_a_host_that_hangs_up_or_speaks_no_http_is_told(site: LiveSite, clock: Clock) -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for said in (b"SSH-2.0-x\r\n", b"", b"", b""):
                near, _ = server.accept()
                near.recv(4096)
                near.sendall(said)
                near.close()

        threading.Thread(target=answer, daemon=True).start()
        port = server.getsockname()[1]
        now = replace(release({}, f"http://127.0.0.1:{port}"))
        changes = differences(EMPTY, now.manifest)
        told = []
        for _ in range(2):
            seen = seen_live(now, None, changes, 0, patience=QUICK, clock=clock, sleep=clock.sleep)
            told.append(seen.differing[0].found)
    assert told == ["what came is not HTTP", "the connection was lost"]


def test_every_kind_of_difference_has_its_advice() -> None:
    for kind, advice in ADVICE.items():
        seen = Seen(2, 1, (Difference("/", kind, "is so"),))
        assert str(seen).endswith(f"  /: is so\n    {advice}")
        assert seen.live == (kind in {"soft", "plain"})


def test_what_to_do_is_said_once_for_all_findings_of_a_kind() -> None:
    three = (
        Difference("/a/", "missing", "is not there (404)"),
        Difference("/b/", "missing", "is not there (410)"),
        Difference("/c/", "missing", "is not there (404)"),
    )
    assert str(Seen(4, 1, three)).splitlines()[1:] == [
        "  /a/, /c/: is not there (404)",
        f"    {ADVICE['missing']}",
        "  /b/: is not there (410)",
    ]
