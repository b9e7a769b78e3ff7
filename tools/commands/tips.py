"""The monthly mail: look at it, check it, send it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from invoke.context import Context
from invoke.exceptions import Exit

from tools.commands import NOT_GIVEN, ask, command, yes_to_all
from tools.settings import ROOT, SITE

if TYPE_CHECKING:
    from tools.newsletter.campaign import Campaign


@command(
    issue="the issue by its month, 2026-12, public or not; without it, the latest that is public",
    open="open it in a browser (yes); --no-open only writes it",
)
def preview(
    _: Context,
    issue: str | None = None,
    open: bool = True,  # noqa: A002 - the option's name
    content: Path = NOT_GIVEN,
) -> None:
    """Show the mail of an issue, as it would go out."""
    import webbrowser

    from tools.newsletter.campaign import preview as run

    page, told = run(_campaign(content), issue)
    print(told)
    if open:
        webbrowser.open(page.resolve().as_uri())


@command()
def check(_: Context, issue: str | None = None, content: Path = NOT_GIVEN) -> object:
    """Look for what is wrong with the mail of an issue: links, pictures, size."""
    from tools.newsletter.campaign import check as run

    return run(_campaign(content), issue)


@command(
    to="send a proof to this one address",
    list="send it to everybody on this list (CSV) who has not got it",
    dry_run="say who would get it, and send nothing",
    again="also to those in doubt, who may have it already",
    refused="also to those whom their server refused",
    yes="do not ask before the first goes out",
)
def send(
    _: Context,
    to: str | None = None,
    list: Path | None = None,  # noqa: A002 - the option's name
    issue: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    refused: bool = False,
    yes: bool = False,
    content: Path = NOT_GIVEN,
) -> object:
    """Send an issue: a proof with --to, or with --list to everybody, once each."""
    from tools.newsletter.campaign import send_list, send_proof

    if to is not None and list is None:
        return send_proof(_campaign(content), issue, to)
    if list is None or to is not None:
        raise Exit("Say --to ADDRESS for a proof, or --list FILE.csv for everybody.", code=2)
    return send_list(
        _campaign(content),
        issue,
        list,
        yes_to_all if yes else ask,
        dry_run=dry_run,
        again=again,
        refused=refused,
        progress=_counting,
    )


@command(
    code="what the link had in place of {token}, or the whole link",
    list="the list, a CSV file",
)
def who(
    _: Context,
    code: str,
    list: Path,  # noqa: A002 - the option's name
    content: Path = NOT_GIVEN,
) -> object:
    """Say who on a list followed an unsubscribe link, by its code."""
    from tools.newsletter.unsubscribe_tokens import find_subscriber as run

    campaign = _campaign(content)
    return run(campaign.root, code, list, campaign.published)


@command(
    output="the folder to write (.cache/export/<month>)",
    unsubscribe="what your service puts each reader's way out in place of ({{ unsubscribe_url }})",
)
def export(
    _: Context,
    issue: str | None = None,
    output: Path | None = None,
    unsubscribe: str = "{{ unsubscribe_url }}",
    content: Path = NOT_GIVEN,
) -> object:
    """Write the mail of an issue as files for a mailing service."""
    from tools.newsletter.campaign import export as run

    return run(_campaign(content), issue, output, unsubscribe)


ALL = [preview, check, send, export, who]


def _campaign(content: Path) -> Campaign:
    from tools.newsletter.campaign import campaign

    own = content == SITE / "content"
    return campaign(content, ROOT if own else content.resolve().parent)


def _counting(done: int, of: int) -> None:
    if sys.stdout.isatty():
        print(f"\r{done:,} of {of:,}", end="\n" if done == of else "", flush=True)
