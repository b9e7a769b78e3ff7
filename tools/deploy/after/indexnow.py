"""Telling search engines which pages are new, changed or gone (the protocol of indexnow.org).

They believe it because the key that comes with it is at the site too: plugins/hosting writes it to /<key>.txt.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from plugins.entries.words import counted
from tools.deploy.after.web import Patience, Web
from tools.errors import ProjectError
from tools.web_client import Answer, Trouble

ENDPOINT = "https://api.indexnow.org/indexnow"
A_CALL = 10_000
"""Addresses in one call, as the protocol allows."""


def tell_engines(
    site_url: str,
    key: str,
    pages: Sequence[str],
    endpoint: str = ENDPOINT,
    patience: Patience | None = None,
) -> str:
    """pages: absolute addresses, all below site_url. Answers what was done, in a sentence; raises
    ProjectError when not all were taken."""
    if not pages:
        return "no page has changed"
    try:
        return asyncio.run(
            _notified(site_url.rstrip("/"), key, pages, endpoint, patience or Patience())
        )
    except Trouble as trouble:
        raise ProjectError(f"{_name(endpoint)} was not told: {trouble}") from None


async def _notified(
    site_url: str, key: str, pages: Sequence[str], endpoint: str, patience: Patience
) -> str:
    waits = ""
    async with Web(patience, site_url) as web:
        for start in range(0, len(pages), A_CALL):
            some = pages[start : start + A_CALL]
            call = {
                "host": urlsplit(site_url).netloc,
                "key": key,
                "keyLocation": f"{site_url}/{key}.txt",
                "urlList": list(some),
            }
            content = json.dumps(call).encode()
            answer = await web.post(endpoint, content, "application/json; charset=utf-8")
            if answer.status not in {200, 202}:
                took = f"took {start:,} of {counted(len(pages), 'page')}: " if start else ""
                raise ProjectError(
                    f"{_name(endpoint)} {took}{_refusal(answer, call['keyLocation'])}"
                )
            waits = "; it will look at the key first" if answer.status == 202 else waits
    return f"told {_name(endpoint)} of {counted(len(pages), 'page')}{waits}"


def _refusal(answer: Answer, key_location: object) -> str:
    said = f' ("{answer.words}")' if answer.words else ""
    match answer.status:
        case 400:
            return f"cannot read what it was sent (400){said}"
        case 403:
            return (
                f"does not believe the key (403){said}; look whether {key_location} shows INDEXNOW_KEY, "
                "and whether its robots may read it"
            )
        case 422:
            return f"says that the pages are not of this host, or the key is none (422){said}; look at SITEURL"
        case 429:
            return f"was told too much lately (429){said}; the next publish tries again"
        case status if status >= 500:
            return f"fails ({status}){said}; the next publish tries again"
        case status if 300 <= status < 400:
            to = answer.headers.get("Location", "")[:80]
            return f"sends us to {to}; write that as INDEXNOW_ENDPOINT"
        case status:
            return f"answers {status}{said}; look at INDEXNOW_ENDPOINT"


def _name(endpoint: str) -> str:
    return urlsplit(endpoint).hostname or endpoint
