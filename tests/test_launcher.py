"""`./invoke` as a real process, in a folder of its own with a small stand-in for Invoke.

The stand-in is a wheel made here, which prints what it was given; pip finds it in a folder, so no
test needs the network. Making a .venv takes some seconds, so tests that only read share one.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LAUNCHER = Path(__file__).parent.parent / "invoke"
MAKING = "Making .venv (once; about half a minute) …"
STAND_IN = """\
import os, sys
print("arguments", sys.argv[1:])
print("folder", os.getcwd())
print("from", os.environ["LAUNCHED_FROM"])
print("version", {version!r})
if sys.argv[1:2] == ["fail"]:
    sys.exit(int(sys.argv[2]))
if sys.argv[1:2] == ["sleep"]:
    import time
    try:
        print("asleep", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("woken")
        sys.exit(7)
"""


@dataclass(frozen=True)
class Project:
    """A folder with the launcher, its requirements, and the wheels that they name."""

    folder: Path
    wheels: Path

    def pin(self, name: str, version: str, file: str, digest: str = "") -> None:
        """Put a wheel on the shelf, and one line with its hash (or `digest`) into `file`."""
        wheel = self.wheels / f"{name}-{version}-py3-none-any.whl"
        about = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}/__init__.py", "")
            archive.writestr(f"{name}/__main__.py", STAND_IN.format(version=version))
            archive.writestr(
                f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            )
            archive.writestr(
                f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{about}/RECORD", "")
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.folder / file).write_text(f"{name}=={version} --hash=sha256:{digest}\n")

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PIP_", "LAUNCHED_FROM", "VIRTUAL_ENV"))
        }
        return kept | {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONUTF8": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        return [getattr(sys, "_base_executable", sys.executable), "invoke", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it without waiting, as the head of a group that can be stopped as a whole."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(
        self, *arguments: str, cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        command = self.command(*arguments)
        command[1] = str(self.folder / "invoke")
        return subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.environment | more,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def state(self) -> tuple[int, int]:
        """When the stamp and the log were last written: the same again means: nothing was done."""
        venv = self.folder / ".venv"
        return (venv / "stamp").stat().st_mtime_ns, (venv / "install.log").stat().st_mtime_ns


def new_project(folder: Path) -> Project:
    project = Project(folder / "a site", folder / "wheels")  # with a space, as people have them
    project.folder.mkdir()
    project.wheels.mkdir()
    shutil.copy(LAUNCHER, project.folder / "invoke")
    # What the launcher starts, which here hands on to the stand-in for Invoke.
    (project.folder / "tools").mkdir()
    (project.folder / "tools" / "program.py").write_text(
        'import runpy\nrunpy.run_module("invoke", run_name="__main__")\n'
    )
    project.pin("invoke", "3.0.0", "requirements.txt")
    project.pin("sending", "1.0.0", "requirements-publish.txt")
    project.pin("checks", "1.0.0", "requirements-dev.txt")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose .venv is made; for tests that leave it as it is."""
    project = new_project(tmp_path_factory.mktemp("ready"))
    first = project.run("--version")
    assert first.returncode == 0, first.stderr
    return project


def test_the_first_start_makes_the_environment_and_says_so(project: Project) -> None:
    first = project.run("build", "--draft", "two words")

    assert first.stderr == f"{MAKING}\n"
    assert "arguments ['build', '--draft', 'two words']" in first.stdout
    assert first.returncode == 0


def test_a_second_start_is_silent_and_installs_nothing(ready: Project) -> None:
    before = ready.state()

    second = ready.run("build")

    assert second.stderr == ""
    assert ready.state() == before


def test_without_arguments_it_starts_the_commands_without_any(ready: Project) -> None:
    assert "arguments []" in ready.run().stdout


def test_the_exit_status_of_the_task_is_its_own(ready: Project) -> None:
    assert ready.run("fail", "3").returncode == 3


def test_it_runs_in_the_projects_folder_wherever_one_stands(ready: Project, tmp_path: Path) -> None:
    done = ready.run("build", cwd=tmp_path)

    assert f"folder {ready.folder.resolve()}" in done.stdout
    assert f"from {tmp_path.resolve()}" in done.stdout


def test_words_that_only_look_like_checks_do_not_fetch_the_tools_for_checks(ready: Project) -> None:
    before = ready.state()

    done = ready.run("new", "a test of patience", "--slug=test", "my-test")

    assert done.stderr == ""
    assert ready.state() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_ctrl_c_reaches_the_task_and_nothing_else_is_said(ready: Project) -> None:
    process = ready.start("sleep")
    assert process.stdout is not None
    while process.stdout.readline() != "asleep\n":
        pass

    process.send_signal(signal.SIGINT)

    out, said = process.communicate(timeout=20)
    assert (out, said, process.returncode) == ("woken\n", "", 7)


def test_the_tools_for_checks_are_added_when_a_check_is_named(project: Project) -> None:
    project.run("build")

    added = project.run("test")
    again = project.run("lint", "types")

    assert added.stderr.startswith(
        "Adding the packages for publishing and asking for links, and for tests and checks to .venv"
    )
    assert "Successfully installed checks" in (project.folder / ".venv/install.log").read_text()
    assert again.stderr == ""


def test_what_publishing_needs_is_fetched_when_it_is_first_used_and_kept(project: Project) -> None:
    project.run("build")
    before = (project.folder / ".venv/install.log").read_text()

    added = project.run("publish.status")
    again = project.run("build")
    links = project.run("resources.check")
    project.pin("invoke", "3.0.1", "requirements.txt")
    renewed = project.run("build")

    assert added.stderr.startswith(
        "Adding the packages for publishing and asking for links to .venv"
    )
    assert "sending" not in before
    assert (again.stderr, links.stderr) == ("", "")
    assert renewed.stderr.startswith("Making .venv anew")
    assert project.run("publish").stderr == ""


def test_when_the_tools_for_checks_cannot_be_had_the_site_can_still_be_built(
    project: Project,
) -> None:
    project.run("build")
    project.pin("checks", "1.0.0", "requirements-dev.txt", digest="0" * 64)

    failed = project.run("test")
    build = project.run("build")

    assert failed.returncode == 1
    assert (build.stderr, build.returncode) == ("", 0)


def test_a_changed_requirements_file_makes_it_anew(project: Project) -> None:
    project.run("build")
    project.pin("invoke", "3.0.1", "requirements.txt")

    done = project.run("build")

    assert "Making .venv anew, as requirements.txt has changed" in done.stderr
    assert "version 3.0.1" in done.stdout


def test_a_package_that_differs_from_its_hash_is_refused_in_a_sentence(project: Project) -> None:
    project.pin("invoke", "3.0.0", "requirements.txt", digest="0" * 64)

    refused = project.run("build")

    assert refused.returncode == 1
    assert "its hash differs, and nothing was installed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (project.folder / ".venv/stamp").exists()


def test_a_network_that_is_down_is_told_in_a_sentence(project: Project) -> None:
    nowhere = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}

    refused = project.run("build", PIP_INDEX_URL="http://127.0.0.1:9/", **nowhere)

    assert refused.returncode == 1
    assert "Look at the network connection, then run the same command again." in refused.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot end a whole group of processes")
