"""A task reads its arguments, calls one function and prints what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

import tasks
from tests.sites import ROOT, Site
from tools.commands import workshop
from tools.commands.workshop import run_module
from tools.program import overview

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A task as the launcher starts it for somebody who is in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", *arguments],
        cwd=ROOT,
        env={**os.environ, "LAUNCHED_FROM": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_alone_it_names_every_command_once_by_what_one_wants_to_do() -> None:
    shown = [line.split()[0] for line in overview(tasks.namespace).splitlines() if line[:2] == "  "]
    named = {name.removesuffix(".site").replace("_", "-") for name in tasks.namespace.task_names}
    assert sorted(shown) == sorted(named)


def test_every_task_says_in_one_line_what_it_does() -> None:
    for name in tasks.namespace.task_names:
        told = tasks.namespace[name].__doc__ or ""
        assert told.strip().endswith("."), name
        assert "\n" not in told.strip(), name


def test_every_option_of_every_task_is_explained() -> None:
    for name in tasks.namespace.task_names:
        for argument in tasks.namespace[name].get_arguments():
            assert argument.help, f"{name} --{argument.name}"


def test_the_tasks_are_those_that_the_work_needs() -> None:
    assert set(tasks.namespace.task_names) >= {
        *("build", "check", "clean", "lint", "new.post", "pins", "serve", "test", "types", "why"),
        *("new.meetup", "meetups.record"),
    }


def test_a_path_is_read_from_the_folder_that_the_command_was_typed_in(site: Site) -> None:
    site.five_files()
    built = run(site.folder, "build", "--content", "content", "--output", "out/here")
    assert built.returncode == 0, built.stderr
    assert (site.folder / "out/here/posts/one/index.html").exists()
    assert built.stdout.startswith("Built 3 posts, 1 page and 2 comments in 1 thread in ")


def test_a_fault_is_told_without_a_traceback_and_with_exit_status_1(site: Site) -> None:
    site.post("a", date="never")
    for command in (["build", "--output", "out"], ["check"]):
        refused = run(site.folder, *command, "--content", "content")
        assert refused.returncode == 1
        assert 'posts/a.md:2: Date: "never" is not a date; write it as' in refused.stderr
        assert "Traceback" not in refused.stderr
        assert refused.stdout == ""


def test_build_takes_a_moment_and_tells_what_to_look_at(site: Site) -> None:
    site.post("a", date="2026-10-04 02:30")
    arguments = ("build", "--content", "content", "--output", "out", "--at")
    assert "Built 0 posts" in run(site.folder, *arguments, "2026-10-04 01:00").stdout
    later = run(site.folder, *arguments, "2026-10-05").stdout.splitlines()
    assert later[0].startswith("Look at ")
    assert "does not exist in Australia/Sydney" in later[0]
    assert later[1].startswith("Built 1 post,")


def test_a_production_build_says_the_live_address(site: Site) -> None:
    site.five_files()
    run(site.folder, "build", "--production", "--content", "content", "--output", "out")
    live = (site.folder / "out/robots.txt").read_text(encoding="utf-8")
    assert "https://activatelearning.example/sitemap.xml" in live


def test_a_new_post_is_begun_where_it_was_asked_for(site: Site) -> None:
    made = run(site.folder, "new.post", "A cup of tea", "--content", "content", "--topics", "Tea")
    assert made.returncode == 0, made.stderr
    assert (site.content / "posts/a-cup-of-tea.md").exists()
    again = run(site.folder, "new.post", "A cup of tea", "--content", "content")
    assert again.returncode == 1
    assert "choose another title" in again.stderr


def test_a_new_meetup_is_begun_announced_and_recorded_from_the_keyboard(site: Site) -> None:
    begun = ("new.meetup", "Tea", "2027-02-10 18:00", "--content", "content")
    made = run(site.folder, *begun)
    assert made.returncode == 0, made.stderr
    path = site.content / "meetups/tea-2027-02.md"
    head = path.read_text(encoding="utf-8").replace("Status: draft\n", "")
    path.write_text(head.replace("Venue: \n", "Online: https://talk.example/\n"), encoding="utf-8")
    recorded = run(site.folder, "meetups.record", "--content", "content")
    assert recorded.stdout == "tea-2027-02: recorded\nCommit content/meetups/ledger.json.\n"
    refused = run(site.folder, *begun)
    assert refused.returncode == 1
    assert "choose another title" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_build_tells_when_it_is_to_be_done_again(site: Site) -> None:
    site.meetup("a")
    arguments = ("build", "--content", "content", "--output", "out", "--at", "2026-11-20")
    told = run(site.folder, *arguments).stdout.splitlines()
    assert told[1].startswith("Built 0 posts, 0 pages, 1 meetup and 0 comments in 0 threads")
    assert told[2] == "To be built again on 2 December 2026, 6 pm: meetups/a starts"


def test_check_tells_that_there_is_nothing_to_mend(site: Site) -> None:
    site.five_files()
    assert run(site.folder, "check", "--content", "content").stdout.startswith("Nothing to mend: ")


def test_no_test_is_left_out_where_every_test_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Exit) as told:
        workshop.test(Context(), no_browser=True)
    assert told.value.code == 2


def test_a_command_that_fails_ends_the_task_with_its_status() -> None:
    with pytest.raises(Exit) as told:
        run_module("this.is.no.module")
    assert told.value.code == 1


def test_what_one_goes_back_to_may_be_named_or_left_out(site: Site) -> None:
    to = f"file://{site.folder}/www"
    nothing = run(site.folder, "publish.rollback", "--to", to)
    assert nothing.returncode == 1
    assert "nothing was published there yet" in nothing.stderr
    for arguments in (["publish.rollback", "2026"], ["publish.diff", "2026", "live"]):
        named = run(site.folder, *arguments, "--to", to)
        assert named.returncode == 1
        assert "No idea what" not in named.stderr
    assert "No idea what 'b' is" in run(site.folder, "publish.diff", "live", "a", "b").stderr
    assert not (site.folder / "www").exists()
