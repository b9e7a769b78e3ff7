"""Commands that look after the store: check, list_waiting (unanswered), stats, run_doctor (repair), setup and
merge (git merges threads)."""

from __future__ import annotations

import difflib
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from plugins.atomic import replace_file
from plugins.conversations import doctor, merging, waiting, writing
from plugins.conversations.folder import thread_files
from plugins.conversations.garbled import Passage
from plugins.conversations.lookalikes import lookalike_faults
from plugins.conversations.store import read_store
from plugins.entries.dates import day
from plugins.entries.words import counted, opening
from plugins.faults import Report, nearest, sorted_faults
from plugins.privacy.store import store_faults
from tools.comments.desk import Desk
from tools.comments.finding import known_entries
from tools.errors import ProjectError, as_project_error

Ask = Callable[[str], bool]
Show = Callable[[str], object]


def check(desk: Desk) -> str:
    """Look at every thread file: that it is whole, belongs to an entry, holds nothing private, and that
    nobody in it goes by a name like the host's. Raises ProjectError with all faults."""
    report = Report()
    threads = read_store(desk.store, desk.shown_as, report, desk.host.key)
    entries = {known.key for known in known_entries(desk.content)}
    for key, thread in threads.items():
        place = f"{desk.shown_as}/{key}.json"
        text = (desk.store / f"{key}.json").read_text(encoding="utf-8")
        report.faults += store_faults(thread, place, desk.public, text)
        report.faults += lookalike_faults(thread, desk.names, desk.host.key, place, text)
        if key not in entries:
            near = nearest(key, entries - threads.keys())
            hint = (
                f'; did you mean "{near}"?'
                if near
                else "; write the entry's id, or move the file away"
            )
            message = f'entry: no entry has the id "{key}"{hint}'
            report.fault(place, None, message)
    if report.faults:
        faults = sorted_faults(report.faults)
        told_of = "\n".join(str(fault) for fault in faults)
        raise ProjectError(f"{told_of}\n{counted(len(faults), 'thing')} to mend.")
    comments = sum(len(thread.comments) for thread in threads.values())
    return f"Nothing to mend: {counted(len(threads), 'thread')}, {counted(comments, 'comment')}."


def list_waiting(desk: Desk) -> str:
    """What waits for the host's answer, a paragraph each."""
    found = waiting.waiting(desk.threads(), desk.now)
    if not found:
        return "Nobody waits for you."
    told_of = []
    for one in found:
        name = one.comment.author.name if one.comment.author else ""
        days = (desk.now - one.since).days
        since = "today" if days < 1 else f"{counted(days, 'day')} ago"
        verb = "asks" if one.question else "had the last word"
        told_of.append(
            f"{one.entry} {one.comment.id}  {name} {verb}, {since} ({day(one.since.astimezone(desk.zone))})\n"
            f"    {opening(one.comment.body, 96)}"
        )
    questions = sum(one.question for one in found)
    count = (
        f"{counted(len(found), 'branch', 'branches')}, {counted(questions, 'question')} among them"
    )
    return "\n".join([*told_of, f"{count}. To answer: ./invoke comments.reply ENTRY ID"])


def stats(desk: Desk) -> str:
    """The conversations in figures, then month by month."""
    found = waiting.stats(desk.threads(), desk.zone)
    lines = [
        f"{counted(found.threads, 'thread')} ({found.closed} closed), {counted(found.comments, 'comment')} "
        f"({found.deleted} deleted), {counted(found.people, 'person', 'people')} besides you",
        f"You wrote {found.host} of them ({found.host_share:.0%}) and answered {found.answered} directly, "
        f"half of them within {_span(found.answer_time)}"
        if found.answer_time is not None
        else f"You wrote {found.host} of them ({found.host_share:.0%})",
        "",
        "month    comments  yours  people",
    ]
    lines += [f"{m.month}  {m.comments:8}  {m.host:5}  {m.people:6}" for m in found.months]
    return "\n".join(lines)


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 90:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    return counted(hours, "hour") if hours < 48 else counted(round(hours / 24), "day")


