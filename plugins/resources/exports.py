"""Resources for other programs: those with a feed as OPML 2.0, all of them as a Netscape bookmark file,
which every browser and every bookmark service reads.

What is gone stands in the bookmarks with its archived copy, and not at all when there is none; a feed of
what is gone is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from plugins import words as interface
from plugins.entries.model import dated
from plugins.resources.groups import Group
from plugins.resources.model import Resource


def opml(title: str, owner: str, resources: Iterable[Resource]) -> str:
    """The feeds by the titles of their resources (http://opml.org/spec2.opml)."""
    from xml.sax.saxutils import quoteattr  # which imports all of HTTP

    listed = sorted(
        (one for one in resources if one.feed and not one.gone),
        key=lambda one: (one.entry.title.casefold(), one.entry.key),
    )
    outlines = "".join(
        f'<outline type="rss" text={quoteattr(one.entry.title)} title={quoteattr(one.entry.title)}'
        f" xmlUrl={quoteattr(one.feed or '')} htmlUrl={quoteattr(one.link)}/>\n"
        for one in listed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"<head><title>{escape(title, quote=False)}</title><ownerName>{escape(owner, quote=False)}</ownerName></head>\n"
        f"<body>\n{outlines}</body>\n</opml>\n"
    )


def bookmarks(title: str, groups: Iterable[Group]) -> str:
    """A folder for each group. Tags and dates are what those who read such files make of them: TAGS
    between commas, ADD_DATE in seconds since 1970."""
    folders = []
    for group in groups:
        rows = [_bookmark(one) for one in group.resources if one.reach]
        if rows:
            listed = "".join(rows)
            folders.append(f"<DT><H3>{escape(group.name)}</H3>\n<DL><p>\n{listed}</DL><p>\n")
    name = escape(title)
    return (
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">\n'
        f"<TITLE>{name}</TITLE>\n<H1>{name}</H1>\n<DL><p>\n{''.join(folders)}</DL><p>\n"
    )


def _bookmark(one: Resource) -> str:
    added = int(dated(one.entry).timestamp())
    tags = ",".join([*(topic.name.replace(",", " ") for topic in one.entry.topics), one.kind])
    title = one.entry.title
    if one.gone:
        title = interface.text("resource.title_archived", title=title)
    return (
        f'<DT><A HREF="{escape(one.reach or "")}" ADD_DATE="{added}" TAGS="{escape(tags)}">'
        f"{escape(title)}</A>\n<DD>{escape(f'{one.byline}. {one.entry.summary}')}\n"
    )
