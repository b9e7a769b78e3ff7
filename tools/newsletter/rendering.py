"""Renders the mail of an issue, by a build of the whole site into a temporary folder.

So it says what the site says: the same checks, the same links, the conversations and the next meetup as
they stand. The built pages stay for as long as the letter is held, for its links to be looked up in.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugins.faults import did_you_mean
from plugins.tips.mail import Mail
from tools.build import build
from tools.errors import ProjectError
from tools.newsletter.letter import Letter

MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class PreparedLetter:
    """letter: what goes out. mail: as plugins.tips made it. output: the built site. held: why it is not
    public yet, when it is not."""

    letter: Letter
    mail: Mail
    output: Path
    site_url: str
    held: str | None


@contextmanager
def rendered(
    content: Path, month: str | None, settings: Mapping[str, Any], at: str | None = None
) -> Iterator[PreparedLetter]:
    """The mail of an issue; without a month, of the latest that is public.

    at: build as if it were that moment. An issue that is a draft or dated later can be looked at too.
    Raises ProjectError when there is no such issue, or with all that is wrong in the content.
    """
    if month is not None and not MONTH.fullmatch(month):
        raise ProjectError(f'"{month}" is not an issue; write its month, such as 2026-11')
    site_url = str(settings["SITEURL"]).rstrip("/")
    with tempfile.TemporaryDirectory(prefix="mail-") as scratch:
        output = Path(scratch) / "site"
        built = build(content, output, at, site_url=site_url)
        held = {key.split("/")[1] for key in built.held if key.startswith("tips/")}
        why = None
        if month is not None and month in held:
            built = build(content, output, at, drafts=True, site_url=site_url)
            why = built.banners.get(f"tips/{month}")
        months = built.issues
        if built.mail_of is None or not months or (month is not None and month not in months):
            raise ProjectError(_no_issue(month, (*months, *held), content))
        mail = built.mail_of(month or months[0])
        name = str(settings.get("SUBSCRIBE_LIST") or mail.name)
        host = urlsplit(site_url).hostname or "localhost"
        letter = Letter(
            subject=mail.subject,
            html=mail.html,
            text=mail.text,
            url=mail.url,
            archive=mail.archive,
            list_name=name,
            list_id=f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'tips'}.{host}",
        )
        yield PreparedLetter(letter, mail, output, site_url, why)


def _no_issue(month: str | None, known: tuple[str, ...], content: Path) -> str:
    folder = f"{content.name}/tips"
    if not known:
        return f"{folder}: there is no issue yet; ./invoke new.tips begins one"
    if month is None:
        return (
            f"{folder}: no issue is public yet; name the one you mean, such as --issue {min(known)}"
        )
    hint = did_you_mean(month, known) or f"; there are: {', '.join(sorted(set(known)))}"
    return f"{folder}/{month}.md: no such issue{hint}"
