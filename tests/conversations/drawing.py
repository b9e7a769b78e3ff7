"""A conversation drawn by the theme's own macro, and read back."""

from __future__ import annotations

from html.parser import HTMLParser

from plugins.conversations.mail_links import ReplyAddress
from plugins.conversations.people import people
from plugins.conversations.tree import Conversation
from plugins.conversations.view import TEMPLATES, thread_view
from plugins.entries.filters import FILTERS
from plugins.outputs.templates import Templates

_TEMPLATES = Templates([TEMPLATES], {}, FILTERS)
MAILBOX = "jo@a.example"


def drawn(made: Conversation, mailbox: str | None = MAILBOX) -> str:
    """The HTML of the thread of an entry called "A post"."""
    everyone = people([made], {}).by_key
    view = thread_view(made, "A post", "/posts/a/feed.atom", everyone, ReplyAddress(mailbox))
    return _TEMPLATES.render("thread", view)


class Nesting(HTMLParser):
    """(id, depth) of every comment by how the lists lie in one another, and whether each element that
    opens is closed; of any depth, where parsers that build a tree give up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self.open: list[str] = []
        self.balanced = True
        self.feed(text)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "hr", "img", "path", "use"}:
            return
        given = dict(attrs)
        if tag == "li" and "comment" in (given.get("class") or "").split():
            identity = (given["id"] or "").removeprefix("comment-")
            self.found.append((identity, self.open.count("ol")))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag
