"""A `.htaccess` for Apache 2.4, which needs `AllowOverride All` (or FileInfo, Indexes and Options).

Each part is there only for hosts that have its module: a shared host without mod_headers still serves the
site. What a directive may hold: https://httpd.apache.org/docs/2.4/mod/directives.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from plugins.media_types import A_DAY, ASKED_FOR, FIVE_MINUTES, FOR_GOOD, media_type
from tools.deploy.dressing.rules import Rules

_TYPED = (
    "atom",
    "rss",
    "ics",
    "opml",
    "webmanifest",
    "avif",
    "webp",
    "js",
    "css",
    "svg",
    "xml",
    "txt",
)
_CODINGS = {"br": "br", "gz": "gzip"}


def htaccess(rules: Rules, packed: Sequence[str]) -> str:
    """packed: which copies lie beside the texts, "gz" and "br"."""
    parts = [_directives(rules), _types(), _headers(rules, packed), _moved(rules), _packed(packed)]
    return "\n".join(part for part in parts if part)


def _directives(rules: Rules) -> str:
    return f"""# Written by ./invoke publish; the next one writes it anew.
DirectoryIndex index.html
ErrorDocument 404 {rules.base_path}/404.html
<IfModule mod_negotiation.c>
  Options -Indexes -MultiViews
</IfModule>
<FilesMatch "^\\.">
  Require all denied
</FilesMatch>
"""


def _types() -> str:
    lines = ["<IfModule mod_mime.c>"]
    for ending in _TYPED:
        kind, _, charset = media_type(f"x.{ending}").partition("; charset=")
        lines.append(f"  AddType {kind} .{ending}")
        if charset:
            lines.append(f"  AddCharset {charset} .{ending}")
    lines += ["  AddCharset utf-8 .html", "</IfModule>"]
    lines += [
        '<FilesMatch "^feed\\.json(\\.(gz|br))?$">',
        f'  ForceType "{media_type("feed.json")}"',
    ]
    return "\n".join([*lines, "</FilesMatch>", ""])


def _headers(rules: Rules, packed: Sequence[str]) -> str:
    lines = ["<IfModule mod_headers.c>"]
    lines += [f"  Header always set {name} {_quoted(value)}" for name, value in rules.always]
    ending = "(\\.(gz|br))?$"
    rows = (
        (A_DAY, None),
        (ASKED_FOR, f"\\.(html|css|js){ending}"),
        (FIVE_MINUTES, f"\\.(atom|rss|xml|ics|opml|json|txt){ending}"),
    )
    for value, pattern in rows:
        said = f"    Header set Cache-Control {_quoted(value)}"
        lines += (
            [said[2:]]
            if pattern is None
            else [f'  <FilesMatch "{pattern}">', said, "  </FilesMatch>"]
        )
    # An expression is looked at last, so it has the last word.
    hashed = "m#/(theme|images)/.*[.-][0-9a-f]{8,64}[.-]#"
    lines += [
        f'  <If "%{{REQUEST_URI}} =~ {hashed}">',
        f"    Header set Cache-Control {_quoted(FOR_GOOD)}",
    ]
    lines.append("  </If>")
    shared = "|".join(re.escape(one) for one in rules.shared)
    if shared:
        lines += [
            f'  <FilesMatch "({shared}){ending}">',
            '    Header set Access-Control-Allow-Origin "*"',
        ]
        lines.append("  </FilesMatch>")
    if packed:
        lines.append("  Header append Vary Accept-Encoding")
    return "\n".join([*lines, "</IfModule>", ""])


def _moved(rules: Rules) -> str:
    if not rules.moved:
        return ""
    lines = ["<IfModule mod_alias.c>"]
    for old, new in rules.moved.items():
        # Apache writes the address in percent signs itself; "$" and "&" would mean parts of what matched.
        target = re.sub(r"[\\$&]", r"\\\g<0>", unquote(new))
        lines.append(f"  RedirectMatch 301 {_quoted(f'^{re.escape(old)}$')} {_quoted(target)}")
    return "\n".join([*lines, "</IfModule>", ""])


def _packed(packed: Sequence[str]) -> str:
    if not packed:
        return ""
    # ".br" is a language (Breton) in many lists of Apache, ".gz" a type.
    lines = ["<IfModule mod_mime.c>", "  RemoveType .gz .br", "  RemoveLanguage .br"]
    lines += [
        f"  AddEncoding {coding} .{ending}"
        for ending, coding in _CODINGS.items()
        if ending in packed
    ]
    lines += ["</IfModule>", "<IfModule mod_rewrite.c>", "  RewriteEngine On"]
    for ending, coding in _CODINGS.items():
        if ending in packed:
            lines += [
                f"  RewriteCond %{{HTTP:Accept-Encoding}} \\b{coding}\\b",
                f"  RewriteCond %{{REQUEST_FILENAME}}.{ending} -f",
                f"  RewriteRule ^(.*)$ $1.{ending} [E=no-gzip:1,E=no-brotli:1,L]",
            ]
    return "\n".join([*lines, "</IfModule>", ""])


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
