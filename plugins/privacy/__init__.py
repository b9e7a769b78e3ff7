"""E-mail addresses, IP numbers and user agents, found in what a person wrote before anybody reads it.

Plain modules that the plugins and the tools share:

1. `scan` finds them in a text, written plainly or encoded (`&#64;`, `%40`, `[at]`);
2. `store` looks through the comments of a thread.

Messages show what they found masked (j***@e***.org), so that they can be passed on.

Setting           Default  Means
PUBLIC_ADDRESSES  ()       what is public on purpose, as it is written: ("press@site.example", "9.9.9.9")
REPLY_TO          None     where readers may write to; always allowed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def public_addresses(settings: Mapping[str, Any]) -> frozenset[str]:
    """What the settings allow to be public."""
    reply_to = settings.get("REPLY_TO")
    return frozenset((*settings.get("PUBLIC_ADDRESSES", ()), *((reply_to,) if reply_to else ())))
