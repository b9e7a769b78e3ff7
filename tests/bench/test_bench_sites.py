"""Every site is given the same edits, ours is built as typed, and the peers do the same work."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import sites
from bench.corpus import FLAVOURS, later_post, posts
from bench.measure import run
from bench.run import compare
from bench.sites import (
    COLD,
    PUBLISHED,
    PUBLISHING,
    SCENARIOS,
    Site,
    find_peers,
    lay_out,
    lay_out_peer,
    serving_published,
)
from tests.bench.test_corpus import COMMENTS, POSTS, files
from tests.bench.test_corpus import lay_out as lay_out_corpus

pytestmark = pytest.mark.slow

TEMPLATES = {peer.name: peer.template for peer in find_peers()} | {
    "ours": "theme/templates/entry.html"
}


def comments_shown(output: Path) -> list[str]:
    """The id of each comment in the pages of posts, with its post."""
    return sorted(
        f"{page.parent.name} {identity}"
        for page in output.glob("posts/*/index.html")
        for identity in re.findall(r'<\w+ [^>]*?id="(comment-[\w-]+)"', page.read_text("utf-8"))
    )


def site_in(folder: Path, flavour: str, manner: str = "technical") -> Site:
    lay_out_corpus(flavour, folder, manner)
    path = folder / TEMPLATES[flavour]
    path.parent.mkdir(parents=True)
    origin = sites.ROOT / ("" if flavour == "ours" else f"bench/peers/{flavour}")
    shutil.copy(origin / TEMPLATES[flavour], path)
    return Site(flavour, folder, [], [], TEMPLATES[flavour], manner)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_edits_between_runs_are_made_to_the_same_post_of_every_site(
    tmp_path: Path, flavour: str
) -> None:
    site = site_in(tmp_path, flavour)
    before = files(tmp_path)
    threads = "content/comments/posts" if flavour == "ours" else "data/comments"
    site.edit_post()
    site.add_comment()
    changed = {name for name, text in files(tmp_path).items() if text != before[name]}
    stem = next(p.slug for n, p in enumerate(posts(POSTS, COMMENTS)) if n >= 10 and p.comments)
    assert changed == {f"content/posts/{stem}.md", f"{threads}/{stem}.json"}
    thread = json.loads((tmp_path / threads / f"{stem}.json").read_text("utf-8"))
    comments = thread["comments"] if flavour == "ours" else thread
    assert comments[-1]["parent"] == comments[0]["id"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_post_is_added_with_its_picture_and_one_line_to_the_template_of_posts(
    tmp_path: Path, flavour: str
) -> None:
    site = site_in(tmp_path, flavour, "hers")
    before = files(tmp_path)
    site.add_post()
    site.change_template()
    after = files(tmp_path)
    added = sorted(Path(name).suffix for name in set(after) - set(before))
    assert added in ([".md", ".png"], [".jpg", ".md"])
    assert {name for name in before if after[name] != before[name]} == {site.template}
    assert after[site.template].count(b"One line more") == 1


@pytest.fixture(scope="module", autouse=True)
def no_other_site() -> Iterator[None]:
    """The copy of the project has a site of its own, and not that of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SITE_FOLDER", raising=False)
        yield


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return lay_out(tmp_path_factory.mktemp("bench"), 6, 3, "technical")[0]


def test_our_copy_is_built_as_typed_and_installs_nothing(ours: Site) -> None:
    assert ours.command == ("./invoke", "build")
    rows = list(compare([ours], 1, [COLD]))
    assert [(row.scenario, row.site) for row in rows] == [("cold", "ours")]
    assert rows[0].written > 0.5
    assert (ours.folder / "output/index.html").is_file()
    assert not (ours.folder / ".venv/install.log").exists()
    assert (ours.folder / ".venv/bin").resolve() == (Path(sys.prefix) / "bin").resolve()


def test_a_meetup_passes_between_two_builds(ours: Site) -> None:
    passing = next(one for one in SCENARIOS if one.name == "a meetup passed")
    passing.prepare(ours)
    waiting = (ours.folder / "output/next-build.json").read_text("utf-8")
    run(passing.command(ours), ours.folder)
    assert "third-place-2025-03" in waiting
    assert "third-place-2025-03" not in (ours.folder / "output/next-build.json").read_text("utf-8")


