"""Whether what is linked to is still there."""

from __future__ import annotations

from pathlib import Path

from invoke.context import Context

from tools.commands import NOT_GIVEN, answer, command


@command(
    only="a part of an address, or of a file's name: look at these alone",
    private="a host on this machine or its network that may be asked",
)
def check(_: Context, only: str = "", private: str = "", content: Path = NOT_GIVEN) -> object:
    """Ask for every link outside the site, politely, and remember what became of it."""
    from tools.links.checking import check as run
    from tools.links.desk import desk
    from tools.links.progress import bar

    allowed = frozenset({private} if private else ())
    with bar("Asking") as progress:
        return run(desk(content), only, allowed, progress=progress)


@command()
def review(_: Context, content: Path = NOT_GIVEN) -> object:
    """Go through the resources that nobody has looked at for a year, and those in doubt."""
    import webbrowser

    from tools.links.desk import desk
    from tools.links.review import review as run

    return run(desk(content), ask=answer, show=print, open_page=webbrowser.open)


ALL = [check, review]
