"""A file for nginx, to be included in the server block that has `root …/current;`:

    include /srv/www/current/.nginx.conf;

nginx reads it when it is started or reloaded: after a publish with new old addresses, reload it. An answer
has the headers of one level only (add_header is not inherited by a block that has one of its own), so all
stand on the level of the server, with values that are empty where a header is not meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from plugins.media_types import A_DAY, ASKED_FOR, FIVE_MINUTES, FOR_GOOD, media_type
from tools.deploy.dressing.rules import Rules

_TYPED = ("atom", "rss", "ics", "opml", "webmanifest", "avif", "webp")


def include_file(rules: Rules, packed: Sequence[str]) -> str:
    """packed: which copies lie beside the texts, "gz" and "br"."""
    base = rules.base_path
    shared = "|".join(one.replace(".", "\\.") for one in rules.shared)
    lines = [
        "# Written by ./invoke publish; the next one writes it anew.",
        "index index.html;",
        f"error_page 404 {base}/404.html;",
        "charset utf-8;",
        "charset_types text/css text/javascript application/javascript text/xml text/plain image/svg+xml;",
        *(["gzip_static on;"] if "gz" in packed else []),
        *(
            ["# With the module ngx_brotli, take out the number sign:", "# brotli_static on;"]
            if "br" in packed
            else []
        ),
        *(["gzip_vary on;"] if packed else []),
        f'set $kept "{A_DAY}";',
        f'if ($uri ~ "(/|\\.html|\\.css|\\.js)$") {{ set $kept "{ASKED_FOR}"; }}',
        f'if ($uri ~ "\\.(atom|rss|xml|ics|opml|json|txt)$") {{ set $kept "{FIVE_MINUTES}"; }}',
        f'if ($uri ~ "/(theme|images)/.*[.-][0-9a-f]{{8,64}}[.-]") {{ set $kept "{FOR_GOOD}"; }}',
        "add_header Cache-Control $kept;",
        *(f"add_header {name} {_quoted(value)} always;" for name, value in rules.always),
    ]
    if shared:
        lines += [
            'set $shared "";',
            f'if ($uri ~ "({shared})$") {{ set $shared "*"; }}',
            "add_header Access-Control-Allow-Origin $shared;",
        ]
    lines.append("location ~ /\\.(?!well-known/) { return 404; }")
    lines.append(_typed("feed\\.json", media_type("feed.json")))
    lines += [_typed(f"\\.{ending}", media_type(f"x.{ending}")) for ending in _TYPED]
    for old, new in rules.moved.items():
        # A "$" would begin a variable.
        target = new.replace("$", "%24")
        lines.append(f"location = {_quoted(old)} {{ return 301 {_quoted(target)}; }}")
    return "\n".join(lines) + "\n"


def _typed(ending: str, kind: str) -> str:
    """A location of its own: a list of types would take the place of the server's whole list."""
    plain, _, charset = kind.partition("; charset=")
    of = f" charset_types {plain};" if charset else " charset off;"
    return f'location ~ "{ending}$" {{ types {{ }} default_type {plain};{of} }}'


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
