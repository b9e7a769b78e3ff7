"""Speaking in a thread: add, reply, edit, delete, close, open, pin.

Each answers with what it did, in a sentence or two. Whatever can be refused is refused before the editor
opens; what is refused after it leaves the text in .cache/drafts. All raise ProjectError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from plugins.conversations import keys, writing
from plugins.conversations.lookalikes import imitates
from plugins.conversations.model import Author, Comment, Thread, moment
from plugins.conversations.store import parse_thread
from plugins.entries.dates import later_than, parse_date
from plugins.entries.words import counted
from plugins.faults import Report
from plugins.privacy.scan import find
from plugins.privacy.store import held
from tools.comments.desk import Desk
from tools.comments.drafting import Draft, about_comment, above_scissors, write
from tools.comments.finding import (
    KnownEntry,
    broken_links,
    find_comment,
    find_entry,
    known_entries,
    summary,
)
from tools.errors import ProjectError, as_project_error

CANCELLED = "Nothing was written: the text was left empty."
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def add(
    desk: Desk,
    entry: str,
    name: str | None = None,
    email: str | None = None,
    url: str | None = None,
    date: str | None = None,
    to: str | None = None,
    draft: Path | None = None,
) -> str:
    """Put a comment into the thread of `entry`: a guest's under `name`, else the host's.

    email: turned into the person's key and kept nowhere. date: when it was said, as authors write dates;
    now by default. to: the id of what it answers. draft: a text to begin with.
    """
    known = find_entry(entry, known_entries(desk.content))
    thread = _thread(desk, known)
    said_at = _said_at(desk, date)
    answers = find_comment(to, thread) if to else None
    if thread.state == "closed":
        since = f" ({thread.closed.reason})" if thread.closed else ""
        raise ProjectError(
            f"{known.key} is closed{since}; ./invoke comments.open {known.key} opens it"
        )
    if answers and not answers.author:
        raise ProjectError(f"comment {answers.id} was deleted; answer another, or the entry itself")
    if name is None and (email or url):
        raise ProjectError("--email and --url are a guest's; give their --name too")
    author, note = (desk.host, "") if name is None else _guest(desk, name, email, url)
    identity = writing.new_id(said_at, (comment.id for comment in thread.comments))
    _check(known.key, author, identity, said_at)
    voice, verb = (
        ("You speak", "You answer") if author.host else (f"{author.name} speaks", "It answers")
    )
    about = about_comment(answers, verb, desk.zone) if answers else []
    text = _draft(
        desk, known, [f'{voice} under "{known.title}" ({known.key}).', "", *about], _begun(draft)
    )
    if text is None:
        return CANCELLED
    _look_at(desk, known, text)
    _written(
        desk,
        text,
        lambda: writing.add_comment(
            desk.store,
            known.key,
            author,
            text.text,
            said_at,
            answers.id if answers else None,
            identity,
            desk.host.key,
        ),
    )
    which = f", in answer to {summary(answers)}" if answers else ""
    return f"{writing.shown_as(desk.store, known.key)}: {'you' if author.host else author.name} spoke as {identity}{which}{note}"


def reply(desk: Desk, entry: str, identity: str, draft: Path | None = None) -> str:
    """Answer a comment, as the host."""
    return add(desk, entry, to=identity, draft=draft)


def edit(desk: Desk, entry: str, identity: str, draft: Path | None = None) -> str:
    """Change the words of a comment."""
    known = find_entry(entry, known_entries(desk.content))
    comment = find_comment(identity, _thread(desk, known, must=True))
    if not comment.author:
        raise ProjectError(f"comment {comment.id} was deleted; it has no words to edit")
    about = about_comment(comment, f'Under "{known.title}" ({known.key}), said by', desk.zone)
    text = _draft(desk, known, about, _begun(draft) or comment.body)
    if text is None:
        return f"{CANCELLED} ./invoke comments.delete {known.key} {comment.id} takes it away."
    if text.text == comment.body.strip("\n"):
        text.done()
        return "Nothing was changed."
    _look_at(desk, known, text)
    _written(
        desk,
        text,
        lambda: writing.edit_comment(
            desk.store, known.key, comment.id, text.text, desk.now, desk.host.key, comment.body
        ),
    )
    return f"{writing.shown_as(desk.store, known.key)}: edited {comment.id}"


def delete(desk: Desk, entry: str, identity: str) -> str:
    """Take a comment away; a copy of the thread as it was is kept."""
    known = find_entry(entry, known_entries(desk.content))
    comment = find_comment(identity, _thread(desk, known, must=True))
    with as_project_error():
        copy = desk.keep_copy(known.key)
        thread = writing.delete_comment(desk.store, known.key, comment.id, desk.host.key)
    replies = sum(one.parent == comment.id for one in thread.comments)
    stays = f"; its place stays, for {counted(replies, 'reply', 'replies')}" if replies else ""
    return f"Deleted {summary(comment)}{stays}\nThe thread as it was: {desk.shown(copy)}"


def close(desk: Desk, entry: str, reason: str) -> str:
    """Let a thread take no more replies."""
    known = find_entry(entry, known_entries(desk.content))
    with as_project_error():
        writing.close_thread(desk.store, known.key, reason, desk.now, desk.host.key)
    return f"Closed {known.key}: {reason.strip()}"


def open_again(desk: Desk, entry: str) -> str:
    """Let a closed thread take replies again."""
    known = find_entry(entry, known_entries(desk.content))
    with as_project_error():
        writing.open_thread(desk.store, known.key, desk.host.key)
    return f"Opened {known.key}"


def pin(desk: Desk, entry: str, identity: str, *, off: bool = False) -> str:
    """Pin a comment so that it is read first, in place of the one that is pinned; `off` takes the pin off."""
    known = find_entry(entry, known_entries(desk.content))
    comment = find_comment(identity, _thread(desk, known, must=True))
    if off and not comment.pinned:
        raise ProjectError(f"comment {comment.id} is not pinned")
    with as_project_error():
        writing.pin_comment(desk.store, known.key, None if off else comment.id, desk.host.key)
    return f"{'No longer pinned:' if off else 'Pinned'} {summary(comment)}"


def _thread(desk: Desk, known: KnownEntry, *, must: bool = False) -> Thread:
    with as_project_error():
        thread = writing.read_thread(desk.store, known.key, desk.host.key)
    if thread is None and must:
        raise ProjectError(f"{known.key} has no comments yet")
    return thread or Thread(version=1, entry=known.key, state="open", comments=())


def _said_at(desk: Desk, date: str | None) -> datetime:
    if date is None:
        return desk.now.replace(microsecond=0)
    try:
        said_at = parse_date(date, desk.zone)
    except ValueError as error:
        raise ProjectError(f"--date: {error}") from None
    if later_than(said_at, desk.now):
        raise ProjectError(f'--date: "{date}" is still to come; write when it was said')
    return said_at


def _guest(desk: Desk, name: str, email: str | None, url: str | None) -> tuple[Author, str]:
    """A guest, and what is to be told about how they are known."""
    name = " ".join(name.split())
    if name.casefold() == desk.host.name.casefold() and email is None:
        raise ProjectError(
            f'"{name}" is your own name; leave --name out to speak as yourself, or give --email when it is '
            "somebody else's too"
        )
    if why := imitates(name, desk.names):
        raise ProjectError(
            f'--name: "{name}" {why}, and only you speak under that name; write a name that nobody takes '
            "for yours"
        )
    if email is not None:
        if not _ADDRESS.fullmatch(email.strip()):
            raise ProjectError(
                f'--email: "{email}" is not an address; write it as name@example.org'
            )
        with as_project_error():
            secret = keys.secret(desk.root)
        key = keys.person_key(email, secret.value)
        note = f"\n{keys.KEEP}" if secret.made else ""
    else:
        key, note = _known_as(desk.threads(), name)
    return Author.model_construct(name=name, url=url, key=key, host=False), note


def _known_as(threads: dict[str, Thread], name: str) -> tuple[str, str]:
    """The key of the one guest of that name, or a new one; told either way."""
    found: dict[str, str] = {}
    for thread in threads.values():
        for comment in thread.comments:
            author = comment.author
            if author and not author.host and author.name.casefold() == name.casefold():
                found.setdefault(author.key, thread.entry)
    if len(found) > 1:
        where = " and ".join(list(found.values())[:4])
        raise ProjectError(
            f"{len(found)} people are called {name} (in {where}); give --email to say which"
        )
    for key, entry in found.items():
        return (
            key,
            f"\nTaken for the {name} of {entry}; --email would tell people of one name apart.",
        )
    return keys.unknown_key(), f"\nNew here, and known by no address: {name} of this comment alone."


def _check(key: str, author: Author, identity: str, said_at: datetime) -> None:
    """Refuse a name or an address before anything is written for nothing."""
    comment = Comment.model_construct(
        id=identity, parent=None, date=moment(said_at), state="approved", author=author, body="-"
    )
    thread = Thread.model_construct(version=1, entry=key, state="open", comments=(comment,))
    report = Report()
    parse_thread(writing.thread_text(thread).encode("utf-8", "replace"), key, report)
    if report.faults:
        raise ProjectError(
            "\n".join(
                fault.message.replace(f"comment {identity}: author.", "--")
                for fault in report.faults
            )
        )


def _begun(draft: Path | None) -> str:
    if draft is None:
        return ""
    with as_project_error():
        try:
            return above_scissors(draft.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise ProjectError(f"{draft} is not UTF-8; save it as UTF-8") from None


def _draft(desk: Desk, known: KnownEntry, about: Sequence[str], text: str) -> Draft | None:
    lines = [
        "All from this line on is left out. Leave nothing above it to cancel.",
        "Markdown; no HTML, no pictures.",
        "",
        *about,
    ]
    with as_project_error():
        return write(desk.root / ".cache" / "drafts", known.id, lines, text)


def _look_at(desk: Desk, known: KnownEntry, draft: Draft) -> None:
    """Refuse a text that the next build would refuse; it is kept."""
    wrong = [held(finding) for finding in find(draft.text, desk.public)]
    wrong += broken_links(draft.text, known, desk.content)
    if wrong:
        raise ProjectError("\n".join([*dict.fromkeys(wrong), _kept(desk, draft)]))


def _kept(desk: Desk, draft: Draft) -> str:
    path = desk.shown(draft.path)
    return f"Nothing was written. Your text is kept; give it again with --draft {path}"


def _written(desk: Desk, draft: Draft, work: Callable[[], Thread]) -> None:
    """Do the writing; when it is refused, say where the text is."""
    try:
        with as_project_error():
            work()
    except ProjectError as error:
        raise ProjectError(f"{error}\n{_kept(desk, draft)}") from None
    draft.done()
