"""One more look into the ledger: what it means, together with the looks before it.

- A failure is one more day on which the link failed; dead is what failed on enough of them (the
  ledger's own rule). Two failures on one day are one.
- What is fine again is fine, and its failures are forgotten.
- A look that says nothing (refused, left alone, too slow) changes nothing but the day of the look.
- A suspicion that a person has looked into and found groundless is not raised again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from plugins.entries.dates import iso
from plugins.resources.ledger import Link, dead
from tools.links.verdict import Verdict

KEPT_DAYS = 12
"""Days of failures that are kept, the first and the latest; more would say nothing new."""


def remembered(before: Link | None, verdict: Verdict, today: date) -> Link:
    """The link's row after a look on `today`."""
    match verdict.state:
        case "failing":
            return _failed(before, verdict, today)
        case "unsure":
            return _unsure(before, verdict, today)
        case "suspect" if before is not None and before.accepted == verdict.why:
            return Link("fine", today, title=verdict.title, accepted=verdict.why)
        case "suspect":
            title = before.title if before else ""
            return Link("suspect", today, why=verdict.why, title=title)
    title = verdict.title or (before.title if before else "")
    accepted = before.accepted if before else ""
    return Link(
        verdict.state, today, why=verdict.why, title=title, to=verdict.to, accepted=accepted
    )


def accepted(before: Link, today: date) -> Link:
    """The row of a suspect that a person has looked at and found to be all right."""
    return replace(before, state="fine", why="", checked=today, accepted=before.why)


def _failed(before: Link | None, verdict: Verdict, today: date) -> Link:
    failed = before.failed if before else ()
    days = (*failed, today) if not failed or failed[-1] < today else failed
    # Graver than the least grave of the failures it is not.
    grave = verdict.grave and (before is None or not failed or before.grave)
    if len(days) > KEPT_DAYS:
        days = (days[0], *days[-KEPT_DAYS + 1 :])
    stays = before is not None and before.state == "dead"
    return Link(
        state="dead" if stays or dead(days, grave=grave) else "failing",
        checked=today,
        why=verdict.why,
        failed=days,
        grave=grave,
        title=before.title if before else "",
        accepted=before.accepted if before else "",
    )


def _unsure(before: Link | None, verdict: Verdict, today: date) -> Link:
    until = iso(verdict.until) if verdict.until else ""
    if before is None:
        return Link("unsure", today, why=verdict.why, until=until)
    if before.failed or before.state == "suspect":
        return replace(before, checked=today, until=until)
    return replace(before, state="unsure", checked=today, why=verdict.why, to="", until=until)
