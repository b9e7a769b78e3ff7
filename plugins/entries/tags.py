"""HTML as it was written, taken apart at its tags and comments.

The HTML of a body is what Markdown wrote, which is well formed, with what an author typed in between.
One pattern knows where a tag ends (a ">" in a quoted attribute does not end it) and what a comment is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

TAG = re.compile(r"""<!--.*?(?:-->|\Z)|</?[a-zA-Z](?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""", re.DOTALL)
NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""", re.DOTALL
)

_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
_MAY_STAY_OPEN = frozenset(
    "p li dt dd tr td th thead tbody tfoot option optgroup rt rp colgroup".split()  # noqa: SIM905
)
"""Elements whose end may be left out (HTML standard, section 13.1.2.4)."""
_REFUSED = {
    "script": "runs code, which the site's policy stops; take it out",
    "style": "is stopped by the site's policy; take it out",
    "link": "belongs into the head of a page; take it out",
    "meta": "belongs into the head of a page, and can send readers elsewhere; take it out",
    "base": "would bend every link of the page; take it out",
    "title": "belongs into the head of a page; take it out",
    **dict.fromkeys(
        ("iframe", "frame", "object", "embed", "applet", "portal"),
        "shows something from elsewhere, which the site's policy stops; link to it instead",
    ),
    **dict.fromkeys(
        ("html", "head", "body", "main", "header", "footer", "form", "textarea", "plaintext"),
        "belongs to the page around the text; take it out",
    ),
}
_KNOWN = frozenset(
    "a abbr address area article aside audio b bdi bdo blockquote br button caption cite code col "  # noqa: SIM905
    "colgroup data dd del details dfn dialog div dl dt em fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "hgroup hr i img input ins kbd label legend li map mark math menu meter nav ol optgroup option output "
    "p picture pre progress q rp rt ruby s samp section select small source span strong sub summary sup "
    "svg table tbody td tfoot th thead time tr track u ul var video wbr".split()
)
_FOREIGN = frozenset(("svg", "math"))
LEADS = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src",),
    "track": ("src",),
}
"""The elements that an author may type, and their attributes that lead somewhere."""


def attributes(tag: str) -> dict[str, str]:
    """The attributes of one tag, as Markdown writes them or as an author types them; names in lower case."""
    name = NAME.match(tag)
    inside = tag[name.end() if name else 1 : -1]
    return {
        key.lower(): unescape(double or single or bare)
        for key, double, single, bare in _ATTRIBUTE.findall(inside)
    }


def rewritten(tag: str, name: str, value: str) -> str:
    """The tag with another value of one of its attributes."""
    opened = NAME.match(tag)
    for match in _ATTRIBUTE.finditer(tag, opened.end() if opened else 1):
        if match[1].lower() == name:
            return f'{tag[: match.start()]}{match[1]}="{escape(value)}"{tag[match.end() :]}'
    return tag


def without_comments(html: str) -> str:
    """What stands between <!-- and --> is the author's own note, which nobody else reads."""
    if "<!--" not in html:
        return html
    return TAG.sub(lambda match: "" if match[0].startswith("<!--") else match[0], html)


def tag_faults(html: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the tags that an author typed: each as typed, and what it is.

    Unknown, refused and unclosed elements, ends that close nothing, handlers and styles that the site's
    policy stops, ids that stand twice.
    """
    open_now: list[tuple[str, str]] = []
    ids: set[str] = set()
    for match in TAG.finditer(html):
        tag = match[0]
        found = NAME.match(tag)
        if found is None:
            continue
        name = found[1].lower()
        foreign = any(one in _FOREIGN for one, _ in open_now)
        if tag[1] == "/":
            yield from _closed(name, tag, open_now)
            continue
        if name in _REFUSED:
            yield tag, f"<{name}> {_REFUSED[name]}"
        elif name not in _KNOWN and not foreign and "-" not in name:
            yield (
                tag,
                f'{tag} is no element of HTML, so readers see nothing of it; write "\\{tag}" to show it',
            )
            continue
        yield from _attribute_faults(tag, name, ids)
        if name not in _VOID and not (foreign and tag.endswith("/>")):
            open_now.append((name, tag))
    for name, tag in open_now:
        if name not in _MAY_STAY_OPEN:
            yield tag, f"{tag} is never closed; write </{name}> where it ends"


def _closed(name: str, tag: str, open_now: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if not any(one == name for one, _ in open_now):
        yield tag, f"{tag} closes nothing; take it out"
        return
    while (last := open_now.pop())[0] != name:
        if last[0] not in _MAY_STAY_OPEN:
            yield (
                last[1],
                f"{last[1]} is still open where {tag} stands; write </{last[0]}> before it",
            )


def _attribute_faults(tag: str, name: str, ids: set[str]) -> Iterator[tuple[str, str]]:
    if "=" not in tag:
        return
    for key, value in attributes(tag).items():
        if key.startswith("on") and len(key) > 2:
            yield tag, f'{key}="…" runs code, which the site\'s policy stops; take it out'
        elif key == "style":
            yield tag, 'style="…" is stopped by the site\'s policy; take it out'
        elif key == "id" and value in ids:
            yield tag, f'id="{value}" stands twice in this text; write another'
        elif key == "id":
            ids.add(value)
