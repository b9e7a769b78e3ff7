"""Two copies of a thread end in a merge or in a conflict that is seen, never in a reply lost."""

from __future__ import annotations

import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.conversations.form import plain_comment, thread_text
from plugins.conversations.merging import Merged, merge_files
from plugins.conversations.model import Thread
from plugins.conversations.store import parse_thread
from plugins.faults import Report
from tests.conversations.threads import ROOT, Plain, gone, read, refused, said, text_of

pytestmark = pytest.mark.slow

CLOSED = {"date": "2026-11-23T18:00:00+11:00", "reason": "All said."}


def merge(base: str, ours: str, theirs: str) -> Merged:
    return merge_files(base.encode(), ours.encode(), theirs.encode(), "a.json")


def ids(text: str) -> list[str]:
    return [comment.id for comment in read(text).comments]


A = said("a")


def test_both_replies_are_there_by_date_whichever_side_merges() -> None:
    ours = text_of(A, said("b", "a", 5), said("d", "b", 20))
    theirs = text_of(A, said("c", "a", 5), said("e", "c", 10))
    for merged in (merge(text_of(A), ours, theirs), merge(text_of(A), theirs, ours)):
        assert not merged.conflicts
        assert ids(merged.text) == ["a", "b", "c", "e", "d"]


def test_two_new_threads_become_one() -> None:
    assert ids(merge("", text_of(A), text_of(said("b", minutes=1))).text) == ["a", "b"]


def test_what_one_side_edited_removed_or_closed_is_taken_over() -> None:
    base = text_of(A, said("b", minutes=1), said("c", minutes=2))
    ours = text_of(A | {"body": "Edited."}, said("c", minutes=2))
    theirs = text_of(
        A | {"pinned": True},
        said("b", minutes=1),
        said("c", minutes=2),
        state="closed",
        closed=CLOSED,
    )
    merged = merge(base, ours, theirs)
    assert merged == Merged(
        text_of(
            A | {"body": "Edited.", "pinned": True},
            said("c", minutes=2),
            state="closed",
            closed=CLOSED,
        ),
        (),
    )


def test_a_removed_comment_that_was_answered_comes_back_as_a_tombstone() -> None:
    base = text_of(A, said("b", "a", 1))
    theirs = text_of(A, said("b", "a", 1), said("c", "b", 2))
    for pair in ((text_of(), theirs), (theirs, text_of())):
        merged = merge(base, *pair)
        assert merged == Merged(text_of(gone("a"), gone("b", "a", 1), said("c", "b", 2)), ())


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "why"),
    [
        (
            text_of(A),
            text_of(A | {"body": "One."}),
            text_of(A | {"body": "Two."}),
            "comment a: edited on both sides",
        ),
        (
            text_of(A),
            text_of(),
            text_of(A | {"body": "Two."}),
            "comment a: removed on one side, edited on the other",
        ),
        (
            text_of(A, said("b", "a")),
            text_of(A | {"body": "One."}, said("b", "a")),
            text_of(gone("a"), said("b", "a")),
            "comment a: removed on one side, edited on the other",
        ),
        ("", text_of(A), text_of(A | {"body": "Two."}), "comment a: two comments have this id"),
        (
            text_of(A, said("b")),
            text_of(A | {"pinned": True}, said("b")),
            text_of(A, said("b", pinned=True)),
            "comment a: a thread has one pinned comment",
        ),
        (
            text_of(A),
            text_of(A, state="closed", closed=CLOSED),
            text_of(A, state="closed", closed=CLOSED | {"reason": "Spam."}),
            "state: closed and opened, or closed for different reasons",
        ),
        (
            text_of(A, said("b"), said("c")),
            text_of(said("b"), said("a", "b"), said("c")),
            text_of(A, said("b", "a"), said("c")),
            "the sides moved replies into a circle",
        ),
        (
            text_of(A),
            "{",
            text_of(A),
            "our copy is faulty: broken JSON, column 2: Expecting property name enclosed in double quotes (near '{')",
        ),
    ],
)
def test_what_cannot_be_decided_is_seen_and_refused(
    base: str, ours: str, theirs: str, why: str
) -> None:
    for first, second in ((ours, theirs), (theirs, ours)):
        merged = merge(base, first, second)
        assert merged.conflicts[0] == why.replace(
            "our copy", "our copy" if first == ours else "their copy"
        )
        assert refused(merged.text)[0].startswith("holds the marks of a merge")


