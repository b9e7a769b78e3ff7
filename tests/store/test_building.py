"""A build with a store at an address is right whatever the server does, and says what it did."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

import tools.build
import tools.store
from tests.sites import SITE_FOLDER
from tests.store import serving
from tests.store.serving import FOLDER, QUICK, Odd, Server, status, thread
from tests.store.test_crashes import ROOT
from tools.errors import ProjectError
from tools.store.publish_index import write_index

pytestmark = pytest.mark.slow

POST = "Title: Five questions\nDate: 2026-03-01 09:00\nTopics: Asking\nSummary: Five.\n\nWords.\n"
Site = Callable[..., tuple[int, str]]


@pytest.fixture
def project(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """A small site whose settings are the real ones, but for its store."""
    root = tmp_path / "site"
    (root / "content" / "posts").mkdir(parents=True)
    (root / "content" / "posts" / "five-questions.md").write_text(POST)
    monkeypatch.setattr(tools.build, "ROOT", root)
    monkeypatch.setattr(tools.build, "SITE", root)
    monkeypatch.setattr(
        tools.store.store_folder, "__defaults__", (replace(QUICK, index=10**5, file=10**5),)
    )
    server.holds({"posts/five-questions": thread("posts/five-questions", 1, "The first words.")})

    def write(more: str = "") -> Path:
        real = SITE_FOLDER / "pelicanconf.py"
        settings = (
            f"exec(compile(open({str(real)!r}, encoding='utf-8').read(), {str(real)!r}, 'exec'))\n"
            f"THEME = {str(ROOT / 'theme')!r}\nCOMMENTS_STORE = {server.address!r}\n{more}\n"
        )
        (root / "pelicanconf.py").write_text(settings)
        return root

    return write


@pytest.fixture
def build(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> Site:
    """Builds it with the command's own entry; the exit status, and all that was said."""

    def run(more: str = "") -> tuple[int, str]:
        root = project(more)
        ended = tools.build.main(
            ["--content", str(root / "content"), "--output", str(root / "output")]
        )
        said = capsys.readouterr()
        return ended, said.err + said.out

    return run


def page(tmp_path: Path) -> str:
    return (tmp_path / "site/output/posts/five-questions/index.html").read_text(encoding="utf-8")


def test_a_build_shows_what_the_store_holds_now(
    server: Server, build: Site, tmp_path: Path
) -> None:
    ended, said = build()
    assert (ended, "Look at" in said) == (0, False)
    assert "1 comment in 1 thread" in said
    assert "The first words." in page(tmp_path)
    server.holds({"posts/five-questions": thread("posts/five-questions", 2, "Later words.")})
    assert build()[0] == 0
    assert "Later words." in page(tmp_path)


INDEX, THREAD = f"{FOLDER}index.json", f"{FOLDER}posts/five-questions.json"


def _wrong(raw: bytes) -> Odd:
    return lambda handler: handler.answer(200, raw)


