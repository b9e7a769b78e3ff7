"""From content to readers and back, by the functions behind the commands; the host is a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.authors import Author, author_of
from tests.deploy.hosts import in_folder, shown
from tests.sites import HOST, Site, comment
from tools.deploy.history import compared, listed
from tools.errors import ProjectError

pytestmark = pytest.mark.slow


@pytest.fixture
def author(site: Site, tmp_path: Path) -> Iterator[Author]:
    site.five_files()
    host = in_folder(tmp_path / "srv/www")
    with shown(host.read) as web:
        yield author_of(site, host, web)


def test_the_first_publish_is_told_in_a_readers_terms_and_seen_live(author: Author) -> None:
    ended = author.publish()
    assert "The first publish: 3 posts, 1 page, 2 comments in 1 thread; " in author.told
    assert "not in git" in author.told
    assert author.questions == ["Publish this?"]
    assert b"Words of a." in author.host.files()["posts/one/index.html"]
    assert "seen" in ended.lower()
    assert "/posts/one/" in author.web.asked


def test_nothing_changed_nothing_sent_nothing_asked(author: Author) -> None:
    author.publish()
    before = author.host.files()
    releases = listed(author.desk)
    author.questions.clear()
    author.publish()
    assert "Nothing changes: what is live is what you have." in author.told
    assert author.questions == []
    assert author.host.files() == before
    assert listed(author.desk) == releases


def test_one_comment_sends_what_shows_it_and_no_more(author: Author) -> None:
    author.publish()
    before = author.host.files()
    author.site.thread(
        "posts/one",
        comment("a"),
        comment("b", "a", host=True, key=HOST, name="Host"),
        comment("c", "b"),
    )
    author.publish()
    assert "1 comment in 1 thread; 0 feed entries sent again;" in author.told
    now = author.host.files()
    differing = {name for name in now if before.get(name) != now[name]}
    assert "posts/one/index.html" in differing
    assert not {
        name
        for name in differing
        if name.startswith(("posts/two", "posts/three", "theme/", "images/"))
    }
    assert f"{len(differing)} files sent" in author.told


def test_a_dry_run_writes_nothing(author: Author) -> None:
    assert author.publish(dry_run=True) == "A dry run: nothing was written at the host."
    assert not Path(author.desk.address.path).exists()
    assert author.questions == []
    author.publish()
    before = {path: path.stat().st_mtime_ns for path in Path(author.desk.address.path).rglob("*")}
    author.site.post("four", date="2026-05-04 08:00")
    author.publish(dry_run=True, every_file=True)
    assert "1 post; 0 feed entries sent again" in author.told
    assert "  + posts/four/index.html" in author.told
    assert {p: p.stat().st_mtime_ns for p in Path(author.desk.address.path).rglob("*")} == before


def test_a_no_is_a_no(author: Author) -> None:
    author.answer = False
    assert author.publish() == "Nothing was published."
    assert not Path(author.desk.address.path).exists()


def test_what_came_back_is_what_was(author: Author) -> None:
    author.publish()
    first = author.host.files()
    author.site.post("four", date="2026-05-04 08:00")
    author.site.thread("posts/one", comment("a"))
    author.publish()
    assert "1 post" in author.told
    assert "1 comment taken away" in author.told
    second = author.host.files()
    assert first != second
    author.back()
    assert author.host.files() == first
    assert "1 post gone" in author.told
    newest, live = (line.split() for line in listed(author.desk).splitlines()[::2])
    assert live[0] == "*"
    # And forward again, by name.
    newest = newest[0]
    author.back(newest)
    assert author.host.files() == second
    with pytest.raises(ProjectError, match="is the release that is live"):
        author.back(newest)
    with pytest.raises(ProjectError, match='No release that is kept begins with "2019"'):
        author.back("2019")


def test_more_deletions_than_anybody_means_need_a_word(author: Author) -> None:
    author.publish()
    strays = Path(author.desk.address.path) / "current/strays"
    strays.mkdir()
    for number in range(25):
        (strays / f"{number}.txt").write_text("put here by hand")
    before = author.host.files()
    for choices in ({}, {"dry_run": True}):
        with pytest.raises(
            ProjectError, match=r"25 files would be deleted .*strays/0\.txt.*--force-delete"
        ):
            author.publish(**choices)
    assert author.host.files() == before
    author.publish(force_delete=True)
    assert not [name for name in author.host.files() if name.startswith("strays/")]


def test_what_somebody_changed_at_the_host_is_named_and_put_right(author: Author) -> None:
    author.publish()
    page = Path(author.desk.address.path) / "current/posts/two/index.html"
    whole = page.read_bytes()
    page.write_bytes(b"defaced")
    assert author.status() == "./invoke publish brings what is above to readers."
    assert "At the host, not by a publish: 1 file changed (posts/two/index.html)" in author.told
    author.publish()
    assert "this publish puts it right" in author.told
    assert author.host.files()["posts/two/index.html"] == whole


def test_what_is_not_seen_live_is_told_and_tried_again(author: Author) -> None:
    author.web.down = True
    with pytest.raises(ProjectError, match="published, and not seen live: nobody was told"):
        author.publish()
    assert "503" in author.told
    assert "not seen live" in listed(author.desk)
    author.web.down = False
    author.publish()
    assert "Nothing changes" in author.told
    assert ", seen live" in listed(author.desk)


def test_somebody_else_who_published_meanwhile_is_not_overwritten(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.publish()
    author.site.post("four", date="2026-05-04 08:00")
    other = Author(author.site, author.host, author.web, author.desk)

    def ask(question: str) -> bool:
        other.publish()
        return True

    monkeypatch.setattr(author, "ask", ask)
    with pytest.raises(ProjectError, match=r"Somebody else published .* in the meantime"):
        author.publish()


def test_two_states_can_be_compared(author: Author) -> None:
    author.publish()
    assert compared(author.desk, None, None).endswith("are the same.")
    author.site.post("four", date="2026-05-04 08:00")
    told = compared(author.desk, None, None)
    assert told.startswith("From what is live (2026")
    assert "to the content:\n1 post; 0 feed entries sent again" in told
    assert "  + posts/four/index.html" in told
    author.publish()
    ids = [word for word in listed(author.desk).split() if word.startswith("20261125-")]
    assert "1 post gone" in compared(author.desk, ids[0], ids[1])


def test_the_status_says_what_to_do(author: Author) -> None:
    assert author.status() == "./invoke publish brings what is above to readers."
    assert "nothing was published there yet" in author.told
    author.publish()
    assert author.status() == "All is well."
    author.site.post("bad", date="never")
    assert author.status() == "The content cannot be published as it is; see above."
    assert 'Date: "never" is not a date' in author.told
