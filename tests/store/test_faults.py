"""Whatever a server does, a pull is over in time, names the fault, and leaves the copy as it was."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from plugins import atomic
from tests.store import serving
from tests.store.serving import FOLDER, QUICK, Odd, Server, status, thread
from tools.errors import ProjectError
from tools.store import snapshots
from tools.store.faults import StoreFault
from tools.store.pull import pull

pytestmark = pytest.mark.slow

SMALL = replace(QUICK, index=300_000, file=300_000, total=500_000)
CASES: dict[str, tuple[Odd, str]] = {
    "truncated": (serving.truncated, "was cut short: "),
    "truncated chunks": (serving.truncated_chunks, "was cut short after about"),
    "truncated gzip": (serving.truncated_gzip, "came as gzip that was cut short"),
    "stalled": (serving.stalled, "no byte came for 0.4 s after 0 bytes, 2 times"),
    "silent": (serving.silent, "no byte came for 0.4 s, 2 times"),
    "slow headers": (serving.slow_headers, "the pull was not done after 2 s"),
    "slow body": (serving.slow_body, "the pull was not done after 2 s"),
    "not HTTP": (serving.not_http, "what came is not HTTP (BadStatusLine), 2 times"),
    "endless chunks": (serving.endless_chunks, "is larger than 300.0 kB"),
    "endless body": (serving.endless_until_closed, "is larger than 300.0 kB"),
    "endless headers": (serving.endless_headers, "is larger than 300.0 kB"),
    "endless trailers": (serving.endless_trailers, "is larger than 300.0 kB"),
    "huge length": (serving.huge_length, "is larger than 300.0 kB"),
    "bomb": (serving.bomb(1), "is larger than 300.0 kB"),
    "hollow gzip": (serving.hollow, "is larger than 300.0 kB"),
    "500": (status(500), "answered 500 Internal Server Error, 2 times; try again later"),
    "503, much later": (
        status(503, Retry_After="3600"),
        "answered 503 Service Unavailable (to be asked again in 3600 s); try",
    ),
    "404": (status(404), "is not there: 404 Not Found; see that the address is right"),
    "403": (status(403), "was refused: 403 Forbidden; put a token that may read it"),
    "206": (status(206), "answered 206 Partial Content"),
    "304 unasked": (status(304), "answered 304 Not Modified"),
    "brotli": (status(200, Content_Encoding="br"), 'came encoded as "br"'),
    "another host": (
        status(302, Location="https://elsewhere.example/index.json"),
        'redirects to "https://elsewhere.example/index.json", which is another server',
    ),
    "another port": (status(301, Location="http://127.0.0.1:1/x"), "which is another server"),
    "in circles": (serving.circling, "redirects more than 3 times in a row"),
    "nowhere": (status(302, Location="http://[x"), "which is another server"),
}


def unchanged(home: Path) -> str:
    """Everything that the pointer leads to."""
    copy = next(home.glob("current.json"), None)
    if copy is None:
        return ""
    folder = home / json.loads(copy.read_text())["generation"]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return copy.read_text() + "".join(f"{path}{path.read_bytes()!r}" for path in files)


@pytest.mark.parametrize("name", ["index.json", "posts/two-maps.json"])
@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_in_time_and_the_copy_stands(
    server: Server, threads: dict[str, bytes], tmp_path: Path, name: str, case: str
) -> None:
    pull(server.address, tmp_path, QUICK)
    before = unchanged(tmp_path)
    server.holds({**threads, "posts/two-maps": thread("posts/two-maps", 5)})
    odd, said = CASES[case]
    server.odd[f"{FOLDER}{name}"] = odd
    if case == "304 unasked" and name == "index.json":
        (tmp_path / "current.json").unlink()
        before = ""
    limits = replace(SMALL, overall=2) if case.startswith("slow") else SMALL
    started = time.monotonic()
    with pytest.raises(StoreFault) as fault:
        pull(server.address, tmp_path, limits)
    assert time.monotonic() - started < limits.overall + 1
    assert said in str(fault.value)
    assert str(fault.value).startswith(f"{server.address}{name}: ")
    assert "\n" not in str(fault.value)
    assert unchanged(tmp_path) == before


def hashed(raw: bytes, comments: int) -> dict[str, object]:
    return {"sha256": hashlib.sha256(raw).hexdigest(), "comments": comments}


LIES: dict[str, tuple[bytes, dict[str, object], str]] = {
    "the hash": (thread("posts/x"), {"sha256": "0" * 64}, "the index says 000000000000…"),
    "the count": (thread("posts/x", 2), {"comments": 12}, "it has 2 comments, the index says 12"),
    "the entry": (thread("posts/y"), {}, 'its entry is "posts/y", the index says "posts/x"'),
    "the form": (b'{"version": 1}', hashed(b'{"version": 1}', 0), "entry: is missing (and 2 more"),
    "JSON": (b"<html>", hashed(b"<html>", 0), "line 1: broken JSON, column 1"),
    "UTF-8": (b'"\xff"', hashed(b'"\xff"', 0), "byte 0xff is not UTF-8"),
    "the words": (
        thread("posts/x", words="\x1b[2J"),
        {},
        "holds the control character U+001B",
    ),
}


@pytest.mark.parametrize("about", LIES)
def test_a_store_that_lies_about_a_thread_changes_nothing(
    server: Server, threads: dict[str, bytes], tmp_path: Path, about: str
) -> None:
    pull(server.address, tmp_path, QUICK)
    before = unchanged(tmp_path)
    raw, changes, said = LIES[about]
    files = {**threads, "pages/about": thread("pages/about", 7)}
    server.holds(files)
    value = json.loads(server.files["index.json"])
    value["threads"]["posts/x"] = {**hashed(raw, 2), **changes}
    server.files |= {"index.json": json.dumps(value).encode(), "posts/x.json": raw}
    with pytest.raises(StoreFault) as fault:
        pull(server.address, tmp_path, QUICK)
    assert str(fault.value).startswith(f"{server.address}posts/x.json: ")
    assert said in str(fault.value)
    assert str(fault.value).isprintable()
    assert unchanged(tmp_path) == before
    assert len(list(tmp_path.glob("generation-*"))) == 1


def test_a_badge_that_is_not_the_hosts_is_found_before_anything_is_replaced(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    pull(server.address, tmp_path, QUICK, host_key="a" * 32)
    before = unchanged(tmp_path)
    forged = threads["pages/about"].replace(b'"host": false', b'"host": true')
    server.holds({**threads, "pages/about": forged})
    with pytest.raises(StoreFault, match=r"pages/about\.json: line \d+: comment c-0: .*host"):
        pull(server.address, tmp_path, QUICK, host_key="a" * 32)
    assert unchanged(tmp_path) == before


def test_a_count_that_changes_alone_is_looked_into(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    pull(server.address, tmp_path, QUICK)
    server.holds(threads, **{"pages/about": {"comments": 40}})
    with pytest.raises(StoreFault, match="it has 1 comments, the index says 40"):
        pull(server.address, tmp_path, QUICK)


def _listing(key: str) -> bytes:
    return json.dumps({"version": 1, "threads": {key: hashed(b"", 0)}}).encode()


INDEXES: dict[str, tuple[bytes, str]] = {
    "a page": (
        b"<!doctype html>\x1b[2J<p>Log in",
        "is not JSON (line 1: Expecting value, it begins",
    ),
    "nothing": (b"", "is not JSON"),
    "bytes": (b"\xff\xfe", "byte 0xff of the index is not UTF-8"),
    "deep": (b"[" * 100_000, "nested too deep"),
    "version 2": (b'{"version": 2, "threads": {}}', "version: found 2; input should be 1"),
    "no threads": (b'{"version": 1}', "has no threads"),
    "a list": (b"[]", "the index is not of version 1: found a list"),
    "more": (b'{"version": 1, "threads": {}, "also": 1}', "also: found 1"),
    "up": (_listing("../etc"), '"../etc", which is no "<kind>/<id>"'),
    "up later": (_listing("posts/../../x"), '"posts/../../x", which is no'),
    "absolute": (_listing("/etc/passwd"), '"/etc/passwd", which is no'),
    "hidden": (_listing("posts/.x"), '"posts/.x", which is no'),
    "a backslash": (_listing("posts/a\\..\\b"), "which is no"),
    "a line end": (_listing("posts/x\n"), "which is no"),
    "a long kind": (_listing("a" * 40 + "/x"), "longer than 32"),
    "a text hash": (b'{"version":1,"threads":{"a/b":{"sha256":"x","comments":1}}}', 'found "x"'),
    "a text count": (
        json.dumps(
            {"version": 1, "threads": {"a/b": {"sha256": "0" * 64, "comments": "1"}}}
        ).encode(),
        'found "1"; input should be a valid integer',
    ),
    "fewer than none": (
        json.dumps(
            {"version": 1, "threads": {"a/b": {"sha256": "0" * 64, "comments": -1}}}
        ).encode(),
        "found -1",
    ),
    "twice": (
        b'{"version": 1, "threads": {"a/b": 1, "a/b": 2}}',
        'the index names "a/b" twice',
    ),
    "two as one": (
        json.dumps({"version": 1, "threads": {k: hashed(b"", 0) for k in ("a/B", "a/b")}}).encode(),
        'names "a/B" and "a/b", which are one file',
    ),
    "too many": (
        json.dumps(
            {"version": 1, "threads": {f"a/{n}": hashed(b"", 0) for n in range(50_001)}}
        ).encode(),
        "names 50,001 threads; at most 50,000 are read",
    ),
}


@pytest.mark.parametrize("what", INDEXES)
def test_an_index_that_is_none_removes_nothing(server: Server, tmp_path: Path, what: str) -> None:
    pull(server.address, tmp_path / "copy", QUICK)
    before = unchanged(tmp_path / "copy")
    raw, said = INDEXES[what]
    server.files["index.json"] = raw
    with pytest.raises(StoreFault) as fault:
        pull(server.address, tmp_path / "copy", QUICK)
    assert said in str(fault.value)
    assert len(str(fault.value)) < 400
    assert str(fault.value).isprintable()
    assert unchanged(tmp_path / "copy") == before
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_files_that_are_too_much_together_end_the_pull(server: Server, tmp_path: Path) -> None:
    server.holds({f"posts/p{n}": thread(f"posts/p{n}", 100) for n in range(40)})
    with pytest.raises(StoreFault, match=r"the store is larger than 500\.0 kB in all"):
        pull(server.address, tmp_path, replace(SMALL, total=500_000))


def test_what_stays_counts_as_well_so_that_every_machine_judges_alike(
    server: Server, tmp_path: Path
) -> None:
    files = {f"posts/p{n}": thread(f"posts/p{n}", 100) for n in range(10)}
    server.holds(files)
    pull(server.address, tmp_path, QUICK)
    server.holds({**files, "posts/q": thread("posts/q")})
    most = sum(map(len, files.values())) - 1
    with pytest.raises(StoreFault, match="in all"):
        pull(server.address, tmp_path, replace(SMALL, total=most))


def test_one_fault_ends_what_else_is_under_way(server: Server, tmp_path: Path) -> None:
    files = {f"posts/p{n}": thread(f"posts/p{n}") for n in range(8)}
    server.holds(files)
    server.odd = {f"{FOLDER}posts/p{n}.json": serving.silent for n in range(7)}
    server.odd[f"{FOLDER}posts/p0.json"] = status(404)
    started = time.monotonic()
    with pytest.raises(StoreFault, match="is not there: 404"):
        pull(server.address, tmp_path, replace(QUICK, read=20, overall=20))
    assert time.monotonic() - started < 3


def test_nobody_at_the_port_is_told_as_such(server: Server, tmp_path: Path) -> None:
    server.stop()
    with pytest.raises(StoreFault, match="the server refused the connection, 2 times"):
        pull(server.address, tmp_path, QUICK)


def test_a_copy_that_cannot_be_written_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFault, match=r"the copy in .* cannot be written"):
        pull(server.address, tmp_path / "file" / "copy", QUICK)


def test_a_switch_that_fails_after_its_rename_keeps_what_is_pointed_to(
    server: Server, threads: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = atomic.to_disk

    def fails_last(folder: Path) -> None:
        if folder == tmp_path:
            raise OSError(5, "Input/output error")
        real(folder)

    monkeypatch.setattr(atomic, "to_disk", fails_last)
    with pytest.raises(StoreFault):
        pull(server.address, tmp_path, QUICK)
    copy = snapshots.read_copy(tmp_path, server.address)
    assert copy is not None
    assert copy.is_whole(copy.sound())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://comments.example/", "is not encrypted; write https://"),
        ("ftp://comments.example/", "is not an address to pull from"),
        ("https:///store/", "is not an address to pull from"),
        ("https://me:secret@comments.example/", "COMMENTS_STORE_TOKEN"),
        ("https://comments.example/?a=1", "has a ? or a #"),
        ("https://comments.example/a b", "has a space"),
        ("https://comments.example:99999/", "is not an address (Port out of range"),
    ],
)
def test_an_address_that_may_not_be_pulled_from_is_refused_with_what_to_write(
    tmp_path: Path, address: str, said: str
) -> None:
    with pytest.raises(ProjectError) as refusal:
        pull(address, tmp_path, QUICK)
    assert said in str(refusal.value)
    assert "secret" not in str(refusal.value)
