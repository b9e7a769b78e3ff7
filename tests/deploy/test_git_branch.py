"""A branch of a remote as a host, behind git's own server."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.deploy.cutting import cutting
from tests.deploy.git_server import Remote, git, serving
from tests.deploy.small_sites import FILES, job_for, lay
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.release import noted
from tools.deploy.targets import git_records
from tools.deploy.targets.git_branch import GitBranchTarget
from tools.deploy.targets.target import Drift, Job
from tools.errors import ProjectError

pytestmark = pytest.mark.slow


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
    assert 1000 < sent.byte_count < 40_000
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
        assert line.byte_count < 40_000
    assert remote.files()["posts/one/index.html"] == b"<p>other"
    assert remote.commits() == 2


def test_records_that_stay_are_not_sent_again(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"posts/{n}/index.html": b"%d" % n for n in range(1500)}
    site = lay(tmp_path / "site", many)
    with cutting(remote.port) as line:
        root = remote.author(tmp_path / "project", line.port)
        remote.publish(root, site, 0)
        for turn in range(1, 4):
            (site / "posts/7/index.html").write_bytes(b"turn %d" % turn)
            before = line.byte_count
            assert remote.publish(root, site, turn).files == 1
            assert line.byte_count - before < 10_000
        # They begin anew after a while, or they would grow for ever.
        assert git(remote.bare, "rev-list", "--count", "refs/publish/records").strip() == "4"
        monkeypatch.setattr(git_records, "HISTORY", 4)
        (site / "posts/7/index.html").write_bytes(b"turn 5")
        remote.publish(root, site, 5)
        assert git(remote.bare, "rev-list", "--count", "refs/publish/records").strip() == "1"
        target = remote.target(root)
        assert len(target.releases()) == 5
        assert len(target.release(target.current() or "").manifest) == 1500


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


def test_releases_that_another_machine_made_are_given_up_too(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    for minute in range(3):
        remote.publish(root, lay(tmp_path / "site", {"index.html": b"%d" % minute}), minute)
    other = remote.author(tmp_path / "other")
    site = lay(tmp_path / "site", {"index.html": b"3"})
    remote.publish(other, site, 3, "?keep=1")
    assert git(remote.bare, "for-each-ref", "refs/publish/releases").count("\n") == 1
    assert remote.publish(root, lay(site, {"index.html": b"4"}), 4).files == 1
    assert len(remote.target(root).releases()) == 2


def test_one_goes_back_and_sees_what_differs_though_the_ref_of_a_release_is_gone(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    remote.publish(root, lay(site, {**FILES, "index.html": b"2"}), 1)
    newest, oldest = remote.target(root).releases()
    for head in (newest, oldest):
        git(remote.bare, "update-ref", "-d", f"refs/publish/releases/{head.id}")
    remote.push_by_hand(tmp_path / "hand", {"new.txt": b"y"})
    target = remote.target(remote.author(tmp_path / "other"))
    assert target.drift(target.release(newest.id)) == Drift((), (), ("new.txt",))
    with target.locked("a test"):
        target.back(target.release(oldest.id), target.release(newest.id), unseen)
    assert remote.files() == dict(FILES)


def test_a_release_that_is_nowhere_any_more_is_told(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    (head,) = remote.target(root).releases()
    git(remote.bare, "update-ref", "-d", f"refs/publish/releases/{head.id}")
    git(remote.bare, "update-ref", "-d", "refs/heads/gh-pages")
    git(remote.bare, "gc", "-q", "--prune=now")
    git(tmp_path, "init", "-q", "-b", "gh-pages", str(tmp_path / "hand"))
    (tmp_path / "hand/index.html").write_bytes(b"by hand")
    git(tmp_path / "hand", "add", ".")
    git(tmp_path / "hand", "commit", "-qm", "By hand")
    git(tmp_path / "hand", "push", "-q", str(remote.bare), "gh-pages")
    other = remote.author(tmp_path / "other")
    target = remote.target(other)
    release = target.release(head.id)
    assert target.drift(release).changed == tuple(sorted(FILES)), "nothing of it is certain"
    with pytest.raises(ProjectError, match="is no longer at the remote; choose another"):
        target.back(release, release, unseen)
    assert remote.publish(other, site, 1).files == len(FILES)
    assert remote.files() == dict(FILES)


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


def test_a_commit_is_by_whom_git_is_told_and_never_by_a_name_made_up(
    remote: Remote, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine of a workflow, which has no name set."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GIT_COMMITTER_EMAIL", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    by = ("log", "-1", "--format=%an <%ae> %cn <%ce>", "gh-pages")
    nobody = "publish <publish@localhost>"
    assert git(remote.bare, *by).strip() == f"{nobody} {nobody}"
    git(root, "config", "user.name", "Ada")
    git(root, "config", "user.email", "ada@site.example")
    remote.publish(root, lay(site, {**FILES, "index.html": b"2"}), 1)
    ada = "Ada <ada@site.example>"
    assert git(remote.bare, *by).strip() == f"{ada} {ada}"


def test_hooks_and_templates_of_the_author_are_not_run(
    remote: Remote, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\nhooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    git(remote.bare, "config", "core.hooksPath", "hooks")
    remote.publish(root, lay(tmp_path / "site"), 0)
    assert remote.files() == dict(FILES)


def test_settings_that_a_program_was_given_by_its_environment_hold_too(
    remote: Remote, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "remote", "set-url", "origin", "pages:site.git")
    git(root, "config", "http.extraheader", "x: y")
    for name, value in (
        ("COUNT", "1"),
        ("KEY_0", f"url.git://127.0.0.1:{remote.port}/.insteadOf"),
        ("VALUE_0", "pages:"),
    ):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    remote.publish(root, lay(tmp_path / "site"), 0)
    assert remote.files() == dict(FILES)


def test_a_branch_that_holds_what_no_publish_put_there_is_refused(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    git(tmp_path, "init", "-q", "-b", "gh-pages", str(old))
    (old / "index.html").write_text("years ago")
    git(old, "add", ".")
    git(old, "commit", "-qm", "Years ago")
    git(old, "push", "-q", str(remote.bare), "gh-pages")
    before = remote.files()
    why = refused(root)
    assert "holds what no publish put there (index.html); name a new branch" in why
    assert "git push origin :gh-pages" in why
    assert remote.files() == before
    git(old, "push", "-q", str(remote.bare), ":gh-pages")
    remote.publish(root, lay(tmp_path / "site"), 0)
    assert remote.files() == dict(FILES)


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


def test_a_branch_that_others_need_is_refused(remote: Remote, root: Path, tmp_path: Path) -> None:
    git(root, "push", "-q", "origin", "main:main")
    git(root, "checkout", "-q", "-b", "work")
    (root / "content").mkdir()
    (root / "content/post.md").write_text("x")
    git(root, "rm", "-q", "pelicanconf.py")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Words")
    git(root, "push", "-q", "origin", "work:words")
    git(root, "checkout", "-q", "-b", "elsewhere")
    assert "holds the sources of a site (content/)" in refused(root, "github-pages://origin/words")
    git(root, "rm", "-qr", "content")
    (root / "README").write_text("x")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Nothing")
    git(root, "push", "-qf", "origin", "elsewhere:main")
    assert "main is the default branch of the remote" in refused(root, "github-pages://origin/main")
    # That there are releases makes no other branch one that a publish may replace.
    remote.publish(root, lay(tmp_path / "site"), 0)
    for branch in ("words", "main", "new"):
        assert "releases of this remote are on its branch gh-pages; publish there" in refused(
            root, f"github-pages://origin/{branch}"
        )
    assert remote.read("content/post.md", "words") == b"x"


def test_a_default_branch_that_a_publish_made_goes_on(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    """The first branch that a new repository gets becomes its default one."""
    git(remote.bare, "symbolic-ref", "HEAD", "refs/heads/gh-pages")
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    remote.publish(root, lay(site, {**FILES, "index.html": b"2"}), 1)
    assert remote.commits() == 2


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_site_that_is_built_again_meanwhile_is_not_published(
    remote: Remote, root: Path, tmp_path: Path, harm: str
) -> None:
    site = lay(tmp_path / "site")
    target = remote.target(root)
    job = job_for(target, site, 0)
    if harm == "gone":
        (site / "index.html").unlink()
    else:
        (site / "index.html").write_bytes(b"another")
    with pytest.raises(ProjectError, match=r"^index\.html changed while it was published; publish"):
        target.send(job, unseen)
    assert git(remote.bare, "for-each-ref") == ""


def test_a_name_that_git_leaves_out_is_refused(remote: Remote, root: Path, tmp_path: Path) -> None:
    site = lay(tmp_path / "site", {**FILES, "docs/.git/config": b"x"})
    with pytest.raises(ProjectError, match=r"docs/\.git/config: git takes no file of this name"):
        remote.publish(root, site, 0)
    assert git(remote.bare, "for-each-ref") == ""


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


def test_of_many_machines_in_the_same_moment_one_wins_whole(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    remote.publish(root, lay(tmp_path / "site"), 0)
    for turn in range(3):
        waiting = []
        for machine in range(3):
            own = tmp_path / f"{turn}-{machine}"
            target = remote.target(remote.author(own))
            files = dict.fromkeys(FILES, b"%d of %d" % (machine, turn))
            minute = 1 + 3 * turn + machine
            waiting.append((target, job_for(target, lay(own / ".cache/site", files), minute)))
        together = threading.Barrier(len(waiting))

        def send(pair: tuple[GitBranchTarget, Job], together: threading.Barrier) -> str:
            together.wait(20)
            try:
                with pair[0].locked("a test"):
                    pair[0].send(pair[1], unseen)
            except ProjectError as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(len(waiting)) as pool:
            told = list(pool.map(send, waiting, [together] * len(waiting)))
        assert told.count("") == 1, told
        assert all("somebody else published in the meantime" in one for one in told if one)
        won = waiting[told.index("")][1].release.id
        assert remote.target(root).current() == won
        assert set(remote.files().values()) == {b"%d of %d" % (told.index(""), turn)}
        assert remote.commits() == turn + 2


def test_a_question_during_a_push_takes_no_lock_away(
    remote: Remote, root: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    remote.publish(root, site, 0)
    hook = remote.bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nsleep 0.6\n")
    hook.chmod(0o755)
    target = remote.target(root)
    job = job_for(target, lay(site, {**FILES, "index.html": b"2"}), 1)
    with ThreadPoolExecutor(1) as pool, target.locked("a test"):
        sending = pool.submit(target.send, job, unseen)
        asked = 0
        while not sending.done() and asked < 200:
            assert remote.target(root).current() is not None
            asked += 1
        sending.result(20)
    assert asked >= 3, "it had to wait for the push"
    assert remote.read("index.html") == b"2"


def test_of_two_on_one_machine_one_is_told_who_is_at_it(remote: Remote, root: Path) -> None:
    first, second = remote.target(root), remote.target(root)
    with (
        first.locked("jo"),
        pytest.raises(ProjectError, match=r"is being written by .*process \d+"),
        second.locked("al"),
    ):
        pytest.fail("two had the lock")
