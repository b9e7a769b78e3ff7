"""Every fault of every thread file is told in one run: path, line, comment, field, found, allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.conversations import folder
from plugins.conversations.lines import Lines
from plugins.conversations.store import parse_thread, read_store
from plugins.faults import Report, sorted_faults
from tests.sites import Comment, Site, comment, thread, thread_text, tombstone

PLACE = "comments/posts/a.json"


def told(raw: str | bytes) -> list[str]:
    report = Report()
    read = parse_thread(raw if isinstance(raw, bytes) else raw.encode(), PLACE, report)
    assert (read is None) == bool(report.faults)
    return [str(fault) for fault in sorted_faults(report.faults)]


def of(*comments: Comment) -> str:
    return thread_text(thread("posts/a", *comments))


def line(text: str, needle: str, nth: int = 0) -> int:
    return [n for n, row in enumerate(text.splitlines(), 1) if needle in row][nth]


def test_a_missing_parent_is_told_with_the_id_that_is_nearest() -> None:
    text = of(comment("101"), comment("b", "110"), comment("c", "zzzzz"))
    assert told(text) == [
        f'{PLACE}:{line(text, "110")}: comment b: parent "110" is not in this thread; '
        'did you mean "101"?',
        f'{PLACE}:{line(text, "zzzzz")}: comment c: parent "zzzzz" is not in this thread; '
        "write an earlier id, or null",
    ]


def test_two_comments_with_the_same_missing_parent_are_told_each_with_its_line() -> None:
    text = of(comment("a"), comment("b", "zzzzz"), comment("c", "zzzzz"))
    assert [fault.split(": ")[0] for fault in told(text)] == [
        f"{PLACE}:{line(text, 'zzzzz', nth)}" for nth in (0, 1)
    ]


def test_a_parent_that_comes_later_is_told() -> None:
    text = of(comment("a", "b"), comment("b"))
    assert told(text) == [
        f'{PLACE}:{line(text, "parent")}: comment a: parent "b" comes later in the file; '
        "a reply stands after what it answers, so move one of them"
    ]


def test_a_comment_that_answers_itself_is_told() -> None:
    (fault,) = told(of(comment("a", "a")))
    assert fault.endswith(
        'comment a: parent "a" is the comment itself; write an earlier id, or null'
    )


def test_a_circle_of_comments_cannot_be_written() -> None:
    assert len(told(of(comment("a", "c"), comment("b", "a"), comment("c", "b")))) == 1


def test_an_id_that_is_used_twice_is_told_with_the_line_of_the_second() -> None:
    text = of(comment("same"), comment("b"), comment("same"))
    assert told(text) == [
        f'{PLACE}:{line(text, chr(34) + "same" + chr(34), 1)}: comment same: id "same" is used '
        "twice; ids are unique in a thread"
    ]


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ('{\n  "version": 1,\n}', 3, "broken JSON, column 1"),
        ('{\n  "version": 1\n  "entry": "x"}', 3, "broken JSON, column 3"),
        ('{"version": 1', 1, "broken JSON, column 14"),
        ("", 1, "broken JSON, column 1"),
        ("{'version': 1}", 1, "broken JSON, column 2"),
        ('{"body": "one\ntwo"}', 1, "broken JSON, column 14"),
        ("{} {}", 1, "broken JSON, column 4"),
    ],
)
def test_broken_json_is_told_with_line_and_column(text: str, at: int, said: str) -> None:
    (fault,) = told(text)
    assert fault.startswith(f"{PLACE}:{at}: {said}")


@pytest.mark.parametrize("text", ["[]", "null", "1", '"x"', "[1, 2]"])
def test_json_that_is_no_object_is_told(text: str) -> None:
    (fault,) = told(text)
    assert fault.startswith(f"{PLACE}:1: found {text}; ")


@pytest.mark.parametrize("comments", ['["x"]', "[1, null]", "[[]]", '{"a": 1}', '"x"', "[{}]"])
def test_comments_that_are_no_list_of_objects_are_told(comments: str) -> None:
    assert told(f'{{"version": 1, "entry": "posts/a", "state": "open", "comments": {comments}}}')


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"comments": [{"parent": ['])
@pytest.mark.parametrize("depth", [200, 900, 1000, 100_000])
def test_json_of_any_depth_is_told_and_ends_nothing(opening: str, depth: int) -> None:
    closing = "".join({"[": "]", "{": "}"}.get(mark, "") for mark in reversed(opening * depth))
    assert told(f"{opening * depth}1{closing}")


def test_a_number_of_any_length_is_told() -> None:
    assert any("version: " in fault for fault in told('{"version": %s}' % ("1" * 100_000)))


def test_a_key_that_stands_twice_in_one_object_is_told_with_its_second_line() -> None:
    text = of(comment("a"), comment("b")).replace('"id": "b",', '"id": "b",\n      "id": "c",')
    second = line(text, '"id": "c"')
    assert told(text) == [f"{PLACE}:{second}: id stands twice in one object; keep one"]


def test_a_file_that_is_not_utf_8_is_told_with_the_line_of_the_byte() -> None:
    assert told(b'{\n"a": "caf' + b"\xe9") == [
        f"{PLACE}:2: byte 0xe9 is not UTF-8; save the file as UTF-8"
    ]


def test_every_fault_of_one_file_is_told_with_its_comment_and_line() -> None:
    second = comment("b", "zzzzz", date="2026-05-25T08:15:00", key="nobody")
    third = tombstone("c", body="Words.") | {"votes": 1}
    del second["state"]
    text = thread_text(thread("posts/a", comment("a", host="no"), second, third, comment("a")))
    faults = told(text)
    assert [fault.split(": ", 1)[1].split("; ")[0] for fault in faults] == [
        'comment a: author.host: found "no"',
        "comment b: state: is missing",
        'comment b: author.key: "nobody" is not allowed',
        'comment b: date: "2026-05-25T08:15:00" has no offset',
        'comment b: parent "zzzzz" is not in this thread',
        "comment c: votes: is not a field of the store",
        'comment a: id "a" is used twice',
    ]
    lines = [int(fault.split(":")[1]) for fault in faults]
    assert lines[0] == line(text, '"host": "no"')
    assert lines[2:5] == [line(text, n) for n in ('"nobody"', "08:15:00", "zzzzz")]
    assert lines[5:] == [line(text, '"votes"'), line(text, '"id": "a"', 1)]


def test_a_fault_of_a_comment_without_an_id_is_told_with_that_comment_s_line() -> None:
    nameless = comment("b")
    del nameless["id"]
    text = of(comment("a"), nameless)
    begins = line(text, '"author"', 1) - 1
    assert told(text) == [f"{PLACE}:{begins}: comment number 2: id: is missing"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(), inner, max_size=4)
            | st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={"id": st.text(max_size=2), "parent": st.none() | st.text(max_size=2)},
                )
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from([None, 2]),
)
def test_any_json_whatever_is_a_thread_or_told(value: object, indent: int | None) -> None:
    for whole in (value, thread("posts/a") | {"comments": value}):
        text = json.dumps(whole, indent=indent)
        report = Report()
        read = parse_thread(text.encode(), PLACE, report)
        assert (read is None) == bool(report.faults)
        for fault in report.faults:
            assert fault.line is not None
            assert 1 <= fault.line <= text.count("\n") + 1
            assert "\n" not in fault.message


@given(
    st.recursive(
        st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=12,
    )
)
def test_every_key_is_found_on_its_own_line(value: object) -> None:
    rows = json.dumps(value, indent=1).splitlines()
    lines = Lines("\n".join(rows))

    def walk(part: object, path: tuple[str | int, ...]) -> None:
        if isinstance(part, dict):
            for key, inner in part.items():
                at = lines.of((*path, key))
                assert rows[at - 1].strip().startswith(json.dumps(key) + ":")
                walk(inner, (*path, key))
        elif isinstance(part, list):
            for number, inner in enumerate(part):
                if isinstance(inner, dict | list):
                    assert rows[lines.of((*path, number)) - 1].strip()[0] in "{["
                walk(inner, (*path, number))

    walk(value, ())


def test_a_file_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    for place in ("posts/a.json", "posts/b.json", "loose.json", "posts/deep/c.json", "posts/n.txt"):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(thread_text(thread("posts/a", comment("c"))))
    (tmp_path / "posts/.hidden.json").write_text("no thread")
    report = Report()
    assert list(read_store(tmp_path, "comments", report)) == ["posts/a"]
    move = "is not a thread; the store holds <kind>/<id>.json only, so move it elsewhere"
    assert [str(fault) for fault in sorted_faults(report.faults)] == [
        f"comments/loose.json: {move}",
        'comments/posts/b.json: entry: "posts/a" belongs in posts/a.json; '
        'move the file or write "posts/b"',
        f"comments/posts/deep/c.json: {move}",
        f"comments/posts/n.txt: {move}",
    ]


def test_a_store_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_store(tmp_path / "none", "comments", Report()) == {}


def test_a_file_larger_than_any_thread_is_told_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_FILE_BYTES", 2 * 2**20)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/a.json").write_bytes(b" " * (2 * 2**20 + 1))
    report = Report()
    read_store(tmp_path, "comments", report)
    assert [fault.message for fault in report.faults] == [
        "is larger than 2 MiB; one thread is never that long"
    ]


def test_a_build_tells_the_faults_of_all_threads_in_one_run_and_writes_nothing(site: Site) -> None:
    site.post("a")
    site.post("b")
    site.thread("posts/a", comment("x", "nowhere"))
    site.write("comments/posts/b.json", "{")
    site.thread("posts/c", comment("x"))
    said = site.refused()
    assert said[0].startswith('comments/posts/a.json:13: comment x: parent "nowhere" is not')
    assert said[1].startswith("comments/posts/b.json:1: broken JSON, column 2")
    assert said[2].startswith('comments/posts/c.json: entry: no entry has the id "posts/c"')
    assert said[3:] == ["3 things to mend; nothing was written."]
    assert not site.output.exists()
