"""A promise is written down after the last thing that may still prevent it, and a stop is told at once."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tools.newsletter.account import Account
from tools.newsletter.transport import ConnectionBroken, open_connection

MESSAGE = b"Subject: x\r\n\r\nWords.\r\n"


@contextmanager
def server(after_data: Callable[[socket.socket], None]) -> Iterator[Account]:
    """An SMTP server for one connection, which does `after_data` once it has been given a message
    without its full stop."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rwb") as file:
            file.write(b"220 here\r\n")
            file.flush()
            while command := file.readline():
                file.write(b"354 go on\r\n" if command.startswith(b"DATA") else b"250 yes\r\n")
                file.flush()
                if command.startswith(b"DATA"):
                    while file.readline() != b"Words.\r\n":
                        pass
                    after_data(line)
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Account("127.0.0.1", listening.getsockname()[1], "none", "me@site.example")
    finally:
        listening.close()
        thread.join(5)


def test_who_hangs_up_before_the_full_stop_leaves_nobody_in_doubt() -> None:
    promised: list[str] = []
    with server(lambda line: line.shutdown(socket.SHUT_RDWR)) as account:
        connection = open_connection(account)
        with pytest.raises(ConnectionBroken) as broken:
            connection.deliver(
                "me@site.example", "jo@a.example", MESSAGE, lambda: promised.append("jo")
            )
    assert broken.value.certain
    assert promised == []


@pytest.mark.parametrize("promised_first", [False, True])
def test_a_stop_by_hand_inside_a_message_ends_at_once(promised_first: bool) -> None:
    ended = threading.Event()
    with server(lambda _: bool(ended.wait(20))) as account:
        # Before the full stop: while it is listened; after it: while the server's yes is waited for.
        connection = open_connection(account, settle=0.0 if promised_first else 30.0)
        main = threading.main_thread().ident or 0
        timer = threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT))
        timer.start()
        began = time.monotonic()
        with pytest.raises(ConnectionBroken) as broken:
            connection.deliver("me@site.example", "jo@a.example", MESSAGE, lambda: None)
        connection.close()
        took = time.monotonic() - began
        timer.cancel()
        ended.set()
    assert broken.value.by_hand
    assert broken.value.certain is not promised_first
    assert took < 10
