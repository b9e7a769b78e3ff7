"""The commands of the campaign: preview, check, send, export. Each answers with what it did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from plugins.atomic import locked, locks_for
from plugins.conversations.keys import FILE as SECRET_FILE
from plugins.conversations.keys import KEEP, secret
from plugins.entries.dates import day
from plugins.entries.words import counted
from tools.errors import ProjectError, as_project_error
from tools.links.desk import desk as links_desk
from tools.newsletter import exporting
from tools.newsletter.account import Account, account
from tools.newsletter.checking import faults_of, size_of
from tools.newsletter.ledger import HANDED, REFUSED, SENT, Ledger
from tools.newsletter.letter import Letter
from tools.newsletter.message import message
from tools.newsletter.rendering import PreparedLetter, rendered
from tools.newsletter.sending import Clock, Outcome, due, send
from tools.newsletter.subscribers import Subscriber, Subscribers, address_of, read_subscribers
from tools.newsletter.transport import Connection, ConnectionBroken, Unusable, open_connection
from tools.settings import live_settings, zone_of

PROOF = "Proof: "
_SHOWN = 10


@dataclass(frozen=True)
class Campaign:
    """content: its folder; the project around it has smtp.secret, comments.secret, sent/ and inbox/.
    settings: of the live site. now: aware, in the site's zone. connect: opens a connection."""

    content: Path
    root: Path
    settings: Mapping[str, Any]
    now: datetime
    clock: Clock
    connect: Callable[[Account], Connection] = open_connection

    @property
    def published(self) -> tuple[Path, ...]:
        return (self.content, self.root / "output")

    @property
    def scratch(self) -> Path:
        return self.root / ".cache" / "mail"

    def shown(self, path: Path) -> str:
        """A path as a person would type it in the project."""
        real, root = path.resolve(), self.root.resolve()
        return real.relative_to(root).as_posix() if real.is_relative_to(root) else str(path)


def campaign(content: Path, root: Path, now: datetime | None = None) -> Campaign:
    """By the settings of the live site. Raises ProjectError when there is no such content."""
    if not content.is_dir():
        raise ProjectError(f"{content}: no such folder; name the one that holds tips/")
    settings = live_settings()
    zone = zone_of(settings)
    clock = Clock(time.monotonic, time.sleep)
    return Campaign(content, root, settings, (now or datetime.now(UTC)).astimezone(zone), clock)


def preview(of: Campaign, month: str | None) -> tuple[Path, str]:
    """Write both parts into .cache/mail, to look at; the page, and what was written."""
    with rendered(of.content, month, of.settings) as one:
        of.scratch.mkdir(parents=True, exist_ok=True)
        page = of.scratch / f"{one.mail.month}.html"
        page.write_text(one.letter.html, encoding="utf-8", newline="\n")
        text = page.with_suffix(".txt")
        text.write_text(one.letter.text, encoding="utf-8", newline="\n")
        held = f"\nNot public yet. {one.held}" if one.held else ""
        return page, f"{of.shown(page)} and {of.shown(text)}: “{one.letter.subject}”{held}"


def check(of: Campaign, month: str | None) -> str:
    """Raises ProjectError with everything that is wrong with the mail."""
    with rendered(of.content, month, of.settings) as one:
        _check(of, one)
        size = size_of(one, of.now) / 1000
        return f"Nothing to mend in the mail of {one.mail.month}: {size:.0f} kB, “{one.letter.subject}”."


def export(of: Campaign, month: str | None, folder: Path | None, leave: str) -> str:
    with rendered(of.content, month, of.settings) as one, as_project_error():
        _check(of, one)
        target = folder or of.root / ".cache" / "export" / one.mail.month
        files = exporting.export(one, target, leave, of.published)
        return "\n".join(of.shown(file) for file in files)


