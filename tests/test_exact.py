"""Whatever has happened before it, a build writes what a first one would write, to the byte.

A copy of the project is changed at random, a step at a time, each change showing on other pages than its own;
after each, a build that remembers is compared with one that does not (`--fresh`). EXACT_STEPS says how many
steps, EXACT_SEED which.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AT_NIGHT
from tests.sites import ROOT, SITE_FOLDER, comment, thread_text

pytestmark = pytest.mark.slow

STEPS = int(os.environ.get("EXACT_STEPS") or (120 if AT_NIGHT else 8))
SIZES = {"ARCHIVE": 7, "TOPIC": 3, "TALK": 10, "RESOURCES": 12, "TIPS": 3, "MEETUPS": 4, "HOME": 4}
WORDS = [
    "river",
    "paper",
    "quiet",
    "answer",
    "table",
    "later",
    "garden",
    "lantern",
    "notebook",
    "morning",
]
TOPICS = ("Social learning", "Working out loud", "Communities", "Reading", "Sydney")


@dataclass
class Project:
    """A copy of this project with more content, and what was done to it."""

    folder: Path
    dice: random.Random
    at: str = "2026-11-20 12:00"
    drafts: bool = False
    told: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def content(self) -> Path:
        return self.folder / "content"

    def command(self, output: str, *options: str) -> list[str]:
        typed = ["--at", self.at, "--output", str(self.folder / output)]
        more = ["--drafts"] if self.drafts else []
        return [sys.executable, "-m", "tools.program", "build", *typed, *more, *options]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "SITE_FOLDER": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}

    def build(self, output: str = "output", *options: str) -> tuple[int, str]:
        """How it ended, and the faults that it told."""
        done = subprocess.run(
            self.command(output, *options),
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stderr

    def files(self, output: str) -> dict[str, bytes]:
        top = self.folder / output
        return {
            path.relative_to(top).as_posix(): path.read_bytes()
            for path in top.rglob("*")
            if path.is_file()
        }

    def some(self, pattern: str) -> Path:
        return self.dice.choice(sorted(self.content.glob(pattern)))

    def words(self, least: int = 3) -> str:
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(least, least + 5)))

    def number(self) -> int:
        self.count += 1
        return self.count


@pytest.fixture
def project(tmp_path: Path) -> Project:
    seed = int(os.environ.get("EXACT_SEED") or (secrets.randbelow(10**6) if AT_NIGHT else 11))
    print(f"EXACT_SEED={seed}")
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("plugins", "tools", "theme"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deploy")
        )
    shutil.copytree(ROOT / "tools/deploy", folder / "tools/deploy")
    shutil.copy(ROOT / "tasks.py", folder)
    shutil.copytree(SITE_FOLDER / "content", folder / "content")
    shutil.copy(SITE_FOLDER / "publishconf.py", folder)
    settings = (SITE_FOLDER / "pelicanconf.py").read_text(encoding="utf-8")
    settings = settings.replace('"../../theme"', '"theme"')
    sizes = "".join(f"{name}_SIZE = {size}\n" for name, size in SIZES.items())
    (folder / "pelicanconf.py").write_text(f"{settings}\n{sizes}", encoding="utf-8")
    made = Project(folder, random.Random(seed))
    for _ in range(12):
        add_post(made)
    long = [comment(f"c{n}", f"c{n - 1}" if n % 3 else None, name=f"N {n % 9}") for n in range(200)]
    for n, one in enumerate(long):
        one["author"]["key"] = f"{n % 9:016x}"
    text = {"version": 1, "entry": "posts/new-1", "state": "open", "comments": long}
    (made.content / "comments/posts/new-1.json").write_text(thread_text(text), encoding="utf-8")
    return made


# --- what is done ---------------------------------------------------------------------------------


def add_post(project: Project) -> None:
    number = project.number()
    other = project.some(project.dice.choice(("posts/five-*.md", "posts/why-*.md"))).name
    date = f"2026-{project.dice.randint(1, 12):02}-{project.dice.randint(1, 28):02} 09:00"
    topics = ", ".join(project.dice.sample(TOPICS, 2))
    (project.content / f"posts/new-{number}.md").write_text(
        f"Title: New {project.words()}\nDate: {date}\nTopics: {topics}\nSeries: The {number % 3}\n\n"
        f"{project.words(20)}, as [it says]({other}).\n",
        encoding="utf-8",
    )


def edit(project: Project) -> None:
    path = project.some("*/*.md")
    if path.parent.name != "venues":
        path.write_text(f"{path.read_text()}\nMore: {project.words()}.\n", encoding="utf-8")


def head_line(key: str, value: Callable[[Project], str]) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        path = project.some("posts/*.md")
        text = path.read_text(encoding="utf-8")
        line = f"{key}: {value(project)}"
        found = re.search(rf"^{key}:.*$", text, re.MULTILINE | re.IGNORECASE)
        path.write_text(
            text.replace(found[0], line, 1) if found else f"{line}\n{text}", encoding="utf-8"
        )

    change.__name__ = f"change {key}"
    return change


def rename(project: Project) -> None:
    """The file of a post, which keeps its id."""
    path = project.some("posts/*.md")
    text = path.read_text(encoding="utf-8")
    identity = re.search(r"^Id: (.*)$", text, re.MULTILINE)
    new = path.with_name(f"renamed-{project.number()}.md")
    new.write_text(text if identity else f"Id: {path.stem}\n{text}", encoding="utf-8")
    path.unlink()


def remove(project: Project) -> None:
    path = project.some("posts/new-*.md")
    (project.content / f"comments/posts/{path.stem}.json").unlink(missing_ok=True)
    path.unlink()


def in_a_thread(work: Callable[[Project, dict[str, Any]], None]) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        path = project.some("comments/*/*.json")
        value = json.loads(path.read_text(encoding="utf-8"))
        work(project, value)
        path.write_text(thread_text(value), encoding="utf-8")

    change.__name__ = work.__name__
    return change


@in_a_thread
def say(project: Project, thread: dict[str, Any]) -> None:
    said = thread["comments"]
    alive = [one for one in said if one["state"] == "approved"]
    before = project.dice.choice([*alive, None])
    author = project.dice.choice(alive)["author"] if alive else None
    if author is None or author["host"] or project.dice.random() < 0.4:
        name = f"Nia {project.dice.choice(WORDS).title()}"
        author = {"name": name, "url": None, "key": f"{len(name):032x}", "host": False}
    said.append(
        comment(
            f"said-{project.number()}",
            before["id"] if before else None,
            date=f"2026-11-{project.dice.randint(1, 28):02}T10:00:00+11:00",
            body=f"{project.words()}, see [this](/posts/five-questions/).",
        )
        | {"author": author}
    )


@in_a_thread
def edit_comment(project: Project, thread: dict[str, Any]) -> None:
    alive = [one for one in thread["comments"] if one["state"] == "approved"]
    if alive:
        project.dice.choice(alive)["body"] = f"**{project.words()}**"


@in_a_thread
def delete_comment(project: Project, thread: dict[str, Any]) -> None:
    one = project.dice.choice(thread["comments"])
    one.update(state="deleted", author=None, body="")
    one.pop("pinned", None)
    one.pop("edited", None)


@in_a_thread
def close(project: Project, thread: dict[str, Any]) -> None:
    thread["state"] = "closed"
    thread["closed"] = {"date": "2026-11-19T10:00:00+11:00", "reason": project.words()}


@in_a_thread
def merge_people(project: Project, thread: dict[str, Any]) -> None:
    authors = [one["author"] for one in thread["comments"] if one["author"]]
    guests = [one for one in authors if not one["host"]]
    if len(guests) > 1:
        one, other = project.dice.sample(guests, 2)
        one.update(other)


def swap_pictures(project: Project) -> None:
    one, other = (project.some("images/*.png") for _ in range(2))
    before = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(before)


def in_a_file(pattern: str, find: str, new: Callable[[Project], str]) -> Callable[[Project], None]:
    """Change the first place that `find` matches in one of the files."""

    def change(project: Project) -> None:
        path = project.dice.choice(sorted(project.folder.glob(pattern)))
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(find, lambda _: new(project), text, count=1, flags=re.MULTILINE),
            encoding="utf-8",
        )

    change.__name__ = f"change {pattern}"
    return change


def move_on(project: Project) -> None:
    day = project.dice.choice(("2026-08-01", "2026-11-20", "2026-12-01", "2026-12-24"))
    project.at = f"{day} 12:00"


def show_drafts(project: Project) -> None:
    project.drafts = not project.drafts


CHANGES: tuple[Callable[[Project], None], ...] = (
    add_post,
    edit,
    edit,
    head_line("Title", lambda one: one.words().capitalize()),
    head_line("Date", lambda one: f"2026-{one.dice.randint(1, 12):02}-10 08:00"),
    head_line("Topics", lambda one: ", ".join(one.dice.sample(TOPICS, one.dice.randint(1, 3)))),
    head_line("Slug", lambda one: f"slug-{one.number()}"),
    head_line("Series", lambda one: f"The {one.dice.randint(0, 2)}"),
    head_line("Summary", lambda one: f"{one.words()}."),
    head_line("Status", lambda one: one.dice.choice(("draft", "published"))),
    rename,
    remove,
    say,
    say,
    edit_comment,
    delete_comment,
    close,
    merge_people,
    swap_pictures,
    in_a_file("content/meetups/sydney*.md", r"^Title: .*$", lambda one: f"Title: {one.words()}"),
    in_a_file("content/resources/*.md", r"^Title: .*$", lambda one: f"Title: {one.words()}"),
    in_a_file("content/venues/*.md", r"^Name: .*$", lambda one: f"Name: {one.words()}"),
    in_a_file("content/tips/*.md", r"^Title: .*$", lambda one: f"Title: {one.words()}"),
    in_a_file("theme/templates/**/*.html", r"\Z", lambda one: f"\n<!-- {one.words()} -->\n"),
    in_a_file("theme/static/css/**/*.css", r"\Z", lambda one: f"\n.a{one.number()}{{top:0}}\n"),
    in_a_file("theme/static/js/*.js", r"\Z", lambda one: f"\nvoid {one.number()};\n"),
    in_a_file("pelicanconf.py", r"^SITENAME = .*$", lambda one: f'SITENAME = "{one.words()}"'),
    in_a_file("pelicanconf.py", r"^TOPIC_SIZE = .*$", lambda one: f"TOPIC_SIZE = {one.number()}"),
    in_a_file("pelicanconf.py", r"\Z", lambda one: f"PEOPLE_FROM = {one.dice.randint(1, 3)}\n"),
    in_a_file("plugins/site/home.py", r"^TALKS = .*$", lambda one: f"TALKS = {one.number()}"),
    in_a_file("plugins/words/en.toml", r'"Archive"', lambda one: f'"Archive {one.number()}"'),
    move_on,
    show_drafts,
)


def change(project: Project) -> None:
    work = project.dice.choice(CHANGES)
    project.told.append(work.__name__)
    work(project)


def assert_as_a_first_one(project: Project, ended: tuple[int, str]) -> None:
    """And when a first one is refused, so is this, with the same words."""
    first = project.build("first", "--fresh")
    story = "\n".join(project.told)
    assert ended == first, story
    if first[0] == 0:
        built, wanted = project.files("output"), project.files("first")
        differing = [name for name in {*built, *wanted} if built.get(name) != wanted.get(name)]
        assert sorted(differing) == [], story


def undone(project: Project, before: Path) -> None:
    """The content and the rest as they were: what was done is refused, and would be from now on."""
    for name in ("content", "theme", "plugins"):
        shutil.rmtree(project.folder / name)
        shutil.copytree(before / name, project.folder / name)
    shutil.copy(before / "pelicanconf.py", project.folder)


def kept(project: Project, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    for name in ("content", "theme", "plugins"):
        shutil.copytree(project.folder / name, place / name)
    shutil.copy(project.folder / "pelicanconf.py", place)
    return place


# --- and what comes of it -------------------------------------------------------------------------


def test_whatever_was_changed_a_build_is_as_a_first_one(project: Project, tmp_path: Path) -> None:
    ended = project.build()
    assert ended == (0, ""), ended[1]
    assert_as_a_first_one(project, ended)
    for _ in range(STEPS):
        before = kept(project, tmp_path / "before")
        at, drafts = project.at, project.drafts
        lay = {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in (project.folder / "output").rglob("*")
            if path.is_file()
        }
        for _ in range(project.dice.randint(1, 2)):
            change(project)
        ended = project.build()
        assert_as_a_first_one(project, ended)
        if ended[0]:
            project.told[-1] += f" (refused: {ended[1][:200]})"
            undone(project, before)
            project.at, project.drafts = at, drafts
            continue
        for path, (content, moment) in lay.items():
            if path.exists() and path.read_bytes() == content and path.name != ".made-by-build":
                assert path.stat().st_mtime_ns == moment, f"{path} was written again"
    print("\n".join(project.told))


def test_settings_that_one_build_overrides_are_not_those_of_the_next(project: Project) -> None:
    command = [sys.executable, "-m", "tools.build", "--content", str(project.content)]
    command += ["--output", str(project.folder / "other"), "--site-url", "https://other.example"]
    subprocess.run(command, cwd=project.folder, env=project.environment(), check=True)
    ended = project.build()
    assert ended == (0, "")
    assert_as_a_first_one(project, ended)
    assert b"other.example" not in project.files("output")["index.html"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_build_that_was_killed_is_completed_by_the_next(project: Project) -> None:
    begun = time.monotonic()
    assert project.build() == (0, "")
    takes = time.monotonic() - begun
    for _ in range(max(3, STEPS // 4)):
        edit(project)
        say(project)
        running = subprocess.Popen(
            project.command("output"),
            cwd=project.folder,
            env=project.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(project.dice.uniform(0, takes * 0.7))
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert_as_a_first_one(project, project.build())
    assert [path.name for path in project.folder.glob(".output-*")] == []


def test_two_builds_at_once_end_as_one(project: Project) -> None:
    assert project.build() == (0, "")
    for _ in range(max(2, STEPS // 7)):
        edit(project)
        say(project)
        both = [
            subprocess.Popen(
                project.command("output"),
                cwd=project.folder,
                env=project.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        assert [one.communicate(timeout=120)[1] for one in both] == ["", ""]
        assert [one.returncode for one in both] == [0, 0]
        assert_as_a_first_one(project, project.build())
