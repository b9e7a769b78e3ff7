"""The texts of the files that a host or a crawler reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape

from markupsafe import Markup

from plugins.media_types import FOR_GOOD, media_type
from plugins.words import say

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"
"""The Content-Security-Policy (W3C CSP Level 3) of every page, in the page itself: nothing inline, nothing
from elsewhere. The site's icon is in the page too (data:), which spares a request."""

ANSWERED = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
"""The policy that comes with every answer, whatever it is. Both hold (section 4.3 of that specification:
each can only take away), so it says what a page cannot say of itself, and what is no page needs. Short,
because every answer carries it."""


def policy_for_form(action: str) -> str:
    """The policy of a page with a form that is sent to `action`, an https address elsewhere: to that
    origin, and to no other. Raises ValueError when it is no such address."""
    found = re.fullmatch(r"(https://[A-Za-z0-9.-]+(?::\d{1,5})?)(?:[/?][^\s\"'<>]*)?", action)
    if found is None:
        raise ValueError(f'"{action}" is not an address that begins with https://')
    return POLICY.replace("form-action 'self'", f"form-action {found[1]}")


def headers(base_path: str) -> str:
    """A header file as Netlify and Cloudflare Pages read it."""
    rules = {
        "*": {
            "Content-Security-Policy": ANSWERED,
            "X-Content-Type-Options": "nosniff",
            "Strict-Transport-Security": "max-age=31536000",
        },
        "theme/*": {"Cache-Control": FOR_GOOD},
        "images/*": {"Cache-Control": FOR_GOOD},
    }
    for pattern in ("*.atom", "*.rss", "*.ics", "*feed.json"):
        rules[pattern] = {
            "Content-Type": media_type(pattern.replace("*", "x")),
            "Access-Control-Allow-Origin": "*",
        }
    return "".join(
        f"{base_path}/{pattern}\n" + "".join(f"  {name}: {value}\n" for name, value in said.items())
        for pattern, said in rules.items()
    )


def redirects(moved: Mapping[str, str], base_path: str) -> str:
    """A redirect file as Netlify and Cloudflare Pages read it: old address, new address, 301."""
    return "".join(f"{base_path}{old} {base_path}{new} 301\n" for old, new in moved.items())


def redirect_page(address: str, site_url: str, base_path: str, language: str) -> str:
    """A page that sends the reader on, for hosts that take no redirect file."""
    to, absolute = escape(base_path + address), escape(site_url + address)
    link = Markup('<a href="{}">{}</a>').format(base_path + address, site_url + address)
    return f"""<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<title>{say("moved.title")}</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={to}">
<link rel="canonical" href="{absolute}">
<p>{say("moved.to", address=link)}</p>
</html>
"""


def robots(site_url: str) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {site_url}/sitemap.xml\n"


def key_file(key: object) -> str:
    """The name of the file that holds the key, at the top of the site (indexnow.org). Raises ValueError
    when it cannot be a key."""
    if not isinstance(key, str):
        raise ValueError(f"{key!r} is no text; write the key in quotes")
    wrong = sorted(set(re.findall(r"[^A-Za-z0-9-]", key)))
    if wrong:
        raise ValueError(
            f"{wrong[0]!r} cannot be in a key; it has letters a to z, digits and dashes"
        )
    if not 8 <= len(key) <= 128:
        raise ValueError(f"a key has 8 to 128 characters, and this has {len(key)}")
    return f"{key}.txt"


def manifest(name: str, description: str, base_path: str, paper: str) -> str:
    """W3C Web Application Manifest."""
    icons = [
        {"src": f"{base_path}/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": f"{base_path}/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {
            "src": f"{base_path}/icon-maskable-512.png",
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    document = {
        "name": name,
        "short_name": name,
        "description": description,
        "start_url": f"{base_path}/",
        "display": "browser",
        "background_color": paper,
        "theme_color": paper,
        "icons": icons,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
