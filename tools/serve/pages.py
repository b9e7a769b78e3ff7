"""What this server does to an HTML page on its way out, and how it tells whether a page has changed.

The page gets one script, at the end of its body. The script carries the page's fingerprint: one
digest of the page with everything that it shows, one of its stylesheets. If only the second
differs later, the browser swaps the stylesheets; if neither does, it leaves the page alone. The
addresses of the stylesheets count as style, because they carry the hash of the content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from hashlib import blake2b
from html import escape
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import urljoin, urlsplit

from plugins.colours import Colours, palette_of
from tools.settings import ROOT

CLIENT = files("tools.serve") / "client"
THEME = ROOT / "theme"
SHOWN = {"src", "poster", "data"}
SHOWN_LINKS = {"icon", "preload", "modulepreload", "manifest"}

_STYLE_LINK = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")


@dataclass(frozen=True)
class Fingerprint:
    """Digests of a page and of its stylesheets, and the stylesheets' addresses as the page has them."""

    page: str
    styles: str
    stylesheets: tuple[str, ...] = ()


def with_script(html: bytes, mark: Fingerprint, alone: bool = False) -> bytes:
    """The page with the reload script before `</body>`, or at its end if it has none.

    `alone` says that there is no site yet, and the page only waits for one.
    """
    script = (
        f'<script src="/__serve__/reload.js" data-page="{mark.page}" data-styles="{mark.styles}"'
        f"{' data-alone' if alone else ''} defer></script>"
    ).encode()
    at = html.lower().rfind(b"</body")
    return html + script if at < 0 else html[:at] + script + html[at:]


def waiting_page(message: str) -> bytes:
    """The page that stands in while no build has succeeded yet, with what the build said."""
    page = Template((CLIENT / "waiting.html").read_text("utf-8"))
    return page.substitute(message=escape(message)).encode()


def client_file(name: str) -> bytes:
    """A file of client/; a style sheet with the theme's colours above it."""
    content = (CLIENT / name).read_bytes()
    return theme_colours(THEME).encode() + content if name.endswith(".css") else content


def theme_colours(theme: Path) -> str:
    """The tokens of the theme's palette; the system's own colours while that cannot be read."""
    try:
        palette = palette_of(theme)
    except (OSError, ValueError):
        pairs = dict.fromkeys((field.name for field in fields(Colours)), "CanvasText")
        pairs |= {"paper": "Canvas", "raised": "Canvas", "mark": "Canvas", "link": "LinkText"}
    else:
        light, dark = asdict(palette.light), asdict(palette.dark)
        pairs = {name: f"light-dark({light[name]}, {dark[name]})" for name in light}
    tokens = "".join(f"  --{name}: {value};\n" for name, value in pairs.items())
    return f":root,\n:host {{\n{tokens}}}\n\n"


def fingerprint(
    html: bytes, address: str, host: str, read: Callable[[str], bytes | None]
) -> Fingerprint:
    """The fingerprint of a page; `read` gives the content behind a link of this site, if any."""
    links = _Links()
    links.feed(html.decode("utf-8", "replace"))
    links.close()
    page = html
    for sheet in links.stylesheets:
        page = page.replace(escape(sheet).encode(), b"").replace(sheet.encode(), b"")
    page_digest, style_digest = blake2b(page, digest_size=12), blake2b(digest_size=12)
    shown = list(_local(links.shown, address, host))
    for sheet in _local(links.stylesheets, address, host):
        content = read(sheet) or b""
        style_digest.update(sheet.encode() + b"\0" + content)
        inner = _STYLE_LINK.findall(content.decode("utf-8", "replace"))
        shown.extend(_local(inner, sheet, host))
    sheets = set(_local(links.stylesheets, address, host))
    for link in dict.fromkeys(shown):
        if link not in sheets and (found := read(link)) is not None:
            page_digest.update(b"\0" + blake2b(found).digest())
    return Fingerprint(page_digest.hexdigest(), style_digest.hexdigest(), tuple(links.stylesheets))


def _local(links: Iterable[str], base: str, host: str) -> Iterable[str]:
    """The links that lead to this site, each as an absolute path with its query."""
    for link in links:
        try:
            parts = urlsplit(urljoin(f"http://{host}{base}", link.strip()))
        except ValueError:
            continue
        if parts.scheme == "http" and parts.netloc == host:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


class _Links(HTMLParser):
    """Gathers what a page loads: stylesheets, and whatever else it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.stylesheets: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link":
            kinds = set(values.get("rel", "").lower().split())
            if "stylesheet" in kinds and values.get("href"):
                self.stylesheets.append(values["href"])
            elif kinds & SHOWN_LINKS:
                self.shown.append(values.get("href", ""))
        elif tag != "iframe":
            self.shown += [values[name] for name in SHOWN & values.keys()]
            candidates = values.get("srcset", "").split(",")
            self.shown += [candidate.split()[0] for candidate in candidates if candidate.strip()]
