"""A real SMTP server on loopback (aiosmtpd), and a line to it that can be cut at any byte.

`PostOffice` keeps what it takes. `CutLine` stands between a sender and it, and cuts the connection when
so many bytes have come from the sender: once for each number that it is given.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = Callable[[str], str | None]


class PostOffice:
    """answer: what is said to RCPT for an address, None for yes. on_message: called with the server and
    the number of the message (from 1) when a message is whole; "before" it is taken, and "after"."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.answer: Answer = lambda _: None
        self.on_message: Callable[[SMTP, int, str], None] = lambda server, number, when: None
        self.connections = 0
        self._number = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        said = self.answer(address)
        if said is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._number += 1
        content = envelope.content
        assert isinstance(content, bytes)
        self.on_message(server, self._number, "before")
        if server.transport is None or server.transport.is_closing():
            return "451 gone"
        self.taken += [(address, content) for address in envelope.rcpt_tos]
        self.on_message(server, self._number, "after")
        return "250 OK"

    @property
    def counts(self) -> Counter[str]:
        return Counter(address for address, _ in self.taken)

    def mail_to(self, address: str) -> EmailMessage:
        (raw,) = (raw for to, raw in self.taken if to == address)
        made = message_from_bytes(raw, policy=default)
        assert isinstance(made, EmailMessage)
        return made


@contextlib.contextmanager
def open_office(office: PostOffice, **options: Any) -> Iterator[int]:
    """The port that it listens at."""
    controller = Controller(
        office, hostname="127.0.0.1", port=free_port(), decode_data=False, **options
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def password_is(user: str, password: str) -> Callable[..., AuthResult]:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        right = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=given == right, handled=False)

    return authenticate


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class CutLine:
    """cuts: after how many bytes from the sender, in all, the connection is cut; in rising order."""

    def __init__(self, to: int, cuts: list[int]) -> None:
        self._to, self._cuts, self._seen = to, list(cuts), 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                sender, _ = self._listener.accept()
            except OSError:
                return
            self._carry(sender, socket.create_connection(("127.0.0.1", self._to)))

    def _carry(self, sender: socket.socket, server: socket.socket) -> None:
        back = threading.Thread(target=self._back, args=(server, sender), daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while chunk := sender.recv(65536):
                if self._cuts and self._seen + len(chunk) >= self._cuts[0]:
                    at = self._cuts.pop(0)
                    server.sendall(chunk[: at - self._seen])
                    self._seen = at
                    self.cut += 1
                    break
                self._seen += len(chunk)
                server.sendall(chunk)
        for end in (sender, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        back.join()
        sender.close()
        server.close()

    def _back(self, server: socket.socket, sender: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(65536):
                sender.sendall(chunk)
        with contextlib.suppress(OSError):
            sender.shutdown(socket.SHUT_RDWR)
