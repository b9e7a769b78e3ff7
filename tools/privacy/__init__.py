"""No e-mail address, IP number or user agent string in the store or in what is published.

1. `scan` finds them in a text, written plainly or in code (`&#64;`, `%40`, `[at]`);
2. `store` looks through a thread: a hit is a fault of the comment;
3. `output` looks through every file that was written, and `pictures` through what pictures say of where
   and by whom they were taken.

Messages show what they found masked (j***@e***.org), so that they can be passed on. Every build looks
through its pages before any of it counts, one for the live address through every file;
`./invoke comments.check` looks through the store.

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
