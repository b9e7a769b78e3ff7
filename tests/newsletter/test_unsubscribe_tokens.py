"""From the code in an unsubscribe link back to the person."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.conversations.keys import secret
from tools.errors import ProjectError
from tools.newsletter.ledger import Ledger
from tools.newsletter.unsubscribe_tokens import find_subscriber, token


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("email\nAda@a.example\nbo@b.example\n", encoding="utf-8")
    return path


def test_the_code_of_a_mail_leads_back_to_its_reader(tmp_path: Path, people: Path) -> None:
    keyed = secret(tmp_path).value
    code = Ledger(tmp_path / "sent/2026-11", "2026-11", keyed).token("ada@a.example")
    assert code == Ledger(tmp_path / "sent/2026-12", "2026-12", keyed).token("Ada@A.example")
    assert find_subscriber(tmp_path, code, people) == "Ada@a.example"
    link = f"https://site.example/leave?who={token(keyed, 'bo@b.example').upper()}&x=1"
    assert find_subscriber(tmp_path, link, people) == "bo@b.example"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9f2c", "holds no code; give what stands in the link"),
        ("", "holds no code"),
        ("0" * 32, "nobody on "),
        ("0" * 33, "holds no code"),
    ],
)
def test_a_code_of_nobody_is_told(tmp_path: Path, people: Path, typed: str, said: str) -> None:
    secret(tmp_path)
    with pytest.raises(ProjectError, match=said):
        find_subscriber(tmp_path, typed, people)


def test_without_the_secret_none_is_made(tmp_path: Path, people: Path) -> None:
    with pytest.raises(ProjectError, match=r"comments.secret is not here; bring back the one"):
        find_subscriber(tmp_path, "0" * 32, people)
    assert list(tmp_path.iterdir()) == [people]
