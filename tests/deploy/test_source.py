"""What git says of the content, in a line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.deploy.source import source_of


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def test_a_folder_without_git_says_so(tmp_path: Path) -> None:
    assert source_of(tmp_path).commit is None
    assert "not in git, or without a commit" in str(source_of(tmp_path))
    git(tmp_path, "init", "-q", "-b", "main")
    assert source_of(tmp_path).commit is None


def test_the_commit_and_what_is_not_in_it_are_named(tmp_path: Path) -> None:
    far, near = tmp_path / "far.git", tmp_path / "near"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(far))
    git(tmp_path, "clone", "-q", str(far), str(near))
    (near / "a b.md").write_text("1")
    git(near, "checkout", "-q", "-B", "main")
    git(near, "add", ".")
    git(near, "commit", "-qm", "one")
    git(near, "push", "-q", "-u", "origin", "main")
    clean = source_of(near)
    assert (clean.branch, clean.open, clean.ahead, clean.behind) == ("main", (), 0, 0)
    assert str(clean) == f"Content: commit {clean.commit} on main"
    git(near, "mv", "a b.md", "ü.md")
    for number in range(6):
        (near / f"new-{number}.md").write_text("2")
    told = str(source_of(near))
    assert told.startswith(f"Content: commit {clean.commit} on main, and 7 files not committed: ")
    assert "ü.md" in told
    assert told.endswith(" and 2 more")
    git(near, "add", ".")
    git(near, "commit", "-qm", "two")
    assert "  1 commit not pushed yet" in str(source_of(near))
    git(near, "reset", "-q", "--hard", "HEAD~1")
    git(far, "update-ref", "refs/heads/main", "refs/heads/main")
    git(near, "checkout", "-q", "--detach")
    assert source_of(near).branch is None
