"""How tags are nested, as they are typed. A parser that mends everything tells little of what it mended:
an end that closes nothing, an element that is never closed, an attribute that stands twice."""

from __future__ import annotations

from html.parser import HTMLParser

from tools.deploy.before.facts import Placed

_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
# Elements whose end may be left out (section 13.1.2.4 of the HTML standard).
_MAY_STAY_OPEN = frozenset(
    "html head body p li dt dd tr td th thead tbody tfoot option optgroup rt rp colgroup".split()  # noqa: SIM905
)


def tag_faults(text: str) -> list[Placed]:
    """What is wrong with the tags of a page, in its order."""
    reader = _Tags()
    reader.feed(text)
    reader.close()
    open_still = [one for one in reader.open if one[0] not in _MAY_STAY_OPEN]
    return [*reader.faults, *((line, f"<{tag}> is never closed") for tag, line in open_still)]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.faults: list[Placed] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if not any(name == tag for name, _ in self.open):
            self.faults.append((line, f"</{tag}> closes nothing"))
            return
        while (last := self.open.pop())[0] != tag:
            if last[0] not in _MAY_STAY_OPEN:
                message = f"<{last[0]}> of line {last[1]} is still open where </{tag}> stands"
                self.faults.append((line, message))

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(attrs) > len({name for name, _ in attrs}):
            self.faults.append((self.getpos()[0], f"<{tag}> has an attribute twice"))
