"""A pull brings what changed, and nothing else."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.serving import FOLDER, QUICK, Server, first, status, thread, truncated
from tools.store import snapshots
from tools.store.pull import Pulled, pull


def files_of(pulled: Pulled) -> dict[str, bytes]:
    return {
        path.relative_to(pulled.folder).as_posix().removesuffix(".json"): path.read_bytes()
        for path in pulled.folder.rglob("*.json")
    }


def test_a_first_pull_brings_every_thread_as_it_is(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    pulled = pull(server.address, tmp_path / "copy", QUICK)
    assert files_of(pulled) == threads
    assert pulled.changed == tuple(sorted(threads))
    assert pulled.unchanged == pulled.removed == ()
    assert pulled.bytes == sum(map(len, server.files.values()))
    assert str(pulled).startswith("Pulled 3 threads (")


def test_a_second_pull_asks_for_the_index_alone_and_gets_no_body(
    server: Server, tmp_path: Path
) -> None:
    one = pull(server.address, tmp_path, QUICK)
    server.forget()
    two = pull(server.address, tmp_path, QUICK)
    assert server.answered == [(f"{FOLDER}index.json", 304)]
    assert (two.changed, two.bytes, two.folder) == ((), 0, one.folder)
    assert len(two.unchanged) == 3


def test_a_server_that_knows_dates_only_is_asked_with_the_date(
    server: Server, tmp_path: Path
) -> None:
    date = "Wed, 04 Mar 2026 10:00:00 GMT"
    server.odd[f"{FOLDER}index.json"] = lambda handler: (
        handler.answer(304)
        if handler.headers["If-Modified-Since"] == date
        else handler.answer(200, handler.body(), Last_Modified=date)
    )
    pull(server.address, tmp_path, QUICK)
    assert pull(server.address, tmp_path, QUICK).bytes == 0


def test_one_changed_thread_fetches_one_file(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    pull(server.address, tmp_path, QUICK)
    threads["posts/two-maps"] = thread("posts/two-maps", 9)
    server.holds(threads)
    server.forget()
    pulled = pull(server.address, tmp_path, QUICK)
    assert server.asked == [f"{FOLDER}index.json", f"{FOLDER}posts/two-maps.json"]
    assert pulled.changed == ("posts/two-maps",)
    assert files_of(pulled) == threads


def test_a_thread_that_left_the_index_leaves_the_copy_and_is_told(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    pull(server.address, tmp_path, QUICK)
    del threads["pages/about"]
    server.holds(threads)
    pulled = pull(server.address, tmp_path, QUICK)
    assert pulled.removed == ("pages/about",)
    assert files_of(pulled) == threads
    assert "1 gone from the store: pages/about" in str(pulled)


def test_an_empty_store_is_a_store(server: Server, tmp_path: Path) -> None:
    server.holds({})
    assert files_of(pull(server.address, tmp_path, QUICK)) == {}


def test_a_file_that_was_damaged_here_is_fetched_again(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    damaged = pull(server.address, tmp_path, QUICK).folder / "pages/about.json"
    damaged.write_bytes(b"{}")
    server.forget()
    pulled = pull(server.address, tmp_path, QUICK)
    assert files_of(pulled) == threads
    assert pulled.changed == ("pages/about",)
    assert server.answered[0] == (f"{FOLDER}index.json", 304)


def test_what_somebody_put_into_the_copy_does_not_stay(server: Server, tmp_path: Path) -> None:
    stray = pull(server.address, tmp_path, QUICK).folder / "posts/stray.json"
    stray.write_bytes(thread("posts/stray"))
    assert "posts/stray" not in files_of(pull(server.address, tmp_path, QUICK))


def test_gzip_is_asked_for_and_undone(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    threads["posts/long"] = thread("posts/long", 2000)
    server.holds(threads)
    server.zipped = True
    pulled = pull(server.address, tmp_path, QUICK)
    assert files_of(pulled) == threads
    assert pulled.bytes < len(threads["posts/long"]) / 5


def test_many_files_come_over_four_connections_at_most(server: Server, tmp_path: Path) -> None:
    many = {f"posts/p{number}": thread(f"posts/p{number}") for number in range(60)}
    server.holds(many)
    assert files_of(pull(server.address, tmp_path, QUICK)) == many
    assert len(server.callers) <= 4
    assert server.most_at_once <= 4


def test_a_connection_that_the_server_closed_meanwhile_costs_no_attempt(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    def closes_behind_it(handler: object) -> None:
        server.plain(handler)  # type: ignore[arg-type]
        handler.close_connection = True  # type: ignore[attr-defined]

    server.odd = {f"{FOLDER}{name}": closes_behind_it for name in server.files}
    pulled = pull(server.address, tmp_path, replace(QUICK, attempts=1, parallel=1))
    assert files_of(pulled) == threads


@pytest.mark.parametrize("name", ["index.json", "posts/two-maps.json"])
@pytest.mark.parametrize("odd", [status(500), status(503, Retry_After="0"), truncated])
def test_what_passes_is_asked_for_again(
    server: Server, threads: dict[str, bytes], tmp_path: Path, name: str, odd: object
) -> None:
    server.odd[f"{FOLDER}{name}"] = first(odd)  # type: ignore[arg-type]
    assert files_of(pull(server.address, tmp_path, QUICK)) == threads


def test_redirects_within_the_server_are_followed(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    server.files["moved.json"] = server.files["index.json"]
    server.odd[f"{FOLDER}index.json"] = status(302, Location="hop")
    server.odd[f"{FOLDER}hop"] = status(308, Location=f"{server.address}moved.json")
    assert files_of(pull(server.address, tmp_path, QUICK)) == threads


def test_a_token_goes_to_the_server_and_no_message_tells_it(server: Server, tmp_path: Path) -> None:
    pull(server.address, tmp_path, QUICK, token="abc-123")
    assert {asked["Authorization"] for asked in server.asked_with} == {"Bearer abc-123"}
    assert "abc-123" not in "".join(
        path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    )


def test_an_old_generation_goes_after_an_hour_and_not_before(
    server: Server, threads: dict[str, bytes], tmp_path: Path
) -> None:
    one = pull(server.address, tmp_path, QUICK).folder.parent
    server.holds({**threads, "posts/new": thread("posts/new")})
    two = pull(server.address, tmp_path, QUICK).folder.parent
    assert one.is_dir()
    long_ago = time.time() - 4000
    os.utime(one, (long_ago, long_ago))
    os.utime(two, (long_ago, long_ago))
    pull(server.address, tmp_path, QUICK)
    assert not one.exists()
    assert two.is_dir()


def test_a_copy_of_one_address_is_not_taken_for_that_of_another(
    server: Server, tmp_path: Path
) -> None:
    pull(server.address, tmp_path, QUICK)
    assert snapshots.read_copy(tmp_path, server.address) is not None
    assert snapshots.read_copy(tmp_path, "https://elsewhere.example/") is None
