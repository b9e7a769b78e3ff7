"""Publish, and go back.

The steps of a publish: what it is made from is shown; it is made and looked through; the host is asked how
things stand; feed ids and addresses are compared with the ledger; the plan is shown, and somebody says
yes; what differs is sent under the host's lock; the live site is read back, and what waits for that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from plugins.entries.words import counted
from plugins.faults import sorted_faults
from tools.deploy import previous_assets
from tools.deploy.after.following import after_switch
from tools.deploy.after.steps import due
from tools.deploy.before.gate import keep, look_in_ledger
from tools.deploy.desk import (
    Desk,
    Outgoing,
    Standing,
    chosen,
    completed,
    outgoing,
    source,
    standing,
    when,
    who,
)
from tools.deploy.manifest import differences
from tools.deploy.plan import Plan, besides, news, plan, size
from tools.deploy.progress import Progress
from tools.deploy.release import Head, Release, new_release, noted
from tools.deploy.targets import opened
from tools.deploy.targets.target import Job, Sent, Target
from tools.errors import ProjectError

Ask = Callable[[str], bool]
Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What was typed. dry_run: write nothing at the host. force_delete: delete as many files as it takes.
    every_file: name all files of the plan."""

    dry_run: bool = False
    force_delete: bool = False
    every_file: bool = False


def publish(at: Desk, choices: Choices, ask: Ask, show: Show, progress: Progress) -> str:
    """What came of it, in a line or some. ask: whether to go on. show: tells something on the way.

    Raises ProjectError with what stopped it; what is live is then as it was, or said to be otherwise.
    """
    made_from = source(at)
    show(str(made_from))
    with outgoing(at) as fresh, opened(at.address, at.root) as target:
        for warning in sorted_faults(fresh.warnings):
            show(f"Look at {warning}")
        for note in fresh.notes:
            show(note)
        if fresh.held:
            count = counted(fresh.held, "entry", "entries")
            show(f"{count} not public yet: nothing of them goes out")
        stands = standing(target)
        site = completed(at, fresh, stands.manifest)
        if stands.unfinished:
            show(stands.unfinished)
        live = stands.live.index if stands.live else None
        for warning in look_in_ledger(at.content, site.index, live):
            show(f"Look at {warning}")
        planned = planned_for(site, stands)
        show(f"To {at.address}:\n{planned}")
        if choices.every_file and planned.changes:
            show(planned.files())
        if choices.dry_run:
            _check_deletions(at, planned, choices)
            return "A dry run: nothing was written at the host."
        if planned.empty and stands.live is not None and not stands.unfinished:
            return _nothing_new(at, target, stands, stands.live, site, show)
        _check_deletions(at, planned, choices)
        if not ask("Publish this?"):
            return "Nothing was published."
        release = new_release(
            site.manifest,
            site.index,
            at.now(),
            at.site_url,
            made_from.commit,
            bool(made_from.open),
            planned.said,
        )
        release, sent = _send(at, target, site, stands, release, planned, progress)
        show(f"Live: {release.id}, {counted(sent.files, 'file')} sent, {size(sent.byte_count)}")
        _remember(at, site, show)
        return after_switch(at, target, release, stands.live, stands, show, site.folder)


def planned_for(site: Outgoing, stands: Standing) -> Plan:
    changes = differences(stands.manifest, site.manifest)
    first = stands.live is None
    return plan(stands.index, site.index, site.manifest, changes, stands.drift, first)


def roll_back(at: Desk, typed: str | None, ask: Ask, show: Show, progress: Progress) -> str:
    """Make a release live again that was: the one named by the beginning of its id, else the one before
    the one that is live."""
    with opened(at.address, at.root) as target:
        stands = standing(target)
        now = stands.live
        if now is None:
            raise ProjectError(f"{at.address}: nothing was published there yet")
        to = _wanted(stands, now, typed)
        before = target.release(to.id)
        changes = differences(now.manifest, before.manifest)
        show(
            f"Back to {to.id} of {when(at, to.at)}, from {now.id} of {when(at, now.head.at)}.\n"
            f"A reader sees: {', '.join(news(now.index, before.index)) or besides(changes)}; "
            f"{counted(len(changes.changed), 'file')} as before, {len(changes.new):,} back, "
            f"{len(changes.deleted):,} gone"
        )
        if not ask("Go back?"):
            return "Nothing was changed."
        with target.locked(who()):
            _still(target, now.id)
            target.back(before, now, progress)
            head = replace(noted(before.head, live=at.stamp), back=True)
            target.note(head)
        show(
            f"Live again: {to.id}. The content on this machine is as it was: the next publish brings back "
            "what is in it."
        )
        return after_switch(at, target, replace(before, head=head), now, stands, show)


def _wanted(stands: Standing, now: Release, typed: str | None) -> Head:
    if typed is not None:
        to = chosen(stands.heads, typed)
        if to.id == now.id:
            raise ProjectError(f"{to.id} is the release that is live")
        return to
    older = [head for head in stands.heads if head.id < now.id]
    if not older:
        raise ProjectError(
            "No release before the one that is live is kept, so there is no way back"
        )
    return older[0]


def _send(
    at: Desk,
    target: Target,
    site: Outgoing,
    stands: Standing,
    release: Release,
    planned: Plan,
    progress: Progress,
) -> tuple[Release, Sent]:
    with target.locked(who()):
        _still(target, stands.live.id if stands.live else None)
        job = Job(site.folder, release, stands.live, stands.drift, planned.changes)
        sent = target.send(job, progress)
        head = noted(release.head, live=at.stamp)
        target.note(head)
    return replace(release, head=head), sent


def _still(target: Target, identity: str | None) -> None:
    """Raises ProjectError when another release is live than when the plan was made."""
    current = target.current()
    if current != identity:
        raise ProjectError(
            f"Somebody else published {current or 'something'} in the meantime; nothing was changed by this "
            "publish. Run it again"
        )


def _check_deletions(at: Desk, planned: Plan, choices: Choices) -> None:
    """Raises ProjectError when more would be deleted than anybody is likely to mean."""
    gone: tuple[str, ...] = (*planned.changes.deleted, *planned.drift.extra)
    if len(gone) <= at.most_deleted or choices.force_delete:
        return
    raise ProjectError(
        f"{len(gone):,} files would be deleted at the host, such as {', '.join(gone[:3])}: more than the "
        f"{at.most_deleted} of PUBLISH_MOST_DELETED. Nothing was published. If it is meant: --force-delete"
    )


def _nothing_new(
    at: Desk, target: Target, stands: Standing, live: Release, site: Outgoing, show: Show
) -> str:
    """Nothing is to be sent; but what was not seen live, or failed after it, is tried again."""
    _remember(at, site, show)
    if live.head.seen and not due(live.head, at.settings):
        return "Nothing to publish."
    earlier = [head for head in stands.heads if head.id < live.id and head.seen]
    before = target.release(earlier[0].id) if earlier else None
    return after_switch(at, target, live, before, stands, show, site.folder)


def _remember(at: Desk, site: Outgoing, show: Show) -> None:
    """What has gone live, for the next publish."""
    previous_assets.keep(site.folder, previous_assets.home_of(at.root, at.address), site.left)
    if said := keep(at.content, site.index, at.now().astimezone(at.zone)):
        show(said)