def test_a_push_finds_the_kept_cache_and_no_output(ours: Site) -> None:
    kept = ours.folder / ".cache/kept"
    for path in (kept, ours.folder / "output/old"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", "utf-8")
    times = {path: path.stat().st_mtime_ns for path in (ours.folder / "content").rglob("*.md")}
    ours.check_out()
    assert kept.exists()
    assert not (ours.folder / "output").exists()
    assert not list((ours.folder / "plugins").rglob("__pycache__"))
    assert all(path.stat().st_mtime_ns > before for path, before in times.items())


@pytest.mark.skipif(not sites.can_publish(), reason="the packages of publishing are not installed")
def test_an_edit_is_published_and_seen_live(ours: Site) -> None:
    with serving_published(ours):
        PUBLISHING.prepare(ours)
        run(PUBLISHING.command(ours), ours.folder)
    assert "Published, and seen live." in (ours.folder / "bench.log").read_text("utf-8")
    pages = (ours.folder / PUBLISHED / "current/posts").glob("*/index.html")
    assert any("not there</em> before" in page.read_text("utf-8") for page in pages)


@pytest.mark.parametrize("name", [name for name in FLAVOURS if name != "ours"])
def test_a_peer_shows_the_same_comments_as_ours_in_the_same_files_as_plain_pelican(
    tmp_path: Path, name: str, ours: Site
) -> None:
    peer, plain = peer_site(tmp_path / "peer", name), peer_site(tmp_path / "plain", "pelican")
    for site in (peer, plain, ours):
        run(site.command, site.folder)
    output = peer.folder / peer.written[0]
    expected = comments_shown(ours.folder / "output")
    assert expected
    assert comments_shown(output) == expected
    assert set(files(output)) == set(files(plain.folder / "output"))


@pytest.mark.parametrize("name", FLAVOURS)
def test_what_is_edited_is_in_the_next_build(tmp_path: Path, name: str) -> None:
    site = lay_out(tmp_path, 6, 3, "technical")[0] if name == "ours" else peer_site(tmp_path, name)
    for edit in (site.edit_post, site.add_comment, site.add_post, site.change_template):
        edit()
    run(site.command, site.folder)
    pages = {
        path.parent.name: path.read_text("utf-8")
        for path in (site.folder / site.written[0] / "posts").glob("*/index.html")
    }
    edited = [page for page in pages.values() if "A paragraph that was <em>not there" in page]
    assert len(edited) == 1
    assert "An answer that was <em>not there" in edited[0]
    assert later_post(6).slug in pages
    assert all("One line more." in page for page in pages.values())


def peer_site(folder: Path, name: str) -> Site:
    """Skips the test where it is not installed."""
    peer = next(peer for peer in find_peers() if peer.name == name)
    if peer.missing:
        pytest.skip(f"{name} is not installed")
    return lay_out_peer(folder, peer, 6, 3, "technical")


def test_peers_are_found_by_their_variables_and_a_missing_one_says_why(tmp_path: Path) -> None:
    nothing = {peer.name: peer for peer in find_peers({"PATH": str(tmp_path)})}
    assert nothing["pelican"].command == [sys.executable, "-m", "pelican", "--quiet"]
    assert not nothing["pelican"].missing
    assert nothing["hugo"].missing == "there is no hugo on the PATH, and HUGO names none"
    assert (
        nothing["eleventy"].missing == "there is no eleventy on the PATH, and ELEVENTY names none"
    )
    program = tmp_path / "node_modules/@11ty/eleventy/cmd.cjs"
    program.parent.mkdir(parents=True)
    program.touch()
    named = {"PATH": "", "HUGO": "/some/hugo", "ELEVENTY": str(program)}
    found = {peer.name: peer for peer in find_peers(named)}
    assert found["hugo"].command == ["/some/hugo", "--quiet"]
    assert "syntaxhighlight is not installed" in found["eleventy"].missing
    (tmp_path / "node_modules/@11ty/eleventy-plugin-syntaxhighlight").mkdir()
    found = {peer.name: peer for peer in find_peers(named)}
    assert not found["eleventy"].missing
    assert found["eleventy"].modules == tmp_path / "node_modules"
