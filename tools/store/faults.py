"""The one exception of a remote store, and the words for what came over the wire.

    StoreFault    a store that could not be pulled: the address, what came of it, what to do

Nobody below `tools.store` swallows it: a pull that raises it has changed nothing.
"""

from __future__ import annotations

from tools.errors import ProjectError


class StoreFault(ProjectError):
    """`str(fault)` is one line: `<address>: <what came>; <what to do>`."""

    def __init__(self, address: str, came: str, mend: str) -> None:
        self.address, self.came, self.mend = address, came, mend
        super().__init__(f"{address}: {came}; {mend}")


def size_of(count: int) -> str:
    """A number of bytes as a person says it: "412 bytes", "3.4 kB", "32 MiB"."""
    if count < 1_000:
        return f"{count} byte{'s' * (count != 1)}"
    if count >= 2**20 and count % 2**20 == 0:
        return f"{count // 2**20} MiB"
    return f"{count / 1_000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def first_of(said: list[str], what: str) -> str:
    """The first of several things to mend, and how many more there are."""
    more = len(said) - 1
    return said[0] + (f" (and {more} more {what}{'s' * (more != 1)})" if more else "")
