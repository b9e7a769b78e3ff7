"""Who carries the host's badge: whoever speaks under the host's key, and nobody else."""

from __future__ import annotations

from typing import Any

from plugins.conversations.lines import Lines
from plugins.faults import Report


def check_badges(value: Any, text: str, place: str, host_key: str | None, report: Report) -> None:
    """Tell every comment whose `host` and `key` do not agree.

    value: a thread file as JSON, which may be faulty otherwise. host_key: None checks nothing.
    """
    comments = value.get("comments") if isinstance(value, dict) else None
    if host_key is None or not isinstance(comments, list):
        return
    lines: Lines | None = None
    for number, comment in enumerate(comments):
        author = comment.get("author") if isinstance(comment, dict) else None
        if not isinstance(author, dict):
            continue
        badge, key = author.get("host"), author.get("key")
        if badge is True and isinstance(key, str) and key != host_key:
            wrong = "is true under a key that is not the host's; write false, or HOST_KEY's key"
        elif badge is False and key == host_key:
            wrong = "is false under the host's own key; write true"
        else:
            continue
        lines = lines or Lines(text)
        line = lines.of(("comments", number, "author", "host"))
        report.fault(place, line, f"comment {comment.get('id')!s:.64}: author.host: {wrong}")
