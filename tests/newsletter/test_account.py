"""How to reach the mail server: what is missing or wrong is told, all at once, and no password ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.errors import ProjectError
from tools.newsletter.account import account, is_here


def refused(root: Path, sender: str | None = "me@site.example", **environment: str) -> str:
    with pytest.raises(ProjectError) as told:
        account(root, environment, sender)
    return str(told.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "smtp.secret").write_text("# mine\nSMTP_HOST=a.example\nSMTP_PORT=2525\n")
    found = account(tmp_path, {"SMTP_HOST": "b.example"}, "me@site.example")
    assert (found.host, found.port, found.security) == ("b.example", 2525, "starttls")
    assert (found.sender, found.per_minute) == ("me@site.example", 60)


def test_each_security_has_its_port(tmp_path: Path) -> None:
    for security, port in (("starttls", 587), ("TLS", 465)):
        given = {"SMTP_HOST": "a.example", "SMTP_SECURITY": security}
        assert account(tmp_path, given, "me@site.example").port == port


def test_without_settings_it_is_told_what_to_write(tmp_path: Path) -> None:
    assert refused(tmp_path).startswith("No mail server is named; write a file smtp.secret beside")


def test_everything_wrong_is_told_at_once_and_the_password_never(tmp_path: Path) -> None:
    (tmp_path / "smtp.secret").write_text("SMTP_HOTS=x\nhello\nSMTP_PASSWORD=hunter2\n")
    told = refused(
        tmp_path,
        "nobody",
        SMTP_HOST="a b",
        SMTP_PORT="many",
        SMTP_SECURITY="ssl",
        SMTP_PER_MINUTE="0",
    )
    assert told.splitlines() == [
        'smtp.secret:1: "SMTP_HOTS" is not a known setting; did you mean "SMTP_HOST"?',
        "smtp.secret:2: is not a setting; write SMTP_HOST=mail.example.org",
        'SMTP_SECURITY: "ssl" is not known; write starttls or tls',
        'SMTP_PORT: "many" is not a number from 1 to 65535',
        'SMTP_PER_MINUTE: "0" is not a number from 1 to 100000',
        'SMTP_HOST: "a b" is not the name of a server, such as mail.example.org',
        "SMTP_USER is missing; a user and a password come together",
        'SMTP_FROM: "nobody" is not an address to send from',
    ]
    given = {"SMTP_HOST": "a.example", "SMTP_USER": "u", "SMTP_PASSWORD": "hunter2"}
    assert "hunter2" not in repr(account(tmp_path / "no", given, "me@site.example"))


def test_only_this_machine_is_spoken_to_in_the_open(tmp_path: Path) -> None:
    assert "would send the list in the open to a.example" in refused(
        tmp_path, SMTP_HOST="a.example", SMTP_SECURITY="none"
    )
    for host in ("127.0.0.1", "localhost", "::1"):
        assert is_here(host)
        given = {"SMTP_HOST": host, "SMTP_SECURITY": "none"}
        assert account(tmp_path, given, "me@site.example").security == "none"
