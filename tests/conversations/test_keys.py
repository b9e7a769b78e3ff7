"""A person's key comes from their address and a secret that is made once and kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from multiprocessing import get_context
from pathlib import Path

import pytest

from plugins.conversations.keys import FILE, person_key, secret, unknown_key
from plugins.faults import ContentFaults
from tests.conversations.threads import ROOT


def test_a_key_is_the_first_half_of_an_hmac() -> None:
    expected = hmac.new(b"s" * 32, b"ada@example.org", hashlib.sha256).hexdigest()
    assert person_key("ada@example.org", b"s" * 32) == expected[:32]


@pytest.mark.parametrize(
    "same", [" Ada@Example.org\n", "ADA@EXAMPLE.ORG", "\u00a0ada@example.org\u2003"]
)
def test_an_address_is_the_same_in_every_spelling(same: str) -> None:
    assert person_key(same, b"s") == person_key("ada@example.org", b"s")


def test_letters_made_of_two_signs_are_the_same_letters() -> None:
    assert person_key("zoe\u0308@example.org", b"s") == person_key("ZO\u00cb@example.org", b"s")


def test_other_addresses_and_other_secrets_are_other_people() -> None:
    keys = {person_key(a, s) for a in ("a@x.example", "b@x.example") for s in (b"1", b"2")}
    assert len(keys) == 4
    assert len({unknown_key() for _ in range(50)}) == 50
    assert re.fullmatch(r"[0-9a-f]{32}", unknown_key())


def test_the_secret_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    first = secret(root)
    assert first.made
    assert len(first.value) == 32
    assert secret(root) == (first.value, False)
    if os.name != "nt":
        assert (root / FILE).stat().st_mode & 0o777 == 0o600
        (root / FILE).chmod(0o644)  # as a copy that was restored may be
        secret(root)
        assert (root / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in root.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 64, b"z" * 64])
def test_a_spoilt_secret_is_told_and_never_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ContentFaults, match="restore it from your copy"):
        secret(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_many_at_once_come_to_one_secret(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    with get_context("spawn").Pool(4) as pool:
        made = pool.map(secret, [root] * 8)
    assert len({one[0] for one in made}) == 1
    assert sum(one[1] for one in made) == 1


def test_git_leaves_the_secret_out() -> None:
    assert "*.secret" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
