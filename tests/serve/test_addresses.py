"""Addresses, answered over real sockets, as a good static host answers them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.absent import absent
from tests.serve.running import make_site, page
from tools.serve.live import Live
from tools.serve.server import SiteServer
from tools.serve.site import Site

HEADERS = """\
# for every page
/*
  X-Frame-Options: DENY
  Cache-Control: public, max-age=31536000
  Referrer-Policy: same-origin
/posts/:slug/
  X-Post: yes
  ! Referrer-Policy
/icon.svg
  Link: </a>; rel=preload
  Link: </b>; rel=preload
"""
REDIRECTS = """\
# old addresses
/old            /posts/first/
/moved/*        /posts/:splat     302
/blog/:slug     /posts/:slug/     301
/about          /posts/first/     301   # the page goes before this
/posts/second/  /index.html       301!
/away           https://example.org/there?x=1
/gone           /404.html         410
/same           /index.html       200
/alt-ü          /neu-ü/           301
/loop           /loop/            301
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteServer]:
    root = tmp_path_factory.mktemp("site")
    make_site(root)
    content = root / "content"
    (content / "_headers").write_text(HEADERS)
    (content / "_redirects").write_text(REDIRECTS)
    (content / "about.html").write_text(page("About"))
    (content / "empty").mkdir()
    (content / "caf\u00e9").mkdir()
    (content / "café/index.html").write_text(page("Café"))
    for name in ("feed.atom", "feed.rss", "feed.json", "meetups.ics", "site.webmanifest", "a.avif"):
        (content / name).write_text("x")
    for name in ("a.webp", "a.woff2", "a.xml", "a.js", "a.txt", "a.unknown", "a.png"):
        (content / name).write_text("x")
    (root / "secret.txt").write_text("secret")
    (root / "content-beside").mkdir()
    (root / "content-beside/secret.txt").write_text("secret")
    (content / "leak.txt").symlink_to(root / "secret.txt")
    (content / "leak").symlink_to(root)
    (content / "within.txt").symlink_to(content / "a.txt")
    live = Live()
    live.good(Site.open(content, 1))
    server = SiteServer("127.0.0.1", 0, live)
    server.start()
    yield server
    server.stop()


def ask(
    server: SiteServer, path: str, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def raw(server: SiteServer, target: str, host: str = "localhost") -> str:
    """The answer to a request target that no client library would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", "replace")


def test_a_folder_is_its_index_page(server: SiteServer) -> None:
    response, text = ask(server, "/posts/first/")
    assert response.status == 200
    assert "First post" in text


def test_a_folder_without_its_slash_moves_to_it_and_keeps_the_query(server: SiteServer) -> None:
    response, _ = ask(server, "/posts/first?a=b")
    assert (response.status, response.headers["Location"]) == (301, "/posts/first/?a=b")


@pytest.mark.parametrize("path", ["/about", "/about.html"])
def test_a_page_is_found_with_and_without_its_ending(server: SiteServer, path: str) -> None:
    response, text = ask(server, path)
    assert response.status == 200
    assert "About" in text


@pytest.mark.parametrize("path", ["/caf%C3%A9/", "/caf%c3%a9/"])
def test_an_encoded_name_is_found(server: SiteServer, path: str) -> None:
    assert ask(server, path)[0].status == 200


@pytest.mark.parametrize("path", ["/nowhere/", "/empty", "/empty/", "/posts/", "/index.html/"])
def test_what_is_not_there_gets_the_sites_own_404_page(server: SiteServer, path: str) -> None:
    response, text = ask(server, path)
    assert response.status == 404
    assert "Nothing here" in text


@pytest.mark.parametrize("path", ["/_headers", "/_redirects", "/%5fheaders"])
def test_the_rule_files_are_not_pages(server: SiteServer, path: str) -> None:
    assert ask(server, path)[0].status == 404


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/posts/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/../content-beside/secret.txt",
        "//etc/passwd",
        "///etc/passwd",
        "/%2fetc/passwd",
        "//../secret.txt",
        "/./secret.txt",
        "/posts//first/",
        "/a.txt%00.html",
        "/%ff",
        "/leak.txt",
        "/leak/secret.txt",
        "http://localhost/../secret.txt",
        "file:///etc/passwd",
        "*",
        "secret.txt",
        "/__serve__/../secret.txt",
        "/__serve__/%2e%2e/%2e%2e/errors.py",
        "/__serve__/../handler.py",
    ],
)
def test_nothing_outside_the_site_can_be_read(server: SiteServer, target: str) -> None:
    answer = raw(server, target)
    assert answer.startswith("HTTP/1.1 404 ")
    assert "secret" not in answer
    assert "root:" not in answer


def test_two_slashes_never_become_a_move_to_another_host(server: SiteServer) -> None:
    answer = raw(server, "//posts/first")
    assert "Location: //" not in answer


def test_a_link_that_stays_inside_is_followed(server: SiteServer) -> None:
    assert ask(server, "/within.txt")[0].status == 200


def test_an_absolute_request_target_is_understood(server: SiteServer) -> None:
    assert "First post" in raw(server, "http://localhost/posts/first/")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/meetups.ics", "text/calendar; charset=utf-8"),
        ("/site.webmanifest", "application/manifest+json"),
        ("/a.avif", "image/avif"),
        ("/a.webp", "image/webp"),
        ("/a.woff2", "font/woff2"),
        ("/a.xml", "application/xml; charset=utf-8"),
        ("/a.js", "text/javascript; charset=utf-8"),
        ("/a.txt", "text/plain; charset=utf-8"),
        ("/icon.svg", "image/svg+xml; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/a.unknown", "application/octet-stream"),
    ],
)
def test_a_file_has_its_type(server: SiteServer, path: str, kind: str) -> None:
    assert ask(server, path)[0].headers["Content-Type"] == kind


def test_nothing_is_kept_by_the_browser_whatever_the_rules_say(server: SiteServer) -> None:
    for path in ("/", "/style.css", "/nowhere", "/posts/first"):
        assert ask(server, path)[0].headers.get_all("Cache-Control") == ["no-store"]


def test_header_rules_add_up_and_can_take_away(server: SiteServer) -> None:
    home, post = ask(server, "/")[0].headers, ask(server, "/posts/first/")[0].headers
    assert (home["X-Frame-Options"], home["X-Post"]) == ("DENY", None)
    assert (post["X-Frame-Options"], post["X-Post"]) == ("DENY", "yes")
    assert (home["Referrer-Policy"], post["Referrer-Policy"]) == ("same-origin", None)
    assert ask(server, "/icon.svg")[0].headers["Link"] == "</a>; rel=preload, </b>; rel=preload"


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/old", 301, "/posts/first/"),
        ("/old/", 301, "/posts/first/"),
        ("/old?a=b", 301, "/posts/first/?a=b"),
        ("/moved/a/b", 302, "/posts/a/b"),
        ("/moved/caf%C3%A9", 302, "/posts/caf%C3%A9"),
        ("/blog/hello", 301, "/posts/hello/"),
        ("/away", 301, "https://example.org/there?x=1"),
        ("/posts/second", 301, "/index.html"),
        ("/posts/second/", 301, "/index.html"),
        ("/alt-%C3%BC", 301, "/neu-%C3%BC/"),
    ],
)
def test_an_old_address_leads_to_the_new_one(
    server: SiteServer, path: str, status: int, location: str
) -> None:
    response, _ = ask(server, path)
    assert (response.status, response.headers["Location"]) == (status, location)


def test_a_rule_can_show_a_page_under_another_address_or_status(server: SiteServer) -> None:
    assert (ask(server, "/same")[0].status, ask(server, "/gone")[0].status) == (200, 410)
    assert "Nothing here" in ask(server, "/gone")[1]


def test_a_redirect_to_itself_is_no_redirect(server: SiteServer) -> None:
    assert ask(server, "/loop")[0].status == 404


@pytest.mark.parametrize("path", ["/", "/style.css", "/nowhere", "/old", "/__serve__/reload.js"])
def test_head_answers_like_get_without_the_content(server: SiteServer, path: str) -> None:
    get, text = ask(server, path)
    head, nothing = ask(server, path, "HEAD")
    assert nothing == ""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert int(get.headers["Content-Length"]) == len(text.encode())


def test_a_connection_serves_many_requests(server: SiteServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    for path in ("/", "/nowhere", "/old", "/style.css"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is not None
    connection.close()


def test_nothing_is_taken_in(server: SiteServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", "/", body=b"GET /secret HTTP/1.1\r\n\r\n")
    response = connection.getresponse()
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Connection"] == "close"
    connection.close()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9", "127.0.0.1:80", "[::1]", "[::1]:8000", "LOCALHOST"]
)
def test_this_machines_names_are_answered(server: SiteServer, host: str) -> None:
    assert raw(server, "/", host).startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "192.168.1.7",
        "127.0.0.1.evil.example",
        "",
        "[::2]",
    ],
)
@pytest.mark.parametrize("path", ["/", "/__serve__/events", "/__serve__/page?path=/"])
def test_another_name_is_refused(server: SiteServer, host: str, path: str) -> None:
    assert raw(server, path, host).startswith("HTTP/1.1 421 ")


def test_a_page_gets_one_script_and_its_file_none(server: SiteServer, tmp_path: Path) -> None:
    _, text = ask(server, "/posts/first/")
    assert text.count("/__serve__/reload.js") == 1
    assert text.index("reload.js") < text.index("</body>")
    state = server.live.state
    assert state.site
    absent("__serve__", (state.site.root / "posts/first/index.html").read_text(), control=text)


def test_what_a_script_fetches_stays_as_it_was_built(server: SiteServer) -> None:
    _, fetched = ask(server, "/about.html", **{"Sec-Fetch-Dest": "empty"})
    absent("reload.js", fetched, control=ask(server, "/about.html")[1])
