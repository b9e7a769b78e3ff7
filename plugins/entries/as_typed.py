"""A text of Markdown as it was typed: where something stands in it, and what its author cannot mean.

Code is masked, so that what is shown as it is typed is neither found nor told. Lines count from 0. Most texts hold
no sign of what is looked for here, and are not searched for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from plugins.faults import MERGING, merge_marks

DEEPEST = 100
"""Brackets that are open at once in a paragraph; Markdown needs the square of them in time."""
Told = tuple[int, str]
"""The line, and what is told."""

_FENCED = re.compile(
    r"^(?P<at>[ \t>]*(?:[-+*][ \t]+|\d+[.)][ \t]+)?)(?P<fence>`{3,}|~{3,})[^`\n]*\n.*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
# A sign first, by which `re` skips what cannot match.
_CODE = re.compile(r"(`(?<![`\\]`)`*)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NOTE = re.compile(r"^[ ]{0,3}\[\^([^\]\n]+)\]:", re.MULTILINE)
_NOTED = re.compile(r"\[\^([^\]\n]+)\](?!:)")
_REFERENCE = re.compile(r"^[ ]{0,3}\[([^\]^\n][^\]\n]*)\]:[ \t]*\S", re.MULTILINE)
_REFERRED = re.compile(r"\[([^\[\]\n]+)\]\[([^\[\]\n]*)\]")
_LISTED = re.compile(r"^[ \t]*([•·▪◦‣●○–—])[ \t]+\S", re.MULTILINE)
_TABBED = re.compile(r"(?:\A|\n[ \t]*\n)\t(?!\t)([^\n\t{}();=<>]+)$", re.MULTILINE)


def masked(text: str) -> str:
    """The text with blanks in the place of code and of HTML comments; each line is where it was."""
    for pattern, signs in ((_FENCED, ("```", "~~~")), (_CODE, ("`",)), (_COMMENT, ("<!--",))):
        if any(sign in text for sign in signs):
            text = pattern.sub(_blanked, text)
    return text


def _blanked(match: re.Match[str]) -> str:
    return "\n".join(" " * len(line) for line in match[0].split("\n"))


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position)


def too_deep(text: str) -> Told | None:
    """Where more brackets are open than anybody means; such a text cannot be rendered in time."""
    if text.count("[") <= DEEPEST:
        return None
    depth = start = 0
    for match in re.finditer(r"\\.|[\[\]]|\n[ \t]*\n", text, re.DOTALL):
        found = match[0]
        if found[0] == "\n":
            depth = 0
        elif found == "[":
            depth += 1
            start = match.start() if depth == 1 else start
        elif found == "]":
            depth = max(depth - 1, 0)
        if depth > DEEPEST:
            message = f'opens more than {DEEPEST} brackets "[" without closing them; take them out, or put them in `code`'
            return line_at(text, start), message
    return None


def faults(text: str) -> Iterator[Told]:
    """Footnotes and references that cannot be what was meant, and two versions of a text in one. text: masked."""
    if marked := merge_marks(text):
        yield marked - 1, MERGING
    if "[^" not in text:
        return
    notes = Counter(match[1].casefold() for match in _NOTE.finditer(text))
    noted = {match[1].casefold() for match in _NOTED.finditer(text)}
    seen: set[str] = set()
    for match in _NOTE.finditer(text):
        name, line = match[1].casefold(), line_at(text, match.start())
        if name in seen:
            yield (
                line,
                f"footnote [^{match[1]}] stands twice; write another name, here and where it is mentioned",
            )
        elif name not in noted:
            yield (
                line,
                f"footnote [^{match[1]}] is mentioned nowhere; write [^{match[1]}] in the text, or take it out",
            )
        seen.add(name)
    for match in _NOTED.finditer(text):
        if match[1].casefold() not in notes:
            yield (
                line_at(text, match.start()),
                f'[^{match[1]}] has no footnote; write "[^{match[1]}]: …" below the text',
            )


def doubts(text: str) -> Iterator[Told]:
    """What is shown otherwise than its author may mean. text: masked."""
    references: dict[str, int] = {}
    for match in _REFERENCE.finditer(text) if "]:" in text else ():
        name, line = " ".join(match[1].casefold().split()), line_at(text, match.start())
        if name in references:
            yield line, f"[{match[1]}]: stands twice, and the last one counts; keep one"
        references.setdefault(name, line)
    for match in _REFERRED.finditer(text) if "][" in text else ():
        name = " ".join((match[2] or match[1]).casefold().split())
        if name not in references:
            yield (
                line_at(text, match.start()),
                f'{match[0]} is shown as it stands, since there is no "[{match[2] or match[1]}]: address"',
            )
    for match in () if text.isascii() else _LISTED.finditer(text):
        yield (
            line_at(text, match.start(1)),
            f'begins with "{match[1]}", which makes no list; write "- " instead',
        )
    for match in _TABBED.finditer(text) if "\t" in text else ():
        if len(match[1].split()) >= 4:
            yield (
                line_at(text, match.start(1)),
                "is shown as code, since it begins with a tab; take the tab out",
            )
