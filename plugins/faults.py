"""What is wrong with the content, as values: gathered everywhere, told once.

Nobody who reads content stops at the first fault. A reader, a store or a checker adds a `Fault` for
each thing it finds to the build's `Report`; when everything has been gathered and before anything is
written, the build asks `Report.stop_if_faulty()`, which raises one `ContentFaults` naming them all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MERGING = (
    "holds the marks of a merge; keep one of the two versions between <<<<<<< and >>>>>>>, and take out the "
    "marks"
)
_MARKS = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the file (relative to the content folder), the line if known, and a message
    that says what was found and what to write instead."""

    place: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.place if self.line is None else f"{self.place}:{self.line}"
        return f"{where}: {self.message}"

    def under(self, root: str) -> Fault:
        """The same fault with its file named from outside the content folder."""
        return Fault(f"{root}/{self.place}", self.line, self.message) if root else self


class ContentFaults(Exception):
    """Everything that is wrong with the content, in the order of files and lines.

    root: the folder that the faults' places are relative to, as messages name it.
    """

    def __init__(self, faults: Iterable[Fault], root: str = "") -> None:
        self.faults = tuple(fault.under(root) for fault in sorted_faults(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Report:
    """What a build found: faults stop it before it writes, warnings are for the author to look at."""

    root: str = ""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, place: str, line: int | None, message: str) -> None:
        self.faults.append(Fault(place, line, message))

    def warn(self, place: str, line: int | None, message: str) -> None:
        self.warnings.append(Fault(place, line, message))

    def stop_if_faulty(self) -> None:
        """Raises ContentFaults when there is any fault."""
        if self.faults:
            raise ContentFaults(self.faults, self.root)


def merge_marks(text: str) -> int | None:
    """The line on which git began to tell two versions apart and nobody decided yet; None without one."""
    found = _MARKS.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def sorted_faults(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults once each, by file, line and message."""
    return tuple(sorted(set(faults), key=lambda f: (f.place, f.line or 0, f.message)))


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that `word` is most likely a slip of, or None when none is near.

    likeness: from 0 (anything) to 1 (the same), as difflib measures it.
    """
    from rapidfuzz import fuzz, process  # which a build without faults need not load

    by_fold = {candidate.casefold(): candidate for candidate in known}
    folded = word.casefold()
    # A hundred times as quick as difflib, and never stricter: what it leaves is judged by difflib.
    likely = process.extract(
        folded, list(by_fold), scorer=fuzz.ratio, limit=20, score_cutoff=likeness * 100
    )
    close = difflib.get_close_matches(folded, [one for one, *_ in likely], n=1, cutoff=likeness)
    return by_fold[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "…"?`, or nothing when no known word is near."""
    near = nearest(word, known)
    return f'; did you mean "{near}"?' if near and near != word else ""
