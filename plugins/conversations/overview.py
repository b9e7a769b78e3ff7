"""The pages of `/conversations/`: threads by their last remark, going on at `…/page/2/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugins.conversations.tree import Conversation
from plugins.entries.model import Entry
from plugins.entries.paging import Paging, page_url


@dataclass(frozen=True, slots=True)
class Overview(Paging):
    """One page. `rows` is what it lists; `modified` is when the latest of them was said (aware)."""

    url: str
    title: str
    template: str
    rows: tuple[tuple[Entry, Conversation], ...]
    modified: datetime
    number: int
    of: int

    topic = None  # lists of posts have one


def lively(
    entries: Mapping[str, Entry], conversations: Mapping[str, Conversation]
) -> tuple[tuple[Entry, Conversation], ...]:
    """Every conversation in which somebody has spoken, the one with the latest remark first."""
    talked = [(entries[key], thread) for key, thread in conversations.items() if thread.count]
    talked.sort(key=lambda pair: pair[0].key)
    talked.sort(key=lambda pair: _last(pair[1]), reverse=True)
    return tuple(talked)


def overviews(talked: Sequence[tuple[Entry, Conversation]], size: int) -> list[Overview]:
    """Every page, `size` conversations on each."""
    starts = range(0, len(talked), size)
    return [
        Overview(
            url=page_url("conversations/", number),
            title="Conversations",
            template="conversations",
            rows=tuple(talked[start : start + size]),
            modified=_last(talked[start][1]),
            number=number,
            of=len(starts),
        )
        for number, start in enumerate(starts, 1)
    ]


def _last(conversation: Conversation) -> datetime:
    if conversation.last is None:
        raise ValueError(f"nobody has spoken in {conversation.entry}")
    return conversation.last
