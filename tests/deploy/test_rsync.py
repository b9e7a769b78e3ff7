"""A host that is reached by ssh: a real sshd on loopback, and the rsync and ssh of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.deploy.cutting import cutting
from tests.deploy.programs import program
from tests.deploy.small_sites import FILES, job_for, lay
from tests.deploy.ssh_server import SshServer, files, live, publish, serving
from tools.deploy.address import parse_address
from tools.deploy.manifest import manifest_of
from tools.deploy.progress import unseen
from tools.deploy.release import noted
from tools.deploy.targets.rsync import RsyncTarget
from tools.deploy.targets.ssh_faults import Full, error_of
from tools.deploy.targets.target import Drift, Sent
from tools.errors import ProjectError
from tools.programs import find

pytestmark = pytest.mark.slow

ONE = "posts/one/index.html"
HOSTILE = (
    "-rf.html",
    "--delete/-x.html",
    "#comment.html",
    ";semicolon.html",
    "a b/c  d.html",
    'it\'s "quoted" `id` $(id) $HOME.html',
    "ünï/日本語.html",
    "* ? [x] {a,b}.html",
    "~/home.html",
    "!bang & | < > %41.html",
    "./.hidden/.well-known",
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    with serving(tmp_path / "ssh", monkeypatch) as server:
        yield server


@pytest.fixture
def www(tmp_path: Path) -> Path:
    (tmp_path / "srv").mkdir()
    return tmp_path / "srv" / "www"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return lay(tmp_path / "site")


def modes(folder: Path, pattern: str = "*") -> set[tuple[bool, int]]:
    return {(path.is_dir(), path.stat().st_mode & 0o7777) for path in folder.rglob(pattern)}


def test_the_first_publish_puts_every_file_behind_current_for_all_to_read(
    server: SshServer, www: Path, site: Path
) -> None:
    server.again(umask=0o077)
    (site / "index.html").chmod(0o600)
    target = server.target(www)
    assert target.current() is None
    assert target.releases() == ()
    told_of: list[tuple[int, int]] = []
    job = job_for(target, site)
    with target.locked("a test"):
        sent = target.send(job, lambda done, whole: told_of.append((done, whole)))
    assert live(www) == dict(FILES)
    assert sent.files == len(FILES)
    assert 0 < sent.byte_count < sum(map(len, FILES.values()))
    size = sum(map(len, FILES.values()))
    assert told_of[-1] == (size, size)
    assert told_of == sorted(told_of)
    assert os.readlink(www / "current") == f"releases/{job.release.id}"  # noqa: PTH115
    assert modes(www) == {(True, 0o755), (False, 0o644)}
    assert target.current() == job.release.id
    assert target.release(job.release.id).manifest == manifest_of(site)
    assert target.drift(job.release) == Drift()
    assert target.unfinished() is None
    assert not (www / "publish.lock").exists()


def test_when_nothing_changed_no_content_is_sent(server: SshServer, www: Path, site: Path) -> None:
    publish(server.target(www), site, 0)
    with cutting(server.port) as line:
        target = server.target(www, line.port)
        job = job_for(target, site, 1)
        assert not job.changes
        assert not job.drift
        asked = line.byte_count
        with target.locked("a test"):
            assert target.send(job, unseen) == Sent(0, 0)
        # The lock, four requests, and a head.
        assert line.byte_count - asked < 6_000
        assert line.connections == 1
    assert live(www) == dict(FILES)


def test_the_same_release_twice_is_the_same_as_once(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    job = job_for(target, site)
    with target.locked("a test"):
        target.send(job, unseen)
        assert target.send(job, unseen) == Sent(0, 0)
    assert [head.id for head in target.releases()] == [job.release.id]


def test_of_one_changed_page_no_more_than_what_changed_travels(
    server: SshServer, www: Path, site: Path
) -> None:
    publish(server.target(www), site, 0)
    first = (www / "current").resolve()
    (site / ONE).write_bytes(FILES[ONE] + b"<p>a comment")
    with cutting(server.port) as line:
        target = server.target(www, line.port)
        job = job_for(target, site, 1)
        asked = line.byte_count
        with target.locked("a test"):
            sent = target.send(job, unseen)
        assert sent.files == 1
        assert sent.byte_count < 1_000
        assert line.byte_count - asked < 10_000
    now = (www / "current").resolve()
    assert now != first
    assert files(now) == FILES | {ONE: FILES[ONE] + b"<p>a comment"}
    assert files(first) == dict(FILES)
    assert (now / "index.html").samefile(first / "index.html")
    assert not (now / ONE).samefile(first / ONE)


def test_a_file_that_went_is_gone_with_its_folder_and_comes_back(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    publish(target, site, 0)
    lay(site, {name: text for name, text in FILES.items() if "posts/two" not in name})
    assert publish(target, site, 1) == Sent(0, 0)
    assert not (www / "current/posts/two").exists()
    now, older = target.releases()
    with target.locked("a test"):
        target.back(target.release(older.id), target.release(now.id), unseen)
    assert target.current() == older.id
    assert live(www) == dict(FILES)
    # The next one begins from what is live, not from what is youngest.
    (site / "posts/two").mkdir(parents=True)
    (site / "posts/two/index.html").write_bytes(FILES["posts/two/index.html"])
    (site / "index.html").write_bytes(b"3")
    assert publish(target, site, 2).files == 1
    assert live(www) == FILES | {"index.html": b"3"}


def test_a_file_becomes_a_folder_and_a_folder_a_file(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    for minute, content in enumerate(({"a": b"1", "b/c/d": b"2"}, {"a/x": b"3", "b": b"4"})):
        publish(target, lay(site, content), minute)
        assert live(www) == content


def test_what_somebody_else_did_is_named_and_does_not_live_on(
    server: SshServer, www: Path, site: Path, tmp_path: Path
) -> None:
    target = server.target(www)
    publish(target, site, 0)
    first = (www / "current").resolve()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_bytes(b"not ours")
    (first / "index.html").write_bytes(b"defaced")
    (first / "feed.atom").unlink()
    (first / "shell.php").write_bytes(b"<?php")
    (first / "new\nline\\.html").write_bytes(b"odd")
    shutil.rmtree(first / "posts/two")
    (first / "posts/two").symlink_to(outside)
    release = target.release(target.current() or "")
    assert target.drift(release) == Drift(
        ("index.html",),
        ("feed.atom", "posts/two/index.html"),
        ("new\nline\\.html", "posts/two", "shell.php"),
    )
    assert publish(target, site, 1).files == 3
    now = (www / "current").resolve()
    assert files(now) == dict(FILES)
    assert not (now / "posts/two").is_symlink()
    assert not (now / "index.html").samefile(first / "index.html")
    assert files(outside) == {"index.html": b"not ours"}
    with target.locked("a test"), pytest.raises(ProjectError, match=r"not as they were .*choose"):
        target.back(release, target.release(target.current() or ""), unseen)
    assert live(www) == dict(FILES)


def test_any_name_of_a_file_arrives_as_it_is(server: SshServer, www: Path, site: Path) -> None:
    target = server.target(www)
    first = {name.removeprefix("./"): name.encode() for name in HOSTILE}
    publish(target, lay(site, first), 0)
    assert live(www) == first
    second = {name: b"other " + content for name, content in first.items()} | {"k": b""}
    assert publish(target, lay(site, second), 1).files == len(second)
    assert live(www) == second
    assert publish(target, lay(site, {"k": b""}), 2) == Sent(0, 0)
    assert live(www) == {"k": b""}
    assert [path.name for path in (www / "current").iterdir()] == ["k"]


@pytest.mark.parametrize("name", ['it\'s $HOME "a" `id`', "ünï 日本", "-x; exit", "a!b*[c]"])
def test_any_name_of_a_folder_is_one_to_publish_to(
    server: SshServer, www: Path, site: Path, name: str
) -> None:
    target = server.target(www.parent / name)
    publish(target, site, 0)
    (site / "index.html").write_bytes(b"2")
    publish(target, site, 1)
    assert live(www.parent / name) == FILES | {"index.html": b"2"}
    assert [path.name for path in www.parent.iterdir()] == [name]


def test_a_folder_below_the_home_of_whoever_logs_in(server: SshServer, site: Path) -> None:
    publish(server.target("/~/it's"), site, 0)
    assert live(server.folder / "home/it's") == dict(FILES)


def test_so_many_releases_are_kept_as_the_address_says(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www, options="?keep=2")
    for minute in range(4):
        publish(target, lay(site, FILES | {"index.html": str(minute).encode()}), minute)
    heads = target.releases()
    assert [head.id[9:13] for head in heads] == ["0803", "0802"]
    assert sorted(one.name for one in (www / "releases").iterdir()) == sorted(h.id for h in heads)
    assert sorted(one.name for one in (www / "records/releases").iterdir()) == sorted(
        f"{head.id}.json.gz" for head in heads
    )
    shutil.rmtree(server.folder / "root")  # nothing is remembered here
    assert [len(target.release(head.id).manifest) for head in heads] == [len(FILES)] * 2
    # Two heads name one part of files each, and share the part of addresses.
    assert len(list((www / "records/parts").iterdir())) == 3


def test_a_record_that_cannot_be_read_costs_no_other_its_parts(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www, options="?keep=1")
    publish(target, site, 0)
    broken = www / "records/releases/20261125-080000-ffffff.json.gz"
    broken.write_bytes(b"no gzip")
    (www / "releases/20261125-080000-ffffff").mkdir()
    before = len(list((www / "records/parts").iterdir()))
    with target.locked("a test"):
        target._do("prune", "9")
    assert len(list((www / "records/parts").iterdir())) == before


def test_parts_of_a_record_come_over_the_line_once(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    publish(target, lay(site, {f"{n}.html": str(n).encode() for n in range(500)}), 0)
    identity = target.current() or ""
    with cutting(server.port) as line:
        counts = []
        shutil.rmtree(server.folder / "root")
        for _ in range(2):
            again = server.target(www, line.port)
            before = line.byte_count
            assert len(again.release(identity).manifest) == 500
            counts.append(line.byte_count - before)
    assert counts[1] < counts[0] / 4


def test_a_part_that_was_half_written_here_is_fetched_again(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    publish(target, site, 0)
    for part in (server.folder / "root/.cache/publish/parts").iterdir():
        part.write_bytes(part.read_bytes()[:10])
    assert target.release(target.current() or "").manifest == manifest_of(site)


def test_a_part_that_the_host_lost_is_sent_again(server: SshServer, www: Path, site: Path) -> None:
    target = server.target(www)
    publish(target, site, 0)
    job = job_for(target, lay(site, FILES | {"index.html": b"2"}), 1)
    for part in (www / "records/parts").iterdir():
        part.unlink()
    with target.locked("a test"):
        target.send(job, unseen)
    shutil.rmtree(server.folder / "root")
    assert target.release(job.release.id).manifest == manifest_of(site)


def test_what_was_done_since_is_kept_in_the_record(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    publish(target, site, 0)
    (head,) = target.releases()
    with target.locked("a test"):
        target.note(noted(head, seen="2026-11-25T08:01:00+00:00"))
    assert target.releases()[0].seen
    assert target.release(head.id).manifest == manifest_of(site)


def test_without_the_lock_nothing_is_changed(server: SshServer, www: Path, site: Path) -> None:
    target = server.target(www)
    with pytest.raises(RuntimeError, match="within `locked`"):
        target.send(job_for(target, site), unseen)
    assert not www.exists()


# --- hosts of other kinds -------------------------------------------------------------------------

TOOLS = (
    *("sh", "cat", "cp", "cut", "date", "dd", "dirname", "find", "grep", "gzip", "kill", "ln"),
    *("ls", "mkdir", "mv", "readlink", "rm", "rmdir", "sed", "sleep", "sort", "sync", "tr", "wc"),
    *("xargs", "chmod", "sha256sum"),
)


def host_with(server: SshServer, folder: Path, tools: Mapping[str, str]) -> None:
    """A host that has these tools, by name, and rsync, and nothing else."""
    folder.mkdir()
    for name, path in {**tools, "rsync": program("rsync")}.items():
        (folder / name).symlink_to(path)
    server.forced(f'PATH={folder} exec {folder}/sh -c "$SSH_ORIGINAL_COMMAND"')


def goes_there_and_back(server: SshServer, www: Path, site: Path) -> None:
    target = server.target(www)
    publish(target, site, 0)
    (www / "current/index.html").write_bytes(b"defaced")
    publish(target, lay(site, FILES | {ONE: b"2"}), 1)
    assert live(www) == FILES | {ONE: b"2"}
    assert not target.drift(target.release(target.current() or ""))
    (site / "feed.atom").unlink()
    publish(target, site, 2)
    assert "feed.atom" not in live(www)
    now, older, _ = target.releases()
    with target.locked("a test"):
        target.back(target.release(older.id), target.release(now.id), unseen)
    assert live(www) == FILES | {ONE: b"2"}


def test_a_host_that_has_busybox_and_rsync_only(
    server: SshServer, www: Path, site: Path, tmp_path: Path
) -> None:
    busybox = program("busybox")
    applets = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    assert set(TOOLS) <= {*applets.stdout.split(), "kill"}
    host_with(server, tmp_path / "bin", dict.fromkeys(TOOLS, busybox))
    goes_there_and_back(server, www, site)


def stand_ins(folder: Path, **scripts: str) -> dict[str, str]:
    """The tools of this machine, but for some, which are scripts."""
    folder.mkdir()
    tools = {name: found for name in TOOLS if (found := find(name))}
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        tools[name] = str(path)
    return tools


def test_a_host_whose_tools_lack_what_only_gnu_has(
    server: SshServer, www: Path, site: Path, tmp_path: Path
) -> None:
    mv, cp = program("mv"), program("cp")
    tools = stand_ins(
        tmp_path / "other",
        mv=f'case $1 in -fT|-fh) echo "mv: illegal option" >&2; exit 64;; esac; exec {mv} "$@"',
        cp=f'case $1 in -al) echo "cp: illegal option" >&2; exit 64;; esac; exec {cp} "$@"',
    )
    del tools["sha256sum"]
    tools |= {"openssl": program("openssl"), "perl": program("perl")}
    host_with(server, tmp_path / "bin", tools)
    goes_there_and_back(server, www, site)


def test_a_host_that_cannot_replace_a_link_is_told_so(
    server: SshServer, www: Path, site: Path, tmp_path: Path
) -> None:
    mv = program("mv")
    tools = stand_ins(
        tmp_path / "other",
        mv=f'case $1 in -fT|-fh) echo "mv: illegal option" >&2; exit 64;; esac; exec {mv} "$@"',
    )
    host_with(server, tmp_path / "bin", tools)
    with pytest.raises(ProjectError, match="needs mv of GNU, BusyBox or BSD, perl or python3"):
        publish(server.target(www), site, 0)
    assert not (www / "current").exists()


def test_a_host_without_links_gets_copies_or_word_of_it(
    server: SshServer, www: Path, site: Path, tmp_path: Path
) -> None:
    tools = stand_ins(tmp_path / "other", ln='echo "ln: $3: Function not implemented" >&2; exit 1')
    host_with(server, tmp_path / "bin", tools)
    with pytest.raises(ProjectError, match="no link can be made on the host's disk"):
        publish(server.target(www), site, 0)


def test_an_rsync_that_tells_no_octets_tells_names(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    target._rsync.tells_octets = False
    told_of: list[tuple[int, int]] = []
    job = job_for(target, site)
    with target.locked("a test"):
        target.send(job, lambda done, whole: told_of.append((done, whole)))
    size = sum(map(len, FILES.values()))
    assert len(told_of) > 3
    assert told_of == sorted(told_of)
    assert told_of[-1] == (size, size)
    assert live(www) == dict(FILES)


# --- what is refused, and in which words ----------------------------------------------------------


def refused(server: SshServer, path: Path | str, port: int | None = None) -> str:
    with pytest.raises(ProjectError) as caught:
        server.target(path, port)
    print(caught.value)
    return str(caught.value)


def test_a_folder_of_somebody_else_is_not_touched(server: SshServer, www: Path) -> None:
    www.mkdir()
    for name in ("index.php", "it's mine", "wp-config.php", "x"):
        (www / name).write_bytes(b"theirs")
    message = refused(server, www)
    assert "holds what no publish put there (index.php, it's mine, wp-config.php, …)" in message
    assert "name an empty or a new folder" in message
    assert len(files(www)) == 4


def test_a_folder_that_another_filled_since_is_not_touched_either(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    job = job_for(target, site)
    www.mkdir()
    (www / "index.php").write_bytes(b"theirs")
    with pytest.raises(ProjectError, match="holds what no publish put there"), target.locked("us"):
        target.send(job, unseen)
    assert files(www) == {"index.php": b"theirs"}


def test_what_is_no_folder_to_publish_to_is_named(server: SshServer, www: Path) -> None:
    assert f"there is no {www} at the host; make it" in refused(server, www / "deeper")
    www.write_bytes(b"")
    assert "is a file there" in refused(server, www)
    www.unlink()
    (www / "current").mkdir(parents=True)
    (www / "records").mkdir()
    assert "current/ that is no link" in refused(server, www)


def test_a_publish_that_came_between_is_not_undone(
    server: SshServer, www: Path, site: Path
) -> None:
    target = server.target(www)
    publish(target, site, 0)
    job = job_for(target, lay(site, FILES | {"index.html": b"ours"}), 5)
    publish(target, lay(site, FILES | {"index.html": b"theirs"}), 3)
    with (
        target.locked("us"),
        pytest.raises(ProjectError, match="somebody else published meanwhile"),
    ):
        target.send(job, unseen)
    assert live(www)["index.html"] == b"theirs"


def test_a_host_that_takes_no_key(server: SshServer, www: Path) -> None:
    (server.folder / "user_key.pub").write_text("", encoding="utf-8")
    message = refused(server, www)
    assert "does not take any key of yours (it takes: publickey)" in message
    assert f"ssh-copy-id -p {server.port} {server.user}@127.0.0.1" in message


def test_a_host_whose_key_is_not_known(server: SshServer, www: Path) -> None:
    (server.folder / "known_hosts").write_text("", encoding="utf-8")
    message = refused(server, www)
    assert "key of this host is not known here yet" in message
    assert f"Type ssh -p {server.port} {server.user}@127.0.0.1" in message


def test_a_host_whose_key_is_another(server: SshServer, www: Path) -> None:
    other = (server.folder / "user_key.pub").read_text(encoding="utf-8")
    (server.folder / "known_hosts").write_text(f"the-host {other}", encoding="utf-8")
    message = refused(server, www)
    assert "shows another key than it used to" in message
    assert f'ssh-keygen -R "[127.0.0.1]:{server.port}"' in message


def test_a_key_that_others_may_read(server: SshServer, www: Path) -> None:
    (server.folder / "user_key").chmod(0o644)
    assert "your key may be read by others" in refused(server, www)


def test_nobody_listens_and_nobody_is_found(server: SshServer, www: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert f"nobody answers at port {port}" in refused(server, www, port)
    target = RsyncTarget(parse_address("rsync://no-such-host.invalid/srv/www"), server.folder)
    with pytest.raises(ProjectError, match=r"no host of the name no-such-host\.invalid is found"):
        target.open()
    target.close()


def test_a_host_that_is_for_files_only_gives_no_shell(server: SshServer, www: Path) -> None:
    server.again("ForceCommand internal-sftp")
    assert "gives no shell to work in" in refused(server, www)
    server.forced("echo This account is currently not available.; exit 1")
    assert "gives no shell to work in" in refused(server, www)


def test_a_host_that_talks_at_each_login(server: SshServer, www: Path) -> None:
    server.forced('echo Welcome aboard; exec sh -c "$SSH_ORIGINAL_COMMAND"')
    assert 'at each login the host prints "Welcome aboard"' in refused(server, www)


def test_a_host_without_a_tool(server: SshServer, www: Path, tmp_path: Path) -> None:
    tools = stand_ins(tmp_path / "other")
    host_with(server, tmp_path / "bin", tools)
    (tmp_path / "bin/rsync").unlink()
    assert "the host has no rsync. Have it installed there" in refused(server, www)


def test_a_machine_without_rsync_or_ssh(
    server: SshServer, www: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    monkeypatch.setenv("PATH", str(bin_))
    assert "There is no rsync here. Install it" in refused(server, www)
    (bin_ / "rsync").symlink_to(program("rsync"))
    assert "There is no ssh here. Install it" in refused(server, www)


def test_what_cannot_be_had_here_is_told_too() -> None:
    """Words of ssh and rsync that this machine cannot be made to say."""
    address = parse_address("rsync://me@host.example/srv/www")
    quota = (
        'rsync: [receiver] write failed on "/srv/www/a": Disk quota exceeded (122)\nrsync error: …'
    )
    fault = error_of(address, 11, quota.encode().decode(), True)
    assert isinstance(fault, Full)
    assert "your quota at the host is used up" in str(fault)
    silent = "ssh: connect to host host.example port 22: Connection timed out"
    assert "the host does not answer" in str(error_of(address, 255, silent, False))
    assert "status 3" in str(error_of(address, 3, "", True))
