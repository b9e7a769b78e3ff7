"""A production build, made into what its kind of host serves.

A build brings `_headers` and `_redirects`, which Netlify and Cloudflare Pages read. What other hosts need of
them stands in a file in their own words, and the two themselves are not sent there:

    rsync, file      with ?server=apache a .htaccess, with ?server=nginx a .nginx.conf to be included; with
                     ?compressed=gz,br packed copies beside texts, for a server that is told to send them
    github-pages     .nojekyll, and CNAME with the site's own name; it has no headers to be set
    s3               both stay for the publish, which sets headers and redirects on objects, and are not public
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tools.deploy.address import Address
from tools.deploy.dressing.apache import htaccess
from tools.deploy.dressing.nginx import include_file
from tools.deploy.dressing.packing import pack
from tools.deploy.dressing.rules import Rules, rules_of

_FILES = ("_headers", "_redirects")
MOST_REDIRECTS = 2000
"""Static redirects that Cloudflare Pages takes, as its documentation says in 2026."""


def dress(site: Path, address: Address, site_url: str) -> tuple[str, ...]:
    """Change the folder of a fresh build in place; what somebody should know of it, in sentences.

    site_url: the address of the site, absolute.
    """
    rules = rules_of(site, urlsplit(site_url).path.rstrip("/"))
    match address.scheme:
        case "netlify" | "s3":
            return ()
        case "cloudflare-pages":
            return _too_many(rules)
        case "github-pages":
            _take_out(site)
            (site / ".nojekyll").touch()
            if name := _own_name(site_url):
                (site / "CNAME").write_text(f"{name}\n", encoding="utf-8")
            return ()
        case _:
            _take_out(site)
            _for_a_server(site, address, rules)
            return ()


def _for_a_server(site: Path, address: Address, rules: Rules) -> None:
    packed = tuple(filter(None, address.options.get("compressed", "").split(",")))
    match address.options.get("server"):
        case "apache":
            text = htaccess(rules, packed)
            (site / ".htaccess").write_text(text, encoding="utf-8", newline="\n")
        case "nginx":
            text = include_file(rules, packed)
            (site / ".nginx.conf").write_text(text, encoding="utf-8", newline="\n")
    pack(site, packed)


def _take_out(site: Path) -> None:
    for name in _FILES:
        (site / name).unlink(missing_ok=True)


def _own_name(site_url: str) -> str | None:
    """The name that GitHub Pages is to answer to: not one of its own, and none for a site below a path,
    which is that of a repository."""
    parts = urlsplit(site_url)
    host = parts.hostname or ""
    own = "." in host and not host.endswith(".github.io") and not host.replace(".", "").isdigit()
    return host if own and parts.path in {"", "/"} else None


def _too_many(rules: Rules) -> tuple[str, ...]:
    if len(rules.moved) <= MOST_REDIRECTS:
        return ()
    return (
        f"There are {len(rules.moved):,} redirects, and Cloudflare Pages takes {MOST_REDIRECTS:,}; the rest "
        "are pages that lead on, which is slower and says 200",
    )
