"""Files for a mailing service: the two parts, with its own mark where a reader leaves the list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

from tools.errors import ProjectError
from tools.newsletter.letter import LEAVE
from tools.newsletter.rendering import PreparedLetter


def export(
    made: PreparedLetter, folder: Path, leave: str, private_from: Iterable[Path] = ()
) -> list[Path]:
    """Write mail.html, mail.txt and mail.json (subject, preheader, addresses) into `folder`.

    leave: what the service replaces by each reader's own way to leave, "{{ unsubscribe_url }}".
    Raises ProjectError when the folder is one that is published.
    """
    for published in private_from:
        if folder.resolve().is_relative_to(published.resolve()):
            raise ProjectError(
                f"{folder}: lies in {published.name}/, which is published; name another"
            )
    if not leave.strip():
        raise ProjectError(
            "--unsubscribe is empty; write what your service puts the link in place of"
        )
    folder.mkdir(parents=True, exist_ok=True)
    letter, mail = made.letter, made.mail
    about = {
        "subject": letter.subject,
        "preheader": mail.preheader,
        "month": mail.month,
        "url": mail.url,
    }
    files = {
        "mail.html": letter.html.replace(LEAVE, escape(leave, quote=False).replace('"', "&quot;")),
        "mail.txt": letter.text.replace(LEAVE, leave),
        "mail.json": json.dumps(about, ensure_ascii=False, indent=2) + "\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in files]
