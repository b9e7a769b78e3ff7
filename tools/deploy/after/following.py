"""What happens once a release is live: it is read back, and then what waits for that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tools.deploy.after.hidden import open_to_readers
from tools.deploy.after.live import seen_live
from tools.deploy.after.news import News
from tools.deploy.after.steps import awaiting, follow
from tools.deploy.desk import Desk, Standing, who
from tools.deploy.manifest import differences
from tools.deploy.release import EMPTY, Head, Release, noted
from tools.deploy.targets.target import Target
from tools.errors import ProjectError

Show = Callable[[str], None]
SEEN_WITHIN = 300.0
"""Seconds: GitHub Pages may take some minutes."""


def after_switch(
    at: Desk,
    target: Target,
    release: Release,
    before: Release | None,
    stands: Standing,
    show: Show,
    site: Path | None = None,
) -> str:
    """Read the live site back and, when it is the release, do what follows; what came of it.

    before: the release that was live before it. site: its folder, where there is one. What came of each
    step is recorded at the host. What could not be done is due again at the next publish. Raises
    ProjectError when readers do not get the release.
    """
    old = before.manifest if before else EMPTY
    changes = differences(old, release.manifest)
    within = float(at.settings.get("PUBLISH_SEEN_WITHIN", SEEN_WITHIN))
    show(f"Reading back {release.head.site_url} (for {within:.0f} s at most) …")
    seen = seen_live(release, before, changes, within, site=site, sleep=at.wait)
    show(str(seen))
    head = noted(release.head, seen=at.stamp if seen.live else f"failed: {seen.why}")
    head = awaiting(head, at.settings)
    _note(target, release.head, head)
    if not seen.live:
        raise ProjectError(
            "It was published, and not seen live: nobody was told of it. ./invoke publish looks again."
        )
    if warning := open_to_readers(at.address.scheme, release.head.site_url):
        show(warning)
    release = replace(release, head=head)
    done = follow(
        News(release, before, changes),
        at.settings,
        head,
        at.now,
        earlier=[one for one in stands.heads if one.id != head.id],
        load=target.release,
        tell=lambda name, said: show(f"{name}: {said}"),
    )
    _note(target, head, done)
    return "Published, and seen live."


def look_at_live(at: Desk, release: Release, show: Show) -> bool:
    """Whether readers get the release that is live, asked once; what they get is told."""
    none = differences(release.manifest, release.manifest)
    seen = seen_live(release, None, none, 0.0, sleep=at.wait)
    show(str(seen))
    return seen.live


def _note(target: Target, was: Head, now: Head) -> None:
    """While a site was read back, the host was free for others: the lock is taken for a moment only."""
    if now != was:
        with target.locked(who()):
            target.note(now)
