"""A list as services export it; it is read whole or not at all, and kept from where it could be seen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.errors import ProjectError
from tools.newsletter.subscribers import Subscriber, address_of, read_subscribers


def write(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, *published: Path) -> list[str]:
    with pytest.raises(ProjectError) as told:
        read_subscribers(path, published)
    return str(told.value).replace(f"{path.parent}/", "").splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "email\na@x.example\nb@x.example\n",
        "\ufeffName;E-Mail;City\r\nA;a@x.example;Perth\r\nB;b@x.example;\r\n",
        'name,"Email Address"\n"Smith, A",a@x.example\n\nB, b@x.example \n',
        "email\tname\na@x.example\tA\nb@x.example\tB\n",
    ],
)
def test_a_list_is_read_however_it_was_exported(tmp_path: Path, text: str) -> None:
    people = read_subscribers(write(tmp_path, text)).people
    assert people == (Subscriber("a@x.example"), Subscriber("b@x.example"))


def test_only_those_who_confirmed_are_on_it_and_each_once(tmp_path: Path) -> None:
    text = "email,status,unsubscribe\na@x.example,active,https://s.example/1\nA@X.example,active,\n"
    text += "b@x.example,pending,\nc@x.example,unsubscribed,\nd@x.example,,\n"
    found = read_subscribers(write(tmp_path, text))
    assert found.people == (Subscriber("a@x.example", "https://s.example/1"),)
    assert str(found) == (
        "1 subscriber, 1 left out as of no status, 1 left out as pending, 1 left out as unsubscribed, "
        "1 line that repeats an address"
    )


def test_every_line_that_is_wrong_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    text = "email,unsubscribe\nnobody,\na@x,\na@x.example,http://plain.example\nok@x.example,\n"
    assert refused(write(tmp_path, text)) == [
        'list.csv:2: "nobody" is not an e-mail address',
        'list.csv:3: "a@x" is not an e-mail address',
        'list.csv:4: unsubscribe: "http://plain.example" does not begin with https://',
        "Nothing was sent.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", 'list.csv:1: no column is called "email"; the first line says: nothing'),
        (
            "name,phone\nA,1\n",
            'list.csv:1: no column is called "email"; the first line says: name, phone',
        ),
        (
            "a@x.example\nb@x.example\n",
            'list.csv:1: the first line is a subscriber; write "email" on a line above it',
        ),
        ("email\n", "list.csv: nobody is on this list; nothing was sent."),
        (
            "email,status\na@x.example,left\n",
            "list.csv: nobody is on this list (0 subscribers, 1 left out as left); nothing was sent.",
        ),
        (b"email\n\xe9@x.example\n", "list.csv:2: is not UTF-8; save the list as UTF-8 CSV"),
    ],
)
def test_a_list_of_nobody_or_of_something_else_is_refused(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    assert refused(write(tmp_path, text))[0] == told


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "list.csv") == ["list.csv: no such file or directory"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@x.example",
        "a@",
        "a b@x.example",
        "a@x..example",
        ".a@x.example",
        "a@-x.example",
        "a@x.example\nBcc: b@x.example",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        address_of(typed)


def test_letters_that_few_servers_take_are_named_as_that() -> None:
    with pytest.raises(ValueError, match=r"has letters before its @ that few servers take"):
        address_of("ä@x.example")


def test_whoever_left_in_any_line_has_left(tmp_path: Path) -> None:
    text = "email,status\na@x.example,active\nb@x.example,active\nB@X.example,unsubscribed\n"
    found = read_subscribers(write(tmp_path, text))
    assert found.people == (Subscriber("a@x.example"),)
    assert "1 left out as active in one line and not in another" in str(found)


def test_a_domain_in_any_script_goes_out_in_ascii() -> None:
    assert address_of("a@bücher.example") == "a@xn--bcher-kva.example"


def test_a_list_where_it_would_be_published_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "content", "email\na@x.example\n")
    assert (
        "lies in content/, which is published; keep the list in inbox/"
        in refused(path, tmp_path / "content")[0]
    )


def test_a_list_that_git_has_or_would_take_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("inbox/\n")
    path = write(tmp_path, "email\na@x.example\n")
    assert "git would take the list into the next commit" in refused(path)[0]
    subprocess.run(["git", "add", "-f", "list.csv"], cwd=tmp_path, check=True)
    assert "is in git, and so are the addresses in it" in refused(path)[0]
    kept = write(tmp_path / "inbox", "email\na@x.example\n")
    assert len(read_subscribers(kept).people) == 1


@pytest.mark.parametrize(
    "text",
    [
        "email,type\na@x.example,unsubscribed\n",
        "email,confirmed\na@x.example,no\n",
        "Email,Subscribed\na@x.example,true\n",
        "email,email_disabled\na@x.example,true\n",
        "email,status,unsubscribed_at\na@x.example,active,2026-01-01\n",
        "email,Opt-In\na@x.example,1\n",
        "email,status,state\na@x.example,active,bounced\n",
    ],
)
def test_a_column_that_speaks_of_consent_and_is_not_read_is_a_fault(
    tmp_path: Path, text: str
) -> None:
    (column, nothing) = refused(write(tmp_path, text))
    name = text.splitlines()[0].rsplit(",", 1)[1].casefold()
    assert column.startswith(f'list.csv:1: column "{name}" ')
    assert nothing == "Nothing was sent."


def test_when_somebody_confirmed_takes_nobody_off_the_list(tmp_path: Path) -> None:
    text = "Email Address,OPTIN_TIME,CONFIRM_IP,City\na@x.example,2026-01-01,9.9.9.9,Perth\n"
    assert len(read_subscribers(write(tmp_path, text)).people) == 1


def test_a_letter_that_is_not_ascii_is_not_taken_for_another() -> None:
    """IDNA 2008: with that of 2003, the mail went to strasse.example, which is somebody else's."""
    assert address_of("jo@straße.example") == "jo@xn--strae-oqa.example"
