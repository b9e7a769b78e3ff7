"""SMTP (RFC 5321) by smtplib, with one thing that smtplib does not tell: when the full stop that ends a
message goes out, which is when a mail can no longer be taken back.

`open_connection` answers with a Connection, or raises

    Unusable  the server cannot be used at all: no such host, wrong password, no encryption
    Broken    it cannot be reached now, or broke off

and `Connection.deliver` with what the server said, or raises Broken.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tools.newsletter.account import Account

SECONDS = 60.0
"""How long a server may be silent. RFC 5321 (4.5.3.2) asks for minutes where it works on a message."""
SECONDS_AFTER_STOP = 600.0
SETTLE = 0.2
"""How long to listen before that full stop: a connection that broke in the middle of a message is then
known to have, and the message not to have been taken."""
STOPPED = "you stopped it"
SECONDS_FOR_GOODBYE = 2.0
_OURSELVES = "[127.0.0.1]"
"""How we greet (section 4.1.3): a laptop has no name that would mean something to a server, and looking
for one can take seconds."""
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Unusable(Exception):
    """The server cannot be used; its text says what to do."""


class ConnectionBroken(Exception):
    """The connection broke, or could not be made now. `certain`: the message has not been taken.
    `by_hand`: the author broke it (Ctrl-C), so it is not to be made again."""

    def __init__(self, why: str, *, certain: bool = True, by_hand: bool = False) -> None:
        super().__init__(why)
        self.certain, self.by_hand = certain, by_hand


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said of one message. about: "message", "recipient" or "sender"."""

    code: int
    about: str = "message"
    status: str = ""
    """Its enhanced status code (RFC 3463), "5.1.1"; its words are not kept, they often name the address."""

    @property
    def taken(self) -> bool:
        return self.about == "message" and 200 <= self.code < 300

    @property
    def for_good(self) -> bool:
        return self.code >= 500


class Connection(Protocol):
    def deliver(
        self, sender: str, recipient: str, message: bytes, handing: Callable[[], None]
    ) -> Reply: ...

    def close(self) -> None: ...


def open_connection(
    account: Account, context: ssl.SSLContext | None = None, settle: float = SETTLE
) -> Connection:
    """Connect, encrypt, log in. context: which certificates are believed; the system's by default."""
    where = f"{account.host}:{account.port}"
    context = context or ssl.create_default_context()
    server: smtplib.SMTP | None = None
    try:
        if account.security == "tls":
            server = smtplib.SMTP_SSL(account.host, account.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(account.host, account.port, _OURSELVES, timeout=SECONDS)
        if server.sock is not None:
            # The full stop goes out by itself, and must not wait until the rest has been acknowledged.
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.ehlo()
        if account.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if account.user is not None and account.password is not None:
            server.login(account.user, account.password)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if server is not None:
            server.close()
        raise _connection_error(error, where, account) from error
    return _Smtp(server, settle)


class _Smtp:
    def __init__(self, server: smtplib.SMTP, settle: float) -> None:
        self._server, self._settle = server, settle

    def deliver(
        self, sender: str, recipient: str, message: bytes, handing: Callable[[], None]
    ) -> Reply:
        """Hand over one message. handing: called when all but the last full stop has been sent."""
        server, going = self._server, False
        try:
            for about, command in (("sender", server.mail), ("recipient", server.rcpt)):
                code, words = command(sender if about == "sender" else recipient)
                if code == 421:
                    raise smtplib.SMTPServerDisconnected
                if code not in (250, 251):
                    server.rset()
                    return Reply(code, about, _status(words))
            code, words = server.docmd("DATA")
            if code == 421:
                raise smtplib.SMTPServerDisconnected
            if code != 354:
                server.rset()
                return Reply(code, "message", _status(words))
            server.send(_on_the_wire(message))
            # Listening comes first: once the promise is written down, nothing but the full stop follows.
            if self._hung_up():
                raise smtplib.SMTPServerDisconnected
            handing()
            going = True
            server.send(b".\r\n")
        except KeyboardInterrupt as stop:
            # Not goodbye, which a server that waits for the rest of a message would never answer.
            server.close()
            raise ConnectionBroken(STOPPED, certain=not going, by_hand=True) from stop
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise ConnectionBroken(_reason(error)) from error
        try:
            if server.sock is not None:
                server.sock.settimeout(SECONDS_AFTER_STOP)
            code, words = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(SECONDS)
        except KeyboardInterrupt as stop:
            server.close()
            raise ConnectionBroken(STOPPED, certain=False, by_hand=True) from stop
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise ConnectionBroken(_reason(error), certain=False) from error
        return Reply(code, "message", _status(words))

    def close(self) -> None:
        """Say goodbye where that is still possible."""
        try:
            if self._server.sock is not None:
                self._server.sock.settimeout(SECONDS_FOR_GOODBYE)
            self._server.quit()
        except (smtplib.SMTPException, OSError):
            self._server.close()

    def _hung_up(self) -> bool:
        """Whether the server has gone, or talks when it should listen: a message without its full stop is
        then certainly not taken."""
        sock = self._server.sock
        if sock is None:
            return True
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        readable, _, _ = select.select([sock], [], [], self._settle)
        return bool(readable)


def _on_the_wire(message: bytes) -> bytes:
    """Lines ended by CRLF, those that begin with a full stop with one more (section 4.5.2)."""
    text = _LINE_END.sub(b"\r\n", message)
    text = re.sub(rb"(?m)^\.", b"..", text)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _connection_error(error: Exception, where: str, account: Account) -> Exception:
    """What went wrong before any message, as what to do about it."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Unusable(
                f"{where} does not take this user and password ({error.smtp_code}); look at SMTP_USER "
                "and SMTP_PASSWORD (many providers want a password made for this program alone)"
            )
        case smtplib.SMTPNotSupportedError() if account.security == "starttls":
            return Unusable(
                f"{where} offers no encryption by STARTTLS, or no login; is it SMTP_SECURITY=tls, "
                "with port 465?"
            )
        case smtplib.SMTPNotSupportedError():
            return Unusable(f"{where} offers no login; take out SMTP_USER and SMTP_PASSWORD")
        case ssl.SSLCertVerificationError():
            return Unusable(
                f"{where} has a certificate that is not to be believed ({error.verify_message}); "
                "SMTP_HOST must be the name in the certificate"
            )
        case ssl.SSLError():
            return Unusable(
                f"{where} does not speak TLS from the start; is it SMTP_SECURITY=starttls, with port 587?"
            )
        case socket.gaierror():
            return Unusable(f"{account.host}: no such server; look at SMTP_HOST")
        case ValueError() | UnicodeError():
            return Unusable(f"{where}: {error}")
        case smtplib.SMTPResponseException() if error.smtp_code >= 500:
            return Unusable(f"{where} will not talk to us ({error.smtp_code})")
        case _:
            return ConnectionBroken(f"{where}: {_reason(error)}")


def _reason(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "nobody answers there; look at SMTP_HOST and SMTP_PORT"
        case smtplib.SMTPServerDisconnected():
            return "the connection broke"
        case smtplib.SMTPResponseException():
            return f"the server said {error.smtp_code}"
        case OSError() if error.strerror:
            return error.strerror.lower()
        case _:
            return str(error)


def _status(words: bytes) -> str:
    found = re.match(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b", words)
    return found[1].decode() if found else ""
