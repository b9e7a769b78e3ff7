"""The verbs on one thread: they check, they write whole files, and two writers lose nothing."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given

from plugins.atomic import locked, locks_for
from plugins.conversations.form import thread_text, written
from plugins.conversations.store import read_store
from plugins.conversations.writing import (
    add_comment,
    close_thread,
    delete_comment,
    edit_comment,
    new_id,
    open_thread,
    pin_comment,
    read_thread,
    replace_text,
)
from plugins.faults import ContentFaults, Report
from tests.conversations.threads import (
    GUEST,
    HOST,
    HOST_KEY,
    KEY,
    ROOT,
    WHEN,
    gone,
    lay,
    read,
    refused,
    said,
    text_of,
    thread_texts,
)
from tests.sites import SITE_FOLDER

pytestmark = pytest.mark.slow

THREADS = sorted((SITE_FOLDER / "content/comments").glob("*/*.json"))


@given(thread_texts())
def test_what_is_read_is_written_back_byte_for_byte(text: str) -> None:
    assert thread_text(read(text)) == text


@pytest.mark.parametrize("path", THREADS, ids=lambda path: path.stem)
def test_the_content_is_written_back_byte_for_byte(path: Path) -> None:
    assert thread_text(read(path.read_bytes())).encode() == path.read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            text_of(closed={"date": "2026-11-23T18:00:00+11:00", "reason": "x"}),
            'closed: the thread is open; leave closed out, or write "state": "closed"',
        ),
        (text_of(closed=None), "closed: is null; leave it out"),
        (
            text_of(state="closed", closed={"date": "2026-11-23T18:00:00+11:00", "reason": ""}),
            'closed.reason: found ""; string should have at least 1 character',
        ),
        (
            text_of(said("a", edited=None)),
            "comment a: edited: null is not a date; write it as 2026-05-25T08:15:00+10:00",
        ),
        (
            text_of(said("a", pinned=False)),
            "comment a: pinned: false is not allowed; write true, or leave it out",
        ),
        (
            text_of(said("a"), said("b", "a", pinned=True)),
            "comment b: pinned: only a comment that answers no other can be pinned, and no deleted one; leave it out",
        ),
        (
            text_of(said("a", pinned=True), said("b", pinned=True)),
            "comment b: pinned: a thread has one pinned comment, and a is it; leave it out",
        ),
        (
            text_of(gone("a") | {"edited": "2026-11-23T18:00:00+11:00"}),
            "comment a: edited: is deleted, so leave edited out",
        ),
        (
            text_of(said("a", host=True, author=GUEST.model_dump() | {"host": True})),
            "comment a: author.host: is true under a key that is not the host's; write false, or HOST_KEY's key",
        ),
        (
            text_of(said("a", author=HOST.model_dump() | {"host": False})),
            "comment a: author.host: is false under the host's own key; write true",
        ),
    ],
)
def test_the_store_refuses(text: str, message: str) -> None:
    assert refused(text) == [message]


def test_a_first_comment_makes_the_thread(tmp_path: Path) -> None:
    thread = add_comment(tmp_path, KEY, GUEST, "Hello.", WHEN)
    (comment,) = thread.comments
    assert re.fullmatch(r"c-2026-11-23-1-[2-9a-z]{5}", comment.id)
    assert written(comment.date) == "2026-11-23T18:00:00+11:00"
    assert (tmp_path / f"{KEY}.json").read_text(encoding="utf-8") == thread_text(thread)
    assert read_thread(tmp_path, KEY) == thread
    assert [path.name for path in (tmp_path / "posts").iterdir()] == ["a.json"]


def test_a_comment_stands_where_its_date_belongs_after_what_it_answers(tmp_path: Path) -> None:
    lay(tmp_path, said("a"), said("b", minutes=10), said("c", "a", minutes=20))
    add_comment(tmp_path, KEY, GUEST, "Early.", WHEN + timedelta(minutes=5), identity="d")
    thread = add_comment(tmp_path, KEY, HOST, "Ahead of time.", WHEN, "c", "e")
    assert [comment.id for comment in thread.comments] == ["a", "d", "b", "c", "e"]


def test_ids_of_one_day_are_numbered_and_never_meet() -> None:
    taken = {"c-2026-11-23-1", "c-2026-11-23-7-abcde", "c-2026-11-22-9", "c-2026-11-23-x"}
    made = {new_id(WHEN, taken) for _ in range(200)}
    assert len(made) == 200
    assert all(identity.startswith("c-2026-11-23-8-") for identity in made)


def test_editing_keeps_all_but_the_words(tmp_path: Path) -> None:
    lay(tmp_path, said("a"), said("b", "a", date="2026-11-23T07:00:00.50Z"))
    thread = edit_comment(tmp_path, KEY, "b", "Other words.", WHEN)
    assert thread_text(thread) == text_of(
        said("a"),
        said(
            "b", "a", date="2026-11-23T07:00:00.50Z", body="Other words.", edited=WHEN.isoformat()
        ),
    )
    with pytest.raises(ContentFaults, match="was edited in the meantime; start again"):
        edit_comment(tmp_path, KEY, "b", "More.", WHEN, before="Words of b.")


def test_a_deleted_comment_with_replies_stays_as_a_tombstone(tmp_path: Path) -> None:
    lay(tmp_path, said("a", pinned=True), said("b", "a"), said("c", "b"))
    delete_comment(tmp_path, KEY, "c")
    thread = delete_comment(tmp_path, KEY, "a")
    assert thread_text(thread) == text_of(gone("a"), said("b", "a"))
    with pytest.raises(ContentFaults, match="comment a was deleted already"):
        delete_comment(tmp_path, KEY, "a")
    with pytest.raises(ContentFaults, match="comment a was deleted; answer another"):
        add_comment(tmp_path, KEY, GUEST, "To nobody.", WHEN, "a")


def test_a_closed_thread_takes_no_reply_until_it_is_opened(tmp_path: Path) -> None:
    path = lay(tmp_path, said("a"))
    before = path.read_bytes()
    close_thread(tmp_path, KEY, " All said. ", WHEN)
    assert read(path.read_bytes()).closed.reason == "All said."  # type: ignore[union-attr]
    with pytest.raises(ContentFaults, match="closed since 2026-11-23; open it before you add"):
        add_comment(tmp_path, KEY, GUEST, "Late.", WHEN)
    with pytest.raises(ContentFaults, match="is closed already, since 2026-11-23: All said"):
        close_thread(tmp_path, KEY, "Again.", WHEN)
    open_thread(tmp_path, KEY)
    assert path.read_bytes() == before


def test_a_pin_moves(tmp_path: Path) -> None:
    path = lay(tmp_path, said("a"), said("b"), said("c", "b"))
    before = path.read_bytes()
    pin_comment(tmp_path, KEY, "a")
    thread = pin_comment(tmp_path, KEY, "b")
    assert [comment.id for comment in thread.comments if comment.pinned] == ["b"]
    with pytest.raises(ContentFaults, match="comment c is a reply; only a comment"):
        pin_comment(tmp_path, KEY, "c")
    pin_comment(tmp_path, KEY, None)
    assert path.read_bytes() == before


def test_what_breaks_a_rule_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    path = lay(tmp_path, said("a"))
    before = path.read_bytes()
    bad = GUEST.model_copy(update={"url": "javascript:alert(1)"})
    with pytest.raises(ContentFaults, match=r'author.url: "javascript:alert\(1\)" is not a web'):
        add_comment(tmp_path, KEY, bad, "Hello.", WHEN)
    with pytest.raises(ContentFaults, match=r"body: .*control character U\+0007"):
        add_comment(tmp_path, KEY, GUEST, "Bell \a", WHEN)
    with pytest.raises(ContentFaults, match="half a character"):
        add_comment(tmp_path, KEY, GUEST, "\ud83d", WHEN)
    with pytest.raises(ContentFaults, match="is true under a key"):
        add_comment(
            tmp_path, KEY, GUEST.model_copy(update={"host": True}), "I.", WHEN, host_key=HOST_KEY
        )
    with pytest.raises(ContentFaults, match='no comment has the id "aa"; did you mean "a"'):
        edit_comment(tmp_path, KEY, "aa", "x", WHEN)
    with pytest.raises(ContentFaults, match="not the key of an entry"):
        add_comment(tmp_path, "posts/../../x", GUEST, "Out.", WHEN)
    with pytest.raises(ContentFaults, match="there is no such thread yet"):
        delete_comment(tmp_path, "posts/b", "a")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]


def test_a_faulty_file_is_never_written_over(tmp_path: Path) -> None:
    path = lay(tmp_path, said("b", "zzz"))
    with pytest.raises(ContentFaults, match="is not in this thread"):
        add_comment(tmp_path, KEY, GUEST, "Hello.", WHEN)
    assert path.read_text(encoding="utf-8") == text_of(said("b", "zzz"))


def test_an_agreed_text_is_not_written_over_what_came_meanwhile(tmp_path: Path) -> None:
    path = lay(tmp_path, said("a"))
    seen = path.read_bytes()
    add_comment(tmp_path, KEY, GUEST, "Meanwhile.", WHEN)
    with pytest.raises(ContentFaults, match="was changed in the meantime"):
        replace_text(tmp_path, KEY, seen, text_of(said("b")))


def test_who_waits_too_long_is_told_for_whom(tmp_path: Path) -> None:
    path = tmp_path / "posts/a.json"
    held = locked(path, "a.json", locks_for(tmp_path))
    with (
        held,
        pytest.raises(ContentFaults) as told,
        locked(path, "a.json", locks_for(tmp_path), patience=0.05),
    ):
        pass
    assert re.fullmatch(
        rf"a\.json: is being written by .+ \(process {os.getpid()} of .+ on .+, since [\d:]+\); "
        r"waited 0\.05 s\. Try again when it has ended",
        str(told.value),
    )


def test_a_lock_whose_file_was_cleared_away_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "posts/a.json"
    locks = locks_for(tmp_path)
    with locked(path, "a", locks):
        pass
    for lock in locks.iterdir():
        lock.unlink()
    with locked(path, "a", locks), pytest.raises(ContentFaults), locked(path, "a", locks, 0.0):
        pass


def test_what_a_crash_left_is_passed_over_and_taken_away(tmp_path: Path) -> None:
    path = lay(tmp_path, said("a"))
    left = path.with_name(".a.json.new")
    left.write_text('{"half', encoding="utf-8")
    report = Report()
    assert list(read_store(tmp_path, "comments", report)) == [KEY]
    assert not report.faults
    add_comment(tmp_path, KEY, GUEST, "Hello.", WHEN)
    assert not left.exists()


WRITER = """
import sys
from pathlib import Path
from plugins.conversations.writing import add_comment, delete_comment
from tests.conversations.threads import GUEST, KEY, WHEN
store, count, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
print("ready", flush=True)
for number in range(count):
    add_comment(store, KEY, GUEST, f"{name} {number} " + "x" * 3000, WHEN)