def test_a_conflict_is_settled_by_keeping_one_of_the_two() -> None:
    theirs = text_of(A | {"body": "Two."}, said("b", "a", 1), state="closed", closed=CLOSED)
    merged = merge(text_of(A), text_of(A | {"body": "One."}, said("c", "a", 2)), theirs)
    lines = merged.text.splitlines(keepends=True)
    marks = [n for n, line in enumerate(lines) if line[:7] in {"<" * 7, "=" * 7, ">" * 7}]
    assert [lines[n] for n in marks] == ["<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"]
    start, middle, end = marks
    rest = said("b", "a", 1), said("c", "a", 2)
    settled = {"state": "closed", "closed": CLOSED}
    ours = "".join(lines[:start] + lines[start + 1 : middle] + lines[end + 1 :])
    assert ours == text_of(A | {"body": "One."}, *rest, **settled)
    other = "".join(lines[:start] + lines[middle + 1 : end] + lines[end + 1 :])
    assert other == text_of(A | {"body": "Two."}, *rest, **settled)


def test_the_same_edit_on_both_sides_is_one_edit() -> None:
    one = A | {"body": "Same.", "edited": "2026-11-23T19:00:00+11:00"}
    later = one | {"edited": "2026-11-23T20:00:00+11:00"}
    assert merge(text_of(A), text_of(one), text_of(later)) == Merged(text_of(later), ())


# ---- at random ---------------------------------------------------------------------------------------


def grown(chance: random.Random, size: int) -> list[Plain]:
    comments: list[Plain] = []
    for number in range(size):
        parent = chance.choice([None, *(one["id"] for one in comments)])
        comments.append(said(f"c-{number}", parent, number * 10))
    return comments


def worked_on(comments: list[Plain], chance: random.Random, side: str, *, verbs: int) -> str:
    """A copy after some edits, additions and removals, as the verbs would make them."""
    now = [dict(one) for one in comments]
    changed: Plain = {}
    for turn in range(verbs):
        living = [one for one in now if one["state"] == "approved"]
        match chance.choice(["add", "add", "add", "edit", "delete", "pin", "close"]):
            case "add":
                parent = chance.choice([None, *(one["id"] for one in living)])
                minutes = chance.randrange(len(comments) * 10 + 60)
                if parent is not None:
                    above = next(n for n, one in enumerate(now) if one["id"] == parent)
                at = chance.randrange(above + 1 if parent is not None else 0, len(now) + 1)
                now.insert(at, said(f"{side}-{turn}", parent, minutes))
            case "edit" if living:
                chance.choice(living)["body"] = f"Edited by {side}, {turn}."
            case "delete" if living:
                one = chance.choice(living)
                if any(other["parent"] == one["id"] for other in now):
                    one |= {"state": "deleted", "author": None, "body": ""}
                    one.pop("pinned", None)
                else:
                    now.remove(one)
            case "pin":
                top = [one for one in living if one["parent"] is None]
                for one in now:
                    one.pop("pinned", None)
                if top:
                    chance.choice(top)["pinned"] = True
            case "close":
                changed = {"state": "closed", "closed": CLOSED}
    return text_of(*now, **changed)


def nothing_lost(base: str, ours: str, theirs: str, merged: str) -> None:
    """Every comment that a side has and the other did not remove is there, with the words that a side
    gave it last; every reply hangs where it did."""
    before, mine, other = ({c.id: c for c in read(text).comments} for text in (base, ours, theirs))
    after = {c.id: c for c in read(merged).comments}
    for identity in {*mine, *other}:
        removed = identity in before and (identity not in mine or identity not in other)
        deleted = any(
            identity in side and side[identity].state == "deleted" for side in (mine, other)
        )
        if removed or deleted:
            continue
        versions = [side[identity] for side in (mine, other) if identity in side]
        assert identity in after
        assert after[identity].parent in {version.parent for version in versions}
        words = {v.body for v in versions} - {before[identity].body if identity in before else ""}
        assert after[identity].body in (words or {before[identity].body})
        assert len(words) < 2  # two different edits cannot both have been kept


