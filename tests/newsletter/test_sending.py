"""Each on the list gets an issue once: over broken lines, after a kill, however often it is sent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.newsletter.post_office import CutLine, PostOffice, open_office
from tests.sites import ROOT
from tools.errors import ProjectError
from tools.newsletter.account import Account
from tools.newsletter.ledger import Ledger
from tools.newsletter.letter import LEAVE, Letter
from tools.newsletter.message import message
from tools.newsletter.sending import Clock, Outcome, due, send
from tools.newsletter.subscribers import Subscriber
from tools.newsletter.transport import open_connection

pytestmark = pytest.mark.slow

SENDER = "hello@site.example"
SECRET = bytes(range(32))
NOW = datetime(2026, 11, 4, 8, tzinfo=UTC)
LETTER = Letter(
    subject="Four things for November",
    html=f'<p>Four things. <a href="{LEAVE}">Leave</a></p>\n' + "<p>Words and words.</p>\n" * 60,
    text=f"Four things.\n\n.a line that begins with a full stop\n\nLeave: {LEAVE}\n",
    url="https://site.example/tips/2026-11/",
    archive="https://site.example/tips/",
    list_name="Site",
    list_id="tips.site.example",
)
PEOPLE = [Subscriber(f"reader-{number}@example.net") for number in range(300)]


class Desk:
    """Somebody who sends the November issue, over and over if need be."""

    def __init__(self, folder: Path, port: int, settle: float = 0.01) -> None:
        self.folder = folder / "sent" / "2026-11"
        self.account = Account("127.0.0.1", port, "none", SENDER)
        self.settle = settle
        self.slept: list[float] = []

    def ledger(self) -> Ledger:
        return Ledger(self.folder, "2026-11", SECRET)

    def send(
        self, people: list[Subscriber] = PEOPLE, *, again: bool = False, per_minute: float = 1e9
    ) -> Outcome:
        ledger = self.ledger()
        letter = ledger.begin(LETTER, NOW)

        def write(one: Subscriber) -> bytes:
            identity = ledger.message_id(one.address, "site.example")
            return message(letter, SENDER, one.address, identity, NOW)

        clock = Clock(time.monotonic, self.slept.append)
        connect = lambda: open_connection(self.account, settle=self.settle)  # noqa: E731
        try:
            return send(
                due(people, ledger, again=again), write, ledger, connect, SENDER, per_minute, clock
            )
        finally:
            ledger.close()


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def desk(office: PostOffice, tmp_path: Path) -> Iterator[Desk]:
    with open_office(office) as port:
        yield Desk(tmp_path, port, settle=0)


def once_each(people: list[Subscriber] = PEOPLE) -> dict[str, int]:
    return {one.address: 1 for one in people}


def at_the_message(*numbers: int, when: str) -> Callable[[Any, int, str], None]:
    def drop(server: Any, number: int, at: str) -> None:
        if number in numbers and at == when:
            server.transport.abort()

    return drop


@pytest.mark.parametrize("seed", [1, 2])
def test_300_recipients_and_a_line_cut_three_times_at_any_byte_each_gets_exactly_one(
    office: PostOffice, tmp_path: Path, seed: int
) -> None:
    size = len(message(LETTER, SENDER, PEOPLE[0].address, "<x@site.example>", NOW))
    cuts = sorted(random.Random(seed).sample(range(100, 290 * size), 3))
    with open_office(office) as port:
        line = CutLine(port, cuts)
        desk = Desk(tmp_path, line.port)
        outcome = desk.send()
        line.close()
    assert line.cut == 3
    assert outcome.breaks == 3
    # Where the line was cut after a message's last full stop, it is in doubt, and nobody has it twice.
    assert outcome.sent + len(outcome.doubtful) == 300
    for address in outcome.doubtful:
        office.taken += [(address, b"")] * (address not in office.counts)
    assert office.counts == once_each()
    assert len(outcome.doubtful) <= 1


def test_what_the_server_took_before_it_broke_off_is_in_doubt_and_not_sent_again(
    desk: Desk, office: PostOffice
) -> None:
    office.on_message = at_the_message(7, 100, 250, when="after")
    outcome = desk.send()
    assert outcome.doubtful == [PEOPLE[n].address for n in (6, 99, 249)]
    assert (outcome.sent, outcome.stopped) == (297, "")
    assert office.counts == once_each()
    assert desk.send().sent == 0
    assert office.counts == once_each()


def test_those_in_doubt_get_it_when_the_author_says_so_with_the_id_it_had(
    desk: Desk, office: PostOffice
) -> None:
    office.on_message = at_the_message(3, when="before")  # whole, and lost by the server
    people = PEOPLE[:5]
    assert desk.send(people).doubtful == [people[2].address]
    assert people[2].address not in office.counts
    assert desk.send(people, again=True).sent == 1
    assert office.counts == once_each(people)
    mail = office.mail_to(people[2].address)
    assert mail["Message-ID"] == desk.ledger().message_id(people[2].address, "site.example")


def test_a_program_that_is_killed_leaves_nobody_with_two(
    office: PostOffice, tmp_path: Path
) -> None:
    people = PEOPLE[:120]
    killed = 0
    with open_office(office) as port:
        chance = random.Random(4)
        for _ in range(40):
            before = len(office.taken)
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.newsletter.send_for_killing",
                    str(tmp_path),
                    str(port),
                ],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            limit = time.monotonic() + 30
            while len(office.taken) < before + 12 and process.poll() is None:
                assert time.monotonic() < limit
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.02))
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        assert process.wait() == 0
    assert killed >= 3
    ledger = Desk(tmp_path, port).ledger()
    doubtful = [one.address for one in people if ledger.state(one.address) == "handed"]
    assert len(doubtful) <= killed
    assert {one.address for one in people if ledger.state(one.address) == "sent"} | set(
        doubtful
    ) == {one.address for one in people}
    assert max(office.counts.values()) == 1
    assert all(office.counts[one.address] == 1 for one in people if one.address not in doubtful)


def test_sending_twice_sends_nothing_the_second_time(desk: Desk, office: PostOffice) -> None:
    assert desk.send().sent == 300
    connections = office.connections
    assert desk.send() == Outcome()
    assert office.connections == connections
    assert office.counts == once_each()


def test_whoever_joins_later_gets_it_and_nobody_else_does(desk: Desk, office: PostOffice) -> None:
    desk.send(PEOPLE[:10])
    assert desk.send(PEOPLE[:12]).sent == 2
    assert office.counts == once_each(PEOPLE[:12])


def test_an_address_is_one_whatever_its_case(desk: Desk, office: PostOffice) -> None:
    desk.send([Subscriber("Reader@Example.net")])
    assert desk.send([Subscriber("reader@example.NET")]).sent == 0


def test_a_recipient_who_is_put_off_is_tried_again_after_the_others(
    desk: Desk, office: PostOffice
) -> None:
    tries: list[str] = []

    def greylist(address: str) -> str | None:
        tries.append(address)
        return "451 4.7.1 come back" if tries.count(address) == 1 and "-3@" in address else None

    office.answer = greylist
    people = PEOPLE[:6]
    assert desk.send(people).sent == 6
    assert office.taken[-1][0] == people[3].address
    assert 60.0 in desk.slept


def test_a_recipient_who_is_put_off_for_ever_waits_for_the_next_run(
    desk: Desk, office: PostOffice
) -> None:
    office.answer = lambda address: "450 4.2.2 full" if "-3@" in address else None
    outcome = desk.send(PEOPLE[:6])
    assert (outcome.sent, outcome.waiting) == (5, [PEOPLE[3].address])
    office.answer = lambda _: None
    assert desk.send(PEOPLE[:6]).sent == 1


def test_a_recipient_who_is_refused_is_told_and_not_tried_again(
    desk: Desk, office: PostOffice
) -> None:
    office.answer = lambda address: "550 5.1.1 nobody here" if "-0@" in address else None
    outcome = desk.send(PEOPLE[:4])
    assert outcome.refused == [(PEOPLE[0].address, "550 5.1.1")]
    assert desk.send(PEOPLE[:4]).refused == []


def test_a_server_that_refuses_everybody_holds_it_against_nobody(
    desk: Desk, office: PostOffice
) -> None:
    office.answer = lambda _: "550 5.7.1 relaying denied"
    outcome = desk.send()
    assert outcome.stopped == (
        "the server refused the first 5 recipients (550 5.7.1), so it is probably not they who are wrong"
    )
    assert len(outcome.waiting) == 300
    office.answer = lambda _: None
    assert desk.send().sent == 300


def test_a_server_that_is_gone_ends_the_run_and_the_next_goes_on(
    office: PostOffice, tmp_path: Path
) -> None:
    with open_office(office) as port:
        office.on_message = lambda server, number, when: (
            server.transport.abort() if number > 50 and when == "before" else None
        )
        desk = Desk(tmp_path, port, settle=0)
        outcome = desk.send()
    assert outcome.sent == 50
    assert len(outcome.doubtful) == 6
    assert outcome.stopped == "the connection broke"
    assert desk.slept[:3] == [0.0] * 3
    assert [seconds for seconds in desk.slept if seconds] == [1, 2, 4, 8, 16]


def test_the_server_is_given_no_more_mails_a_minute_than_asked_for(
    desk: Desk, office: PostOffice
) -> None:
    desk.send(PEOPLE[:5], per_minute=120)
    waits = [round(seconds, 1) for seconds in desk.slept]
    assert waits[0] == 0.0
    # Nobody slept for real, so each waits until its own turn.
    assert sum(desk.slept) == pytest.approx(4 * 0.5, abs=0.3) or waits[1:] == [0.5] * 4


def test_half_a_line_left_by_a_crash_is_taken_away(desk: Desk, office: PostOffice) -> None:
    desk.send(PEOPLE[:3])
    path = desk.ledger().path
    path.write_bytes(path.read_bytes()[:-9])  # the yes to the third was not yet on the disk
    ledger = desk.ledger()
    assert [ledger.state(one.address) for one in PEOPLE[:3]] == ["sent", "sent", "handed"]
    assert desk.send(PEOPLE[:4]).sent == 1
    assert office.counts == once_each(PEOPLE[:4])
    assert desk.ledger().counts() == {"sent": 3, "handed": 1}


def test_a_ledger_that_is_damaged_stops_everything(desk: Desk, office: PostOffice) -> None:
    desk.send(PEOPLE[:3])
    path = desk.ledger().path
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"{}\n", *lines[3:]]))
    with pytest.raises(ProjectError, match=r"ledger.jsonl:3: is not a line of a ledger; restore"):
        desk.ledger()


def test_another_secret_stops_everything_since_nobody_could_be_known_again(desk: Desk) -> None:
    desk.send(PEOPLE[:3])
    with pytest.raises(ProjectError, match=r"another comments\.secret"):
        Ledger(desk.folder, "2026-11", bytes(32))


def test_after_a_break_everybody_gets_the_mail_that_began(desk: Desk, office: PostOffice) -> None:
    desk.send(PEOPLE[:2])
    ledger = desk.ledger()
    changed = Letter(**{**_fields(LETTER), "subject": "Another", "text": "Other words."})
    assert ledger.begin(changed, NOW) == LETTER
    ledger.close()
    (desk.folder / "mail.txt").write_text("Other words.")
    with pytest.raises(ProjectError, match=r"no longer what began to go out"):
        desk.send(PEOPLE[:4])


def test_no_address_is_in_what_is_kept(desk: Desk) -> None:
    desk.send(PEOPLE[:20])
    kept = b"".join(path.read_bytes() for path in desk.folder.iterdir())
    assert b"@" not in kept
    assert b"reader-" not in kept


def test_a_copy_that_git_put_together_in_any_order_still_knows_who_has_it(desk: Desk) -> None:
    desk.send(PEOPLE[:9])
    path = desk.ledger().path
    head, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + b"".join(reversed(lines)))
    assert desk.ledger().counts() == {"sent": 9}


def _fields(letter: Letter) -> dict[str, str]:
    return {**letter.head(), "html": letter.html, "text": letter.text}


def test_lines_that_begin_with_a_full_stop_arrive_as_they_were(
    desk: Desk, office: PostOffice
) -> None:
    desk.send(PEOPLE[:1])
    text = office.mail_to(PEOPLE[0].address).get_body(("plain",))
    assert text is not None
    assert "\n.a line that begins with a full stop\n" in text.get_content().replace("\r", "")
