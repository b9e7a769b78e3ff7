"""The verbs on one thread: add, edit, delete, close, open, pin.

Each works in the same steps: take the thread's lock; read and check the file as it is now; make the new
thread; check that as a build would; write it whole (`locking`). What is faulty raises ContentFaults and
leaves the file as it was.

store is the folder of the thread files, key an entry's key ("posts/five-questions"). A date is aware
and in the site's zone: its local day goes into the id, its offset into the file. Each answers with the
thread as it now stands in the file.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from plugins.atomic import PATIENCE, locked, locks_for, replace_file
from plugins.conversations.form import place_for, thread_text, tombstone, written
from plugins.conversations.model import Author, Closing, Comment, Thread, moment
from plugins.conversations.store import parse_thread
from plugins.faults import ContentFaults, Fault, Report, did_you_mean

__all__ = [
    "add_comment",
    "close_thread",
    "delete_comment",
    "edit_comment",
    "new_id",
    "open_thread",
    "pin_comment",
    "read_thread",
    "replace_text",
    "thread_text",
]

# Letters and digits that nobody takes for one another, and that make no words.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
_KEY = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def add_comment(
    store: Path,
    key: str,
    author: Author,
    body: str,
    date: datetime,
    parent: str | None = None,
    identity: str | None = None,
    host_key: str | None = None,
) -> Thread:
    """Put a comment into a thread, which begins with it when there is none.

    parent: the id of what it answers. identity: its own, as `new_id` makes it; made here by default.
    It stands where its date belongs, after what it answers.
    """

    def added(thread: Thread) -> Thread:
        if thread.state == "closed":
            since = f" since {written(thread.closed.date)[:10]}" if thread.closed else ""
            raise _fault(store, key, f"the thread is closed{since}; open it before you add to it")
        if parent is not None and _comment(store, thread, parent).state == "deleted":
            raise _fault(
                store, key, f"comment {parent} was deleted; answer another, or the entry itself"
            )
        taken = {comment.id for comment in thread.comments}
        made = Comment.model_construct(
            id=identity or new_id(date, taken),
            parent=parent,
            date=moment(date),
            state="approved",
            author=author,
            body=body,
        )
        at = place_for(made, thread.comments)
        return _with(thread, (*thread.comments[:at], made, *thread.comments[at:]))

    return _change(store, key, added, host_key, new=True)


def edit_comment(
    store: Path,
    key: str,
    identity: str,
    body: str,
    at: datetime,
    host_key: str | None = None,
    before: str | None = None,
) -> Thread:
    """Give a comment other words; `at` (aware) is written as the date of the edit. The same words
    change nothing. before: the words that were edited; when they are no longer there, it is refused."""

    def edited(thread: Thread) -> Thread:
        old = _comment(store, thread, identity)
        if old.state == "deleted":
            raise _fault(store, key, f"comment {identity} was deleted; it has no words to edit")
        if before is not None and old.body != before:
            raise _fault(store, key, f"comment {identity} was edited in the meantime; start again")
        if old.body == body:
            return thread
        new = old.model_copy(update={"body": body, "edited": moment(at)})
        return _with(thread, (new if one is old else one for one in thread.comments))

    return _change(store, key, edited, host_key)


def delete_comment(store: Path, key: str, identity: str, host_key: str | None = None) -> Thread:
    """Take a comment away; where replies hang from it, its place stays as a tombstone."""

    def deleted(thread: Thread) -> Thread:
        old = _comment(store, thread, identity)
        if old.state == "deleted":
            raise _fault(store, key, f"comment {identity} was deleted already")
        if any(one.parent == identity for one in thread.comments):
            return _with(thread, (tombstone(one) if one is old else one for one in thread.comments))
        return _with(thread, (one for one in thread.comments if one is not old))

    return _change(store, key, deleted, host_key)


def close_thread(
    store: Path, key: str, reason: str, at: datetime, host_key: str | None = None
) -> Thread:
    """End a thread: no more replies since `at` (aware), for this reason (1 to 300 characters)."""

    def closed(thread: Thread) -> Thread:
        if not reason.strip():
            raise _fault(store, key, "closed.reason is empty; say in a few words why")
        if thread.state == "closed" and thread.closed is not None:
            raise _fault(
                store,
                key,
                f"is closed already, since {written(thread.closed.date)[:10]}: {thread.closed.reason}",
            )
        closing = Closing.model_construct(date=moment(at), reason=reason.strip())
        return thread.model_copy(update={"state": "closed", "closed": closing})

    return _change(store, key, closed, host_key)


def open_thread(store: Path, key: str, host_key: str | None = None) -> Thread:
    """Let a closed thread take replies again."""

    def opened(thread: Thread) -> Thread:
        if thread.state == "open":
            raise _fault(store, key, "is open already")
        return thread.model_copy(update={"state": "open", "closed": None})

    return _change(store, key, opened, host_key)


def pin_comment(store: Path, key: str, identity: str | None, host_key: str | None = None) -> Thread:
    """Pin a comment, in place of the one that is pinned; None takes the pin off."""

    def pinned(thread: Thread) -> Thread:
        if identity is not None:
            chosen = _comment(store, thread, identity)
            if chosen.state == "deleted" or chosen.parent is not None:
                why = "was deleted" if chosen.state == "deleted" else "is a reply"
                message = f"comment {identity} {why}; only a comment on the entry can be pinned"
                raise _fault(store, key, message)
        return _with(
            thread,
            (
                one
                if bool(one.pinned) == (one.id == identity)
                else one.model_copy(update={"pinned": True if one.id == identity else None})
                for one in thread.comments
            ),
        )

    return _change(store, key, pinned, host_key)


def new_id(date: datetime, taken: Iterable[str]) -> str:
    """`c-2026-11-23-2-k7f3x`: the day, which of the day's it is, and five letters by chance.

    By chance, so that two copies of a thread on two machines never give one id to two comments, and an
    id that was deleted does not come back (one in fourteen million).
    """
    day = f"c-{date:%Y-%m-%d}-"
    taken = set(taken)
    numbers = (re.match(rf"{day}(\d{{1,9}})(?:-|$)", identity) for identity in taken)
    number = 1 + max((int(match[1]) for match in numbers if match), default=0)
    while True:
        made = f"{day}{number}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"
        if made not in taken:
            return made


def read_thread(store: Path, key: str, host_key: str | None = None) -> Thread | None:
    """The thread of an entry as its file has it, None when there is no file.

    Raises ContentFaults with all that is wrong in it.
    """
    path = path_of(store, key)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    report = Report()
    thread = parse_thread(raw, shown_as(store, key), report, host_key)
    if thread is not None and thread.entry != key:
        raise _fault(store, key, f'entry: "{thread.entry}" is another\'s; write "{key}"')
    report.stop_if_faulty()
    return thread


def replace_text(store: Path, key: str, before: bytes, after: str) -> None:
    """Write a thread file anew as it was agreed on, faulty or not; when it no longer holds `before`,
    ContentFaults is raised and nothing written."""
    path = path_of(store, key)
    with locked(path, shown_as(store, key), locks_for(store)):
        if not path.exists() or path.read_bytes() != before:
            raise _fault(store, key, "was changed in the meantime; start again")
        replace_file(path, after.encode())


def path_of(store: Path, key: str) -> Path:
    """The file of a thread. Raises ContentFaults for what is not a key, so that no name leads out."""
    if not _KEY.fullmatch(key):
        shown = key if key.isprintable() else ascii(key)
        message = f'"{shown}" is not the key of an entry; write it as posts/five-questions'
        raise ContentFaults([Fault(store.name, None, message)])
    return store / f"{key}.json"


def shown_as(store: Path, key: str) -> str:
    """How messages name a thread's file: content/comments/posts/five-questions.json."""
    return f"{store.parent.name}/{store.name}/{key}.json".lstrip("/")