@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(0, 5))
def test_merges_at_random_lose_nothing(seed: int, size: int, verbs: int) -> None:
    chance = random.Random(seed)
    comments = grown(chance, size)
    base = text_of(*comments)
    ours, theirs = (worked_on(comments, chance, side, verbs=verbs) for side in ("o", "t"))
    merged = merge(base, ours, theirs)
    if merged.conflicts:
        assert refused(merged.text)
        for side in (ours, theirs):
            for comment in read(side).comments:
                assert f'"id": "{comment.id}"' in merged.text or comment.id in base
    else:
        nothing_lost(base, ours, theirs, merged.text)
        assert thread_text(read(merged.text)) == merged.text
        again = merge(base, theirs, ours)
        assert contents(read(again.text)) == contents(read(merged.text))


def contents(thread: Thread) -> dict[str, Plain]:
    return {comment.id: plain_comment(comment) for comment in thread.comments}


# ---- in git ------------------------------------------------------------------------------------------


class Repository:
    """A repository with one thread file and the project's .gitattributes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "content/comments/posts/a.json"
        self.file.parent.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8")
        (folder / ".gitattributes").write_text(attributes, encoding="utf-8")

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        who = ["-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def commit(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8", newline="\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=x")

    def merged(self, base: str, ours: str, theirs: str) -> tuple[bool, str]:
        """Whether git reported a conflict, and what stands in the file."""
        self.git("checkout", "--quiet", "--force", "--orphan", f"at-{random.random()}")
        self.commit(base)
        self.git("branch", "--force", "theirs")
        self.commit(ours)
        self.git("branch", "--force", "ours")
        self.git("checkout", "--quiet", "--force", "theirs")
        self.commit(theirs)
        self.git("checkout", "--quiet", "--force", "ours")
        ran = self.git("merge", "--no-edit", "theirs")
        text = self.file.read_text(encoding="utf-8")
        if ran.returncode:
            assert "CONFLICT" in ran.stdout, ran.stdout + ran.stderr
            self.git("merge", "--abort")
        return ran.returncode != 0, text


def test_without_the_driver_git_loses_no_reply_unseen(tmp_path: Path) -> None:
    """Plain git, at random: it reports a conflict, or the store refuses the file, or all is there."""
    repository = Repository(tmp_path / "r")
    outcomes = {"conflict": 0, "refused": 0, "merged": 0}
    for seed in range(80):
        chance = random.Random(seed)
        comments = grown(chance, chance.randrange(1, 9))
        base = text_of(*comments)
        ours, theirs = (
            worked_on(comments, chance, side, verbs=chance.randrange(1, 4)) for side in ("o", "t")
        )
        conflict, text = repository.merged(base, ours, theirs)
        if conflict:
            outcomes["conflict"] += 1
        elif parse_thread(text.encode(), "a.json", Report()) is None:
            outcomes["refused"] += 1
        else:
            outcomes["merged"] += 1
            nothing_lost(base, ours, theirs, text)
    assert outcomes["conflict"] > 5
    assert outcomes["merged"] > 5


@pytest.fixture
def with_driver(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "r")
    command = shlex.join([sys.executable, "-m", "invoke", "--search-root", str(ROOT)])
    driver = f"{command} comments.merge %O %A %B --path %P"
    repository.git("config", "merge.thread.driver", driver)
    return repository


def at_random(seed: int) -> tuple[str, str, str]:
    chance = random.Random(seed)
    comments = grown(chance, chance.randrange(1, 9))
    ours, theirs = (worked_on(comments, chance, side, verbs=3) for side in ("o", "t"))
    return text_of(*comments), ours, theirs


def test_with_the_driver_git_merges_what_can_be_and_shows_the_rest(
    with_driver: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAUNCHED_FROM", raising=False)
    cases: list[tuple[str, str, str]] = [at_random(seed) for seed in range(12)]
    cases.append((text_of(A), text_of(A | {"body": "1"}), text_of(A | {"body": "2"})))
    for base, ours, theirs in cases:
        expected = merge(base, ours, theirs)
        conflict, text = with_driver.merged(base, ours, theirs)
        if ours in (base, theirs) or theirs == base:
            continue  # git needs no driver for these
        assert text == expected.text
        assert conflict == bool(expected.conflicts)