def test_an_install_that_was_killed_is_done_again(project: Project) -> None:
    process = project.start("build")
    while not (project.folder / ".venv/pyvenv.cfg").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    done = project.run("build")

    assert "Making .venv anew, as an earlier install was not finished" in done.stderr
    assert done.returncode == 0


def test_an_environment_whose_python_is_gone_is_made_anew(project: Project) -> None:
    project.run("build")
    shutil.rmtree(project.folder / ".venv" / ("Scripts" if os.name == "nt" else "bin"))

    done = project.run("build")

    assert "Making .venv anew, as its Python is gone" in done.stderr
    assert done.returncode == 0


def test_a_folder_that_was_moved_gets_an_environment_of_its_own(project: Project) -> None:
    project.run("build")
    moved = Project(project.folder.rename(project.folder.with_name("moved")), project.wheels)

    done = moved.run("build")

    assert "the folder was moved or copied" in done.stderr
    assert done.returncode == 0


def test_two_starts_at_once_make_one_environment(project: Project) -> None:
    both = [project.start("build"), project.start("build")]

    said = [process.communicate(timeout=120)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert "".join(said).count(MAKING) == 1


def test_started_by_the_environments_own_python_it_can_still_renew_it(project: Project) -> None:
    project.run("build")
    inside = project.folder / ".venv" / ("Scripts/python" if os.name == "nt" else "bin/python")
    project.pin("invoke", "3.0.1", "requirements.txt")

    done = subprocess.run(
        [inside, "invoke", "build"],
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "version 3.0.1" in done.stdout
    assert done.returncode == 0


def test_a_python_that_is_too_old_is_told_so_in_a_sentence() -> None:
    as_if_old = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"runpy.run_path({str(LAUNCHER)!r}, run_name='__main__')"
    )

    refused = subprocess.run(
        [sys.executable, "-c", as_if_old], capture_output=True, text=True, check=False
    )

    assert refused.stderr.startswith("Python 3.11 or newer is needed, this is 3.9.")
    assert "Traceback" not in refused.stderr
    assert refused.returncode == 1


def test_an_old_python_can_read_the_launcher() -> None:
    ast.parse(LAUNCHER.read_text(encoding="utf-8"), feature_version=(3, 8))
