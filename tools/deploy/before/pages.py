"""Pages as a browser reads them (the HTML standard), and style sheets.

A parse error is a fault: browsers mend it, each reader's own tools may not. So is what the site's policy
forbids (Content Security Policy Level 3): a script or a handler in the page itself.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from justhtml import Element, JustHTML, Template

from tools.deploy.before.facts import Facts, Placed
from tools.deploy.before.tags import tag_faults

MOST = 5
"""Parse errors that are told of one page."""

_SCRIPTS = frozenset(
    ("", "module", "text/javascript", "application/javascript", "text/ecmascript", "importmap")
)
_FETCHED_LINKS = frozenset(
    ("stylesheet", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "icon")
) | {"apple-touch-icon", "mask-icon", "manifest"}
_SOURCES = {
    "src": (
        "img",
        "script",
        "iframe",
        "frame",
        "embed",
        "video",
        "audio",
        "source",
        "track",
        "input",
    ),
    "data": ("object",),
    "poster": ("video",),
    "background": ("body", "table", "td"),
    "href": ("image", "use", "feimage"),
    "xlink:href": ("image", "use", "feimage"),
}
_OF_CARDS = frozenset(("og:image", "og:url", "twitter:image"))
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+["']([^"']+)""")
_REFUSED = re.compile(r"\s*(?:javascript|vbscript):", re.IGNORECASE)


def page_facts(data: bytes) -> Facts:
    """data: a whole page in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        return Facts(faults=((at, f"byte 0x{data[error.start]:02x} is not UTF-8"),))
    document = JustHTML(text, sanitize=False, collect_errors=True, track_node_locations=True)
    wrong = [(error.line, _sentence(error.message, error.code)) for error in document.errors]
    told = {line for line, _ in wrong}
    wrong += [one for one in tag_faults(text) if one[0] not in told]
    faults: list[Placed] = [(line, f"is no valid HTML: {what}") for line, what in wrong[:MOST]]
    if len(wrong) > MOST:
        faults.append((None, f"is no valid HTML in {len(wrong) - MOST} more places"))
    ids: Counter[str] = Counter()
    references: dict[str, Placed] = {}
    fetched: list[Placed] = []
    asked: list[str] = []
    for element in _elements(document):
        line, given = element.origin_line, element.attrs
        if not given and element.name not in ("img", "script", "style"):
            continue
        if identity := given.get("id"):
            ids[identity] += 1
            if ids[identity] == 2:
                faults.append((line, f'id "{identity}" is used more than once'))
        for address in _addresses(element):
            references.setdefault(address, (line, address))
        fetched += [(line, address) for address in _fetched(element)]
        asked += _asked(element)
        faults += [(line, message) for message in _element_faults(element)]
    return Facts(
        faults=tuple(faults),
        ids=tuple(ids),
        references=tuple(references.values()),
        fetched=tuple(fetched),
        asked=tuple(asked),
        weight=packed(data),
    )


def style_facts(data: bytes) -> Facts:
    """Of a style sheet (CSS Syntax Level 3)."""
    text = data.decode("utf-8", "replace")
    found = tuple(_in_styles(text))
    return Facts(references=found, fetched=found, weight=packed(data))


def packed(data: bytes) -> int:
    """Octets as a host sends them (gzip, as most hosts pack)."""
    return len(gzip.compress(data, 6))


def _elements(document: Any) -> Iterator[Element]:
    waiting = [document.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            yield node
            if isinstance(node, Template) and node.template_content is not None:
                waiting.append(node.template_content)
        waiting.extend(reversed(node.children or ()))


def _addresses(element: Element) -> Iterator[str]:
    given = element.attrs
    for name in ("href", "src", "poster", "data", "xlink:href"):
        if address := given.get(name):
            yield address
    yield from _candidates(given.get("srcset"))
    if element.name == "meta" and (given.get("property") or given.get("name")) in _OF_CARDS:
        yield given.get("content") or ""


def _candidates(srcset: str | None) -> Iterator[str]:
    for candidate in (srcset or "").split(","):
        if candidate.strip():
            yield candidate.split()[0]


def _fetched(element: Element) -> Iterator[str]:
    given, name = element.attrs, element.name
    for attribute, elements in _SOURCES.items():
        if name in elements and (address := given.get(attribute)):
            yield address
    if name in {"img", "source"}:
        yield from _candidates(given.get("srcset"))
    if name == "link" and _FETCHED_LINKS & set((given.get("rel") or "").lower().split()):
        yield given.get("href") or ""
    styles = _text(element) if name == "style" else given.get("style")
    yield from (address for _, address in _in_styles(styles or ""))


def _asked(element: Element) -> Iterator[str]:
    given, name = element.attrs, element.name
    if name == "script" and given.get("src"):
        yield given["src"] or ""
    if name == "link" and "stylesheet" in (given.get("rel") or "").lower().split():
        yield given.get("href") or ""


def _element_faults(element: Element) -> Iterator[str]:
    given, name = element.attrs, element.name
    if name == "img" and given.get("alt") is None:
        yield f'picture "{given.get("src") or ""}" has no alt'
    for attribute, value in given.items():
        if attribute.startswith("on"):
            yield f"has a handler in the page ({attribute}), which its policy forbids; put it into theme/static/js"
        elif attribute in {"href", "src", "action", "formaction"} and _REFUSED.match(value or ""):
            yield f"leads to a script ({attribute}), which its policy forbids; lead to a page"
    if name == "script" and not given.get("src"):
        form = (given.get("type") or "").strip().lower()
        if form in _SCRIPTS:
            yield "has a script in the page, which its policy forbids; put it into theme/static/js"
        elif form.endswith("json"):
            try:
                json.loads(_text(element))
            except ValueError as error:
                yield f"holds broken JSON ({form}): {error}"


def _text(element: Element) -> str:
    return "".join(str(child.data or "") for child in element.children or ())


def _in_styles(text: str) -> Iterator[Placed]:
    for match in _URL.finditer(text):
        yield (
            text.count("\n", 0, match.start()) + 1,
            next(one for one in (*match.groups(), "") if one is not None),
        )


def _sentence(message: str, code: str) -> str:
    return message if message != code else code.replace("-", " ")
