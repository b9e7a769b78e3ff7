"""Begin a resource from its address: the page is asked what it is, and a draft made of the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from yarl import URL

from plugins.entries.files import markdown_below
from plugins.entries.head import split
from plugins.resources.model import same_place
from tools.errors import ProjectError
from tools.links.addresses import NotAsked, web_address
from tools.links.client import PublicClient
from tools.links.desk import Desk
from tools.links.follow import Trail, follow
from tools.links.limits import DEFAULT_LIMITS, Limits
from tools.links.page import About, read_page
from tools.links.politeness import Politeness
from tools.new import name_of, write_new

FOLDER = "resources"
_REFUSED = {401, 402, 403, 406, 429, 451, 999}


def new_resource(
    url: str, desk: Desk, *, private: bool = False, limits: Limits = DEFAULT_LIMITS
) -> str:
    """Write resources/<title>.md in the content, a draft, with what the page says of itself.

    private: the address may be on this machine or its network; what it redirects to may not. The answer
    says what was made and what is still to be filled in. Raises ProjectError when the address is none, is
    that of another resource, is private, or leads to nothing.
    """
    try:
        asked = web_address(url.strip())
    except NotAsked as error:
        raise ProjectError(str(error)) from None
    _refuse_another(str(asked), desk.content)
    allowed = frozenset({asked.host or ""}) if private else frozenset()
    trail = asyncio.run(_ask(str(asked), allowed, desk.site, limits))
    about, words = _about(trail)
    link = str(trail.final) if trail.for_good else str(asked)
    _refuse_another(link, desk.content)
    title, slug = name_of(about.title or _words_of(asked))
    by = "; ".join(about.authors)
    if len(about.authors) == 1 and "," in by:
        by += ";"  # one name with a comma in it, not two names
    lines = {
        "Title": title,
        "Link": link,
        "By": by,
        "Kind": about.kind or "article",
        "Topics": "",
        "Added": f"{desk.now:%Y-%m-%d}",
        **({"Feed": about.feed} if about.feed else {}),
        "Summary": about.description,
        "Status": "draft",
    }
    text = "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"
    path = write_new(
        desk.content / FOLDER / f"{slug}.md", text, "it may be about the same; look at it"
    )
    missing = [
        key
        for key in ("Title", "By", "Summary")
        if not lines[key] or (key == "Title" and not about.title)
    ]
    missing += ["Topics"]
    return (
        f"{path}\n{words}Still to fill in: {', '.join(missing)}, and below the lines why it is worth "
        "the time; ./invoke serve --drafts shows it. To publish it, take out the Status line."
    )


async def _ask(url: str, allowed: frozenset[str], site: str, limits: Limits) -> Trail:
    client = PublicClient(limits, allowed, f"{site}/")
    async with client:
        manners = Politeness(client, limits, lambda: datetime.now(UTC), robots=False)
        return await follow(url, manners, limits)


def _about(trail: Trail) -> tuple[About, str]:
    """What the page says of itself, and what there is to say of how it was read. Raises ProjectError."""
    shown, answer, trouble = trail.asked, trail.answer, trail.trouble
    if trouble is not None and trouble.kind == "private":
        if trail.steps:
            raise ProjectError(f"{shown}: redirects to where nobody else can follow: {trouble}")
        raise ProjectError(
            f"{shown}: {trouble}, which readers cannot reach; --private asks it all the same"
        )
    if trouble is not None and trouble.kind in {"slow", "lost", "cut", "offline"}:
        return About(), f"The page could not be read: {trouble}.\n"
    if trail.left is not None:
        return About(), f"The page could not be read: {trail.left}.\n"
    if trouble is not None:
        raise ProjectError(f"{shown}: {trouble}; look at the address in a browser")
    if answer is None:
        raise ValueError("a trail ends somewhere")
    if answer.status in _REFUSED or answer.status >= 500:
        return About(), f"The page could not be read: it answers programs with {answer.status}.\n"
    if answer.status >= 300:
        raise ProjectError(f"{shown}: answers {answer.status}; look at the address in a browser")
    if not answer.is_page:
        what = answer.media_type or "something without a type"
        return About(), f"It is no page but {what}, which says nothing of itself.\n"
    return read_page(answer.body, answer.headers.get("Content-Type", ""), trail.final), ""


def _refuse_another(link: str, content: Path) -> None:
    for path in markdown_below(content / FOLDER):
        field = split("", path.read_bytes()).fields.get("link")
        if field and same_place(field.text) == same_place(link):
            raise ProjectError(f"{path}:{field.line}: is about {link} already; write there")


def _words_of(url: URL) -> str:
    """A title made of an address, for want of a better: `as we may think`."""
    last = next((part for part in reversed(url.path.split("/")) if part), "") or (url.host or "")
    stem = unquote(last).rsplit(".", 1)[0] if url.path.strip("/") else last
    words = " ".join(stem.replace("-", " ").replace("_", " ").split())
    return words or (url.host or "")
