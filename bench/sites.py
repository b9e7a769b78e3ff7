"""The sites that are compared, each in a folder of its own, and what is done to them between runs.

Our own site is a copy of this project, so that a benchmark neither uses nor empties its caches, and is
built as a person does it: `./invoke build`. The peers are in peers/: the least that does comparable work.
"""

from __future__ import annotations

import compileall
import contextlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.corpus import (
    AFTER_ITS_END,
    BEFORE_ITS_END,
    MANNERS,
    as_json,
    later_post,
    thread_of,
    write,
)
from tools.errors import ProjectError

ROOT = Path(__file__).resolve().parent.parent
# What of the project takes no part in a build.
_LEFT_OUT = {"content", "output", "tests", "inbox", "__pycache__"}
_BUILD = ("./invoke", "build")
PUBLISHED = "published"
"""The folder to which our own site is published, in its own."""


@dataclass(frozen=True)
class Site:
    """One builder's site.

    name: one of corpus.FLAVOURS. written: the folders and files that a build makes. template: the one for the
    page of a post. manner: a key of corpus.MANNERS.
    """

    name: str
    folder: Path
    command: Sequence[str]
    written: Sequence[str]
    template: str
    manner: str

    def make_cold(self) -> None:
        self._remove(self.written)

    def edit_post(self) -> None:
        with self._middle().open("a", encoding="utf-8") as file:
            file.write("\nA paragraph that was *not there* before.\n")

    def add_comment(self) -> None:
        """Answers the first comment of a post in the middle."""
        path = self._thread(self._middle())
        thread: Any = json.loads(path.read_text(encoding="utf-8"))
        comments = thread["comments"] if isinstance(thread, dict) else thread
        first = comments[0]
        new = {
            "id": f"new-{len(comments)}",
            "parent": first["id"],
            "date": "2024-12-01T09:00:00+11:00",
        }
        comments.append({**first, **new, "body": "An answer that was *not there* before."})
        path.write_text(as_json(thread), encoding="utf-8")

    def add_post(self) -> None:
        """The newest of all, without comments."""
        write(later_post(len(self._posts()), MANNERS[self.manner]), self.name, self.folder)

    def change_template(self) -> None:
        """One line more on the page of each post."""
        path = self.folder / self.template
        before, end, after = path.read_text(encoding="utf-8").partition("</article>")
        path.write_text(f"{before}<p>One line more.</p>\n{end}{after}", encoding="utf-8")

    def let_meetup_begin(self) -> None:
        """Builds as if it were a moment before the last meetup ends."""
        _run([*self.command, "--at", BEFORE_ITS_END], self.folder)

    def check_out(self) -> None:
        """As on a machine that has fetched a commit with one edit, and the kept `.cache`: every file has a new
        time, nothing is compiled, and there is no output."""
        self.edit_post()
        self._remove(["output"])
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in {".venv", ".cache", PUBLISHED}]
            if Path(folder).name == "__pycache__":
                shutil.rmtree(folder)
                continue
            for name in names:
                os.utime(Path(folder, name))

    def publish_once(self) -> None:
        """Makes sure that the site is published, then edits a post."""
        if not (self.folder / PUBLISHED).exists():
            _run(self.publishing(), self.folder)
        self.edit_post()

    def publishing(self) -> Sequence[str]:
        return ("./invoke", "publish", "--yes", "--to", f"file://{self.folder / PUBLISHED}")

    def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _posts(self) -> list[Path]:
        return sorted((self.folder / "content/posts").glob("*.md"), key=lambda path: path.stem[-5:])

    def _thread(self, post: Path) -> Path:
        return self.folder / thread_of(post.stem, self.name)

    def _middle(self) -> Path:
        """The first post with a thread from the middle on: the same for every site."""
        posts = self._posts()
        for post in posts[len(posts) // 2 :] + posts:
            if self._thread(post).exists():
                return post
        raise ProjectError("No post has a comment; ask for more: --comments 10")


@dataclass(frozen=True)
class Scenario:
    """prepare: what happens to a site before the timed command. command: what is then timed. ours_only: the
    peers have no such case."""

    name: str
    prepare: Callable[[Site], None]
    command: Callable[[Site], Sequence[str]] = lambda site: site.command
    ours_only: bool = False


COLD = Scenario("cold", Site.make_cold)
SCENARIOS = (
    COLD,
    Scenario("nothing changed", lambda site: None),
    Scenario("one post edited", Site.edit_post),
    Scenario("one comment added", Site.add_comment),
    Scenario("one post added", Site.add_post),
    Scenario("one template changed", Site.change_template),
    Scenario(
        "a meetup passed",
        Site.let_meetup_begin,
        lambda site: [*site.command, "--at", AFTER_ITS_END],
        ours_only=True,
    ),
    Scenario("a push, store restored", Site.check_out, ours_only=True),
)
PUBLISHING = Scenario("one post edited, published", Site.publish_once, Site.publishing, True)


def scenarios() -> tuple[Scenario, ...]:
    """All; without publishing where its packages are not installed."""
    return (*SCENARIOS, PUBLISHING) if can_publish() else SCENARIOS


def can_publish() -> bool:
    return find_spec("boto3") is not None


@dataclass(frozen=True)
class Peer:
    """command: without it the peer is left out. missing: why, in a line. modules: the `node_modules` that its
    configuration imports from."""

    name: str
    command: Sequence[str]
    version: Sequence[str]
    written: Sequence[str]
    template: str
    missing: str = ""
    modules: Path | None = None


def find_peers(environment: Mapping[str, str] = os.environ) -> list[Peer]:
    """Plain Pelican, Hugo and Eleventy: each the program that $PELICAN, $HUGO or $ELEVENTY names, else the
    one on the PATH; plain Pelican, else, the one in `.venv`."""
    pelican = environment.get("PELICAN")
    hugo = environment.get("HUGO") or shutil.which("hugo", path=environment.get("PATH"))
    eleventy = environment.get("ELEVENTY") or shutil.which("eleventy", path=environment.get("PATH"))
    modules = _modules(Path(eleventy)) if eleventy else None
    plain = [pelican] if pelican else [sys.executable, "-m", "pelican"]
    return [
        Peer(
            "pelican",
            [*plain, "--quiet"],
            [*plain, "--version"],
            ("output", "cache"),
            "theme/templates/article.html",
        ),
        Peer(
            "hugo",
            [hugo, "--quiet"] if hugo else [],
            [hugo, "version"] if hugo else [],
            ("public", "resources", ".hugo_build.lock"),
            "layouts/page.html",
            "" if hugo else "there is no hugo on the PATH, and HUGO names none",
        ),
        Peer(
            "eleventy",
            [eleventy, "--quiet"] if eleventy else [],
            [eleventy, "--version"] if eleventy else [],
            ("_site",),
            "_includes/post.njk",
            _without_eleventy(eleventy, modules),
            modules,
        ),
    ]


def _modules(program: Path) -> Path | None:
    """The outermost `node_modules` that the program is in."""
    around = [path for path in program.resolve().parents if path.name == "node_modules"]
    return around[-1] if around else None


def _without_eleventy(program: str | None, modules: Path | None) -> str:
    if program is None:
        return "there is no eleventy on the PATH, and ELEVENTY names none"
    highlight = "@11ty/eleventy-plugin-syntaxhighlight"
    if modules is None or not (modules / highlight).is_dir():
        return f"{highlight} is not installed beside it"
    return ""


def lay_out(
    scratch: Path, posts: int, comments: float, manner: str, peers: Sequence[Peer] = ()
) -> list[Site]:
    """Our site and that of each peer, below `scratch`."""
    ours = _ours(scratch / "ours", posts, comments, manner)
    return [ours, *(lay_out_peer(scratch, peer, posts, comments, manner) for peer in peers)]


def lay_out_peer(scratch: Path, peer: Peer, posts: int, comments: float, manner: str) -> Site:
    folder = scratch / peer.name
    shutil.copytree(
        ROOT / "bench/peers" / peer.name, folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    compileall.compile_dir(folder, quiet=1)
    if peer.modules:
        (folder / "node_modules").symlink_to(peer.modules)
    _fill(folder, peer.name, posts, comments, manner)
    return Site(peer.name, folder, peer.command, peer.written, peer.template, manner)


def _ours(folder: Path, posts: int, comments: float, manner: str) -> Site:
    folder.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name in _LEFT_OUT or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.copytree(
                path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__", "peers")
            )
        else:
            shutil.copy2(path, folder)
    compileall.compile_dir(folder, quiet=1)
    lend_environment(folder)
    _fill(folder, "ours", posts, comments, manner)
    _run(("./invoke", "meetups.record"), folder)
    return Site(
        name="ours",
        folder=folder,
        command=_BUILD,
        written=("output", ".cache"),
        template="theme/templates/entry.html",
        manner=manner,
    )


def lend_environment(folder: Path) -> None:
    """A `.venv` for the copy of the project in `folder`, in which the launcher finds all that it wants.

    It is a folder of its own whose entries lead to the environment that this program runs in: the launcher
    takes no `.venv` that lies elsewhere, and the stamp in it names its folder.
    """
    environment = folder / ".venv"
    environment.mkdir()
    for name in ("bin", "lib", "lib64", "pyvenv.cfg"):
        if (Path(sys.prefix) / name).exists():
            (environment / name).symlink_to(Path(sys.prefix) / name)
    launcher = runpy.run_path(str(folder / "invoke"))
    names = [launcher["SITE"], *([launcher["PUBLISH"]] if can_publish() else [])]
    launcher["write_stamp"]({name: launcher["digest"](name) for name in names})


@contextlib.contextmanager
def serving_published(ours: Site) -> Iterator[None]:
    """What our site publishes is served on loopback, at the live address of its settings: a publish reads back
    what readers get."""
    current = str(ours.folder / PUBLISHED / "current")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=current)) as server:
        with (ours.folder / "publishconf.py").open("a", encoding="utf-8") as settings:
            settings.write(f'\nSITEURL = "http://127.0.0.1:{server.server_port}"\n')
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def _fill(folder: Path, flavour: str, posts: int, comments: float, manner: str) -> None:
    # In a process of its own: what this one holds in memory would count for those that it starts.
    wanted = (f"--posts={posts}", f"--comments={comments}", f"--manner={manner}")
    _run(
        (sys.executable, "-m", "bench.corpus", *wanted, f"--for={flavour}", f"--to={folder}"), ROOT
    )


def _run(command: Sequence[str], folder: Path) -> None:
    """Raises ProjectError with the end of what it said when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise ProjectError(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
