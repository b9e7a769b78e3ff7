"""An issue to write into a test's site."""

from __future__ import annotations

from pathlib import Path

from tests.sites import Site

ITEM = """## {kind}: {title}

Why {title} is worth it.

Try: {title}, once.
Takes: five minutes
Needs: pencil
From: somebody"""


def item(title: str, kind: str = "Tip") -> str:
    return ITEM.format(kind=kind, title=title)


def four() -> list[str]:
    return [item("one"), item("two", "Tool"), item("three", "Idea"), item("four")]


def write_issue(
    site: Site, month: str = "2026-06", items: list[str] | None = None, **more: str
) -> Path:
    """opening, closing: texts around the items; everything else is a line of the head."""
    opening, closing = more.pop("opening", "Words first."), more.pop("closing", "")
    head = {"title": f"Issue {month}", "date": f"{month}-01 18:00", "summary": "Four."} | more
    lines = "".join(f"{name.title()}: {value}\n" for name, value in head.items())
    body = "\n\n".join([opening, *(four() if items is None else items)])
    return site.write(f"tips/{month}.md", f"{lines}\n{body}\n\n{closing}\n")
