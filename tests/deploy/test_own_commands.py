"""Hosts with a command of their own, played by stand-ins that answer as the real commands do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.host_commands import TOKENS, Host
from tests.deploy.small_sites import FILES, job_for, lay, release_of
from tests.sites import ROOT
from tools.deploy.address import parse_address
from tools.deploy.manifest import Stamp
from tools.deploy.progress import unseen
from tools.deploy.release import noted
from tools.deploy.targets import command_line, netlify
from tools.deploy.targets.cloudflare import CloudflareTarget
from tools.deploy.targets.netlify import NetlifyTarget
from tools.deploy.targets.own_command import OwnCommandTarget
from tools.deploy.targets.target import Drift
from tools.errors import ProjectError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the stand-ins need a shebang"),
]

KINDS = {
    "netlify": ("netlify", "netlify://site-id", NetlifyTarget),
    "cloudflare": ("wrangler", "cloudflare-pages://proj", CloudflareTarget),
}
SECRET = "a-token-that-nobody-may-read"


@dataclass
class Place:
    """A host, its command, and a machine to publish from."""

    kind: str
    root: Path
    folder: Path

    @property
    def host(self) -> Host:
        return Host(self.folder)

    @property
    def command(self) -> str:
        return KINDS[self.kind][0]

    def target(self, options: str = "", root: Path | None = None) -> OwnCommandTarget:
        _, address, kind = KINDS[self.kind]
        target: OwnCommandTarget = kind(parse_address(address + options), root or self.root)
        target.open()
        return target

    def publish(self, site: Path, minute: int, options: str = "", root: Path | None = None) -> int:
        """How many files were sent, as the summary says."""
        target = self.target(options, root)
        job = job_for(target, site, minute)
        with target.locked("a test"):
            return target.send(job, unseen).files

    def plays(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    def shows(self) -> dict[str, bytes]:
        site = self.folder / "site"
        found = (path for path in site.resolve().rglob("*") if path.is_file())
        return {path.relative_to(site.resolve()).as_posix(): path.read_bytes() for path in found}

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines("calls.jsonl")]

    def writes(self) -> list[list[str]]:
        """The arguments of the calls that change something."""
        every = [call["arguments"] for call in self.calls()]
        return [one for one in every if "deploy" in one or "restoreSiteDeploy" in one]

    def arrived(self) -> list[list[str]]:
        """What each deploy brought that the host did not have."""
        return [json.loads(line) for line in self._lines("arrived.jsonl")]

    def _lines(self, name: str) -> list[str]:
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return placed(request.param, tmp_path, monkeypatch)


def placed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    commands, host, root = tmp_path / "bin", tmp_path / "host", tmp_path / "project"
    for folder in (commands, host, root):
        folder.mkdir()
    (root / "pelicanconf.py").touch()
    name = KINDS[kind][0]
    (commands / name).write_text(
        f"#!{sys.executable} -IS\nimport sys\nsys.path.insert(0, {str(ROOT / 'tests/deploy')!r})\n"
        f"import host_commands\nhost_commands.main({name!r})\n"
    )
    (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("STAND_IN_HOST", str(host))
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "acc")
    for token in TOKENS.values():
        monkeypatch.setenv(token, SECRET)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power fails here, and disks are slow
    monkeypatch.setattr(command_line, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(netlify, "COMING", (0.0,))
    return Place(kind, root, host)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return lay(tmp_path / "site")


# --- publishing -----------------------------------------------------------------------------------


def test_the_first_publish_shows_the_whole_site(place: Place, site: Path) -> None:
    before = place.target()
    assert (before.current(), before.releases(), before.unfinished()) == (None, (), None)
    assert place.publish(site, 0) == len(FILES)
    assert place.shows() == dict(FILES)
    target = place.target()
    (head,) = target.releases()
    assert target.current() == head.id == release_of(site).id
    assert target.drift(target.release(head.id)) == Drift()
    assert target.unfinished() is None


def test_the_command_is_called_as_its_manual_says(place: Place, site: Path) -> None:
    place.publish(site, 0)
    ((*arguments,),) = place.writes()
    kept = str(place.target().kept.site(release_of(site).id).resolve())
    identity = release_of(site).id
    if place.kind == "netlify":
        assert arguments == [
            *("deploy", "--prod", "--no-build", "--dir", kept, "--site", "site-id"),
            *("--message", f"release {identity}", "--json"),
        ]
    else:
        commit = arguments[arguments.index("--commit-hash") + 1]
        assert arguments == [
            *("pages", "deploy", kept, "--project-name", "proj", "--branch", "main"),
            *("--commit-dirty=true", "--commit-hash", commit),
            *("--commit-message", f"release {identity}"),
        ]
        assert len(bytes.fromhex(commit)) == 20


def test_no_call_has_a_token_among_its_arguments_or_leaves_a_folder_in_the_project(
    place: Place, site: Path
) -> None:
    place.publish(site, 0)
    for call in place.calls():
        assert SECRET not in json.dumps(call["arguments"])
        assert TOKENS[place.command] in call["environment"]
        assert not Path(call["cwd"]).exists()
    assert {path.name for path in place.root.iterdir()} == {".cache", "pelicanconf.py"}


def test_the_next_one_sends_what_differs_and_links_the_rest(place: Place, site: Path) -> None:
    place.publish(site, 0)
    lay(site, {**FILES, "posts/one/index.html": b"<p>other"})
    assert place.publish(site, 1) == 1
    assert place.arrived()[1] == ["posts/one/index.html"]
    assert place.shows() == {**FILES, "posts/one/index.html": b"<p>other"}
    kept = place.target().kept
    older, newer = (kept.site(one) for one in sorted(kept.ids()))
    assert (older / "index.html").samefile(newer / "index.html")
    assert not (older / "posts/one/index.html").samefile(newer / "posts/one/index.html")


def test_a_file_that_went_is_gone_at_the_host(place: Place, site: Path) -> None:
    place.publish(site, 0)
    left = {name: text for name, text in FILES.items() if "posts/two" not in name}
    place.publish(lay(site, left), 1)
    assert place.shows() == left


def test_when_nothing_changed_nothing_travels(place: Place, site: Path) -> None:
    place.publish(site, 0)
    target = place.target()
    job = job_for(target, site, 1)
    assert not job.changes
    assert not job.drift
    with target.locked("a test"):
        sent = target.send(job, unseen)
    assert (sent.byte_count, sent.files) == (0, 0)
    assert place.arrived()[1] == []


def test_questions_call_nothing_that_writes(place: Place, site: Path) -> None:
    place.publish(site, 0)
    publishing = len(place.writes())
    before = sorted(path for path in place.root.rglob("*"))
    target = place.target()
    job_for(target, lay(site, {**FILES, "index.html": b"2"}), 1)
    target.releases()
    target.unfinished()
    target.close()
    assert len(place.writes()) == publishing == 1
    assert sorted(path for path in place.root.rglob("*")) == before


def test_a_first_look_leaves_nothing_in_the_project(place: Place, site: Path) -> None:
    target = place.target()
    job_for(target, site)
    target.unfinished()
    assert {path.name for path in place.root.iterdir()} == {"pelicanconf.py"}
    assert place.writes() == []


def test_what_was_done_since_is_kept_in_the_record(place: Place, site: Path) -> None:
    place.publish(site, 0)
    target = place.target()
    (head,) = target.releases()
    target.note(noted(head, seen="2026-11-25T08:01:00+00:00"))
    (again,) = place.target().releases()
    assert again.seen
    assert len(place.target().release(head.id).manifest) == len(FILES)


# --- back -----------------------------------------------------------------------------------------


def back(place: Place, identity: str) -> None:
    target = place.target()
    now = target.release(target.current() or "")
    with target.locked("a test"):
        target.back(target.release(identity), now, unseen)


def test_back_shows_the_old_site_and_is_told_as_that(place: Place, site: Path) -> None:
    place.publish(site, 0)
    place.publish(lay(site, {"index.html": b"2"}), 1)
    newer, older = (head.id for head in place.target().releases())
    back(place, older)
    assert place.shows() == dict(FILES)
    target = place.target()
    assert target.current() == older
    assert target.drift(target.release(older)) == Drift()
    assert target.unfinished() is None
    back(place, newer)
    assert place.shows() == {"index.html": b"2"}
    assert len(place.target().releases()) == 2
    restored = sum("restoreSiteDeploy" in call for call in place.writes())
    assert restored == (2 if place.kind == "netlify" else 0)
    assert all(one == [] for one in place.arrived()[2:])


def test_a_deploy_that_the_host_threw_away_is_sent_again_from_what_is_kept(
    place: Place, site: Path
) -> None:
    place.publish(site, 0)
    place.publish(lay(site, {"index.html": b"2"}), 1)
    state = place.host.state
    state["deploys"] = state["deploys"][1:]
    place.host.save(state)
    older = place.target().releases()[1].id
    back(place, older)
    assert place.shows() == dict(FILES)
    assert place.target().current() == older


def test_one_does_not_go_back_to_files_that_somebody_changed(place: Place, site: Path) -> None:
    place.publish(site, 0)
    place.publish(lay(site, {"index.html": b"2"}), 1)
    older = place.target().releases()[1].id
    (place.target().kept.site(older) / "404.html").write_bytes(b"x")
    state = place.host.state
    state["deploys"] = state["deploys"][1:]
    place.host.save(state)
    with pytest.raises(ProjectError, match=r"not as they were \(404\.html\); choose another"):
        back(place, older)
    assert place.shows() == {"index.html": b"2"}


def test_so_many_releases_are_kept_as_the_address_says(place: Place, site: Path) -> None:
    for minute in range(4):
        place.publish(lay(site, {**FILES, "index.html": b"%d" % minute}), minute, "?keep=2")
    target = place.target("?keep=2")
    heads = target.releases()
    assert len(heads) == 2
    folder = target.kept.folder
    ids = sorted(head.id for head in heads)
    assert sorted(one.name for one in (folder / "sites").iterdir()) == ids
    assert [release for release, _ in target.kept.pairs()] == ids
    assert len(list((folder / "records/parts").iterdir())) <= 4
    assert [len(target.release(head.id).manifest) for head in heads] == [len(FILES)] * 2


def test_the_one_that_is_live_stays_however_many_are_kept(place: Place, site: Path) -> None:
    for minute in range(3):
        place.publish(lay(site, {"index.html": b"%d" % minute}), minute, "?keep=3")
    oldest = place.target("?keep=3").releases()[-1].id
    target = place.target("?keep=1")
    now = target.release(target.current() or "")
    with target.locked("a test"):
        target.back(target.release(oldest), now, unseen)
    assert place.target("?keep=1").current() == oldest
    assert place.shows() == {"index.html": b"0"}


# --- others ---------------------------------------------------------------------------------------


def test_on_another_machine_it_is_the_first_and_what_cannot_be_known_is_said(
    place: Place, site: Path, tmp_path: Path
) -> None:
    place.publish(site, 0)
    other = tmp_path / "other"
    other.mkdir()
    target = place.target(root=other)
    assert (target.current(), target.releases()) == (None, ())
    assert "d1" in (target.unfinished() or "")
    assert "counts as the first publish" in (target.unfinished() or "")
    assert place.publish(lay(site, {"index.html": b"2"}), 1, root=other) == 1
    assert place.shows() == {"index.html": b"2"}
    # And the first machine sees that it was somebody else.
    target = place.target()
    last = release_of(lay(site), 0).id
    assert target.current() == last
    assert target.drift(target.release(last)) == Drift(changed=tuple(sorted(FILES)))
    assert "every file counts as changed" in (target.unfinished() or "")
    assert place.publish(site, 2) == len(FILES)
    assert place.shows() == dict(FILES)
    assert place.target().unfinished() is None
    assert place.target().drift(place.target().release(place.target().current() or "")) == Drift()


def test_who_published_between_the_plan_and_the_lock_is_noticed(
    place: Place, site: Path, tmp_path: Path
) -> None:
    place.publish(site, 0)
    target = place.target()
    job_for(target, site, 1)
    other = tmp_path / "other"
    other.mkdir()
    place.publish(lay(site, {"index.html": b"theirs"}), 1, root=other)
    with (
        pytest.raises(ProjectError, match=r"somebody else published in the meantime \(deploy d2\)"),
        target.locked("a test"),
    ):
        pytest.fail("it went on")
    assert place.shows() == {"index.html": b"theirs"}


def test_of_two_at_once_one_is_told_who_is_at_it(place: Place, site: Path) -> None:
    place.publish(site, 0)
    first, second = place.target(), place.target()
    with (
        first.locked("jo"),
        pytest.raises(ProjectError, match=r"is being written by .*process \d+"),
        second.locked("al"),
    ):
        pytest.fail("two had the lock")
    with second.locked("al"):
        pass


# --- stopped on the way ---------------------------------------------------------------------------


def test_a_command_killed_half_way_leaves_the_old_site_and_is_completed(
    place: Place, site: Path
) -> None:
    place.publish(site, 0)
    new = {name: text + b"2" for name, text in FILES.items()}
    place.plays("killed:1")
    with pytest.raises(ProjectError, match=r"was killed \(signal 9\).*publish\.status tells"):
        place.publish(lay(site, new), 1)
    assert place.shows() == dict(FILES)
    target = place.target()
    assert target.current() == release_of(lay(site), 0).id
    assert len(target.releases()) == 1
    assert "stopped on the way" in (target.unfinished() or "")
    place.publish(lay(site, new), 2)
    assert place.shows() == new
    # What had arrived was not sent again, and nothing of the attempt stays.
    assert 0 < len(place.arrived()[-1]) < len(FILES)
    assert place.target().unfinished() is None
    assert len(place.target().releases()) == len(place.target().kept.ids()) == 2


SEND = """
import sys
from pathlib import Path
from tests.deploy.small_sites import job_for
from tests.deploy.test_own_commands import Place
place = Place(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
place.publish(Path(sys.argv[4]), 1)
"""


def test_killed_while_the_command_goes_on_the_release_is_known_by_its_mark(
    place: Place, site: Path
) -> None:
    place.publish(site, 0)
    lay(site, {"index.html": b"2"})
    place.plays("slow:1")
    process = subprocess.Popen(
        [sys.executable, "-c", SEND, place.kind, str(place.root), str(place.folder), str(site)],
        cwd=ROOT,
    )
    until = time.monotonic() + 20
    while not (place.folder / "slow").exists():
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    while place.host.state["live"] == "d1":
        assert time.monotonic() < until
        time.sleep(0.02)
    target = place.target()
    assert target.current() == release_of(site, 1).id
    assert len(target.releases()) == 2
    assert target.unfinished() is None
    assert target.drift(target.release(target.current() or "")) == Drift()
    # Noted with the next one, so that one can go back to it.
    place.publish(lay(site), 2)
    assert [deploy for _, deploy in place.target().kept.pairs()] == ["d1", "d2", "d3"]


def test_a_command_that_hangs_is_stopped(
    place: Place, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "SENDING", 0.3)
    place.plays("hang:1")
    began = time.monotonic()
    with pytest.raises(ProjectError, match=r"did not end within 0\.3 s, and was stopped"):
        place.publish(site, 0)
    assert time.monotonic() - began < 5
    assert place.target().current() is None


def test_a_line_that_fails_for_a_moment_is_tried_again(place: Place, site: Path) -> None:
    place.plays("network:2")
    assert place.publish(site, 0) == len(FILES)
    assert len(place.writes()) == 3
    assert place.shows() == dict(FILES)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("login", r"does not know who you are: \w+_TOKEN is not set"),
        ("refused", "does not know who you are"),
        ("permission", "may not publish this site|does not let this token publish here"),
        ("often", "Wait, and publish again"),
        ("network", "cannot be reached"),
        ("old", "is too old; bring it up to date"),
        ("odd", "does not understand: Welcome to the new beta! / Nothing else to say"),
    ],
)
def test_what_the_command_complains_of_is_said_with_what_to_do(
    place: Place, mode: str, said: str
) -> None:
    place.plays(mode)
    with pytest.raises(ProjectError, match=said) as raised:
        place.target()
    assert SECRET not in str(raised.value)
    assert str(raised.value).startswith(KINDS[place.kind][1])
    assert "Logs were written" not in str(raised.value)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("quota", "plan.*What is live is as it was"),
        ("permission", "publish.*What is live is as it was"),
        ("disk", "disk of this machine is full.*What is live is as it was"),
        ("odd", "does not understand.*the old site or the new one, whole"),
    ],
)
def test_what_goes_wrong_while_it_is_sent_says_what_is_live(
    place: Place, site: Path, mode: str, said: str
) -> None:
    place.publish(site, 0)
    place.plays(f"{mode}:1")
    with pytest.raises(ProjectError, match=said):
        place.publish(lay(site, {"index.html": b"2"}), 1)
    assert place.shows() == dict(FILES)
    assert len(place.target().releases()) == 1


def test_a_token_that_the_command_prints_is_not_shown(place: Place) -> None:
    place.plays("leak")
    with pytest.raises(ProjectError, match="Bearer …") as raised:
        place.target()
    assert SECRET not in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_without_the_command_it_is_said_how_to_get_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProjectError, match=f'"{place.command}" is not on the PATH. Install it'):
        place.target()


def test_a_command_that_cannot_be_started_is_to_be_installed_again(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "bin" / place.command).write_text("#!/nowhere/node\n")
    with pytest.raises(ProjectError, match=r"cannot be started \(No such file.*Install it again"):
        place.target()


def test_records_that_cannot_be_read_are_named(place: Place, site: Path) -> None:
    place.publish(site, 0)
    (place.target().kept.folder / "deploys.json").write_text("{")
    with pytest.raises(ProjectError, match=r"deploys\.json cannot be understood"):
        place.target().current()


# --- Netlify --------------------------------------------------------------------------------------


def test_a_site_of_netlify_is_named_by_its_name_too_and_sent_to_by_its_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    placed("netlify", tmp_path, monkeypatch)
    target = NetlifyTarget(parse_address("netlify://mine"), tmp_path / "project")
    target.open()
    with target.locked("a test"):
        target.send(job_for(target, site), unseen)  # the stand-in refuses any other id
    assert target.current() == release_of(site).id


@pytest.mark.parametrize("address", ["netlify://other", "cloudflare-pages://other"])
def test_an_unknown_site_is_told_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    kind = "netlify" if address.startswith("netlify") else "cloudflare"
    place = placed(kind, tmp_path, monkeypatch)
    target = KINDS[kind][2](parse_address(address), place.root)
    with pytest.raises(ProjectError, match=r"has no such (?:site|project)"):
        target.open()
    assert place.writes() == []


def test_locked_deploys_at_netlify_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    place = placed("netlify", tmp_path, monkeypatch)
    place.plays("locked:1")
    with pytest.raises(ProjectError, match=r"are locked at Netlify\. Unlock them"):
        place.publish(site, 0)


@pytest.mark.parametrize(
    ("name", "said"), [("a#b.html", "with # or"), (".secret/x", "sends nothing named .secret")]
)
def test_what_netlify_would_leave_out_is_told_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    place = placed("netlify", tmp_path, monkeypatch)
    site = lay(tmp_path / "site", {"index.html": b"1", ".well-known/x": b"1", name: b"1"})
    with pytest.raises(ProjectError, match=said):
        place.publish(site, 0)
    assert place.writes() == []


# --- Cloudflare -----------------------------------------------------------------------------------


def cloudflare(place: Place, path: str) -> CloudflareTarget:
    target = CloudflareTarget(parse_address(f"cloudflare-pages://proj{path}"), place.root)
    target.open()
    return target


def sent_to(target: OwnCommandTarget, site: Path, minute: int) -> None:
    with target.locked("a test"):
        target.send(job_for(target, site, minute), unseen)


def test_another_production_branch_is_told_once_and_then_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    place = placed("cloudflare", tmp_path, monkeypatch)
    state = place.host.state
    place.host.save({**state, "production": "live"})
    with pytest.raises(ProjectError, match="Write cloudflare-pages://proj/live and publish again"):
        place.publish(site, 0)
    assert not (place.folder / "site").exists()
    sent_to(cloudflare(place, "/live"), site, 1)
    assert place.shows() == dict(FILES)
    place.publish(lay(site, {"index.html": b"2"}), 2)
    assert place.shows() == {"index.html": b"2"}


def test_a_preview_branch_is_a_place_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    place = placed("cloudflare", tmp_path, monkeypatch)
    place.publish(site, 0)
    preview = cloudflare(place, "/next")
    assert preview.current() is None
    sent_to(preview, lay(site, {"index.html": b"next"}), 1)
    assert place.shows() == dict(FILES)
    assert cloudflare(place, "/next").current() == release_of(site, 1).id
    assert place.target().current() == release_of(lay(site), 0).id
    assert place.target().unfinished() is None


def test_a_deploy_of_cloudflare_that_failed_is_not_what_is_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    place = placed("cloudflare", tmp_path, monkeypatch)
    place.publish(site, 0)
    state = place.host.state
    for status in ("Failure", "Active"):
        state["deploys"].append(
            {**state["deploys"][0], "id": status, "status": status, "called": "f" * 40}
        )
    place.host.save(state)
    assert place.target().current() == release_of(site).id
    assert place.target().unfinished() is None


def test_an_older_wrangler_that_writes_no_record_is_asked_for_its_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
) -> None:
    place = placed("cloudflare", tmp_path, monkeypatch)
    place.plays("silent:1")
    place.publish(site, 0)
    assert place.target().kept.pairs() == [(release_of(site).id, "d1")]


def test_the_limits_of_cloudflare_are_told_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = placed("cloudflare", tmp_path, monkeypatch)
    target = place.target()
    with pytest.raises(ProjectError, match=r"talk\.mp4 has 26\.0 MiB.* no file beyond 25 MiB"):
        target.check({"talk.mp4": Stamp(26 * 1024 * 1024, "0")})
    many = {f"{number}.html": Stamp(1, "0") for number in range(100_001)}
    with pytest.raises(ProjectError, match=r"has 100,001 files; Cloudflare takes 20,000 on the"):
        target.check(many)
    with pytest.raises(ProjectError, match=r"functions/x\.html: wrangler keeps that name"):
        target.check({"functions/x.html": Stamp(1, "0")})
    site = lay(tmp_path / "site", {"index.html": b"1", "_worker.js": b"1"})
    with pytest.raises(ProjectError, match=r"_worker\.js: wrangler keeps"):
        place.publish(site, 0)
    assert place.writes() == []
