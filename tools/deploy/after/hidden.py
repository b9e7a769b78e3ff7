"""Whether readers can get at what is kept at a host for going back: releases that are no longer live hold what
was taken away since. At hosts that show one folder of many they cannot; a bucket may be open as a whole."""

from __future__ import annotations

import asyncio

from yarl import URL

from tools.deploy.after.web import Patience, Web
from tools.web_client import Trouble

KEPT = {"s3": "/.releases/current"}
"""By kind of host, what lies below the site's address if nobody hides it."""


def open_to_readers(scheme: str, site_url: str, patience: Patience | None = None) -> str | None:
    """What to do when they can, in a sentence; None when they cannot, or it cannot be known."""
    if scheme not in KEPT:
        return None
    url = f"{site_url.rstrip('/')}{KEPT[scheme]}"
    try:
        status = asyncio.run(_status(url, patience or Patience()))
    except Trouble:
        return None
    if status != 200:
        return None
    return (
        f"Everybody can read {url}, and from there releases that are no longer live, with what was taken away "
        "since. Have the bucket's policy leave out .releases/ (docs/publishing.md says how)."
    )


async def _status(url: str, patience: Patience) -> int:
    async with Web(patience, url) as web:
        return (await web.get(URL(url), 4096, {})).status
