"""What an issue must have: a month for a name, and exactly four items, each with something to try.

Works on the Markdown, so that every fault has its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from plugins.entries.head import Source
from plugins.faults import Fault, did_you_mean, nearest
from plugins.tips.model import FACTS, ITEMS, KINDS, NEEDS

MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_HEADING = re.compile(r"##(?!#)[ \t]*(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"-{2,}[ \t]*$")
_ITEM = re.compile(r"(\w+)[ \t]*:[ \t]*(.*)")
_FACT = re.compile(r"([A-Z][a-z]+):(?:[ \t]+(.*)|)$")
_FENCE = re.compile(r"(```+|~~~+)")
_CLOSING = re.compile(r"(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_ORDINALS = ("a first", "a second", "a third", "a fourth", "a fifth", "a sixth", "a seventh")


@dataclass
class _Item:
    line: int
    kind: str
    title: str
    text: list[str] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)
    after: int | None = None
    """The first line of text below the facts."""


def faults_of(source: Source, identity: str, date: datetime) -> Iterator[Fault]:
    """Everything that keeps this from being an issue. identity: the file's name. date: in the site's
    zone."""
    place = source.place
    for name in ("id", "slug"):
        if name in source.fields:
            found = source.fields[name]
            message = f"{found.key}: an issue stands at its month; take the line out, and name the file 2026-06.md"
            yield Fault(place, found.line, message)
            identity = place.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if not MONTH.fullmatch(identity):
        message = f'"{identity}" is not a month; name the file {date:%Y-%m}.md'
        yield Fault(place, 1, message)
    elif f"{date:%Y-%m}" != identity:
        line = source.fields["date"].line
        message = f"Date: {date:%Y-%m-%d} is not in {identity}; write a day of that month, or rename the file"
        yield Fault(place, line, message)
    items: list[_Item] = []
    for one in _read(source):
        if isinstance(one, Fault):
            yield one
        else:
            items.append(one)
    for number, item in enumerate(items, 1):
        yield from _item_faults(place, number, item)
        if number == ITEMS + 1:
            which = _ORDINALS[ITEMS]
            message = (
                f"{which} item; an issue has exactly {_words(ITEMS)}: keep one for another month"
            )
            yield Fault(place, item.line, message)
    if len(items) < ITEMS:
        lacking = ITEMS - len(items)
        message = (
            f"has {_words(len(items))} item{'s' * (len(items) != 1)}; an issue has exactly "
            f"{_words(ITEMS)}: write {_words(lacking)} more, each under a heading such as "
            '"## Tip: …", "## Tool: …" or "## Idea: …"'
        )
        yield Fault(place, items[-1].line if items else source.first_line, message)


def _item_faults(place: str, number: int, item: _Item) -> Iterator[Fault]:
    shown = f'item {number} ("{item.title}")'
    if not item.title:
        yield Fault(place, item.line, f"item {number} has no title; write it behind {item.kind}:")
    if "Try" not in item.facts:
        message = f'{shown} does not say what to try; write a line "Try: …" below its text'
        yield Fault(place, item.line, message)
    if not any(line.strip() for line in item.text):
        message = f"{shown} has no text; say above its Try line why it is worth the time"
        yield Fault(place, item.line, message)
    if item.after is not None:
        message = (
            f"stands below the Try line of {shown}; put it above, or, when it closes the issue, write "
            '"* * *" on a line before it'
        )
        yield Fault(place, item.after, message)


def _read(source: Source) -> Iterator[_Item | Fault]:
    """The items in order, and what of a line is wrong in itself."""
    place = source.place
    item: _Item | None = None
    fence = ""
    closed = False
    fresh = True  # the line before was empty or a heading: a paragraph begins
    in_facts = False
    previous = ""
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        mark = _FENCE.match(line)
        if fence or mark:
            if mark and not fence:
                fence = mark[1]
            elif mark and line.startswith(fence) and not line.strip("`~ "):
                fence = ""
            if item and not closed:
                item.text.append(line)
            fresh = in_facts = False
            continue
        if heading := _HEADING.match(line):
            if item and not closed:
                yield item
            item, closed, in_facts = None, False, False
            kind, title = _kind(heading[1])
            if kind is None:
                yield Fault(place, number, _no_item(heading[1]))
            item = _Item(number, kind or KINDS[0], title)
        elif _UNDERLINE.match(line) and previous.strip() and not in_facts:
            message = (
                f'"{previous.strip()[:60]}" is a heading by what stands under it; write "## Tip: …"'
            )
            yield Fault(place, number - 1, message)
        elif _CLOSING.match(line) and item and not closed:
            yield item
            closed = True
        elif item and not closed:
            if not line.strip():
                in_facts = False
            elif (fact := _FACT.match(line)) and (fresh or in_facts):
                begins = fact[1] in FACTS or in_facts
                if begins:
                    yield from _fact(place, number, item, fact[1], fact[2] or "")
                    in_facts = True
                elif near := nearest(fact[1], FACTS):
                    yield from _fact(place, number, item, fact[1], fact[2] or "")
                    item.facts.setdefault(near, number)
                    in_facts = True
                else:
                    item.text.append(line)
            elif in_facts:
                pass  # a long line that goes on
            else:
                if item.facts and item.after is None:
                    item.after = number
                item.text.append(line)
        fresh = not line.strip() or bool(heading)
        previous = line
    if item and not closed:
        yield item


def _fact(place: str, number: int, item: _Item, name: str, value: str) -> Iterator[Fault]:
    if name not in FACTS:
        hint = did_you_mean(name, FACTS) or f"; an item knows: {', '.join(FACTS)}"
        yield Fault(place, number, f'"{name}:" is not a known line{hint}')
    elif name in item.facts:
        yield Fault(
            place, number, f"{name}: stands twice, first on line {item.facts[name]}; keep one"
        )
    elif not value.strip():
        yield Fault(
            place, number, f'{name}: is empty; write it as "{name}: …", or take the line out'
        )
        item.facts[name] = number
    else:
        item.facts[name] = number
        if name == "Needs" and value.strip().casefold() not in NEEDS:
            known = ", ".join(NEEDS)
            hint = did_you_mean(value.strip(), NEEDS)
            yield Fault(
                place, number, f'Needs: "{value}" is not known; write one of: {known}{hint}'
            )


def _kind(heading: str) -> tuple[str | None, str]:
    """(kind, title) of a heading; no kind when it names none."""
    found = _ITEM.match(heading)
    if found:
        for kind in KINDS:
            if found[1].casefold() == kind.casefold():
                return kind, found[2].strip()
    return None, heading.strip()


def _no_item(heading: str) -> str:
    found = _ITEM.match(heading)
    near = did_you_mean(found[1], KINDS) if found else ""
    shown = heading.strip() or "nothing"
    return f'"## {shown}" is no item; begin its heading with Tip:, Tool: or Idea:{near}'


def _words(number: int) -> str:
    return ("no", "one", "two", "three", "four")[number] if number < 5 else str(number)
