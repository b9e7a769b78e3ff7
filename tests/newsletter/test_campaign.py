"""The commands of the campaign, from the Markdown to a mail server."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.newsletter.post_office import PostOffice, free_port, open_office, password_is
from tests.sites import Site
from tests.tips.issues import four, item, write_issue
from tools.errors import ProjectError
from tools.newsletter import campaign
from tools.newsletter.account import Account
from tools.newsletter.campaign import Campaign
from tools.newsletter.checking import MOST
from tools.newsletter.sending import Clock
from tools.newsletter.transport import Connection, open_connection

pytestmark = pytest.mark.slow

SETTINGS = {
    "SITEURL": "https://site.example",
    "REPLY_TO": "hello@site.example",
    "UNSUBSCRIBE_URL": "https://site.example/leave?who={token}",
}
NOW = datetime(2026, 11, 4, 8, tzinfo=UTC)


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def desk(site: Site, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    write_issue(site, "2026-06")
    write_issue(site, "2026-07")
    (site.folder / "pelicanconf.py").write_text("")
    (site.folder / "comments.secret").write_text("1" * 64)
    write_list(site, "a", "b", "c")
    with open_office(office) as port:
        (site.folder / "smtp.secret").write_text(
            f"SMTP_HOST=127.0.0.1\nSMTP_PORT={port}\nSMTP_SECURITY=none\nSMTP_PER_MINUTE=100000\n"
        )
        yield Campaign(
            site.content, site.folder, SETTINGS, NOW, Clock(time.monotonic, lambda _: None), quick
        )


def quick(account: Account) -> Connection:
    return open_connection(account, settle=0)


def write_list(site: Site, *names: str) -> Path:
    path = site.folder / "inbox" / "list.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("email\n" + "".join(f"{name}@x.example\n" for name in names))
    return path


def yes(_: str) -> bool:
    return True


def send(
    desk: Campaign, month: str | None = None, ask: Callable[[str], bool] = yes, **options: Any
) -> str:
    return campaign.send_list(desk, month, desk.root / "inbox/list.csv", ask, **options)


def refused(work: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    with pytest.raises(ProjectError) as told:
        work(*arguments, **options)
    return str(told.value)


def test_the_latest_issue_goes_to_everybody_on_the_list_once(
    desk: Campaign, office: PostOffice
) -> None:
    asked: list[str] = []
    told = send(desk, ask=lambda question: bool(asked.append(question)) or True)
    assert asked[0].startswith("Send “Issue 2026-07” (")
    assert asked[0].endswith(
        " kB) to 3 of 3 subscribers; nobody has it yet, by 127.0.0.1, in a moment?"
    )
    assert told.startswith(
        "Sent to 3; 3 have it since 4 November 2026.\nCommit sent/2026-07, which"
    )
    assert office.counts == {"a@x.example": 1, "b@x.example": 1, "c@x.example": 1}
    mail = office.mail_to("a@x.example")
    assert mail["Subject"] == "Issue 2026-07"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ways = {office.mail_to(f"{name}@x.example")["List-Unsubscribe"] for name in "abc"}
    assert len(ways) == 3
    assert "x.example" not in "".join(ways)


def test_sending_twice_is_refused(desk: Campaign, office: PostOffice) -> None:
    send(desk)
    assert refused(send, desk) == (
        "2026-07: 3 have it since 4 November 2026. Nobody is left; nothing was sent."
    )
    assert len(office.taken) == 3


def test_who_joins_later_gets_the_mail_that_went_out_then(
    desk: Campaign, site: Site, office: PostOffice
) -> None:
    send(desk)
    write_issue(site, "2026-07", title="Mended")
    write_list(site, "a", "b", "c", "d")
    assert send(desk).startswith("Sent to 1; 4 have it since")
    assert office.mail_to("d@x.example")["Subject"] == "Issue 2026-07"


def test_no_is_no(desk: Campaign, office: PostOffice) -> None:
    assert send(desk, ask=lambda _: False) == "Nothing was sent."
    assert not office.taken
    assert not (desk.root / "sent").exists()


def test_a_dry_run_sends_nothing_and_needs_no_server(desk: Campaign, office: PostOffice) -> None:
    (desk.root / "smtp.secret").unlink()
    told = send(desk, dry_run=True)
    assert told.startswith("Would send “Issue 2026-07” (")
    assert "to 3 of 3 subscribers; nobody has it yet. Nothing was sent." in told
    assert not office.connections
    assert not (desk.root / "sent").exists()


def test_an_issue_that_is_not_public_is_not_sent_and_its_proof_is(
    desk: Campaign, site: Site, office: PostOffice
) -> None:
    write_issue(site, "2099-01")
    assert refused(send, desk, "2099-01") == (
        "2099-01 is not public. Scheduled: published by the first build after 1 January 2099, 6 pm. "
        "Nothing was sent."
    )
    assert campaign.send_proof(desk, "2099-01", "me@x.example") == (
        "Sent “Proof: Issue 2099-01” to me@x.example."
    )
    assert office.mail_to("me@x.example")["Subject"] == "Proof: Issue 2099-01"


def test_a_proof_goes_as_often_as_asked_for_and_counts_for_nothing(
    desk: Campaign, office: PostOffice
) -> None:
    for _ in range(2):
        campaign.send_proof(desk, None, "a@x.example")
    assert office.counts == {"a@x.example": 2}
    assert send(desk).startswith("Sent to 3;")


def test_a_list_of_nobody_sends_nothing(desk: Campaign, site: Site) -> None:
    write_list(site)
    assert refused(send, desk).endswith("list.csv: nobody is on this list; nothing was sent.")


def test_without_the_secret_that_the_ledger_was_written_with_nothing_is_sent(
    desk: Campaign, office: PostOffice
) -> None:
    send(desk)
    (desk.root / "comments.secret").unlink()
    told = refused(send, desk)
    assert told.startswith(
        "sent/2026-07 was written with a comments.secret that is not here; restore it"
    )
    (desk.root / "comments.secret").write_text("0" * 64)
    assert "was written with another comments.secret" in refused(send, desk)
    assert len(office.taken) == 3


def test_what_came_of_a_broken_run_is_told(desk: Campaign, site: Site, office: PostOffice) -> None:
    write_list(site, *(f"r{number}" for number in range(14)))
    office.on_message = lambda server, number, when: (
        server.transport.abort() if (number, when) == (3, "after") else None
    )
    office.answer = lambda address: "550 5.1.1 no" if address.startswith("r9@") else None
    told = send(desk).splitlines()
    assert told[:6] == [
        "Sent to 12; 12 have it since 4 November 2026, 1 in doubt, 1 refused by their server.",
        "The connection broke 1 time, and was made again.",
        "Refused by their server; --refused tries them again:",
        "  r9@x.example (550 5.1.1)",
        "In doubt: the connection broke after the mail was handed over and before the server said yes. "
        "They may have it; --again sends it to them:",
        "  r2@x.example",
    ]
    assert "12 have it since 4 November 2026, 1 in doubt, 1 refused" in refused(send, desk)
    office.answer = lambda _: None
    assert "\n  r2@x.example" in refused(send, desk)  # named again, with nobody left
    assert send(desk, again=True).startswith("Sent to 1; 13 have it")
    assert send(desk, refused=True).startswith("Sent to 1; 14 have it")


def test_a_server_that_does_not_answer_is_told_before_anything_is_written(desk: Campaign) -> None:
    (desk.root / "smtp.secret").write_text(
        f"SMTP_HOST=127.0.0.1\nSMTP_PORT={(port := free_port())}\nSMTP_SECURITY=none\n"
    )
    assert refused(send, desk) == (
        f"127.0.0.1:{port}: nobody answers there; look at SMTP_HOST and SMTP_PORT. Nothing was sent."
    )
    assert not (desk.root / "sent").exists()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command.split(), *names, "-keyout", str(key), "-out", str(made)],
        check=True,
        capture_output=True,
    )
    return made, key


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_password_and_mail_go_over_an_encrypted_line_and_faults_of_it_are_told(
    desk: Campaign, certificate: tuple[Path, Path], security: str
) -> None:
    office = PostOffice()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    options: dict[str, Any] = {"authenticator": password_is("me", "right"), "auth_required": True}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}

    def trusting(account: Account) -> Connection:
        return open_connection(account, ssl.create_default_context(cafile=certificate[0]), settle=0)

    with open_office(office, **options) as port:

        def settings(password: str, host: str = "localhost") -> None:
            (desk.root / "smtp.secret").write_text(
                f"SMTP_HOST={host}\nSMTP_PORT={port}\nSMTP_SECURITY={security}\nSMTP_USER=me\n"
                f"SMTP_PASSWORD={password}\nSMTP_PER_MINUTE=100000\n"
            )

        settings("wrong")
        told = refused(send, replace(desk, connect=trusting))
        assert told.startswith(f"localhost:{port} does not take this user and password (535)")
        settings("right")
        told = refused(send, desk)  # whose system does not know who made the certificate
        assert told.startswith(f"localhost:{port} has a certificate that is not to be believed (")
        settings("right", "127.0.0.1")
        told = refused(send, replace(desk, connect=trusting))
        assert "has a certificate that is not to be believed" in told
        assert not (desk.root / "sent").exists()
        settings("right")
        assert send(replace(desk, connect=trusting)).startswith("Sent to 3;")
    assert len(office.taken) == 3


def test_a_server_without_encryption_is_not_given_the_list(
    desk: Campaign, office: PostOffice
) -> None:
    path = desk.root / "smtp.secret"
    path.write_text(path.read_text().replace("SMTP_SECURITY=none", "SMTP_SECURITY=starttls"))
    assert "offers no encryption by STARTTLS" in refused(send, desk)
    path.write_text(path.read_text().replace("=starttls", "=tls"))
    assert "does not speak TLS from the start; is it SMTP_SECURITY=starttls" in refused(send, desk)
    assert not office.taken


def test_two_at_once_are_one_too_many(desk: Campaign, office: PostOffice) -> None:
    def meanwhile(_: str) -> bool:
        assert "is being written by" in refused(send, desk)
        return True

    assert send(desk, ask=meanwhile).startswith("Sent to 3;")
    assert len(office.taken) == 3


def test_check_tells_all_that_is_wrong_with_a_mail(desk: Campaign, site: Site) -> None:
    assert campaign.check(desk, None).startswith("Nothing to mend in the mail of 2026-07: ")
    items = four()
    items[0] = item("one").replace("Why one", "Why<video></video> " + "long " * 22_000)
    site.write("images/big.svg", "<svg/>")
    write_issue(
        site,
        "2026-07",
        items,
        title="T" * 80,
        preheader="P" * 140,
        opening='<img src="../images/x.png">',
    )
    told = refused(campaign.check, desk, None)
    assert "picture" in told  # the build itself refuses it
    write_issue(site, "2026-07", items, title="T" * 80, preheader="P" * 140)
    told = refused(campaign.check, desk, None)
    assert "the subject has 80 letters; a phone shows 70 at most" in told
    assert "the preheader has 140 letters; programs show 130 at most" in told
    assert "holds 1 thing that no mail program runs" in told
    assert f"Gmail cuts off what is over {MOST // 1000} kB" in told
    assert told.endswith("4 things to mend.")
    assert refused(send, desk) == told


def test_check_names_a_link_that_the_ledger_knows_to_be_dead(desk: Campaign, site: Site) -> None:
    items = four()
    items[0] = item("one").replace("Why one", "Why [one](https://gone.example/a#b)")
    write_issue(site, "2026-07", items)
    failed = ["2026-06-01", "2026-06-05", "2026-06-12"]
    link = {"state": "dead", "checked": failed[-1], "why": "404", "failed": failed, "grave": True}
    row = {"version": 1, "links": {"https://gone.example/a": link}, "reviewed": {}}
    site.write("links.json", json.dumps(row))
    told = refused(campaign.check, desk, None)
    assert told == (
        'mail of 2026-07: link "https://gone.example/a#b" is dead since 1 June 2026 (404); '
        "lead to another page, or to a copy of it\n1 thing to mend."
    )
    link["state"] = "failing"
    site.write("links.json", json.dumps(row))
    assert campaign.check(desk, None).startswith("Nothing to mend")


def test_an_issue_that_is_not_there_is_told(desk: Campaign) -> None:
    assert refused(campaign.check, desk, "2026-08") == (
        'content/tips/2026-08.md: no such issue; did you mean "2026-07"?'
    )
    assert refused(campaign.check, desk, "July") == (
        '"July" is not an issue; write its month, such as 2026-11'
    )


def test_preview_writes_both_parts_where_nothing_is_published(desk: Campaign) -> None:
    page, told = campaign.preview(desk, "2026-06")
    assert page == desk.root / ".cache/mail/2026-06.html"
    assert told == ".cache/mail/2026-06.html and .cache/mail/2026-06.txt: “Issue 2026-06”"
    assert "Try: one, once." in page.with_suffix(".txt").read_text()


def test_export_puts_the_services_mark_where_the_way_out_is(desk: Campaign, tmp_path: Path) -> None:
    campaign.export(desk, "2026-06", tmp_path / "out", "{{ unsubscribe_url }}")
    assert '<a href="{{ unsubscribe_url }}"' in (tmp_path / "out/mail.html").read_text()
    assert "\n{{ unsubscribe_url }}\n" in (tmp_path / "out/mail.txt").read_text()
    assert json.loads((tmp_path / "out/mail.json").read_text())["subject"] == "Issue 2026-06"
    told = refused(campaign.export, desk, "2026-06", desk.content / "out", "x")
    assert told.endswith("lies in content/, which is published; name another")


def test_the_mail_leads_to_the_live_site_and_its_meetup_and_talk_come_from_the_build(
    desk: Campaign, office: PostOffice
) -> None:
    send(desk)
    body = office.mail_to("a@x.example").get_body(("html",))
    assert isinstance(body, EmailMessage)
    assert "https://site.example/tips/2026-07/" in body.get_content()
    assert "localhost" not in body.get_content()


def test_a_secret_that_is_made_on_the_way_is_told_even_when_nothing_could_be_sent(
    desk: Campaign,
) -> None:
    (desk.root / "smtp.secret").write_text(
        f"SMTP_HOST=127.0.0.1\nSMTP_PORT={free_port()}\nSMTP_SECURITY=none\n"
    )
    (desk.root / "comments.secret").unlink()
    assert "comments.secret was made" in refused(send, desk)
    assert "comments.secret was made" not in refused(send, desk)
