"""One message, as bytes for the wire (RFC 5322, MIME), its lines ended by CRLF.

multipart/alternative, the text first; both parts in UTF-8 as quoted-printable, which every server lets
through. List-Unsubscribe (RFC 2369) names an https address, when there is one, before a mailto; with it
List-Unsubscribe-Post says that one click suffices (RFC 8058; the server must sign both with DKIM).
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote

from tools.newsletter.letter import LEAVE, Letter


class _Addresses(UnstructuredHeader):
    """A header of addresses between angle brackets. The email package would write one that is longer
    than a line as encoded words, which nobody decodes there."""

    def fold(self: Any, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {str(self).replace(', <', f',{policy.linesep} <')}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-id", "list-archive", "archived-at"):
    _HEADERS.map_to_type(_name, _Addresses)  # type: ignore[arg-type]  # as the email package's own are
_POLICY = SMTP.clone(header_factory=_HEADERS)


def message(
    letter: Letter,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    leave: str | None = None,
    leave_by_mail: str | None = None,
) -> bytes:
    """The letter to one recipient. leave: the https address at which this one leaves the list.
    leave_by_mail: the address to which readers may write, to leave or to answer; the sender's by
    default."""
    mailto = f"mailto:{leave_by_mail or sender}?subject={quote(f'Leave {letter.list_name}')}"
    made = EmailMessage(_POLICY)
    made["From"] = Address(letter.list_name, addr_spec=sender)
    if leave_by_mail and leave_by_mail != sender:
        made["Reply-To"] = Address(addr_spec=leave_by_mail)
    made["To"] = Address(addr_spec=recipient)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(date)
    made["Message-ID"] = message_id
    made["List-Id"] = f"{_phrase(letter.list_name)}<{letter.list_id}>"
    ways = [f"<{way}>" for way in (leave, mailto) if way]
    made["List-Unsubscribe"] = ", ".join(ways)
    if leave:
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["List-Archive"] = f"<{letter.archive}>"
    made["Archived-At"] = f"<{letter.url}>"
    way = leave or mailto
    made.set_content(letter.text.replace(LEAVE, way), cte="quoted-printable")
    made.add_alternative(
        letter.html.replace(LEAVE, escape(way)), subtype="html", cte="quoted-printable"
    )
    return made.as_bytes()


def _phrase(name: str) -> str:
    """The name of the list as it stands before its id, which has room for ASCII only (RFC 2919)."""
    return '"' + name.replace("\\", "").replace('"', "") + '" ' if name.isascii() else ""
