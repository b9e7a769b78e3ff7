"""What `./invoke serve` does.

1. Check the folder and the port; each is refused in a sentence.
2. Start the server, the watcher and the first build. A faulty first build is no reason to give up.
3. Wait for Ctrl-C (or the terminal's end), then stop it all in under a second: the running build is
   ended, the build folders are removed, the port is free.
"""

from __future__ import annotations

import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from tools.errors import ProjectError
from tools.serve.builder import Build, SiteBuild
from tools.serve.generations import Generations
from tools.serve.live import Live
from tools.serve.rebuilding import Rebuilder
from tools.serve.server import SiteServer
from tools.serve.watching import Saves, Watcher

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("theme", "plugins", "tools", "pelicanconf.py", "publishconf.py")


def serve(
    content: Path,
    port: int = 8000,
    host: str = "127.0.0.1",
    *,
    drafts: bool = False,
    open_browser: bool = False,
    watch: Sequence[Path] | None = None,
    root: Path = ROOT,
    build: Build | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Serve the site made of `content` until Ctrl-C.

    `watch` are the folders and files beside `content` whose saves rebuild it; by default the
    project's theme, plugins, tools and settings. Port 0 takes any free one. Raises ProjectError
    when the folder is missing or the port cannot be had.
    """
    tell = say or _print
    content = content.absolute()
    if not content.is_dir():
        what = "is a file, not a folder" if content.exists() else "no such folder"
        name = content.relative_to(root) if content.is_relative_to(root) else content
        raise ProjectError(
            f"{name}: {what}; name the one that holds the posts: ./invoke serve --content DIR"
        )
    beside = (
        [root / name for name in WATCHED] if watch is None else [path.absolute() for path in watch]
    )
    watched = [content, *beside]
    live, saves = Live(), Saves()
    with _stoppable() as stopped:
        server = SiteServer(host, port, live)
        generations = _generations(root, server)
        watcher = Watcher(watched, root, saves)
        own = SiteBuild(root, content, server.url, drafts)
        rebuilder = Rebuilder(
            build=build or own,
            content=content,
            root=root,
            folders=watched,
            generations=generations,
            live=live,
            saves=saves,
            say=tell,
        )
        builds = _Thread(rebuilder.run, stopped)
        try:
            tell(f"Serving {server.url}/ (Ctrl-C ends)")
            server.start()
            watcher.start()
            builds.start()
            if open_browser:
                _open_when_ready(live, f"{server.url}/")
            while not stopped.wait(0.5):
                pass
        finally:
            saves.stop()
            server.stop()
            watcher.stop()
            builds.join(2)
            own.close()
            generations.close()
    if builds.error:
        raise builds.error


class _Thread(threading.Thread):
    """The builds. When they end by an error, the server ends, and the error is raised by `serve`."""

    def __init__(self, run: Callable[[], None], ended: threading.Event) -> None:
        super().__init__(name="builds", daemon=True)
        self._work = run
        self._ended = ended
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 – serve raises it
            self.error = error
        self._ended.set()


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that Ctrl-C, a plain kill and a closed terminal set, in place of an exception.

    Nothing can be interrupted half-way then, and a second Ctrl-C while we stop does no harm.
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        # Not from here: the main thread may hold the event's own lock at this very moment.
        threading.Thread(target=stopped.set, daemon=True).start()

    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with suppress(AttributeError, ValueError):
                number = getattr(signal, name)
                before[number] = signal.signal(number, stop)
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _generations(root: Path, server: SiteServer) -> Generations:
    try:
        return Generations(root / ".cache" / "serve", server.port)
    except OSError as error:
        server.server_close()
        raise ProjectError(
            f".cache/serve cannot be used for the builds: {error.strerror}"
        ) from None


def _open_when_ready(live: Live, url: str) -> None:
    def show() -> None:
        live.decided()
        if not live.closed:
            webbrowser.open(url)

    threading.Thread(target=show, name="browser", daemon=True).start()


def _print(line: str) -> None:
    """A line for the terminal; that it is gone, or cannot show a letter, must not end the server."""
    encoding = sys.stdout.encoding or "utf-8"
    with suppress(OSError):
        print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
