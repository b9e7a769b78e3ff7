"""The HTML of an issue: each item with its anchor, its kind and its lines in their form; and taken apart
again, links settled, for the mail.
"""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup

from plugins import words as interface
from plugins.entries.model import Body
from plugins.tips.model import FACTS, KINDS, NEEDS, Text, TipItem

_KIND = "|".join(KINDS)
_HEADING = re.compile(
    rf'<h2 id="[^"]*">(?:\s*)({_KIND})\s*:\s*(.*?)</h2>', re.IGNORECASE | re.DOTALL
)
_FACTS = re.compile(r'<p(?: dir="auto")?>((?:Try|Takes|Needs|From): .*?)</p>', re.DOTALL)
_FACT = re.compile(r"(?:^|\n)(Try|Takes|Needs|From): ")
_SHAPED = re.compile(
    r'<h2 id="item-(\d)"><span class="quiet">(\w+)</span><br>(.*?)</h2>', re.DOTALL
)
_LINES = re.compile(
    r'<p class="try"><strong>[^<]*</strong> (.*?)</p>(?:\n<p class="quiet">(.*?)</p>)?', re.DOTALL
)
_ENDED = re.compile(r"[.!?\u2026][\u201d\u2019)]*(?:</\w+>)*$")


def shaped(body: Body) -> Body:
    """The body with the items' headings and lines as the theme shows them."""
    numbers = iter(range(1, 100))

    def heading(match: re.Match[str]) -> str:
        kind = match[1].capitalize()
        return f'<h2 id="item-{next(numbers)}"><span class="quiet">{kind}</span><br>{match[2]}</h2>'

    def facts(match: re.Match[str]) -> str:
        pieces = _FACT.split(match[1])[1:]
        given = dict(zip(pieces[::2], pieces[1::2], strict=True))
        attempt = given.pop("Try", "").strip()
        note = " ".join(_sentence(name, given[name]) for name in FACTS if name in given)
        below = f'\n<p class="quiet">{note}</p>' if note else ""
        return f'<p class="try"><strong>{interface.say("mail.try")}</strong> {attempt}</p>{below}'

    html = _FACTS.sub(facts, _HEADING.sub(heading, body.html))
    return replace(body, html=html, headings=())


def titles(html: str) -> tuple[tuple[str, Markup], ...]:
    """(kind, title) of each item of a shaped body."""
    return tuple((kind, _markup(title)) for _, kind, title in _SHAPED.findall(html))


def parts(html: str) -> Text:
    """A shaped body in its parts."""
    pieces = _SHAPED.split(html)
    items = []
    closing = ""
    for number, kind, title, text in zip(*(pieces[n::4] for n in (1, 2, 3, 4)), strict=True):
        found = _LINES.search(text)
        before, after = (text[: found.start()], text[found.end() :]) if found else (text, "")
        attempt, note = (found[1], found[2] or "") if found else ("", "")
        items.append(
            TipItem(
                int(number),
                kind,
                _markup(title),
                _markup(before.strip()),
                _markup(attempt),
                _markup(note),
            )
        )
        closing = after
    return Text(_markup(pieces[0].strip()), tuple(items), _markup(_without_rule(closing)))


def _sentence(name: str, value: str) -> str:
    """`Takes ten minutes.`, `Needs nothing but a pencil.`, `From a lunch.`"""
    value = value.strip()
    if name == "Needs" and value.casefold() in NEEDS:
        value = interface.text(f"tips.needs_{value.casefold()}")
    said = interface.text(f"tips.{name.lower()}", value=value)
    return said + ("" if _ENDED.search(value) else ".")


def _without_rule(html: str) -> str:
    return re.sub(r"^\s*<hr\s*/?>", "", html).strip()


def _markup(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - the author's own Markdown
