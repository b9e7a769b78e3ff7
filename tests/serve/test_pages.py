"""A page's fingerprint changes with what the page shows, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.serve.running import page
from tools.serve.pages import Fingerprint, with_script
from tools.serve.site import Site

HOST = "127.0.0.1:8000"


def look(root: Path, html: str, **files: str) -> Fingerprint:
    root.mkdir(exist_ok=True)
    (root / "index.html").write_text(html)
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text)
    return Site.open(root, 1).fingerprint("/", HOST)


def test_the_same_page_looks_the_same_in_two_builds(tmp_path: Path) -> None:
    one = look(tmp_path / "1", page("Home"), style_css="a", other_html="x")
    two = look(tmp_path / "2", page("Home"), style_css="a", other_html="y")
    assert one == two


def test_a_new_stylesheet_changes_the_styles_alone(tmp_path: Path) -> None:
    one = look(tmp_path / "1", page("Home", "/style.1.css"), style_1_css="a")
    two = look(tmp_path / "2", page("Home", "/style.2.css"), style_2_css="b")
    assert one.page == two.page
    assert one.styles != two.styles
    assert two.stylesheets == ("/style.2.css",)


def test_a_stylesheet_under_the_sites_whole_address_counts_too(tmp_path: Path) -> None:
    html = page("Home", f"http://{HOST}/style.css")
    assert look(tmp_path / "1", html, style_css="a") != look(tmp_path / "2", html, style_css="b")


def test_a_new_text_script_or_picture_changes_the_page(tmp_path: Path) -> None:
    html = '<script src="/a.js"></script><img src="b.png" srcset="c.png 2x, /d.png 3x">'
    files = {"a_js": "a", "b_png": "b", "c_png": "c", "d_png": "d"}
    before = look(tmp_path / "0", html, **files)
    for name in files:
        assert look(tmp_path / name, html, **files | {name: "new"}).page != before.page
    assert look(tmp_path / "text", html + "new", **files).page != before.page


def test_a_picture_that_a_stylesheet_shows_changes_the_page(tmp_path: Path) -> None:
    html, style = page("Home"), 'a { background: url("b.png") }'
    one = look(tmp_path / "1", html, style_css=style, b_png="1")
    two = look(tmp_path / "2", html, style_css=style, b_png="2")
    assert one.page != two.page


def test_links_that_make_no_sense_do_no_harm(tmp_path: Path) -> None:
    html = '<img src="http://[::1"><img src="\0"><link rel=stylesheet href="../../etc/passwd"><img src>'
    assert look(tmp_path / "1", html).page


def test_the_script_stands_before_the_end_of_the_body() -> None:
    mark = Fingerprint("1", "2")
    assert with_script(b"<BODY>a</BODY></html>", mark).endswith(b"defer></script></BODY></html>")
    assert with_script(b"<p>no body", mark).endswith(b"defer></script>")


def test_a_preview_lets_no_other_site_read_it_and_promises_no_https(tmp_path: Path) -> None:
    (tmp_path / "_headers").write_text(
        "/*\n  X-Frame-Options: DENY\n  Strict-Transport-Security: max-age=1\n"
        "/feed.atom\n  Access-Control-Allow-Origin: *\n"
    )
    site = Site.open(tmp_path, 1)
    assert site.headers_for("/feed.atom") == [("X-Frame-Options", "DENY")]