"""


def writer(store: Path, count: int, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(store), str(count), name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [writer(tmp_path, 50, name) for name in ("one", "two")]
    for one in writers:
        _, errors = one.communicate(timeout=120)
        assert one.returncode == 0, errors.decode()
    thread = read((tmp_path / f"{KEY}.json").read_bytes())
    words = sorted(" ".join(comment.body.split()[:2]) for comment in thread.comments)
    assert words == sorted(f"{name} {n}" for name in ("one", "two") for n in range(50))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_writer_killed_at_any_moment_leaves_a_whole_file_and_the_next_one_writes(
    tmp_path: Path,
) -> None:
    """300 times: a forked writer is killed at a random moment of the time that writing takes."""
    chance = random.Random(23)
    path = lay(tmp_path, *(said(f"c-{number}", body="x" * 3000) for number in range(40)))
    old = path.read_bytes()
    outcomes = {"old": 0, "new": 0}
    took = []
    for _ in range(5):
        began = time.monotonic()
        add_comment(tmp_path, KEY, GUEST, "y" * 3000, WHEN)
        took.append(time.monotonic() - began)
        path.write_bytes(old)
    for turn in range(300):
        child = os.fork()
        if child == 0:
            try:
                add_comment(tmp_path, KEY, GUEST, "y" * 3000, WHEN, identity="new")
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.0, 2.5 * max(took)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = path.read_bytes()
        if now == old:
            outcomes["old"] += 1
        else:
            ids = [comment.id for comment in read(now).comments]
            assert ids == [*(f"c-{number}" for number in range(40)), "new"]
            outcomes["new"] += 1
        # The next writer works, and takes away what the crash left.
        edit_comment(tmp_path, KEY, "c-0", f"Mark {turn}.", WHEN)
        assert [one.name for one in path.parent.iterdir()] == ["a.json"]
        path.write_bytes(old)
    assert min(outcomes.values()) > 0, outcomes
