"""Look for everything that is wrong, and write nothing that stays.

1. Build the content as it would be published, and again with drafts and later entries, so that what
   is not public yet is checked before its day. Both builds go to a temporary folder.
2. Read back what was written (tools.deploy.before.checked): HTML, feeds and calendars are as their
   formats want them, every address and fragment within the site leads somewhere, no page uses an id
   twice or asks anybody else for anything, every picture has an alternative text. What a first view
   weighs is told when it is much.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from plugins.entries.site import Site
from plugins.faults import Fault, sorted_faults
from tools.build import ROOT, build
from tools.deploy.before.checked import checked_output
from tools.deploy.before.moved_dates import moved_dates
from tools.deploy.before.published import read_ledger
from tools.errors import ProjectError
from tools.source_locations import Origins

SITE = "https://check.invalid"
SEEN = ROOT / ".cache" / "publish" / "checked-at-the-desk"
"""Where what was found of each written file is remembered by its content."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    pages: int
    references: int
    warnings: tuple[Fault, ...]

    def __str__(self) -> str:
        return f"Nothing to mend: {self.pages} pages, {self.references} references within the site."


def check(content: Path, seen: Path | None = SEEN) -> CheckResult:
    """Raises ProjectError with every fault, once each. seen: see SEEN; None remembers nothing."""
    told: dict[str, None] = {}
    warnings: set[Fault] = set()
    shared: list[Site] = []
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        public = Path(scratch) / "public"
        for output, drafts in ((public, False), (Path(scratch) / "drafts", True)):
            try:
                built = build(
                    content,
                    output,
                    drafts=drafts,
                    site_url=SITE,
                    look=lambda site, _: shared.append(site),
                )
                warnings.update(built.warnings)
            except ProjectError as error:
                lines = str(error).splitlines()
                told |= dict.fromkeys(
                    line for line in lines if not line.endswith("nothing was written.")
                )
        if told:
            count = len(told)
            raise ProjectError("\n".join([*told, f"{count} thing{'s' * (count != 1)} to mend."]))
        written = checked_output(public, SITE, seen)
        faults = Origins(shared[0], public).traced(written.faults)
    if faults:
        raise ProjectError("\n".join(str(fault) for fault in faults))
    moved = moved_dates(shared[0], read_ledger(content))
    every = sorted_faults((*warnings, *written.warnings, *written.heavy, *moved))
    return CheckResult(written.pages, written.references, every)