def run_doctor(desk: Desk, *, fix: bool, clocks: bool, ask: Ask, show: Show) -> str:
    """Look for what a doctor can mend; with `fix` show each change and ask before it is written.

    Raises ProjectError when something is left to mend.
    """
    seen = left = written = 0
    for path in thread_files(desk.store):
        key = path.relative_to(desk.store).with_suffix("").as_posix()
        place = f"{desk.shown_as}/{key}.json"
        with as_project_error():
            raw = path.read_bytes()
        looked = doctor.examine(raw, place, clocks=clocks, host_key=desk.host.key)
        if fix and any(finding.kind == "garbled" for finding in looked.findings):
            agreed = _asked(place, ask)
            looked = doctor.examine(
                raw, place, clocks=clocks, agreed=agreed, host_key=desk.host.key
            )
        for finding in looked.findings:
            show(str(finding) if finding.kind != "quoted" else f"Note: {finding}")
        wrong = sum(finding.kind != "quoted" for finding in looked.findings)
        seen += wrong
        if fix and looked.text is not None and _agreed_to(raw, looked, place, ask, show):
            with as_project_error():
                show(f"A copy as it was: {desk.shown(desk.keep_copy(key))}")
                writing.replace_text(desk.store, key, raw, looked.text)
            written += 1
            left += len(looked.left)
            left += sum(f.mend is None and f.kind != "quoted" for f in looked.findings)
            for fault in looked.left:
                show(f"Still to mend by hand: {fault}")
        else:
            left += wrong
    if left:
        how = (
            "" if fix else "; ./invoke comments.doctor --fix shows what would be changed, and asks"
        )
        mended = f"Mended {counted(written, 'file')}. " if written else ""
        raise ProjectError(f"{mended}{counted(left, 'thing')} left to mend{how}.")
    return f"Mended {counted(written, 'file')}." if seen else "Nothing to mend."


def _asked(place: str, ask: Ask) -> doctor.Agreed:
    def agreed(where: str, passage: Passage) -> bool:
        unsure = "" if passage.sure else " (it may be meant so)"
        return ask(
            f'{place}: {where}: write "{passage.meant}" for "{_visible(passage.found)}"{unsure}?'
        )

    return agreed


def _agreed_to(raw: bytes, looked: doctor.Examination, place: str, ask: Ask, show: Show) -> bool:
    lines = difflib.unified_diff(
        raw.decode().splitlines(), (looked.text or "").splitlines(), place, place, lineterm=""
    )
    show("\n".join(_visible(line) for line in lines))
    return ask(f"Write {place} so?")


def _visible(line: str) -> str:
    """Nothing in it can move a terminal's cursor."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)


def merge(base: Path, ours: Path, theirs: Path, place: str) -> None:
    """Git's merge driver: write what `base` became on both sides into `ours`.

    Raises ProjectError, after writing, when something is left to decide; git then reports a conflict.
    """
    with as_project_error():
        merged = merging.merge_files(
            base.read_bytes(), ours.read_bytes(), theirs.read_bytes(), place
        )
        replace_file(ours, merged.text.encode())
    if merged.conflicts:
        raise ProjectError(
            "\n".join(f"{place}: {conflict}" for conflict in merged.conflicts)
            + "\nBoth stand in the file, between <<<<<<< and >>>>>>>; keep one and take out the marks."
        )


def setup(root: Path) -> str:
    """Tell git to merge threads comment by comment; once for each copy of the repository."""
    me = "python invoke" if os.name == "nt" else "./invoke"
    settings = {
        "merge.thread.name": "threads, comment by comment",
        "merge.thread.driver": f"{me} comments.merge %O %A %B --path %P",
    }
    for name, value in settings.items():
        ran = subprocess.run(
            ["git", "config", name, value], cwd=root, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise ProjectError(f"git config {name}: {ran.stderr.strip() or 'git failed'}")
    return "From now on git merges content/comments comment by comment."