def send_proof(of: Campaign, month: str | None, typed: str) -> str:
    """The mail to one address, as often as asked for, marked as a proof; the ledger knows nothing of it."""
    try:
        address = address_of(typed)
    except ValueError as error:
        raise ProjectError(f"--to: {error}") from None
    server = account(of.root, sender=of.settings.get("REPLY_TO"))
    with rendered(of.content, month, of.settings) as one:
        _check(of, one)
        proof = Letter.of(
            one.letter.head() | {"subject": PROOF + one.letter.subject},
            one.letter.html,
            one.letter.text,
        )
        identity = f"<proof.{of.now:%Y%m%d%H%M%S%f}@{server.domain}>"
        raw = message(proof, server.sender, address, identity, of.now)
        try:
            connection = of.connect(server)
            try:
                said = connection.deliver(server.sender, address, raw, lambda: None)
            finally:
                connection.close()
        except (ConnectionBroken, Unusable) as error:
            raise ProjectError(f"{error}. Nothing was sent.") from None
        if not said.taken:
            raise ProjectError(f"The server refused the {said.about} ({said.code} {said.status}).")
        return f"Sent “{proof.subject}” to {address}."


def send_list(
    of: Campaign,
    month: str | None,
    path: Path,
    ask: Callable[[str], bool],
    *,
    dry_run: bool = False,
    again: bool = False,
    refused: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> str:
    """The issue to everybody on a list who has not got it. ask: yes or no, before the first goes out.
    again: those in doubt too; refused: those whom their server refused too."""
    listed = read_subscribers(path, of.published)
    template = of.settings.get("UNSUBSCRIBE_URL")
    if template and not re.fullmatch(r"https://\S*\{(?:token|address)\}\S*", str(template)):
        raise ProjectError(
            f'UNSUBSCRIBE_URL: "{template}" must begin with https:// and hold {{token}} or {{address}}'
        )
    server = None if dry_run else account(of.root, sender=of.settings.get("REPLY_TO"))
    with rendered(of.content, month, of.settings) as one, as_project_error():
        if one.held:
            raise ProjectError(f"{one.mail.month} is not public. {one.held} Nothing was sent.")
        _check(of, one)
        folder = of.root / "sent" / one.mail.month
        if folder.exists() and not (of.root / SECRET_FILE).exists():
            raise ProjectError(
                f"{of.shown(folder)} was written with a {SECRET_FILE} that is not here; restore it from "
                "your copy, or everybody would get a second mail. Nothing was sent."
            )
        keyed = secret(of.root)
        try:
            with locked(folder, of.shown(folder), locks_for(of.root), patience=1):
                ledger = Ledger(folder, one.mail.month, keyed.value)
                people = due(listed.people, ledger, again=again, refused=refused)
                told_of = _send_to_list(of, one, ledger, listed, people, server, ask, progress)
        except ProjectError as error:
            raise ProjectError(f"{error}\n{KEEP}" if keyed.made else str(error)) from None
        return f"{told_of}\n{KEEP}" if keyed.made else told_of


def _send_to_list(
    of: Campaign,
    one: PreparedLetter,
    ledger: Ledger,
    listed: Subscribers,
    people: list[Subscriber],
    server: Account | None,
    ask: Callable[[str], bool],
    progress: Callable[[int, int], None],
) -> str:
    """Without a server, what would be sent."""
    standing = _standing(listed.people, ledger)
    doubt = "".join(f"\n{line}" for line in _doubtful(listed.people, ledger))
    if not people:
        raise ProjectError(
            f"{one.mail.month}: {standing}. Nobody is left; nothing was sent.{doubt}"
        )
    letter = ledger.letter() if ledger.head else one.letter
    size = size_of(one, of.now) / 1000
    plan = f"“{letter.subject}” ({size:.0f} kB) to {len(people):,} of {listed}; {standing}"
    if server is None:
        return f"Would send {plan}. Nothing was sent.{doubt}"
    minutes = len(people) / server.per_minute
    how_long = f"about {counted(round(minutes), 'minute')}" if minutes >= 1 else "a moment"
    if not ask(f"Send {plan}, by {server.host}, in {how_long}?"):
        return "Nothing was sent."
    outcome = _send(of, one, ledger, people, server, progress)
    return _summary(of, outcome, ledger, listed.people, ledger.folder)


def _send(
    of: Campaign,
    one: PreparedLetter,
    ledger: Ledger,
    people: list[Subscriber],
    server: Account,
    progress: Callable[[int, int], None],
) -> Outcome:
    try:
        first = of.connect(server)  # before anything is written: what cannot work is told at once
    except (ConnectionBroken, Unusable) as error:
        raise ProjectError(f"{error}. Nothing was sent.") from None
    waiting: list[Connection] = [first]
    try:
        letter = ledger.begin(one.letter, of.now)

        def write(to: Subscriber) -> bytes:
            leave = to.leave or _way_out(of.settings, to.address, ledger)
            return message(
                letter,
                server.sender,
                to.address,
                ledger.message_id(to.address, server.domain),
                datetime.now(UTC).astimezone(of.now.tzinfo),
                leave,
                of.settings.get("REPLY_TO"),
            )

        return send(
            people,
            write,
            ledger,
            lambda: waiting.pop() if waiting else of.connect(server),
            server.sender,
            server.per_minute,
            of.clock,
            progress,
        )
    except Unusable as error:
        raise ProjectError(f"{error}. Run the same command again; nobody gets it twice.") from None
    finally:
        ledger.close()
        for connection in waiting:
            connection.close()


def _check(of: Campaign, one: PreparedLetter) -> None:
    known = links_desk(of.content, of.now).read()
    faults = list(faults_of(one, of.now, known))
    if faults:
        count = counted(len(faults), "thing")
        raise ProjectError("\n".join([*faults, f"{count} to mend."]))


def _standing(people: tuple[Subscriber, ...], ledger: Ledger) -> str:
    """What the ledger says of those on the list, in words."""
    if ledger.head is None:
        return "nobody has it yet"
    states = [ledger.state(one.address) for one in people]
    began = day(datetime.fromisoformat(str(ledger.head["began"])))
    as_project_error = [f"{states.count(SENT):,} have it since {began}"]
    if states.count(HANDED):
        as_project_error.append(f"{states.count(HANDED):,} in doubt")
    if states.count(REFUSED):
        as_project_error.append(f"{states.count(REFUSED):,} refused by their server")
    return ", ".join(as_project_error)


def _summary(
    of: Campaign,
    outcome: Outcome,
    ledger: Ledger,
    people: tuple[Subscriber, ...],
    folder: Path,
) -> str:
    lines = [f"Sent to {outcome.sent:,}; {_standing(people, ledger)}."]
    if outcome.breaks:
        lines.append(f"The connection broke {counted(outcome.breaks, 'time')}, and was made again.")
    if outcome.refused:
        lines.append("Refused by their server; --refused tries them again:")
        lines += _some([f"{address} ({why})" for address, why in outcome.refused])
    lines += _doubtful(people, ledger)
    if outcome.waiting:
        lines.append("Not sent yet; run the same command again, nobody gets it twice:")
        lines += _some(outcome.waiting)
    lines.append(f"Commit {of.shown(folder)}, which remembers who has it (no address is in it).")
    as_project_error = "\n".join(lines)
    if outcome.stopped:
        raise ProjectError(f"Stopped: {outcome.stopped}.\n{as_project_error}")
    return as_project_error


def _doubtful(people: tuple[Subscriber, ...], ledger: Ledger) -> list[str]:
    """Each of those in doubt, by name, whenever the list is at hand: the ledger knows no names."""
    names = [one.address for one in people if ledger.state(one.address) == HANDED]
    as_project_error = (
        "In doubt: the connection broke after the mail was handed over and before the server said "
        "yes. They may have it; --again sends it to them:"
    )
    return [as_project_error, *(f"  {name}" for name in names)] if names else []


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return [f"  {line}" for line in lines[:_SHOWN]] + ([f"  and {more:,} more"] if more > 0 else [])


def _way_out(settings: Mapping[str, Any], address: str, ledger: Ledger) -> str | None:
    """The https address at which this one leaves the list, by UNSUBSCRIBE_URL."""
    template = settings.get("UNSUBSCRIBE_URL")
    if not template:
        return None
    filled = str(template).replace("{token}", ledger.token(address))
    return filled.replace("{address}", quote(address, safe=""))
