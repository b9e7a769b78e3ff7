"""The mailto: links by which readers take part (RFC 6068), whose subject says what a reply answers.

The subject is the entry's title and, of a reply, the comment's id, "Re: Why a café (101)": what
`comments.add ENTRY --to ID` takes, and what no mail reader breaks.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from plugins import words as interface


class ReplyAddress:
    """Makes addresses to write to. to: the mailbox; None makes none."""

    def __init__(self, to: str | None) -> None:
        self.to = to

    def __bool__(self) -> bool:
        return bool(self.to)

    def __call__(self, title: str, comment: str | None = None) -> str:
        """`mailto:` with the subject filled in. title: the entry's. comment: the id of what is answered;
        None answers the entry."""
        begin = _begin(self.to or "", title)
        return f"{begin}%20({comment})" if comment else begin


@lru_cache(maxsize=64)  # of a thread every comment begins alike
def _begin(to: str, title: str) -> str:
    return f"mailto:{quote(to, safe='@')}?subject={quote(interface.text('thread.subject', title=title), safe=':')}"
