"""What goes wrong on the way to a host: lines that break, disks that fill, programs that are killed, two at
once; and what a reader sees meanwhile. The points are random; PUBLISH_SEED repeats those of a failure."""

from __future__ import annotations

import functools
import http.client
import http.server
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.cutting import cutting
from tests.deploy.small_sites import FILES, job_for, lay
from tests.deploy.ssh_server import SshServer, files, live, publish, serving
from tests.sites import ROOT
from tools.deploy.progress import unseen
from tools.deploy.targets import host_lock
from tools.deploy.targets.rsync import RsyncTarget
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

CUTS, GROUPS = 20, 2
SIZE, COUNT = 40_000, 20


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    with serving(tmp_path / "ssh", monkeypatch) as server:
        yield server


@pytest.fixture
def www(tmp_path: Path) -> Path:
    (tmp_path / "srv").mkdir()
    return tmp_path / "srv" / "www"


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("PUBLISH_SEED") or secrets.randbelow(1_000_000))
    print(f"PUBLISH_SEED={seed}")
    return random.Random(seed)


def grown(dice: random.Random) -> dict[str, bytes]:
    """A site in which much is new: what cannot be packed, and what differs little from the last one."""
    new = {f"images/{n}-{dice.getrandbits(32)}.webp": dice.randbytes(SIZE) for n in range(COUNT)}
    pages = {name: text + str(dice.random()).encode() for name, text in FILES.items()}
    return pages | new


def unlocked(www: Path, within: float = 5) -> bool:
    ends = time.monotonic() + within
    while (www / "publish.lock").exists():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


def octets_of_a_publish(server: SshServer, www: Path, site: Path, dice: random.Random) -> int:
    """From a first one to the end of the second, all that goes over the line."""
    publish(server.target(www), lay(site), 0)
    with cutting(server.port) as line:
        target = server.target(www, line.port)
        publish(target, lay(site, grown(dice)), 1)
        return line.byte_count


