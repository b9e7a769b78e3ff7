"""Ask a published site whether it has to be built again by now; the nightly workflow does.

    python3 -m tools.due                 asks the site whose address publishconf.py says
    python3 -m tools.due https://…       asks another

The last line is "due" or "not due". A site that cannot be asked, or that says nothing that can be
understood, is due: a build too many harms nobody. Standard library only, so that the answer is there
before anything is installed.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST = 10_000
"""Octets that the file may have; SECONDS that the site may take."""
SECONDS = 20

Fetch = Callable[[str], bytes]


def due(site_url: str, now: datetime, fetch: Fetch | None = None) -> tuple[bool, str]:
    """Whether the site at `site_url` must be built by `now` (aware), and why, in a line."""
    address = f"{site_url.rstrip('/')}/next-build.json"
    try:
        document = json.loads((fetch or _fetch)(address))
        at, because = document["at"], document["because"]
        moment = datetime.fromisoformat(at) if at is not None else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the moment has no zone")
        reason = ", ".join(str(one) for one in because)[:200]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return True, f"{address} did not say when: {error}"
    if moment is None:
        return False, "nothing is ahead"
    return moment <= now, f"{moment.isoformat()}: {reason}"


def published_address() -> str:
    """SITEURL in publishconf.py, which is read as text: importing it would need Pelican's settings."""
    text = (ROOT / "publishconf.py").read_text(encoding="utf-8")
    found = re.search(r'^SITEURL = "(https?://[^"]+)"', text, re.MULTILINE)
    if found is None:
        raise SystemExit('publishconf.py: SITEURL is missing; write SITEURL = "https://…"')
    return found[1]


def _fetch(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise ValueError("not a web address")
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - checked above
        read: bytes = answer.read(MOST)
    return read


def main(arguments: list[str]) -> int:
    site_url = arguments[0] if arguments else published_address()
    answer, why = due(site_url, datetime.now(UTC))
    print(why)
    print("due" if answer else "not due")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
