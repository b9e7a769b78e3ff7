"""Characters that no text of the site may hold, as they are typed or as HTML would decode them.

What XML 1.0 (section 2.2) cannot hold would end every feed; the bidirectional overrides (Unicode
Standard Annex 9) can turn the text of a page around. A reference (`&#11;`, `&#x202E;`) is the
character that it stands for as soon as Markdown has been read, so both are looked for.
"""

from __future__ import annotations

import re
from html.entities import html5

_SET = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
UNSAFE = re.compile(f"[{_SET}]")
_REFERENCE = re.compile(
    r"&(?:#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}))(?![0-9a-fA-F])|([A-Za-z]+));?"
)


def unsafe(text: str) -> tuple[int, str] | None:
    """Where the first such character stands and how it is told ("U+000B"); None when there is none."""
    found = UNSAFE.search(text)
    if found:
        return found.start(), f"U+{ord(found[0]):04X}"
    for match in _REFERENCE.finditer(text) if "&" in text else ():
        character = _meant(match)
        if character and UNSAFE.search(character):
            return match.start(), f"U+{ord(character):04X}"
    return None


def printable(said: object, longest: int = 80) -> str:
    """What somebody else's program said, for a terminal: cut short, and nothing in it can move the cursor."""
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(said))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _meant(match: re.Match[str]) -> str | None:
    if match[3]:
        named = html5.get(f"{match[3]};", "")
        return named if len(named) == 1 else None
    number = int(match[1], 16) if match[1] else int(match[2])
    if number == 0:
        return None  # HTML and CommonMark decode it to U+FFFD
    # Planes end in two noncharacters each; HTML decodes what is beyond Unicode to a mark of its own.
    if number & 0xFFFE == 0xFFFE and number <= 0x10FFFF:
        return "\uffff" if number & 1 else "\ufffe"
    return chr(number) if number <= 0x10FFFF else None