@pytest.mark.parametrize("point", range(900, 3000, 200))
def test_a_line_that_is_cut_while_keys_are_exchanged_is_tried_again(
    server: SshServer, www: Path, point: int
) -> None:
    """ssh then ends with a status and without a word."""
    with cutting(server.port, point) as line:
        server.target(www, line.port).close()
        assert line.cuts == 1


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_line_that_is_cut_and_works_again_does_not_stop_a_publish(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random, group: int
) -> None:
    site = tmp_path / "site"
    whole = octets_of_a_publish(server, www, site, dice)
    for number in range(CUTS // GROUPS):
        new = grown(dice)
        point = dice.randrange(500, int(whole * 0.97))
        print(f"cut at {point} of {whole}")
        with cutting(server.port, point) as line:
            publish(server.target(www, line.port), lay(site, new), number + 2)
            assert line.cuts == 1
        assert live(www) == new
        assert unlocked(www)


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_line_that_is_cut_for_good_leaves_the_old_site_and_what_has_arrived(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random, group: int
) -> None:
    site = tmp_path / "site"
    whole = octets_of_a_publish(server, www, site, dice)
    for number in range(CUTS // GROUPS):
        old, new = live(www), grown(dice)
        point = dice.randrange(500, int(whole * 0.97))
        print(f"cut at {point} of {whole}")
        lay(site, new)
        with cutting(server.port, point, dead=True) as line:
            with pytest.raises(ProjectError, match=r"rsync://.*: ") as caught:
                publish(server.target(www, line.port), site, 2 * number + 2)
            print(caught.value)
            assert line.cuts
        # Cut in the very moment of the switch it may be the new one; never anything else.
        assert live(www) in (old, new)
        if "moment of the switch" not in str(caught.value):
            assert live(www) == old
        assert unlocked(www)
        if live(www) != new:
            part = www / "releases/.part"
            arrived = files(part) if part.exists() else {}
            lacking = {name for name in new if arrived.get(name, old.get(name)) != new[name]}
            with cutting(server.port) as line:
                sent = publish(server.target(www, line.port), site, 2 * number + 3)
                print(f"then {sent} of {len(lacking)}, {line.byte_count}")
                assert sent.files == len(lacking)
                assert line.byte_count < sum(len(new[name]) for name in lacking) + 60_000
        assert live(www) == new


CHILD = """
import sys
from pathlib import Path
from tests.deploy.small_sites import job_for
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.targets.rsync import RsyncTarget

address, root, site, minute = sys.argv[1:]
target = RsyncTarget(parse_address(address), Path(root))
target.open()
job = job_for(target, Path(site), int(minute))
with target.locked("a child"):
    print("locked", flush=True)
    target.send(job, unseen)
print("sent", flush=True)
target.close()
"""


def child(server: SshServer, www: Path, site: Path, minute: int) -> subprocess.Popen[bytes]:
    """A publish in a process of its own, that has taken the lock."""
    child = subprocess.Popen(
        [
            *(sys.executable, "-c", CHILD, server.address(www), str(server.folder / "root")),
            *(str(site), str(minute)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert child.stdout
    assert child.stdout.readline() == b"locked\n"
    return child


def test_a_publish_that_is_killed_leaves_the_old_site_and_no_lock(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random
) -> None:
    site = tmp_path / "site"
    publish(server.target(www), lay(site), 0)
    lay(site, grown(dice))
    begun = time.monotonic()
    running = child(server, www, site, 1)
    begun = time.monotonic()
    running.communicate(timeout=60)
    lasts = time.monotonic() - begun
    killed = 0
    for number in range(7):
        old, new = live(www), grown(dice)
        running = child(server, www, lay(site, new), 2 * number + 2)
        time.sleep(dice.uniform(0, lasts))
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        killed += running.returncode == -signal.SIGKILL
        assert unlocked(www)
        assert live(www) in (old, new)
        publish(server.target(www), site, 2 * number + 3)
        assert live(www) == new
    assert killed >= 4


def test_a_disk_that_is_full_leaves_the_old_site(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random
) -> None:
    www.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(www)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root may make a small disk to fill")
    try:
        site = tmp_path / "site"
        publish(server.target(www), lay(site), 0)
        large = FILES | {f"images/{n}.webp": dice.randbytes(300_000) for n in range(20)}
        target = server.target(www)
        with pytest.raises(ProjectError, match=r"the host's disk is full.*\?keep=3") as caught:
            publish(target, lay(site, large), 1)
        print(caught.value)
        assert live(www) == dict(FILES)
        # Room was made of what had arrived, or nobody could even lock it.
        assert unlocked(www)
        assert target.unfinished() is None
        small = FILES | {"images/0.webp": large["images/0.webp"]}
        publish(server.target(www), lay(site, small), 2)
        assert live(www) == small
    finally:
        subprocess.run(["umount", "-l", str(www)], check=True)


def forbid(folder: Path, forbidden: bool) -> None:
    """Nobody may write in the folders below, not even root, to whom modes say nothing."""
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        if os.geteuid():
            path.chmod(0o555 if forbidden else 0o755)
        else:
            subprocess.run(["chattr", "+i" if forbidden else "-i", str(path)], check=True)


def test_a_right_that_is_lost_half_way_leaves_the_old_site(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random
) -> None:
    site = tmp_path / "site"
    probe = tmp_path / "probe"
    probe.mkdir()
    try:
        forbid(probe, True)
        forbid(probe, False)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this disk knows no chattr, and root may write everywhere")
    publish(server.target(www), lay(site), 0)
    new = FILES | {f"images/{n:02}.webp": dice.randbytes(100_000) for n in range(30)}
    part = www / "releases/.part"
    target = server.target(www)
    job = job_for(target, lay(site, new), 1)
    taken = []

    def progress(done: int, whole: int) -> None:
        if done > whole / 4 and not taken:
            taken.append(done)
            forbid(part, True)

    try:
        with target.locked("a test"), pytest.raises(ProjectError) as caught:
            target.send(job, progress)
    finally:
        forbid(part, False)
    print(caught.value)
    assert taken
    assert "you may not write " in str(caught.value)
    assert "belong to the user that you log in as" in str(caught.value)
    assert live(www) == dict(FILES)
    assert unlocked(www)
    there = sum(path.stat().st_size == 100_000 for path in part.rglob("*.webp"))
    assert there
    assert target.unfinished()
    # What has arrived is not sent again.
    assert publish(server.target(www), site, 2).files == 30 - there
    assert live(www) == new


def test_a_folder_that_may_not_be_made_is_named_before_anything_else(
    server: SshServer, www: Path, tmp_path: Path
) -> None:
    target = server.target(www)
    try:
        forbid(www.parent, True)

        def begin() -> None:
            if os.geteuid():
                server.target(www)
            with target.locked("a test"):
                pass

        with pytest.raises(ProjectError, match="you may not write"):
            begin()
    except subprocess.CalledProcessError:
        pytest.skip("this disk knows no chattr, and root may write everywhere")
    finally:
        forbid(www.parent, False)
    assert not www.exists()


def test_what_a_stopped_publish_left_is_thrown_away_when_it_would_cost_more(
    server: SshServer, www: Path, tmp_path: Path, dice: random.Random
) -> None:
    site, large = tmp_path / "site", {"images/0.webp": dice.randbytes(200_000)}
    publish(server.target(www), lay(site, FILES | large), 0)
    part = www / "releases/.part"
    (part / "images").mkdir(parents=True)
    (part / "images/0.webp").write_bytes(b"of another site")
    (part / "images/1.webp").write_bytes(b"too")
    with cutting(server.port) as line:
        sent = publish(server.target(www, line.port), lay(site, FILES | large | {"a": b"1"}), 1)
        assert sent.files == 1
        assert line.byte_count < 50_000
    assert live(www) == FILES | large | {"a": b"1"}


# --- two at once ----------------------------------------------------------------------------------


def test_a_second_publish_is_told_who_is_at_it(
    server: SshServer, www: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    first, second = server.target(www), server.target(www)
    jobs = job_for(first, site, 0), job_for(second, site, 1)
    with first.locked("jo on\nlaptop"):
        since = time.strftime("%H:%M")
        with pytest.raises(ProjectError) as caught, second.locked("mo on desk"):
            second.send(jobs[1], unseen)
        print(caught.value)
        assert f"is being published by jo on laptop since {since[:2]}:" in str(caught.value)
        assert not (www / "current").exists()
        first.send(jobs[0], unseen)
    with second.locked("mo on desk"):
        pass
    assert unlocked(www, 0)


def test_of_many_that_begin_at_once_each_is_refused_or_publishes_alone(
    server: SshServer, www: Path, tmp_path: Path
) -> None:
    www.mkdir()
    targets = [server.target(www) for _ in range(5)]
    within, most, held, faults = 0, 0, 0, []
    counting = threading.Lock()

    def publishes(target: RsyncTarget, number: int) -> None:
        nonlocal within, most, held
        try:
            with target.locked(f"number {number}"):
                with counting:
                    within += 1
                    held += 1
                    most = max(most, within)
                time.sleep(0.3)
                with counting:
                    within -= 1
        except ProjectError as error:
            faults.append(str(error))

    threads = [
        threading.Thread(target=publishes, args=pair)
        for pair in zip(targets, range(5), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == 1
    assert held + len(faults) == 5
    assert all("is being published by number " in fault for fault in faults)


def test_a_lock_whose_holder_fell_silent_is_taken_over_and_its_holder_changes_nothing(
    server: SshServer, www: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a laptop sleeps, or a line goes dead without a word to the host."""
    monkeypatch.setattr(host_lock, "BEAT", 0.2)
    monkeypatch.setattr(host_lock, "FRESH", 2)
    monkeypatch.setattr(host_lock, "STALE", 3)
    site = lay(tmp_path / "site")
    first, second = server.target(www), server.target(www)
    jobs = job_for(first, site, 0), job_for(second, lay(tmp_path / "other", {"a": b"2"}), 1)
    with first.locked("jo on laptop"):
        first._do("prepare", jobs[0].release.id, "")
        session = first._lock and first._lock._session
        assert session
        session.send_signal(signal.SIGSTOP)
        stopped = [session.pid]
        try:
            # The shared connection is a process of its own, which stands for the line.
            asked = subprocess.run(
                [*first._ssh.command(), "-O", "check", first.address.host],
                capture_output=True,
                text=True,
                check=True,
            )
            stopped.append(int(asked.stderr.partition("pid=")[2].partition(")")[0]))
            os.kill(stopped[1], signal.SIGSTOP)
            time.sleep(host_lock.FRESH + 1.5)  # the host counts in whole seconds
            begun = time.monotonic()
            with second.locked("mo on desk"):
                assert time.monotonic() - begun < 15
                second.send(jobs[1], unseen)
                for pid in reversed(stopped):
                    os.kill(pid, signal.SIGCONT)
                stopped.clear()
                with pytest.raises(ProjectError, match=r"lock was lost|by mo on desk"):
                    first.send(jobs[0], unseen)
        finally:
            for pid in reversed(stopped):
                os.kill(pid, signal.SIGCONT)
        with pytest.raises(ProjectError, match="somebody else published meanwhile"):
            first.send(jobs[0], unseen)
    assert live(www) == {"a": b"2"}
    assert unlocked(www)


def test_a_lock_that_the_host_let_go_is_taken_again(
    server: SshServer, www: Path, tmp_path: Path
) -> None:
    """The host may notice a cut line before we do: the next request then comes without a lock."""
    target = server.target(www)
    publish(target, lay(tmp_path / "site"), 0)
    job = job_for(target, lay(tmp_path / "site", {"a": b"1"}), 1)
    with target.locked("jo on laptop"):
        shutil.rmtree(www / "publish.lock")
        target.send(job, unseen)
        assert (www / "publish.lock/who").read_text(encoding="utf-8") == "jo on laptop\n"
    assert live(www) == {"a": b"1"}
    assert unlocked(www)


def test_a_lock_that_a_host_forgot_at_a_restart_is_taken_over(
    server: SshServer, www: Path, tmp_path: Path
) -> None:
    site = lay(tmp_path / "site")
    target = server.target(www)
    publish(target, site, 0)
    ended = subprocess.Popen(["true"])
    ended.wait()
    lock = www / "publish.lock"
    lock.mkdir()
    for name, said in (("pid", str(ended.pid)), ("token", "x"), ("beat", str(int(time.time())))):
        (lock / name).write_text(said, encoding="utf-8")
    begun = time.monotonic()
    publish(target, lay(site, {"a": b"1"}), 1)
    assert time.monotonic() - begun < 5
    assert live(www) == {"a": b"1"}
    assert sorted(path.name for path in www.iterdir()) == ["current", "records", "releases"]


# --- a reader -------------------------------------------------------------------------------------

PAGES = 12


class Shown(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass


def numbered(number: int) -> dict[str, bytes]:
    """A site that says in each file which one it is, twice."""
    text = f"{number:04}\n".encode()
    names = ("index.html", "site.css", *(f"posts/{page}/index.html" for page in range(PAGES)))
    return {name: text + name.encode() * 2_000 + text for name in names}


def test_a_reader_never_sees_two_sites_in_one(server: SshServer, www: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    target = server.target(www)
    publish(target, lay(site, numbered(0)), 0)
    over = threading.Event()
    faults: list[str] = []
    requests, seen = 0, set[int]()
    sites = {number: numbered(number) for number in range(13)} | {-1: {}}

    def reads(port: int) -> None:
        nonlocal requests
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        last, page = 0, 0
        while not over.is_set():
            page = (page + 1) % PAGES
            for path in (f"/posts/{page}/", "/site.css", "/"):
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                requests += 1
                number = int(body[:4]) if body[:4].isdigit() else -1
                name = f"{path[1:]}index.html" if path.endswith("/") else path[1:]
                if answer.status != 200 or body != sites[number].get(name):
                    faults.append(f"{path}: {answer.status}, torn")
                elif number < last:
                    faults.append(f"{path}: {number} after {last}")
                last = max(last, number)
                seen.add(number)
            time.sleep(0.002)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shown) as web:
        web.RequestHandlerClass = functools.partial(Shown, directory=str(www / "current"))
        threading.Thread(target=web.serve_forever, daemon=True).start()
        reader = threading.Thread(target=reads, args=(web.server_address[1],))
        reader.start()
        try:
            for number in range(1, len(sites) - 1):
                publish(target, lay(site, sites[number]), number)
        finally:
            over.set()
            reader.join(20)
            web.shutdown()
    print(f"{requests} requests, {len(seen)} sites, {len(faults)} mixed")
    assert faults == []
    assert requests > 200
    assert len(seen) >= 10


def test_a_switch_is_one_rename(server: SshServer, www: Path, tmp_path: Path) -> None:
    """Asked for as fast as can be, the link is there at every moment, and leads to a whole site."""
    site = tmp_path / "site"
    target = server.target(www)
    for number in range(2):
        publish(target, lay(site, numbered(number)), number)
    now, older = (target.release(head.id) for head in target.releases())
    over = threading.Event()
    faults: list[str] = []
    looks = 0

    def looking() -> None:
        nonlocal looks
        while not over.is_set():
            looks += 1
            time.sleep(0.0001)
            try:
                (www / "current/index.html").stat()
            except OSError as error:
                faults.append(str(error))

    looker = threading.Thread(target=looking)
    looker.start()
    try:
        with target.locked("a test"):
            for _ in range(20):
                target.back(older, now, unseen)
                target.back(now, older, unseen)
    finally:
        over.set()
        looker.join(20)
    assert faults == []
    assert looks > 1000
    shutil.rmtree(site)
    assert set(files(www / "releases" / now.id)) == set(numbered(0))