def _change(
    store: Path,
    key: str,
    alter: Callable[[Thread], Thread],
    host_key: str | None,
    *,
    new: bool = False,
    patience: float = PATIENCE,
) -> Thread:
    path = path_of(store, key)
    with locked(path, shown_as(store, key), locks_for(store), patience):
        old = read_thread(store, key, host_key)
        if old is None and not new:
            raise _fault(store, key, "there is no such thread yet")
        changed = alter(old or Thread(version=1, entry=key, state="open", comments=()))
        if old is not None and changed is old:
            return old
        content = _checked(store, key, changed, host_key)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
        return changed


def _checked(store: Path, key: str, thread: Thread, host_key: str | None) -> bytes:
    """The bytes of a thread that a build will take. The lines in a fault would be those of a file
    that is not there, so they are left out."""
    report = Report()
    try:
        content = thread_text(thread).encode()
    except UnicodeEncodeError:
        raise _fault(store, key, "holds half a character (a lone surrogate); take it out") from None
    parse_thread(content, shown_as(store, key), report, host_key)
    if report.faults:
        raise ContentFaults(Fault(fault.place, None, fault.message) for fault in report.faults)
    return content


def _comment(store: Path, thread: Thread, identity: str) -> Comment:
    for comment in thread.comments:
        if comment.id == identity:
            return comment
    near = did_you_mean(identity, [comment.id for comment in thread.comments])
    raise _fault(store, thread.entry, f'no comment has the id "{identity}"{near}')


def _with(thread: Thread, comments: Iterable[Comment]) -> Thread:
    return thread.model_copy(update={"comments": tuple(comments)})


def _fault(store: Path, key: str, message: str) -> ContentFaults:
    return ContentFaults([Fault(shown_as(store, key), None, message)])
