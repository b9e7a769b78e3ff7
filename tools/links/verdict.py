"""What one look at an address says of it. Pure: a trail in, a verdict out.

fine       it answers, with what was there before
moved      it is fine, at another address for good
suspect    it answers, and hardly with what was meant: the front page, a name for sale, an error in
           the clothes of a page, another title, a certificate that is not
           trusted, a host that only its owner can reach
failing    it does not answer, or says that there is nothing; `grave` when it says so plainly
unsure     nothing can be said: it refuses programs, wants to be left alone, did not answer in time
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from yarl import URL

from tools.links.follow import Trail
from tools.links.page import read_page

_REFUSES = {401, 402, 403, 405, 406, 407, 408, 421, 425, 429, 451, 999}
_FRONT = re.compile(r"/?|/(?:index|default|home)(?:\.\w{2,5})?/?", re.IGNORECASE)
_ERROR_PATH = re.compile(
    r"(?:^|/)(?:404|410|error|not-?found|page-?not-?found)(?:\.\w+)?/?$", re.IGNORECASE
)
_ERROR_TITLE = re.compile(
    r"^\W*(?:(?:error\W*)?404\b|(?:page|file|content) (?:was )?(?:not found|does ?n.t exist|gone)\b|not found\s*(?:$|[|\u2013\u2014:-]))",
    re.IGNORECASE,
)
_SELLERS = re.compile(
    r"(?:^|\.)(?:sedo(?:parking)?|hugedomains|dan|afternic|parkingcrew|bodis|above|undeveloped|buydomains)\.(?:com|net|org)$",
    re.IGNORECASE,
)
_FOR_SALE = re.compile(
    r"(?:domain(?: name)?|website|url)[^<]{0,60}?\b(?:is|may be|could be) (?:for sale|available for purchase|parked)"
    r"|buy this domain|parked (?:free|domain)|domain parking|this domain has expired",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{3,}")
_ALIKE = 0.34
"""The share of words that two titles must have in common to be of one page."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """why: in a few words, as it stands after the address. title: the page's, when it was read. to: where
    it has moved. until: when the host may be asked again."""

    state: str
    why: str = ""
    grave: bool = False
    title: str = ""
    to: str = ""
    until: datetime | None = None


def judge(trail: Trail, title_before: str = "") -> Verdict:
    """title_before: the page's title when it was last fine, or nothing."""
    if trail.left is not None:
        return Verdict("unsure", str(trail.left), until=trail.left.until)
    if trail.trouble is not None:
        return _of_trouble(trail)
    if trail.answer is None:
        raise ValueError("a trail ends somewhere")
    status = trail.answer.status
    if status in _REFUSES:
        return Verdict("unsure", f"does not let programs in ({_name(status)})")
    if status in {404, 410}:
        return Verdict("failing", _name(status), grave=True)
    if status >= 500:
        return Verdict("failing", _name(status))
    if status >= 300:
        return Verdict("unsure", f"answers {_name(status)}")
    return _of_page(trail, title_before)


def _of_trouble(trail: Trail) -> Verdict:
    trouble = trail.trouble
    kind, words = (trouble.kind, str(trouble)) if trouble else ("", "")
    match kind:
        case "slow" | "offline":
            return Verdict("unsure", words)
        case "private":
            led = "redirects to" if trail.steps else "leads to"
            return Verdict("suspect", f"{led} where only its owner can reach: {words}")
        case "tls":
            # Browsers put up with more than we do, such as a chain that lacks a link.
            return Verdict("suspect", words)
        case _:
            return Verdict("failing", words, grave=kind == "unknown")


def _of_page(trail: Trail, title_before: str) -> Verdict:
    answer, final = trail.answer, trail.final
    if answer is None:
        raise ValueError("only an answer can be a page")
    about = None
    if answer.is_page and answer.body:
        about = read_page(answer.body, answer.headers.get("Content-Type", ""), final)
    title = about.title if about else ""
    doubt = (
        _of_address(trail)
        or _of_sale(answer.body, final, title, for_sale_only=not answer.is_page)
        or (f'is titled "{title}"' if _ERROR_TITLE.search(title) else "")
    )
    if doubt:
        return Verdict("suspect", doubt, title=title)
    if title and title_before and not alike(title, title_before):
        why = f'was titled "{title_before}" and is now "{title}"'
        return Verdict("suspect", why, title=title)
    if trail.for_good and _elsewhere(trail):
        return Verdict("moved", "has moved for good", title=title, to=str(final))
    return Verdict("fine", title=title)


def _of_address(trail: Trail) -> str:
    if not trail.steps:
        return ""
    final = trail.final
    deep = not _FRONT.fullmatch(trail.asked.path) or bool(trail.asked.query_string)
    if deep and _FRONT.fullmatch(final.path) and not final.query_string:
        return f"redirects to a front page, {final}"
    if _ERROR_PATH.search(final.path) and not _ERROR_PATH.search(trail.asked.path):
        return f"redirects to what looks like an error, {final}"
    return ""


def _of_sale(body: bytes, final: URL, title: str, *, for_sale_only: bool) -> str:
    if _SELLERS.search(final.host or ""):
        return f"redirects to {final.host}, which sells names"
    if for_sale_only:
        return ""
    # A long page that speaks of domains for sale is an article.
    short = body[:40_000].decode("utf-8", "replace") if len(body) < 40_000 else ""
    if _FOR_SALE.search(title) or _FOR_SALE.search(short):
        return "looks like a name that is for sale"
    return ""


def alike(one: str, other: str) -> bool:
    """Whether two titles are of one page, as far as their words can tell."""
    words = {word.casefold() for word in _WORD.findall(one)}
    others = {word.casefold() for word in _WORD.findall(other)}
    if not words or not others:
        return one.casefold() == other.casefold() or not (words or others)
    # Of the shorter: sites add their names to titles, and take them away again.
    return len(words & others) / min(len(words), len(others)) >= _ALIKE


def _elsewhere(trail: Trail) -> bool:
    """Not the same address but for what makes no difference to a reader."""
    return _comparable(trail.asked) != _comparable(trail.final)


def _comparable(url: URL) -> tuple[str, str, str]:
    host = (url.host or "").removeprefix("www.")
    return host, url.path.rstrip("/"), url.query_string


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
