"""What a build says is read for files, lines and texts, and nothing of it is lost."""

from pathlib import Path

from tools.serve.builder import plain
from tools.serve.failure import read_failure


def project(root: Path) -> Path:
    (root / "content/posts").mkdir(parents=True)
    (root / "content/posts/x.md").write_text(
        "Title: X\nSlug: x\nDat: 2026\nTags: a\n\nText\nMore\n"
    )
    (root / "plugins").mkdir()
    (root / "plugins/tips.py").write_text("a = 1\nraise ValueError('no')\n")
    return root


def test_a_fault_has_its_file_line_text_and_the_lines_around(tmp_path: Path) -> None:
    root = project(tmp_path)
    said = "content/posts/x.md:3: Dat: unknown key; did you mean Date?"
    failure = read_failure(said, root, [root / "content"])
    assert len(failure.faults) == 1
    fault = failure.faults[0]
    assert (fault.file, fault.line) == ("content/posts/x.md", 3)
    assert fault.text == "Dat: unknown key; did you mean Date?"
    assert [number for number, _ in fault.excerpt] == [1, 2, 3, 4, 5]
    assert fault.excerpt[2] == (3, "Dat: 2026")
    assert failure.rest == ""


def test_all_faults_are_found_and_the_rest_is_kept(tmp_path: Path) -> None:
    root = project(tmp_path)
    said = "Building\nERROR: content/posts/x.md:3: one\ncontent/posts/x.md: two\nnote: three\n2 things to mend; nothing was written."
    failure = read_failure(said, root, [root / "content"])
    assert [(fault.line, fault.text) for fault in failure.faults] == [(3, "one"), (0, "two")]
    assert failure.rest == "Building\nnote: three"


def test_faults_in_what_was_just_saved_come_first(tmp_path: Path) -> None:
    said = "content/a.md:1: link to x.md\ncontent/x.md:3: no date\ncontent/x.md:4: no topic"
    failure = read_failure(said, tmp_path, [tmp_path], {tmp_path / "content/x.md"})
    assert [str(fault) for fault in failure.faults] == [
        *said.splitlines()[1:],
        said.splitlines()[0],
    ]


def test_a_traceback_points_at_the_innermost_file_of_the_project(tmp_path: Path) -> None:
    root = project(tmp_path)
    said = (
        "Traceback (most recent call last):\n"
        f'  File "{root}/plugins/tips.py", line 1, in <module>\n    import x\n'
        f'  File "{root}/plugins/tips.py", line 2, in build\n    raise ValueError\n'
        '  File "/usr/lib/python3/json.py", line 9, in loads\n'
        "json.decoder.JSONDecodeError: no"
    )
    failure = read_failure(said, root, [root / "plugins"])
    assert [(fault.file, fault.line, fault.text) for fault in failure.faults] == [
        ("plugins/tips.py", 2, "JSONDecodeError: no")
    ]
    assert failure.rest == said


def test_lines_of_files_beyond_the_watched_folders_are_not_shown(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "content/link.md").symlink_to("/etc/passwd")
    said = "/etc/passwd:1: a\ncontent/../../etc/hosts.txt:1: b\ncontent/link.md:1: c"
    failure = read_failure(said, root, [root / "content"])
    assert not any(fault.excerpt for fault in failure.faults)


def test_many_faults_are_counted_and_a_long_text_is_cut(tmp_path: Path) -> None:
    said = "\n".join(f"content/{n}.md:1: no" for n in range(50)) + "\n" + "x" * 50_000
    failure = read_failure(said, tmp_path, [tmp_path])
    assert (len(failure.faults), failure.more) == (20, 30)
    assert len(failure.rest) < 21_000
    assert failure.message == said


def test_colours_and_control_characters_are_taken_out() -> None:
    assert plain(b"\x1b[1;31mno\x1b[0m\r\n\x07\x1b]0;title\x07a\tb\xff\n") == "no\na\tb\ufffd"