FAULTS: dict[str, tuple[str, Odd, str]] = {
    "truncated": (THREAD, serving.truncated, "was cut short: "),
    "stalled": (THREAD, serving.stalled, "no byte came for 0.4 s"),
    "another host": (INDEX, status(302, Location="https://b.example/"), "which is another server"),
    "500": (INDEX, status(500), "answered 500 Internal Server Error, 2 times"),
    "endless": (THREAD, serving.endless_chunks, "is larger than 100.0 kB"),
    "bomb": (INDEX, serving.bomb(1), "is larger than 100.0 kB"),
    "hash": (THREAD, _wrong(thread("posts/five-questions", 3)), "its sha256 is "),
    "no JSON": (INDEX, _wrong(b"<html>"), "the index is not JSON"),
    "upwards": (
        INDEX,
        _wrong(b'{"version":1,"threads":{"../x":{"sha256":"","comments":1}}}'),
        'the index names "../x"',
    ),
    "not there": (INDEX, status(404), "is not there: 404 Not Found"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_a_line_of_the_build_and_the_last_good_copy_serves(
    server: Server, build: Site, tmp_path: Path, case: str
) -> None:
    assert build()[0] == 0
    server.holds({"posts/five-questions": thread("posts/five-questions", 2, "Later words.")})
    path, odd, said = FAULTS[case]
    server.odd[path] = odd
    ended, told = build()
    assert ended == 0
    (line,) = [line for line in told.splitlines() if line.startswith("Look at ")]
    assert line.startswith(f"Look at {server.address}{path.removeprefix(FOLDER)}: ")
    assert said in line
    assert re.search(
        r"\. The comments are those of 20[\d-]+ [\d:]+ UTC, less than a minute ago$", line
    )
    assert "The first words." in page(tmp_path)
    assert "Later words." not in page(tmp_path)


def test_a_required_store_that_cannot_be_pulled_stops_the_build(
    server: Server, build: Site, tmp_path: Path
) -> None:
    assert build()[0] == 0
    server.odd[INDEX] = status(500)
    before = page(tmp_path)
    ended, told = build("COMMENTS_STORE_REQUIRED = True")
    assert ended == 1
    assert told == (
        f"{server.address}index.json: answered 500 Internal Server Error, 2 times; try again later, or "
        "ask whoever runs that server. COMMENTS_STORE_REQUIRED is set, so the last copy does not stand "
        "in.\n"
    )
    assert page(tmp_path) == before


def test_a_first_pull_that_fails_is_an_error_in_a_sentence(server: Server, build: Site) -> None:
    server.stop()
    ended, told = build()
    assert ended == 1
    assert told == (
        f"{server.address}index.json: the server refused the connection, 2 times; try again later, or "
        "ask whoever runs that server. There is no earlier copy of the store on this machine to build "
        "with.\n"
    )


def test_a_copy_that_was_damaged_does_not_stand_in(
    server: Server, build: Site, tmp_path: Path
) -> None:
    assert build()[0] == 0
    (copy,) = (tmp_path / "site/.cache/store").glob("127.0.0.1-*/generation-*/threads/*/*.json")
    copy.write_bytes(thread("posts/five-questions", 1, "Words of somebody else."))
    server.odd[INDEX] = status(500)
    ended, told = build()
    assert ended == 1
    assert "There is no earlier copy" in told


def test_a_thread_that_left_the_store_is_told_by_the_build(server: Server, build: Site) -> None:
    assert build()[0] == 0
    server.holds({})
    ended, told = build()
    assert ended == 0
    assert f"Look at {server.address}: 1 gone from the store: posts/five-questions" in told


def test_a_thread_without_an_entry_is_named_by_where_its_file_is(
    server: Server, build: Site, tmp_path: Path
) -> None:
    server.holds({"posts/six-questions": thread("posts/six-questions")})
    ended, told = build()
    assert ended == 1
    assert 'no entry has the id "posts/six-questions"' in told
    place = told.split(": entry:")[0]
    assert (Path.cwd() / place).exists() or (tmp_path / "site" / place).exists()


def test_a_folder_stays_as_it_is() -> None:
    assert tools.store.store_folder({"COMMENTS_STORE": "comments"}) == (Path("comments"), ())
    assert tools.store.store_folder({"COMMENTS_STORE": "/a/b"}) == (Path("/a/b"), ())
    assert tools.store.store_folder({}) == (Path("comments"), ())


def test_the_command_says_what_was_pulled_and_the_build_reads_that(
    server: Server, project: Callable[[str], Path], build: Site
) -> None:
    root = project("")
    told = tools.store.pull_for(root / "pelicanconf.py")
    assert told.startswith("Pulled 1 thread (")
    server.forget()
    assert build()[0] == 0
    assert server.answered == [(INDEX, 304)]
    server.odd[INDEX] = status(500)
    with pytest.raises(ProjectError, match=r"answered 500 .* Nothing was replaced\."):
        tools.store.pull_for(root / "pelicanconf.py")
    project("COMMENTS_STORE = 'comments'")
    with pytest.raises(ProjectError, match='is the folder "comments", so there is nothing to pull'):
        tools.store.pull_for(root / "pelicanconf.py")


def test_a_token_comes_from_the_environment(
    server: Server, build: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTS_STORE_TOKEN", "abc-123")
    assert build()[0] == 0
    assert server.asked_with[0]["Authorization"] == "Bearer abc-123"


# ---- publishing --------------------------------------------------------------------------------------


def store_of(folder: Path, *keys: str) -> Path:
    for key in keys:
        path = folder / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(thread(key, 2))
    return folder


def test_a_published_store_is_pulled_from_a_plain_static_server(tmp_path: Path) -> None:
    store = store_of(tmp_path / "served", "posts/one", "pages/two")
    assert write_index(store) == f"Wrote {store / 'index.json'}: 2 threads, 4 comments."
    assert write_index(store).startswith(f"{store / 'index.json'} is as it should be")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, directory=str(store), **kwargs)  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    static = HTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=static.serve_forever, args=(0.01,), daemon=True).start()
    settings = {
        "COMMENTS_STORE": f"http://127.0.0.1:{static.server_port}",
        "CACHE_FOLDER": str(tmp_path / "cache"),
    }
    for _ in range(2):
        folder, warnings = tools.store.store_folder(settings)
        assert warnings == ()
        for path in ("posts/one.json", "pages/two.json"):
            assert (folder / path).read_bytes() == (store / path).read_bytes()
    static.shutdown()
    static.server_close()


def test_an_index_is_canonical(tmp_path: Path) -> None:
    write_index(store_of(tmp_path, "posts/two", "posts/one"))
    raw = (tmp_path / "index.json").read_bytes()
    value = json.loads(raw)
    assert list(value["threads"]) == ["posts/one", "posts/two"]
    assert raw == (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def test_a_faulty_store_gets_no_index_and_every_fault_is_told(tmp_path: Path) -> None:
    store_of(tmp_path, "posts/one", "posts/One", "pages/moved")
    (tmp_path / "pages/moved.json").rename(tmp_path / "pages/here.json")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "posts/broken.json").write_text("{")
    with pytest.raises(ProjectError) as refusal:
        write_index(tmp_path)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 4
    for said in (
        "notes.txt: is not a thread",
        "belongs in pages/moved.json",
        "broken JSON",
        "is one",
    ):
        assert said in str(refusal.value)
    assert not (tmp_path / "index.json").exists()
