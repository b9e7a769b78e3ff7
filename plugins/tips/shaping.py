"""The HTML of an issue: each item with its anchor, its kind and its lines in their form; and taken apart
again, links settled, for the mail.
"""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup

from plugins.entries.model import Body
from plugins.tips.model import KINDS, NEEDS, Item, Text

_KIND = "|".join(KINDS)
_HEADING = re.compile(rf'<h2 id="[^"]*">(?:\s*)({_KIND})\s*:\s*(.*?)</h2>', re.IGNORECASE | re.DOTALL)
_FACTS = re.compile(r"<p>((?:Try|Takes|Needs|From): .*?)</p>", re.DOTALL)
_FACT = re.compile(r"(?:^|\n)(Try|Takes|Needs|From): ")
_SHAPED = re.compile(r'<h2 id="item-(\d)"><span class="quiet">(\w+)</span><br>(.*?)</h2>', re.DOTALL)
_LIST = re.compile(r'<dl class="facts">(.*?)</dl>', re.DOTALL)
_PAIR = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)


def shaped(body: Body) -> Body:
    """The body with the items' headings and lines as the theme shows them."""
    numbers = iter(range(1, 100))

    def heading(match: re.Match[str]) -> str:
        kind = match[1].capitalize()
        return f'<h2 id="item-{next(numbers)}"><span class="quiet">{kind}</span><br>{match[2]}</h2>'

    def facts(match: re.Match[str]) -> str:
        pieces = _FACT.split(match[1])[1:]
        rows = "".join(
            f"<dt>{name}</dt>\n<dd>{_value(name, value)}</dd>\n"
            for name, value in zip(pieces[::2], pieces[1::2], strict=True)
        )
        return f'<dl class="facts">\n{rows}</dl>'

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
        found = _LIST.search(text)
        facts = tuple((name, _markup(value)) for name, value in _PAIR.findall(found[1] if found else ""))
        before, after = (text[: found.start()], text[found.end() :]) if found else (text, "")
        items.append(Item(int(number), kind, _markup(title), _markup(before.strip()), facts))
        closing = after
    return Text(_markup(pieces[0].strip()), tuple(items), _markup(_without_rule(closing)))


def _value(name: str, value: str) -> str:
    value = value.strip()
    if name == "Needs":
        value = NEEDS[value.casefold()]
    return value[:1].upper() + value[1:]


def _without_rule(html: str) -> str:
    return re.sub(r"^\s*<hr\s*/?>", "", html).strip()


def _markup(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - the author's own Markdown
