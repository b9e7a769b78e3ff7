"""A feed for services that turn a feed into mail: RSS 2.0 with the latest issue, as the mail has it.

Its one item carries the mail's own HTML, rules in the elements, without the foot: the service puts its own
under it, with its way to leave the list. The id is the issue's, so that nothing is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from functools import partial
from html import escape

from plugins import words as interface
from plugins.entries.model import Entry, dated
from plugins.tips.mail import Mail

BEGIN, END = "<!--letter-->", "<!--/letter-->"
"""What the theme's template puts around that part of the mail."""

_escape = partial(escape, quote=False)


def mail_feed(mails: Iterable[tuple[Mail, Entry]], site_name: str, url: str, language: str) -> str:
    """The feed as a document. url: its own absolute address."""
    rows = list(mails)
    archive = rows[0][0].archive if rows else url
    name = rows[0][0].name if rows else site_name
    items = "".join(_item(mail, entry) for mail, entry in rows)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>{_escape(interface.text("mail.feed", site=site_name, name=name))}</title>
<link>{_escape(archive)}</link>
<description>{_escape(interface.text("mail.feed_about", name=name))}</description>
<language>{language}</language>
<atom:link href="{_escape(url)}" rel="self" type="application/rss+xml"/>
{items}</channel>
</rss>
"""


def letter(html: str) -> str:
    """The mail between the marks."""
    return html.split(BEGIN, 1)[-1].split(END, 1)[0].strip()


def _item(mail: Mail, entry: Entry) -> str:
    return f"""<item>
<title>{_escape(mail.subject)}</title>
<link>{_escape(mail.url)}</link>
<guid isPermaLink="false">{_escape(entry.feed_id)}</guid>
<pubDate>{format_datetime(dated(entry))}</pubDate>
<description>{_escape(_escape(mail.preheader))}</description>
<content:encoded>{_escape(letter(mail.html))}</content:encoded>
</item>
"""
