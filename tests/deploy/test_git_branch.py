"""A branch of a remote as a host, behind git's own server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.cutting import cutting
from tests.deploy.git_server import Remote, git, serving
from tests.deploy.small_sites import FILES, job_for, lay
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.release import noted
from tools.deploy.targets.git_branch import GitBranchTarget
from tools.deploy.targets.target import Drift
from tools.errors import ProjectError


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    with serving(tmp_path / "host") as running:
        yield running


@pytest.fixture
def root(remote: Remote, tmp_path: Path) -> Path:
    return remote.author(tmp_path / "project")


def test_one_publish_is_one_commit_with_the_site(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    before = (
        git(root, "status", "--porcelain"),
        git(root, "for-each-ref"),
        git(root, "stash", "list"),
    )
    sent = remote.publish(root, site, 0)
    assert remote.files() == dict(FILES)
    assert remote.commits() == 1
    assert sent.files == len(FILES)
    assert 1000 < sent.octets < 40_000
    assert "Release: 20261125-080000-" in git(remote.bare, "log", "-1", "--format=%B", "gh-pages")
    assert (
        git(root, "status", "--porcelain"),
        git(root, "for-each-ref"),
        git(root, "stash", "list"),
    ) == before
    target = remote.target(root)
    assert target.drift(target.release(target.current() or "")) == Drift()


def test_the_next_one_sends_what_differs_only(remote: Remote, root: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site", {**FILES, "images/large.webp": os.urandom(400_000)})
    remote.publish(root, site, 0)
    (site / "posts/one/index.html").write_bytes(b"<p>other")
    # From another machine, which has nothing of it yet.
    with cutting(remote.port) as line:
        other = remote.author(tmp_path / "other", line.port)
        assert remote.publish(other, site, 1).files == 1
        assert line.octets < 40_000
    assert remote.files()["posts/one/index.html"] == b"<p>other"
    assert remote.commits() == 2
    assert git(remote.bare, "rev-list", "--count", "refs/publish/records").strip() == "1"


def test_what_went_is_gone_and_one_goes_back_by_one_more_commit(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    fewer = {name: text for name, text in FILES.items() if "posts/two" not in name}
    remote.publish(root, lay(site, fewer), 1)
    assert remote.files() == fewer
    # On a machine that never saw the first release.
    target = remote.target(remote.author(tmp_path / "other"))
    newest, oldest = target.releases()
    with target.locked("a test"):
        target.back(target.release(oldest.id), target.release(newest.id), unseen)
    assert remote.files() == dict(FILES)
    assert remote.commits() == 3
    fresh = remote.target(root)
    assert fresh.current() == oldest.id
    assert fresh.drift(fresh.release(oldest.id)) == Drift()


def test_what_somebody_pushed_by_hand_is_told_and_put_right(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    remote.push_by_hand(tmp_path / "hand", {"index.html": b"x", "feed.atom": None, "new.txt": b"y"})
    target = remote.target(remote.author(tmp_path / "other"))
    drift = target.drift(target.release(target.current() or ""))
    assert drift == Drift(("index.html",), ("feed.atom",), ("new.txt",))
    remote.publish(root, site, 1)
    assert remote.files() == dict(FILES)
    assert remote.commits() == 3, "what was pushed by hand stays in the history"


def test_a_branch_that_was_deleted_comes_back(remote: Remote, root: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    git(remote.bare, "update-ref", "-d", "refs/heads/gh-pages")
    target = remote.target(root)
    assert target.drift(target.release(target.current() or "")).missing == tuple(sorted(FILES))
    remote.publish(root, site, 1)
    assert remote.files() == dict(FILES)


def test_so_many_releases_are_kept_as_the_address_says(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    for minute in range(4):
        remote.publish(root, lay(site, {**FILES, "index.html": b"%d" % minute}), minute, "?keep=2")
    target = remote.target(root, "?keep=2")
    assert len(target.releases()) == 2
    assert git(remote.bare, "for-each-ref", "refs/publish/releases").count("\n") == 2
    for head in target.releases():
        assert len(target.release(head.id).manifest) == len(FILES)
    records = git(remote.bare, "ls-tree", "-r", "--name-only", "refs/publish/records").split()
    assert len([name for name in records if name.startswith("releases/")]) == 2
    assert len([name for name in records if name.startswith("parts/")]) <= 4


def test_what_was_done_since_is_kept_in_the_record(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    remote.publish(root, lay(tmp_path / "site"), 0)
    target = remote.target(root)
    (head,) = target.releases()
    with target.locked("a test"):
        target.note(noted(head, seen="2026-11-25T08:01:00+00:00"))
    assert remote.target(root).releases()[0].seen
    assert remote.commits() == 1


def test_a_server_that_cannot_leave_out_files_serves_too(tmp_path: Path) -> None:
    with serving(tmp_path / "host", {}) as plain:
        root = plain.author(tmp_path / "project")
        site = lay(tmp_path / "site")
        plain.publish(root, site, 0)
        (site / "index.html").write_bytes(b"2")
        assert plain.publish(plain.author(tmp_path / "other"), site, 1).files == 1
        assert plain.files()["index.html"] == b"2"


def test_names_of_any_kind_arrive(remote: Remote, root: Path, tmp_path: Path) -> None:
    names = {
        "a b/c d.html": b"1",
        "-rf/index.html": b"2",
        "日本/ü.html": b"3",
        "q'\"$x.html": b"4",
        ".nojekyll": b"",
    }
    remote.publish(root, lay(tmp_path / "site", names), 0)
    assert remote.files() == names


def test_line_ends_and_attributes_of_the_author_change_nothing(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    git(root, "config", "core.autocrlf", "true")
    (root / ".gitattributes").write_text("* text eol=crlf\n")
    remote.publish(
        root, lay(tmp_path / "site", {"a.txt": b"1\r\n2\n", ".gitattributes": b"* text\n"}), 0
    )
    assert remote.files()["a.txt"] == b"1\r\n2\n"


def test_an_older_branch_is_replaced_and_its_history_kept(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    git(tmp_path, "init", "-q", "-b", "gh-pages", str(old))
    (old / "index.html").write_text("years ago")
    git(old, "add", ".")
    git(old, "commit", "-qm", "Years ago")
    git(old, "push", "-q", str(remote.bare), "gh-pages")
    remote.publish(root, lay(tmp_path / "site"), 0)
    assert remote.files() == dict(FILES)
    assert remote.commits() == 2


# --- what is refused ------------------------------------------------------------------------------


def refused(root: Path, address: str = "github-pages://origin/gh-pages") -> str:
    target = GitBranchTarget(parse_address(address), root)
    target.waits = (0.01, 0.01)
    with pytest.raises(ProjectError) as why:
        target.open()
    return str(why.value)


def test_what_cannot_be_is_told_with_what_to_do(remote: Remote, root: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert "is no git repository" in refused(tmp_path / "nothing")
    assert 'no remote "upstream" (there is origin); add it (git remote add upstream' in refused(
        root, "github-pages://upstream/gh-pages"
    )
    assert "you are on the branch main yourself; publish to another" in refused(
        root, "github-pages://origin/main"
    )
    assert "cannot be the name of a branch" in refused(
        root, "github-pages://origin/a..b%20c".replace("..", "~")
    )
    git(root, "push", "-q", "origin", "main:sources")
    assert "holds the sources of a site (pelicanconf.py)" in refused(
        root, "github-pages://origin/sources"
    )
    git(root, "remote", "set-url", "origin", f"git://127.0.0.1:{remote.port}/nowhere.git")
    assert "no repository at the remote's address" in refused(root)
    git(root, "remote", "set-url", "origin", "git://127.0.0.1:1/site.git")
    assert "the line to the remote broke" in refused(root)
    git(root, "remote", "set-url", "origin", "git://no-such-host.invalid/site.git")
    assert "no host of that name" in refused(root)


def test_a_remote_that_says_no_is_quoted_and_nothing_changed(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    hook = remote.bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)
    (site / "index.html").write_bytes(b"2")
    with pytest.raises(
        ProjectError, match="the remote refuses: GH006: Protected branch update failed"
    ):
        remote.publish(root, site, 1)
    assert remote.files() == dict(FILES)
    hook.unlink()
    remote.publish(root, site, 1)
    assert remote.files()["index.html"] == b"2"


def test_a_file_that_github_does_not_take_is_named_before_anything_is_sent(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    with (site / "talk.mp4").open("wb") as film:
        film.truncate((100 << 20) + 1)
    with pytest.raises(ProjectError, match=r"talk\.mp4 has more than 100 MiB"):
        remote.publish(root, site, 0)
    assert git(remote.bare, "for-each-ref") == ""


def test_of_two_machines_at_once_one_is_told(remote: Remote, root: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    slow = remote.target(root)
    job = job_for(slow, lay(tmp_path / "mine", {**FILES, "index.html": b"mine"}), 1)
    other = remote.author(tmp_path / "other")
    remote.publish(other, lay(tmp_path / "theirs", {**FILES, "index.html": b"theirs"}), 2)
    with (
        slow.locked("a test"),
        pytest.raises(ProjectError, match="somebody else published in the meantime"),
    ):
        slow.send(job, unseen)
    assert remote.files()["index.html"] == b"theirs"
    assert remote.target(root).current() == remote.target(other).current()


def test_of_two_on_one_machine_one_is_told_who_is_at_it(remote: Remote, root: Path) -> None:
    first, second = remote.target(root), remote.target(root)
    with (
        first.locked("jo"),
        pytest.raises(ProjectError, match=r"is being written by .*process \d+"),
        second.locked("al"),
    ):
        pytest.fail("two had the lock")
