"""What has been published, how two states differ, and how things stand now. None of it writes at a host."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from plugins.entries.words import counted
from tools.deploy.after.following import look_at_live
from tools.deploy.before import published
from tools.deploy.desk import Desk, Standing, chosen, completed, outgoing, source, standing, when
from tools.deploy.index import NOTHING, SiteIndex
from tools.deploy.manifest import Manifest, differences
from tools.deploy.plan import drifted, plan, size
from tools.deploy.publishing import Show, planned_for
from tools.deploy.release import EMPTY, Head
from tools.deploy.targets import opened
from tools.deploy.targets.target import Drift, Target
from tools.errors import ProjectError

CONTENT, LIVE = "content", "live"
"""What stands for the content as it is now, and for what is live, where a release may be named."""


def listed(at: Desk) -> str:
    """The releases that are kept, the latest first; the one that is live has a star."""
    with opened(at.address, at.root) as target:
        stands = standing(target)
    if not stands.heads:
        return f"{at.address}: nothing was published there yet."
    return "\n".join(_row(at, head, stands) for head in stands.heads)


def _row(at: Desk, head: Head, stands: Standing) -> str:
    star = "*" if stands.live and head.id == stands.live.id else " "
    made_from = f"commit {head.commit}" if head.commit else "no commit"
    made_from += " and more" if head.commit and head.dirty else ""
    seen = "seen live" if head.seen else "not seen live"
    back = ", live again" if head.back and star == "*" else ""
    return (
        f"{star} {head.id}  {when(at, head.at)}: {head.said}\n"
        f"    {counted(head.files, 'file')}, {size(head.size)}, {made_from}, {seen}{back}"
    )


@dataclass(frozen=True, slots=True)
class _State:
    name: str
    manifest: Manifest
    index: SiteIndex


def compared(at: Desk, one: str | None, other: str | None) -> str:
    """How two states differ, for readers and by files. Each is the beginning of a release's id, "live" or
    "content"; what is live and the content, when nothing is said."""
    with ExitStack() as stack:
        target = stack.enter_context(opened(at.address, at.root))
        stands = standing(target)
        first = _state(at, stack, target, stands, one or LIVE)
        second = _state(at, stack, target, stands, other or CONTENT)
        changes = differences(first.manifest, second.manifest)
        planned = plan(first.index, second.index, second.manifest, changes, Drift(), False)
    if planned.empty:
        return f"{first.name} and {second.name} are the same."
    return f"From {first.name} to {second.name}:\n{planned}\n{planned.files()}"


def _state(at: Desk, stack: ExitStack, target: Target, stands: Standing, typed: str) -> _State:
    if typed == CONTENT:
        site = completed(at, stack.enter_context(outgoing(at)), stands.manifest)
        return _State("the content", site.manifest, site.index)
    if typed == LIVE:
        if stands.live is None:
            return _State("nothing", EMPTY, NOTHING)
        return _State(f"what is live ({stands.live.id})", stands.live.manifest, stands.live.index)
    release = target.release(chosen(stands.heads, typed).id)
    return _State(release.id, release.manifest, release.index)


def status(at: Desk, show: Show) -> str:
    """How things stand: the content, the last release, what lies at the host, what readers get. The last
    line says what to do."""
    show(str(source(at)))
    with opened(at.address, at.root) as target:
        stands = standing(target)
        show(_last(at, stands))
        if stands.unfinished:
            show(stands.unfinished)
        if stands.drift:
            show(f"{drifted(stands.drift)}.")
        seen = look_at_live(at, stands.live, show) if stands.live else True
        try:
            with outgoing(at) as site:
                planned = planned_for(completed(at, site, stands.manifest), stands)
        except ProjectError as error:
            show(str(error))
            return "The content cannot be published as it is; see above."
    show(f"To publish: {planned}" if not planned.empty else "The content is what was published.")
    if not planned.empty or stands.unfinished:
        return "./invoke publish brings what is above to readers."
    return "All is well." if seen else "Readers do not get what was published; see above."


def forget(at: Desk, typed: str) -> str:
    """Let an address or a feed id be gone for good; what was written down. The host is asked only for what
    the file does not know."""
    now = at.now().astimezone(at.zone)
    try:
        return published.forget(at.content, typed, now)
    except ProjectError:
        with opened(at.address, at.root) as target:
            stands = standing(target)
        return published.forget(at.content, typed, now, stands.index)


def _last(at: Desk, stands: Standing) -> str:
    if stands.live is None:
        return f"{at.address}: nothing was published there yet."
    head = stands.live.head
    after = "".join(
        f"\n  {name}: {said}" for name, said in head.after.items() if said.startswith("failed")
    )
    return f"Live at {at.address}: {head.id} of {when(at, head.at)}: {head.said}{after}"
