"""What git, ssh and hosts say when they refuse, as what to do; and what git is started with."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.git_server import Remote, git, serving
from tests.deploy.small_sites import lay
from tools.deploy.address import parse_address
from tools.deploy.targets import git as git_module
from tools.deploy.targets import git_remote
from tools.deploy.targets.git_branch import GitBranchTarget
from tools.deploy.targets.git_faults import Where, fault_of
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

PROTECTED = """\
remote: error: GH006: Protected branch update failed for refs/heads/gh-pages.
remote:
remote: - Changes must be made through a pull request.
To https://github.com/a/b.git
 ! [remote rejected] gh-pages -> gh-pages (protected branch hook declined)
error: failed to push some refs to 'https://github.com/a/b.git'
"""
LARGE = """\
remote: Resolving deltas: 100% (1/1), done.
remote: error: Trace: 0123
remote: error: See https://gh.io/lfs for more information.
remote: error: File talks/a b.mp4 is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB
remote: error: GH001: Large files detected. You may want to try Git Large File Storage.
 ! [remote rejected] gh-pages -> gh-pages (pre-receive hook declined)
"""
STALE = """\
To git://127.0.0.1/site.git
!\t0123:refs/heads/gh-pages\t[rejected] (stale info)
error: failed to push some refs to 'git://127.0.0.1/site.git'
"""
RACE = """\
remote: error: cannot lock ref 'refs/heads/gh-pages': is at 0123 but expected 4567
!\t0123:refs/heads/gh-pages\t[remote rejected] (failed to update ref)
"""
KEY = """\
No ED25519 host key is known for host.example and you have requested strict checking.
Host key verification failed.
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
"""
SHUT = """\
git@github.com: Permission denied (publickey).
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
"""


@pytest.mark.parametrize(
    ("where", "said", "told"),
    [
        (
            "push",
            PROTECTED,
            "the remote refuses: GH006: Protected branch update failed for refs/heads/gh-pages. / - Changes must be "
            "made through a pull request.. What is live is as it was",
        ),
        ("push", LARGE, "talks/a b.mp4 is larger than GitHub takes (100.00 MB)"),
        ("push", STALE, "somebody else published in the meantime"),
        ("push", RACE, "somebody else published in the meantime"),
        ("fetch", KEY, "the host's key is not the one that this machine knows"),
        ("fetch", SHUT, "the remote does not let you in"),
        (
            "push",
            "remote: Permission to a/b.git denied to c.\nfatal: unable to access 'https://github.com/a/b.git/': "
            "The requested URL returned error: 403",
            "the remote does not let you in",
        ),
        (
            "fetch",
            "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
            "the remote does not let you in",
        ),
        (
            "fetch",
            "fatal: Authentication failed for 'https://github.com/a/b.git/'",
            "the remote does not let you in",
        ),
        (
            "fetch",
            "remote: Repository not found.\nfatal: repository 'https://github.com/a/b.git/' not found",
            "there is no repository at the remote's address",
        ),
        (
            "push",
            "remote: fatal: write error: No space left on device\nerror: remote unpack failed: index-pack abnormal exit",
            "the disk of the remote is full. What is live is as it was; publish again when there is room",
        ),
        (
            "push",
            "remote: error: file write error: Disk quota exceeded",
            "the disk of the remote is full",
        ),
        (
            "fetch",
            "fatal: write error: No space left on device\nfatal: index-pack failed",
            "the disk of this machine is full. What is live is as it was; make room",
        ),
        ("here", "error: unable to write file ab/cd: No space left", "the disk of this machine is"),
        (
            "here",
            "error: insufficient permission for adding an object to repository database objects",
            "git may not write below .cache/publish/git",
        ),
        (
            "here",
            "error: object file objects/ab/cd is empty\nfatal: loose object abcd (stored in objects/ab/cd) is corrupt",
            "Delete that folder, which is made anew",
        ),
        (
            "fetch",
            "ssh: Could not resolve hostname no.example: Name or service not known\nfatal: Could not read from "
            "remote repository.",
            "no host of that name is known (no.example:); look at",
        ),
        (
            "fetch",
            "ssh: connect to host host.example port 22: Connection timed out",
            "the line to the remote broke",
        ),
        (
            "fetch",
            "ssh: connect to host host.example port 22: No route to host",
            "the line to the remote broke",
        ),
        ("push", "fatal: the receiving end does not support --atomic push", "Its git is too old"),
        ("push", "", "the line to the remote broke"),
        ("push", "fatal: something new", "git says: fatal: something new"),
    ],
)
def test_what_was_said_is_told_as_what_to_do(where: Where, said: str, told: str) -> None:
    fault = str(fault_of("github-pages://origin/gh-pages", said, where))
    assert fault.startswith("github-pages://origin/gh-pages: ")
    assert told in fault


def test_a_token_in_an_address_is_never_told() -> None:
    said = "fatal: unable to access 'https://x-access-token:secret@github.com/a/b.git/': strange"
    assert "secret" not in str(fault_of("a", said, "push"))


# --- how git is started ---------------------------------------------------------------------------


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    with serving(tmp_path / "host") as running:
        yield running


def opened(root: Path) -> str:
    """What is told when it cannot be."""
    target = GitBranchTarget(parse_address("github-pages://origin/gh-pages"), root)
    target.waits = ()
    with pytest.raises(ProjectError) as why:
        target.open()
    return str(why.value)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an ssh, that lets nobody in, writes down how it was called."""
    programs = tmp_path / "programs"
    programs.mkdir()
    calls = tmp_path / "calls"
    for name in ("ssh", "other-ssh"):
        program = programs / name
        program.write_text(
            f'#!/bin/sh\necho {name} "$@" >> {calls}\n'
            "echo 'git@host.example: Permission denied (publickey).' >&2\nexit 255\n"
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for name in ("GIT_SSH", "GIT_SSH_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    return calls


def test_ssh_asks_no_question_unless_the_user_says_which_ssh(
    remote: Remote, asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = remote.author(tmp_path / "project")
    git(root, "remote", "set-url", "origin", "git@host.example:a/b.git")
    assert "the remote does not let you in. Look whether you may push" in opened(root)
    assert asked.read_text().startswith("ssh -o BatchMode=yes ")
    asked.unlink()
    # Said in the settings of the repository, of the user, or in the environment.
    git(root, "config", "core.sshCommand", "other-ssh -v")
    opened(root)
    assert asked.read_text().startswith("other-ssh -v")
    asked.unlink()
    git(root, "config", "--unset", "core.sshCommand")
    settings = tmp_path / "gitconfig"
    settings.write_text("[core]\nsshCommand = other-ssh -4\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    opened(root)
    assert asked.read_text().startswith("other-ssh -4")
    asked.unlink()
    monkeypatch.setenv("GIT_SSH_COMMAND", "other-ssh -6")
    opened(root)
    assert asked.read_text().startswith("other-ssh -6")


def test_without_git_it_is_told(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = remote.author(tmp_path / "project")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opened(root) == "There is no git on this machine; install it (https://git-scm.com)"


def test_a_host_that_takes_the_call_and_says_nothing_is_not_waited_for(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = remote.author(tmp_path / "project")
    monkeypatch.setattr(git_remote, "ASKED", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        git(
            root,
            "remote",
            "set-url",
            "origin",
            f"git://127.0.0.1:{silent.getsockname()[1]}/site.git",
        )
        assert "the remote has said nothing for 0 s. Look at your line" in opened(root)


def test_a_push_of_which_nothing_is_heard_is_not_waited_for(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = remote.author(tmp_path / "project")
    site = lay(tmp_path / "site")
    hook = remote.bare / "hooks/pre-receive"
    # It holds for no longer than the test could wait, and then declines.
    hook.write_text("#!/bin/sh\nsleep 5\nexit 1\n")
    hook.chmod(0o755)
    monkeypatch.setattr(git_module, "SILENCE", 0.5)
    with pytest.raises(ProjectError, match="the remote has said nothing for"):
        remote.publish(root, site, 0)
    hook.unlink()
    monkeypatch.undo()
    remote.publish(root, site, 1)
    assert remote.commits() == 1
