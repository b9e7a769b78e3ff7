"""The commands on comments, with an editor that is a script: what is written, told, kept and refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.conversations import writing
from plugins.conversations.keys import FILE, person_key, secret
from plugins.conversations.model import Comment
from tests.conversations.threads import GUEST, HOST_KEY, ROOT, WHEN, lay, read, said, text_of
from tests.sites import SITE_FOLDER
from tools.build import KEPT, clean
from tools.comments import maintenance, verbs
from tools.comments.desk import Desk, desk
from tools.comments.drafting import SCISSORS, above_scissors, editor
from tools.comments.finding import find_entry, known_entries
from tools.errors import ProjectError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the stand-in editors are Unix scripts"),
]

NOW = WHEN + timedelta(days=1)
Edit = Callable[[str], None]


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with three posts, a page and a thread of two."""
    content = tmp_path / "content"
    for place, head in {
        "posts/a.md": "Title: Moving house\nDate: 2026-11-01\nAliases: /2014/a.html, /posts/older/",
        "posts/b.md": "Title: Moving on\nDate: 2026-11-01\nId: second\nSlug: moving-along",
        "posts/five-questions.md": "Title: Five questions I ask\nDate: 2026-11-01",
        "pages/about.md": "Title: About",
    }.items():
        path = content / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{head}\n\nText.\n", encoding="utf-8")
    lay(content / "comments", said("a"), said("b", "a", 10))
    return desk(content, tmp_path, NOW)


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Sets an editor that runs a line of shell on the draft, "$1", and keeps what it was shown."""

    def use(line: str) -> None:
        script = tmp_path / "editor.sh"
        script.write_text(f'#!/bin/sh\ncp "$1" "{tmp_path}/shown"\n{line}\n', encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(script))

    return use


HELLO = 'printf "Hello,\\n\\n- you?\\n" | cat - "$1" > "$1.x" && mv "$1.x" "$1"'


def comments(at: Desk, key: str = "posts/a") -> tuple[Comment, ...]:
    thread = writing.read_thread(at.store, key, HOST_KEY)
    assert thread is not None
    return thread.comments


def drafts(at: Desk) -> list[Path]:
    return sorted((at.root / ".cache/drafts").glob("*"))


def test_a_reply_is_the_hosts_and_what_it_answers_is_shown(at: Desk, writes: Edit) -> None:
    writes(HELLO)
    told = verbs.reply(at, "a", "b")
    new = comments(at)[-1]
    assert told == (
        f"content/comments/posts/a.json: you spoke as {new.id}, in answer to b  Priya Raman: Words of b."
    )
    assert (new.parent, new.body, new.author) == ("b", "Hello,\n\n- you?", at.host)
    assert drafts(at) == []
    shown = (at.root / "shown").read_text(encoding="utf-8")
    assert shown.endswith(
        '#> You speak under "Moving house" (posts/a).\n#>\n'
        "#> You answer Priya Raman, 23 November 2026, 6.10 pm:\n#>\n#> Words of b.\n#>\n"
    )
    assert shown.startswith(f"\n\n{SCISSORS}\n")


def test_a_guests_letter_is_put_in_under_the_key_of_their_address(at: Desk, writes: Edit) -> None:
    writes(HELLO)
    told = verbs.add(
        at, "five", "Ada  Lovelace", "Ada@x.example", "https://ada.example", "2026-11-20 09:00"
    )
    assert "comments.secret was made" in told
    (new,) = comments(at, "posts/five-questions")
    key = person_key("ada@x.example", secret(at.root).value)
    assert new.author is not None
    assert new.author.model_dump() == {
        "name": "Ada Lovelace",
        "url": "https://ada.example",
        "key": key,
        "host": False,
    }
    assert new.date.isoformat() == "2026-11-20T09:00:00+11:00"
    again = verbs.add(at, "five", "Ada", "ada@x.example", to=new.id)
    assert "secret" not in again
    everything = b"".join(p.read_bytes() for p in at.root.rglob("*") if p.is_file())
    assert b"x.example" not in everything.lower()
    assert (at.root / FILE).exists()


def test_without_an_address_the_one_guest_of_that_name_is_meant(at: Desk, writes: Edit) -> None:
    writes(HELLO)
    assert "Taken for the priya raman of posts/a" in verbs.add(at, "about", "priya raman")
    assert comments(at, "pages/about")[0].author.key == GUEST.key  # type: ignore[union-attr]
    assert "known by no address" in verbs.add(at, "about", "Grace")
    other = GUEST.model_copy(update={"key": "f" * 32})
    writing.add_comment(at.store, "posts/a", other, "Another.", WHEN)
    with pytest.raises(ProjectError, match=r"2 people are called Priya Raman .* give --email"):
        verbs.add(at, "about", "Priya Raman")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "X", "url": "foo"}, '--url: "foo" is not a web address'),
        ({"name": "X" * 101}, "--name: found"),
        ({"name": "X", "email": "no"}, '--email: "no" is not an address'),
        ({"name": "ActivateLearning"}, "is your own name; leave --name out"),
        ({"email": "a@x.example"}, "give their --name too"),
        ({"date": "31 Nov"}, '--date: "31 Nov" is not a date; write'),
        ({"date": "2027-01-01"}, '--date: "2027-01-01" is still to come'),
        (
            {"to": "bb"},
            'posts/a has no comment "bb"; did you mean "b"?\nThe last ones there:\n    a  Pri',
        ),
    ],
)
def test_what_can_be_refused_is_refused_before_the_editor_opens(
    at: Desk, writes: Edit, given: dict[str, Any], message: str
) -> None:
    writes(HELLO)
    with pytest.raises(ProjectError) as told:
        verbs.add(at, "a", **given)
    assert message in str(told.value)
    assert not (at.root / "shown").exists()


def test_an_empty_text_cancels(at: Desk, writes: Edit) -> None:
    writes('sleep 0.6; printf "\\n  \\n" > "$1"')
    before = (at.store / "posts/a.json").read_bytes()
    assert verbs.reply(at, "a", "b") == verbs.CANCELLED
    assert verbs.edit(at, "a", "b").startswith(verbs.CANCELLED)
    writes("sleep 0.6")
    assert verbs.reply(at, "a", "b") == verbs.CANCELLED
    assert verbs.edit(at, "a", "b") == "Nothing was changed."
    assert (at.store / "posts/a.json").read_bytes() == before
    assert drafts(at) == []


def test_an_editor_that_does_not_wait_is_found_out(at: Desk, writes: Edit) -> None:
    writes("exit 0")
    with pytest.raises(ProjectError, match=r"ended at once .* option to wait"):
        verbs.reply(at, "a", "b")
    assert len(drafts(at)) == 1


def test_an_editor_that_fails_or_is_not_there_is_told(
    at: Desk, writes: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes(f"{HELLO}; exit 3")
    with pytest.raises(ProjectError, match="ended with status 3; nothing was written"):
        verbs.reply(at, "a", "b")
    (kept,) = drafts(at)
    assert kept.read_text(encoding="utf-8").startswith("Hello,")
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    with pytest.raises(ProjectError, match='"no-such-editor --wait" does not start'):
        verbs.reply(at, "a", "b")
    assert drafts(at) == [kept]
    monkeypatch.setenv("VISUAL", "")
    monkeypatch.setenv("EDITOR", "code --wait")
    assert editor() == ["code", "--wait"]


def test_a_text_that_is_refused_is_kept_and_can_be_given_again(at: Desk, writes: Edit) -> None:
    writes('printf "Bell \\007 rings." > "$1"')
    with pytest.raises(ProjectError) as told:
        verbs.reply(at, "a", "b")
    (kept,) = drafts(at)
    assert str(told.value).endswith(
        f"Nothing was written. Your text is kept; give it again with --draft {kept.relative_to(at.root)}"
    )
    assert "holds the control character U+0007" in str(told.value)
    writes(r"""tr -d '\007' < "$1" > "$1.x" && mv "$1.x" "$1" """)
    verbs.reply(at, "a", "b", draft=kept)
    assert comments(at)[-1].body == "Bell  rings."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write to jo@mail.example.", "holds the e-mail address j***@m***.example; take it out"),
        (
            "See [this](id:five-qestions).",
            'link "id:five-qestions": no entry has this id; did you mean',
        ),
        (
            "See [this](five-qestions.md).",
            "no such file in the content; did you mean id:posts/five-questions?",
        ),
        (
            "See [this](/posts/five-qestions/).",
            'no entry has this address; did you mean "/posts/five-questions/"?',
        ),
        ("See [this]().", 'link "": leads nowhere; write an address'),
    ],
)
def test_what_the_next_build_would_refuse_is_said_at_once_and_the_text_is_kept(
    at: Desk, writes: Edit, text: str, said: str
) -> None:
    before = comments(at)
    writes(f"printf '%s' '{text}' > \"$1\"")
    for verb in (lambda: verbs.reply(at, "a", "b"), lambda: verbs.edit(at, "a", "b")):
        with pytest.raises(ProjectError) as told:
            verb()
        assert said in str(told.value)
        assert "Your text is kept; give it again with --draft" in str(told.value)
    assert comments(at) == before
    assert [kept.read_text(encoding="utf-8") for kept in drafts(at)] == [text, text]


@pytest.mark.parametrize(
    "text",
    [
        "See [this](id:five-questions), [that](five-questions.md) and [those](../pages/about.md#x).",
        "See [this](/posts/moving-along/), [that](/topics/a/), [it](/about/) and <https://a.example/>.",
        "See [above](#comment-a).",
        "See [old](/posts/older/), [the feed](/tips/feed.atom) and [more](/posts/page/2/).",
    ],
)
def test_links_that_lead_somewhere_are_let_be(at: Desk, writes: Edit, text: str) -> None:
    writes(f"printf '%s' '{text}' > \"$1\"")
    verbs.reply(at, "a", "b")
    assert comments(at)[-1].body == text


def test_a_guest_who_is_called_as_the_host_is_has_an_address(at: Desk, writes: Edit) -> None:
    writes(HELLO)
    anne = replace(at, host=at.host.model_copy(update={"name": "Anne"}), names=("Anne", "A site"))
    with pytest.raises(
        ProjectError, match=r"is your own name; leave --name out .* or give --email"
    ):
        verbs.add(anne, "a", "Anne")
    verbs.add(anne, "a", "Anne", "anne@a.example")
    assert comments(at)[-1].author.host is False  # type: ignore[union-attr]


def test_a_guest_whose_name_imitates_the_hosts_is_refused_before_the_editor_opens(at: Desk) -> None:
    with pytest.raises(ProjectError, match=r"--name: .* is one letter away from"):
        verbs.add(replace(at, names=("activatelearning",)), "a", "activateleanring")


def test_a_text_is_kept_when_the_thread_was_closed_meanwhile(at: Desk, writes: Edit) -> None:
    closing = (
        "from pathlib import Path; from tests.conversations.threads import *; "
        "from plugins.conversations.writing import close_thread; "
        f"close_thread(Path('{at.store}'), 'posts/a', 'Enough.', WHEN)"
    )
    writes(f'{HELLO}; cd {ROOT} && {sys.executable} -c "{closing}"')
    with pytest.raises(ProjectError, match="closed since 2026-11-23; open it before"):
        verbs.reply(at, "a", "b")
    assert drafts(at)[0].read_text(encoding="utf-8").startswith("Hello,")


def test_editing_opens_on_the_words_as_they_are(at: Desk, writes: Edit) -> None:
    writes("""sed 's/Words/Better words/' "$1" > "$1.x" && mv "$1.x" "$1" """)
    assert verbs.edit(at, "a", "#comment-b") == "content/comments/posts/a.json: edited b"
    new = comments(at)[1]
    assert (new.body, new.edited) == ("Better words of b.", NOW)


def test_what_stands_above_the_scissors_is_the_comment() -> None:
    assert (
        above_scissors(f"\r\nOne  \r\n#> two\r\n\r\n{SCISSORS}\r\n#> x\r\nthree") == "One\n#> two"
    )
    assert above_scissors("One\n#> left out\ntwo\n") == "One\ntwo"


def test_delete_close_open_and_pin_say_what_they_did(at: Desk) -> None:
    assert verbs.pin(at, "a", "a") == "Pinned a  Priya Raman: Words of a."
    with pytest.raises(ProjectError, match="comment b is not pinned"):
        verbs.pin(at, "a", "b", off=True)
    assert verbs.pin(at, "a", "a", off=True).startswith("No longer pinned: a")
    assert verbs.close(at, "a", "All said.") == "Closed posts/a: All said."
    with pytest.raises(
        ProjectError, match=r"posts/a is closed \(All said\.\); ./invoke comments.open"
    ):
        verbs.reply(at, "a", "b")
    assert verbs.open_again(at, "a") == "Opened posts/a"
    told = verbs.delete(at, "a", "a")
    assert told == (
        "Deleted a  Priya Raman: Words of a.; its place stays, for 1 reply\n"
        "The thread as it was: .cache/backups/2026-11-24-180000/posts/a.json"
    )
    copy = at.root / ".cache/backups/2026-11-24-180000/posts/a.json"
    assert copy.read_text(encoding="utf-8") == text_of(said("a"), said("b", "a", 10))


@pytest.mark.parametrize(
    "typed",
    [
        "posts/second",
        "second",
        "b",
        "moving-along",
        "posts/moving-along",
        "/posts/moving-along/",
        "https://site.example/posts/moving-along/#comment-x",
        "content/posts/b.md",
        ".\\content\\posts\\b.md",
        "content/comments/posts/second.json",
        "Moving on",
        "moving ON",
        "ing o",
    ],
)
def test_an_entry_is_found_by_any_of_its_names(at: Desk, typed: str) -> None:
    assert find_entry(typed, known_entries(at.content)).key == "posts/second"


def test_a_wrong_or_ambiguous_name_is_corrected(at: Desk) -> None:
    entries = known_entries(at.content)
    assert find_entry("/about/", entries).key == "pages/about"
    with pytest.raises(ProjectError) as told:
        find_entry("five-qestions", entries)
    assert str(told.value) == (
        'no entry is called "five-qestions"; did you mean posts/five-questions (Five questions I ask)?'
    )
    with pytest.raises(ProjectError) as told:
        find_entry("moving", entries)
    assert str(told.value) == (
        '"moving" could be 2 entries; write one of:\n'
        "    posts/a    Moving house\n    posts/second    Moving on"
    )
    with pytest.raises(ProjectError, match="write its key"):
        find_entry("zzz", entries)


def test_the_check_tells_every_fault_in_one_run(at: Desk) -> None:
    assert maintenance.check(at) == "Nothing to mend: 1 thread, 2 comments."
    lay(at.store, said("a"), entry="posts/secondary")
    lay(
        at.store,
        said("a", "x"),
        said("b", host=True, author=GUEST.model_dump() | {"host": True}),
        entry="pages/about",
    )
    with pytest.raises(ProjectError) as told:
        maintenance.check(at)
    lines = str(told.value).splitlines()
    assert [line.split(": ", 1)[1] for line in lines[:3]] == [
        'comment a: parent "x" is not in this thread; write an earlier id, or null',
        "comment b: author.host: is true under a key that is not the host's; write false, or HOST_KEY's key",
        'entry: no entry has the id "posts/secondary"; did you mean "posts/second"?',
    ]
    assert lines[3] == "3 things to mend."


def test_what_waits_and_the_figures_are_told(at: Desk) -> None:
    lay(at.store, said("q", body="Shall we?"), entry="pages/about")
    assert maintenance.list_waiting(at).splitlines() == [
        "pages/about q  Priya Raman asks, 1 day ago (23 November 2026)",
        "    Shall we?",
        "posts/a b  Priya Raman had the last word, 1 day ago (23 November 2026)",
        "    Words of b.",
        "2 branches, 1 question among them. To answer: ./invoke comments.reply ENTRY ID",
    ]
    assert maintenance.stats(at).splitlines()[0] == (
        "2 threads (0 closed), 3 comments (0 deleted), 1 person besides you"
    )
    for thread in at.store.rglob("*.json"):
        thread.unlink()
    assert maintenance.list_waiting(at) == "Nobody waits for you."


def test_the_doctor_shows_asks_keeps_a_copy_and_writes(at: Desk) -> None:
    path = lay(at.store, said("b", "a", 10, body="donâ€™t"), said("a"), said("c", body='"InÃªs"'))
    before = path.read_bytes()
    with pytest.raises(
        ProjectError, match=r"^2 things left to mend; \./invoke comments.doctor --fix"
    ):
        maintenance.run_doctor(
            at, fix=False, clocks=False, ask=lambda _: False, show=lambda _: None
        )
    questions: list[str] = []
    shown: list[str] = []

    def ask(question: str, answer: bool) -> bool:
        questions.append(question)
        return answer

    with pytest.raises(ProjectError, match="left to mend"):
        maintenance.run_doctor(
            at, fix=True, clocks=False, ask=lambda q: ask(q, False), show=shown.append
        )
    assert path.read_bytes() == before
    told = maintenance.run_doctor(
        at, fix=True, clocks=False, ask=lambda q: ask(q, True), show=shown.append
    )
    assert told == "Mended 1 file."
    assert questions[-2:] == [
        'content/comments/posts/a.json: comment b: body: "donâ€™t": write "’" for "â€™"?',
        "Write content/comments/posts/a.json so?",
    ]
    assert '-      "body": "donâ€™t",' in "\n".join(shown)
    assert "A copy as it was: .cache/backups/2026-11-24-180000/posts/a.json" in shown
    assert (at.root / ".cache/backups/2026-11-24-180000/posts/a.json").read_bytes() == before
    thread = read(path.read_bytes())
    assert [(one.id, one.body) for one in thread.comments] == [
        ("a", "Words of a."),
        ("b", "don’t"),
        ("c", '"InÃªs"'),
    ]
    assert (
        maintenance.run_doctor(at, fix=True, clocks=False, ask=lambda _: False, show=print)
        == "Nothing to mend."
    )


def test_the_doctor_sets_clocks_only_when_asked_to(at: Desk) -> None:
    lay(at.store, said("a", minutes=10), said("b", "a", 0))
    with pytest.raises(ProjectError, match="1 thing left"):
        maintenance.run_doctor(at, fix=True, clocks=False, ask=lambda _: True, show=print)
    maintenance.run_doctor(at, fix=True, clocks=True, ask=lambda _: True, show=print)
    assert (comments(at)[1].date - comments(at)[0].date) == timedelta(seconds=1)


def test_clean_leaves_drafts_and_copies(tmp_path: Path) -> None:
    for name in (*KEPT, "images"):
        (tmp_path / ".cache" / name).mkdir(parents=True)
    assert clean(tmp_path) == [".cache/images"]
    assert sorted(path.name for path in (tmp_path / ".cache").iterdir()) == sorted(KEPT)


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "invoke", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_the_commands_take_their_arguments_by_place(at: Desk) -> None:
    content = f"--content={at.content}"
    assert run("comments.check", content).stdout == "Nothing to mend: 1 thread, 2 comments.\n"
    assert run("comments.close", "a", "--reason", "Done.", content).returncode == 0
    assert run("comments.open", "moving house", content).stdout == "Opened posts/a\n"
    assert run("comments.pin", "a", "a", content).returncode == 0
    assert run("comments.pin", "a", "a", "--off", content).stdout.startswith("No longer pinned")
    wrong = run("comments.reply", "mving-house", "b", content)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.strip() == (
        'no entry is called "mving-house"; did you mean posts/a (Moving house)?'
    )
    waiting = run("comments.doctor", content, "--fix", stdin=subprocess.DEVNULL)
    assert waiting.stdout == "Nothing to mend.\n"


def test_the_end_of_the_input_is_a_no(at: Desk) -> None:
    path = lay(at.store, said("b", "a", 10), said("a"))
    before = path.read_bytes()
    ran = run("comments.doctor", "--fix", f"--content={at.content}", stdin=subprocess.DEVNULL)
    assert ran.returncode == 1
    assert path.read_bytes() == before


def test_the_host_is_who_the_content_says(at: Desk) -> None:
    hosts = {
        (author["name"], author["key"])
        for path in (SITE_FOLDER / "content/comments").rglob("*.json")
        for comment in json.loads(path.read_bytes())["comments"]
        if (author := comment["author"]) and author["host"]
    }
    assert hosts == {(at.host.name, at.host.key)}


def test_setup_tells_git_once_for_each_copy(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"git config merge\.thread\.name"):
        maintenance.setup(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for _ in range(2):
        assert maintenance.setup(tmp_path).startswith("From now on")
    ran = subprocess.run(
        ["git", "config", "--get-all", "merge.thread.driver"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "./invoke comments.merge %O %A %B --path %P\n"


def test_two_at_the_keyboard_wait_for_one_another(at: Desk, writes: Edit) -> None:
    """A reply that is being written holds no lock: only the moment of putting it in does."""
    other = "from pathlib import Path; from tests.conversations.threads import *; "
    other += "from plugins.conversations.writing import add_comment; "
    other += f"add_comment(Path('{at.store}'), 'posts/a', GUEST, 'Quick.', WHEN)"
    writes(f'{HELLO}; cd {ROOT} && {sys.executable} -c "{other}"')
    began = time.monotonic()
    verbs.reply(at, "a", "b")
    assert time.monotonic() - began < 10
    assert {"Quick.", "Hello,\n\n- you?"} < {one.body for one in comments(at)}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"body": "Write to jo@mail.example."}, "body: holds the e-mail address"),
        ({"name": "activate\u200blearning"}, "author.name"),
        ({"name": "\u0430ctivatelearning"}, "author.name"),
    ],
)
def test_the_check_finds_private_data_and_names_like_the_hosts(
    at: Desk, changed: dict[str, str], found: str
) -> None:
    path = at.store / "posts/a.json"
    thread = json.loads(path.read_text(encoding="utf-8"))
    thread["comments"][0]["body"] = changed.get("body", "Words.")
    thread["comments"][0]["author"]["name"] = changed.get("name", "Jo")
    text = json.dumps(thread, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError) as told:
        maintenance.check(at)
    assert found in str(told.value)
    assert "content/comments/posts/a.json:" in str(told.value)
    assert "jo@mail.example" not in str(told.value)
