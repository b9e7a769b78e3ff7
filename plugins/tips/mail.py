"""The mail of an issue: HTML that mail programs show as it is meant, and a text that says the same.

1. the theme's template makes the HTML, with the style sheet in it;
2. pictures become plain <img> in a format that every program knows, every address absolute;
3. css-inline writes the style sheet's rules into the elements, since half of the programs drop it; what
   is for the dark or a narrow screen stays in the head.

Mail programs are no browsers: tables hold the one column, nothing is loaded but pictures, and where each
reader leaves the list is a mark (LEAVE) that the sender or the mailing service replaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlsplit

from markupsafe import Markup

from plugins import words as interface
from plugins.entries.tags import TAG, attributes
from plugins.outputs.templates import Templates
from plugins.tips.extras import Excerpt, Meeting
from plugins.tips.model import Issue, Text, TipItem
from plugins.tips.plain import WIDTH, filled, plain

LEAVE = "https://leave.invalid/"
COLUMN = 560
"""Pixels of the column."""
_PICTURE = re.compile(r"<picture>.*?(<img\b[^>]*>).*?</picture>", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_ADDRESS = re.compile(r'(\s(?:href|src)=")(/(?!/)|#)')
_GAP = re.compile(r">\s*\n\s*<")


@dataclass(frozen=True, slots=True)
class Mail:
    """What goes out. html and text hold LEAVE. url: the issue's page; archive: that of all issues."""

    month: str
    subject: str
    preheader: str
    html: str
    text: str
    url: str
    archive: str
    name: str


@dataclass(frozen=True, slots=True)
class MailView:
    """What the template of a mail shows. leave: LEAVE. The other fields mean what they do in Mail, Text,
    Said and Meeting."""

    subject: str
    preheader: str
    name: str
    month: str
    url: str
    archive: str
    text: Text
    said: tuple[Excerpt, ...]
    meeting: Meeting | None
    leave: str = LEAVE


def mail_of(
    issue: Issue,
    text: Text,
    said: tuple[Excerpt, ...],
    meeting: Meeting | None,
    name: str,
    site: str,
    templates: Templates,
) -> Mail:
    """text: the issue's, links settled. name: of the campaign. site: its absolute address."""
    url = f"{site}{issue.entry.address}"
    settled = _settled(text, url)
    mail = Mail(
        month=issue.entry.id,
        subject=issue.entry.title,
        preheader=issue.preheader,
        html="",
        text="",
        url=url,
        archive=f"{site}/tips/",
        name=name,
    )
    view = MailView(
        mail.subject, mail.preheader, name, issue.month, url, mail.archive, settled, said, meeting
    )
    html = templates.render("tips_mail", view)
    plain_text = text_part(issue, settled, said, meeting, mail)
    return replace(mail, html=inlined(html), text=plain_text)


def for_mail(html: str, url: str) -> Markup:
    """A piece of an entry's HTML as it can stand in a mail. url: of the page that it is from."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"

    def tag(match: re.Match[str]) -> str:
        return _ADDRESS.sub(
            lambda m: f"{m[1]}{url}#" if m[2] == "#" else f"{m[1]}{origin}/", match[0]
        )

    made = TAG.sub(_image, _PICTURE.sub(lambda match: match[1], html))
    return Markup(_TAG.sub(tag, made))  # noqa: S704 - the author's own Markdown, as before


def inlined(html: str) -> str:
    """The HTML with its style sheet in the elements; what only a style sheet can say stays in it."""
    import css_inline  # only a mail needs it

    inliner = css_inline.CSSInliner(
        keep_at_rules=True, keep_style_tags=False, load_remote_stylesheets=False
    )
    made = inliner.inline(html).replace(' data-css-inline="keep"', "")
    return _GAP.sub(">\n<", made).strip() + "\n"


def text_part(
    issue: Issue, text: Text, said: tuple[Excerpt, ...], meeting: Meeting | None, mail: Mail
) -> str:
    """The mail as plain text. Of `mail` all is read but its two parts."""
    blocks = [f"{mail.name.upper()}\n{issue.month}", filled(issue.entry.title)]
    if text.opening:
        blocks.append(plain(text.opening))
    for item in text.items:
        blocks.append("-" * WIDTH)
        blocks.append(filled(f"{item.number}. {item.kind}: {plain(item.title, 10_000)}", "", "   "))
        blocks.append(plain(item.html))
        if item.attempt:
            blocks.append(plain(f"<p>{interface.say('mail.try')} {item.attempt}</p>"))
        if item.note:
            blocks.append(plain(f"<p>{item.note}</p>"))
    blocks.append("-" * WIDTH)
    if text.closing:
        blocks.append(plain(text.closing))
    if said:
        blocks.append(interface.text("mail.conversations").upper())
        for one in said:
            quoted = filled(f"“{one.text}”", "> ")
            under = filled(interface.text("mail.text_under", author=one.author, title=one.title))
            blocks.append(f"{quoted}\n\n{under}\n{one.url}")
    if meeting:
        blocks.append(interface.text("mail.next_meetup").upper())
        blocks.append(
            f"{filled(meeting.title)}\n{filled(meeting.when)}\n{filled(meeting.where)}\n{meeting.url}"
        )
    blocks.append("-" * WIDTH)
    blocks.append(f"{interface.text('mail.text_how_it_went')}\n{mail.url}#conversation")
    blocks.append(f"{interface.text('mail.text_all_issues')}\n{mail.archive}")
    blocks.append(f"{filled(interface.text('mail.text_why', name=mail.name))}\n{LEAVE}")
    return "\n\n".join(blocks) + "\n"


def _image(match: re.Match[str]) -> str:
    if not match[0].lower().startswith("<img"):
        return match[0]
    given = attributes(match[0])
    wide = int(given["width"]) if given.get("width", "").isdigit() else COLUMN
    tall = int(given["height"]) if given.get("height", "").isdigit() else 0
    shown = min(wide, COLUMN)
    size = f' width="{shown}"'
    size += f' height="{round(tall * shown / wide)}"' if tall else ""
    source, alt = escape(given.get("src", "")), escape(given.get("alt", ""))
    return f'<img src="{source}" alt="{alt}"{size}>'


def _settled(text: Text, url: str) -> Text:
    """The parts as they can stand in a mail."""

    def item(one: TipItem) -> TipItem:
        return replace(
            one,
            title=for_mail(one.title, url),
            html=for_mail(one.html, url),
            attempt=for_mail(one.attempt, url),
            note=for_mail(one.note, url),
        )

    return Text(
        for_mail(text.opening, url), tuple(map(item, text.items)), for_mail(text.closing, url)
    )
