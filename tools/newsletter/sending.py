"""An issue to everybody on a list, once each, however often the connection breaks or the program ends.

One after another: the envelope is made, handed over, and remembered. A recipient whom the server puts off
(4xx) is tried again after all the others, twice; one whom it refuses (5xx) is not tried again. Where the
server refuses the sender, or everyone so far, nothing is held against the recipients and it ends there.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tools.newsletter.ledger import HANDED, REFUSED, SENT, Ledger
from tools.newsletter.subscribers import Subscriber
from tools.newsletter.transport import STOPPED, Connection, ConnectionBroken, Reply

BREAKS = 6
"""So many breaks in a row, with nothing sent between them, and it ends."""
PASSES = 3
ONE_AFTER_ANOTHER = 5
"""So many recipients refused before any was taken, and it is not they who are wrong."""
PER_CONNECTION = 100

Write = Callable[[Subscriber], bytes]


@dataclass
class Clock:
    """Where time comes from and goes to: seconds that only go forward, and waiting."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass
class Outcome:
    """What came of one run. refused: addresses with the server's codes. doubtful, waiting: addresses.
    stopped: why it ended before the end of the list, or nothing."""

    sent: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    stopped: str = ""
    breaks: int = 0


def due(
    people: Iterable[Subscriber], ledger: Ledger, *, again: bool = False, refused: bool = False
) -> list[Subscriber]:
    """Who is still to get the issue. again: those in doubt as well; refused: those whom their server
    refused as well."""
    done = {SENT, *(() if again else (HANDED,)), *(() if refused else (REFUSED,))}
    return [one for one in people if ledger.state(one.address) not in done]


def send(
    people: Iterable[Subscriber],
    write: Write,
    ledger: Ledger,
    connect: Callable[[], Connection],
    sender: str,
    per_minute: float,
    clock: Clock,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Send to `people`, all of whom are due. write: the message for one of them. connect: raises Broken
    or Unusable. progress: told how many are done, and of how many."""
    run = _Run(deque(people), ledger, connect, sender, clock, 60 / per_minute)
    try:
        return run.through(write, progress)
    finally:
        run.hang_up()


class _Run:
    def __init__(
        self,
        queue: deque[Subscriber],
        ledger: Ledger,
        connect: Callable[[], Connection],
        sender: str,
        clock: Clock,
        gap: float,
    ) -> None:
        self.queue, self.ledger, self.connect = queue, ledger, connect
        self.sender, self.clock, self.gap = sender, clock, gap
        self.outcome = Outcome()
        self.connection: Connection | None = None
        self.on_this_one = 0
        self.breaks_in_a_row = 0
        self.next_at = clock.now()
        self.tries: Counter[str] = Counter()
        self.later: deque[Subscriber] = deque()
        self.held: list[tuple[Subscriber, Reply]] = []
        """Refused before any was taken: whose fault it is, is not known yet."""

    def through(self, write: Write, progress: Callable[[int, int], None]) -> Outcome:
        total = len(self.queue)
        while (self.queue or self.later) and not self.outcome.stopped:
            if not self.queue:
                self.wait_for_later()
            one = self.queue.popleft()
            try:
                said = self.hand_over(one, write)
            except ConnectionBroken as broken:
                self.broke(one, broken)
            except KeyboardInterrupt:  # between two mails
                self.queue.appendleft(one)
                self.outcome.stopped = STOPPED
            else:
                self.breaks_in_a_row = 0
                self.answered(one, said)
            progress(total - len(self.queue) - len(self.later), total)
        if not self.outcome.stopped:
            self.settle_held()
        else:
            self.queue.extend(one for one, _ in self.held)
        self.outcome.waiting += [one.address for one in (*self.queue, *self.later)]
        return self.outcome

    def hand_over(self, one: Subscriber, write: Write) -> Reply:
        if self.connection is not None and self.on_this_one >= PER_CONNECTION:
            self.hang_up()
        if self.connection is None:
            self.connection, self.on_this_one = self.connect(), 0
        self.clock.sleep(max(0.0, self.next_at - self.clock.now()))
        self.next_at = self.clock.now() + self.gap
        self.on_this_one += 1
        address, message = one.address, write(one)
        return self.connection.deliver(
            self.sender, address, message, lambda: self.ledger.handed(address)
        )

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def broke(self, one: Subscriber, broken: ConnectionBroken) -> None:
        self.connection = None
        self.outcome.breaks += 1
        self.breaks_in_a_row += 1
        if not broken.certain:
            self.outcome.doubtful.append(one.address)
        else:
            if self.ledger.state(one.address) == HANDED:
                self.ledger.kept(one.address)
            self.queue.appendleft(one)
        if broken.by_hand:
            self.outcome.breaks -= 1
            self.outcome.stopped = str(broken)
        elif self.breaks_in_a_row >= BREAKS:
            self.outcome.stopped = str(broken)
        else:
            self.clock.sleep(min(60.0, 2.0 ** (self.breaks_in_a_row - 1)))

    def answered(self, one: Subscriber, said: Reply) -> None:
        if said.taken:
            self.ledger.sent(one.address)
            self.outcome.sent += 1
            self.settle_held()
            return
        if self.ledger.state(one.address) == HANDED:
            self.ledger.kept(one.address)
        if said.about == "sender" or said.code in (530, 535, 538):
            self.outcome.stopped = f"the server will not take mail from {self.sender} ({said.code})"
            self.queue.appendleft(one)
        elif not said.for_good:
            self.put_off(one)
        elif self.outcome.sent:
            self.refuse(one, said)
        else:
            self.held.append((one, said))
            if len(self.held) >= ONE_AFTER_ANOTHER:
                self.outcome.stopped = (
                    f"the server refused the first {len(self.held)} recipients ({said.code} "
                    f"{said.status}".rstrip()
                    + "), so it is probably not they who are wrong"
                )

    def put_off(self, one: Subscriber) -> None:
        self.tries[one.address] += 1
        if self.tries[one.address] >= PASSES:
            self.outcome.waiting.append(one.address)
            return
        self.later.append(one)

    def wait_for_later(self) -> None:
        self.hang_up()
        self.clock.sleep(60.0 * self.tries[self.later[0].address])
        self.queue, self.later = self.later, deque()

    def settle_held(self) -> None:
        for one, said in self.held:
            self.refuse(one, said)
        self.held = []

    def refuse(self, one: Subscriber, said: Reply) -> None:
        self.ledger.refused(one.address, said.code)
        self.outcome.refused.append((one.address, f"{said.code} {said.status}".strip()))
