"""One story, the same at every kind of host: first publish, nothing new, a comment, a deletion, the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import ssh_server
from tests.deploy.authors import Author, author_of
from tests.deploy.git_server import serving
from tests.deploy.hosts import Host, in_bucket, in_folder, on_branch, over_ssh, shown
from tests.deploy.s3_fixtures import place, s3_running
from tests.deploy.s3_server import Place
from tests.sites import HOST, Site, comment
from tools.deploy.history import listed

pytestmark = pytest.mark.slow

__all__ = ["place", "s3_running"]
KINDS = ("file", "rsync", "s3", "git")


@pytest.fixture
def by_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with ssh_server.serving(tmp_path / "ssh", monkeypatch) as server:
        yield over_ssh(server, tmp_path / "srv/www")


@pytest.fixture
def branch(site: Site, tmp_path: Path) -> Iterator[Host]:
    with serving(tmp_path / "host") as remote:
        remote.author(site.folder / "made", None)
        (site.folder / "made" / ".git").rename(site.folder / ".git")
        yield on_branch(remote)


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    if request.param == "file":
        return in_folder(tmp_path / "srv/www")
    if request.param == "rsync":
        return request.getfixturevalue("by_ssh")
    if request.param == "git":
        return request.getfixturevalue("branch")
    bucket: Place = request.getfixturevalue("place")
    return in_bucket(bucket)


@pytest.fixture
def author(site: Site, host: Host) -> Iterator[Author]:
    site.five_files()
    with shown(host.read) as web:
        yield author_of(site, host, web)


def sent(author: Author) -> tuple[int, str]:
    """Files and bytes, as the summary says them."""
    found = re.search(r"Live: \S+, ([\d,]+) files? sent, (.+)", author.told)
    assert found, author.told
    return int(found[1].replace(",", "")), found[2]


def test_a_site_goes_out_and_on_and_back(author: Author) -> None:
    # For the first time: all of it.
    assert author.publish() == "Published, and seen live."
    first = author.host.files()
    assert b"Words of a." in first["posts/one/index.html"]
    # A bucket keeps the build's header and redirect files besides, where no reader gets.
    assert sent(author)[0] == len(first) + (2 if author.host.kind == "s3" else 0)

    # Nothing changed: nothing is asked, nothing sent.
    author.questions.clear()
    assert author.publish() == "Nothing to publish."
    assert author.questions == []
    assert "Live:" not in author.told

    # One comment: what shows it, and no more.
    author.site.thread(
        "posts/one",
        comment("a"),
        comment("b", "a", host=True, key=HOST, name="Host"),
        comment("c", "b"),
    )
    assert author.publish() == "Published, and seen live."
    second = author.host.files()
    differing = {name for name in second if first.get(name) != second[name]}
    assert sent(author)[0] == len(differing)
    assert not {
        one
        for one in differing
        if one.startswith(("posts/two", "posts/three", "theme/", "images/", "about"))
    }
    print(f"{author.host.kind}: one comment is {len(differing)} files, {sent(author)[1]}")

    # A post goes: nothing is lost without a word.
    (author.site.content / "posts/three.md").unlink()
    author.site.post(
        "two",
        topics="Learning",
        date="2026-05-02 08:00",
        series="Two parts",
        aliases="/posts/three/",
    )
    author.publish()
    third = author.host.files()
    assert b"This page has moved" in third["posts/three/index.html"]
    assert not {one for one in third if one.startswith("posts/three/feed")}

    # Back, and back again.
    assert author.back() == "Published, and seen live."
    assert author.host.files() == second
    oldest = listed(author.desk).splitlines()[-2].split()[0]
    author.back(oldest)
    assert author.host.files() == first
    assert "* " + oldest in listed(author.desk)
    assert author.status() == "./invoke publish brings what is above to readers."


def test_releases_that_everybody_can_read_are_told(site: Site, place: Place) -> None:
    site.five_files()
    host = in_bucket(place)

    def everything(name: str) -> bytes | None:
        return place.public().get(name) or (b"{}" if name == ".releases/current" else None)

    with shown(everything) as web:
        author = author_of(site, host, web)
        author.publish()
        assert f"Everybody can read {web.url}/.releases/current" in author.told
    with shown(host.read) as web:
        author = author_of(site, host, web)
        author.publish()
        assert "Everybody can read" not in author.told


def test_a_dry_run_and_every_question_write_nothing(author: Author) -> None:
    author.publish()
    before = author.host.files()
    author.site.post("four", date="2026-05-04 08:00")
    assert author.publish(dry_run=True) == "A dry run: nothing was written at the host."
    author.status()
    assert author.host.files() == before
    assert listed(author.desk).count("20261125-") == 1
