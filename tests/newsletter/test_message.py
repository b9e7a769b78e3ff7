"""The envelope: what a server and a mail program read in it."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from tests.absent import absent
from tools.newsletter.letter import LEAVE, Letter
from tools.newsletter.message import message

NOW = datetime(2026, 11, 4, 8, 30, tzinfo=ZoneInfo("Australia/Sydney"))
LETTER = Letter(
    subject="November: “before” it all gets too much, with a café in it",
    html=f'<p>Café <a href="{LEAVE}">leave</a></p>',
    text=f"Café\n{LEAVE}\n",
    url="https://site.example/tips/2026-11/",
    archive="https://site.example/tips/",
    list_name='My "own", Learning',
    list_id="my-own-learning.site.example",
)


def read(raw: bytes) -> EmailMessage:
    made = message_from_bytes(raw, policy=default)
    assert isinstance(made, EmailMessage)
    return made


def made(**more: str) -> EmailMessage:
    return read(
        message(LETTER, "hello@site.example", "r@x.example", "<1@site.example>", NOW, **more)
    )


def test_it_is_an_alternative_of_a_text_and_html_in_this_order() -> None:
    mail = made()
    assert mail.get_content_type() == "multipart/alternative"
    parts = list(mail.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["quoted-printable"] * 2
    assert parts[0].get_content().startswith("Café")


def test_its_headers_say_who_when_which_and_where() -> None:
    mail = made()
    assert str(mail["From"].addresses[0]) == '"My \\"own\\", Learning" <hello@site.example>'
    assert mail["Subject"] == LETTER.subject
    assert mail["Date"] == "Wed, 04 Nov 2026 08:30:00 +1100"
    assert mail["Message-ID"] == "<1@site.example>"
    assert mail["List-Id"] == '"My own, Learning" <my-own-learning.site.example>'
    assert mail["Archived-At"] == "<https://site.example/tips/2026-11/>"


def test_with_an_address_one_click_leaves_the_list() -> None:
    leave = "https://site.example/leave?who=" + "0" * 64 + "&list=" + "1" * 64
    mail = made(leave=leave)
    assert mail["List-Unsubscribe"].split(", ")[0].strip() == f"<{leave}>"
    assert mail["List-Unsubscribe"].endswith(
        "<mailto:hello@site.example?subject=Leave%20My%20%22own%22%2C%20Learning>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, page = (part.get_content() for part in mail.iter_parts())
    assert leave in text
    assert leave.replace("&", "&amp;") in page


def test_without_one_leaving_is_a_mail_and_nothing_promises_one_click() -> None:
    mail = made(leave_by_mail="list@site.example")
    assert mail["List-Unsubscribe"].startswith("<mailto:list@site.example?")
    assert mail["List-Unsubscribe-Post"] is None
    sent = "".join(part.get_content() for part in mail.iter_parts())
    absent(LEAVE, sent, control=LETTER.html + LETTER.text)


def test_on_the_wire_it_is_ascii_in_lines_that_every_server_takes() -> None:
    raw = message(
        LETTER,
        "hello@site.example",
        "r@x.example",
        "<1@site.example>",
        NOW,
        "https://s.example/" + "a" * 300,
    )
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(map(len, lines)) < 998
    head = raw.split(b"\r\n\r\n")[0]
    assert b"=?utf-8?" not in head.split(b"List-Unsubscribe:")[1]


@pytest.mark.parametrize("recipient", ["a@x.example\nBcc: b@x.example", "a@x.example, b@x.example"])
def test_no_recipient_can_add_another(recipient: str) -> None:
    with pytest.raises(Exception, match=r"."):
        message(LETTER, "hello@site.example", recipient, "<1@site.example>", NOW)
